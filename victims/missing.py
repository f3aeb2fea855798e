"""A young person missing, back, and the interview after: what an agency writes down of it.

The interview is to be held within 72 hours of the return, by somebody independent of where the
child lives (Department for Education, *Statutory guidance on children who run away or go missing
from home or care*, January 2014). The setting `RETURN_INTERVIEW_HOURS` moves the clock.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from intelligence import intake
from partners import audit, policy
from partners.models import User
from partners.policy import Action
from victims.models import MissingEpisode, ReturnInterview
from victims.models.missing import KEPT

Given = Mapping[str, Any]

#: What is written when somebody is missing, and when they are back.
MISSING = (
    "given_names",
    "family_name",
    "date_of_birth",
    "missing_since",
    "missing_from",
    "circumstances",
    "risk",
    "police_reference",
)
RETURNED = ("returned_at", "found_where", "returned_how")
#: How the interview went, and what was said there.
OUTCOME = ("interview", "offered_by", "refused_by", "why_not", "held_at", "held_by")
SAID = (
    "where_was",
    "with_whom",
    "travelled",
    "led_up",
    "hurt",
    "wants",
    "push",
    "pull",
    "came_up",
)


def listed(*, to: User) -> QuerySet[MissingEpisode]:
    """What `to` may see: whose interview is open first, the longest waiting before the others."""
    rows = MissingEpisode.objects.visible_to(to).select_related("agency")
    is_open = Q(interview__in=["", "offered"])
    first = Case(
        When(is_open & Q(returned_at__isnull=False), then=0), When(is_open, then=1), default=2
    )
    return rows.order_by(first, "returned_at", "-missing_since", "pk")


@transaction.atomic
def record(*, by: User, said: Given) -> MissingEpisode:
    """Write down that a young person is, or was, missing. Raises NotPermittedError."""
    policy.require(by, Action.SUBMIT)
    episode = MissingEpisode(agency=by.agency, area=by.agency.area, recorded_by=by)
    _put(episode, said, (*MISSING, *RETURNED))
    episode.save(force_insert=True)
    _log(by, "collection", "record missing episode", episode.pk)
    return episode


@transaction.atomic
def change(episode: MissingEpisode, *, by: User, said: Given) -> MissingEpisode:
    """Change what is known of it: that they are back, above all.

    Raises NotPermittedError where it is not their agency's own.
    """
    held = _hold(episode.pk, by)
    _save(held, _put(held, said, (*MISSING, *RETURNED)))
    _log(by, "alteration", "change missing episode", held.pk)
    return held


@transaction.atomic
def interview(episode: MissingEpisode, *, by: User, said: Given) -> MissingEpisode:
    """Write down how the offer of an interview went, and what was said there.

    Raises NotPermittedError where it is not their agency's own, or nobody is back yet.
    """
    held = _hold(episode.pk, by)
    if held.returned_at is None:
        raise policy.NotPermittedError("an interview comes after the return")
    _save(held, _put(held, said, OUTCOME))
    kept = ReturnInterview.objects.visible_to(by).filter(episode=held).first()
    words = kept or ReturnInterview(episode=held)
    names = _put(words, said, SAID)
    if kept is None:
        words.save(force_insert=True)
    elif names:
        words.save(update_fields=names)
    _log(by, "alteration", "write return interview", held.pk)
    return held


@transaction.atomic
def send(episode: MissingEpisode, payload: dict[str, Any], *, by: User) -> intake.Receipt:
    """Send on what was confirmed of it. Raises what `intake.submit` raises, and
    NotPermittedError where it is not their agency's own.
    """
    held = _hold(episode.pk, by)
    receipt = intake.submit(payload, by=by)
    held.sent_at = timezone.now()
    held.save(update_fields=["sent_at"])
    return receipt


@transaction.atomic
def forget_old() -> int:
    """Erase the records that nobody has changed for `KEPT`; how many. Run as a worker."""
    before = timezone.now() - KEPT
    ReturnInterview.objects.filter(episode__changed_at__lt=before).delete()
    with (
        connection.cursor() as cursor
    ):  # the ORM would read them whole, to look for their relations
        cursor.execute("DELETE FROM victims_missingepisode WHERE changed_at < %s", [before])
        gone = int(cursor.rowcount)
    if gone:
        audit.record(
            by=None,
            operation="erasure",
            verb="erase old missing episodes",
            object_type="missing episode",
            detail={"number": gone},
        )
    return gone


def _hold(pk: uuid.UUID, by: User) -> MissingEpisode:
    rows = MissingEpisode.objects.kept_by(by).filter(pk=pk)
    held = rows.select_for_update(of=("self",)).first()
    if held is None:
        raise policy.NotPermittedError("the record is another agency's")
    return held


def _put(row: MissingEpisode | ReturnInterview, said: Given, names: tuple[str, ...]) -> list[str]:
    """Take over what was said; the names of it."""
    given = [name for name in names if name in said]
    for name in given:
        setattr(row, name, said[name])
    return given


def _save(episode: MissingEpisode, names: list[str]) -> None:
    episode.changed_at = timezone.now()
    episode.save(update_fields=[*names, "changed_at"])


def _log(by: User, operation: str, verb: str, pk: uuid.UUID) -> None:
    audit.record(
        by=by,
        operation=operation,
        verb=verb,
        object_type="missing episode",
        object_ids=[pk],
    )
