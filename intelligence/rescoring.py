"""Scoring links anew with the active version: an act of its own, and never by the way.

What a link weighed before is kept beside it (`OtherScore`), with the version that said so. What
people decided stays decided.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from intelligence import hubs, versions
from intelligence.models import Link, Mention, OtherScore
from linking.score import score as compare
from linking.types import Record
from partners import audit

#: Links scored anew together, in one transaction.
TOGETHER = 500


@dataclass(frozen=True)
class Rescored:
    """What one turn did: how many links, and whose."""

    links: int
    mentions: frozenset[uuid.UUID]


def waiting() -> int:
    """How many links another version than the active one scored."""
    return _older().count()


def _older() -> QuerySet[Any]:
    return Link.objects.exclude(model_version=versions.active().version)


def some(*, together: int = TOGETHER) -> Rescored:
    """Score so many of the older links anew, in the caller's transaction and turn at linking."""
    model = versions.in_force()
    links = list(_older().order_by("pk")[:together])
    records = _records(links)
    was = [
        OtherScore(
            version=link.model_version,
            left_id=link.left_id,
            right_id=link.right_id,
            weight=link.weight,
        )
        for link in links
    ]
    OtherScore.objects.bulk_create(was, ignore_conflicts=True)
    pairs = [(records[link.left_id], records[link.right_id]) for link in links]
    for link, scored in zip(links, compare(hubs.weighing(model), pairs), strict=True):
        link.weight, link.detail = scored.weight, scored.to_json()
        link.model_version, link.scored_at = model.version, timezone.now()
    Link.objects.bulk_update(links, ["weight", "detail", "model_version", "scored_at"])
    mentions = frozenset(records)
    if links:
        audit.record(
            by=None,
            operation="combination",
            verb="score links anew",
            object_type="mention",
            object_ids=sorted(mentions),
            detail={"version": model.version},
        )
    return Rescored(len(links), mentions)


def _records(links: Sequence[Link]) -> dict[uuid.UUID, Record]:
    wanted = {mention for link in links for mention in (link.left_id, link.right_id)}
    rows = Mention.objects.filter(pk__in=wanted).values_list("record", flat=True)
    return {record.id: record for record in map(Record.from_json, rows)}
