"""Bringing links up to date where a thing was pinned as a hub, or released: a worker's work."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from intelligence import resolution
from intelligence.hubs import DETAILS
from intelligence.models import Hub, Link, Mention, QueueItem, Sighting

#: Things brought up to date in one transaction.
_AT_ONCE = 5


@transaction.atomic
def apply() -> int:
    """Have weighed anew what was linked by a thing that was pinned or released since; how many
    things. Waits for its turn.
    """
    waiting = list(Hub.objects.filter(applied_at=None).order_by("changed_at")[:_AT_ONCE])
    if not waiting:
        return 0
    resolution.wait_for_turn()
    for hub in waiting:
        holders = _holders(hub)
        _unlink(holders)
        items = QueueItem.objects.filter(submission__in=set(holders.values()), parked_at=None)
        items.update(done_at=None, next_at=timezone.now(), failures=0)
        hub.applied_at = timezone.now()
        hub.save(update_fields=["applied_at"])
    return len(waiting)


def _holders(hub: Hub) -> dict[uuid.UUID, uuid.UUID]:
    """The mentions that have it, and the submission of each."""
    named = Sighting.objects.filter(kind=hub.kind, normal=hub.value).values("submission")
    rows = Mention.objects.filter(submission__in=named)
    return {
        mention: submission
        for mention, submission, record in rows.values_list("pk", "submission_id", "record")
        if hub.value in record.get(DETAILS[Hub.Kind(hub.kind)], ())
    }


def _unlink(mentions: Iterable[uuid.UUID]) -> None:
    """Drop the links between these that nobody has judged: the route makes those that stand."""
    of = set(mentions)
    links = Link.objects.filter(left__in=of, right__in=of)
    found = {
        (left, right): pk for pk, left, right in links.values_list("pk", "left_id", "right_id")
    }
    same, different = resolution.judgements(of)
    unjudged = [pk for pair, pk in found.items() if pair not in same | different]
    Link.objects.filter(pk__in=unjudged).delete()
