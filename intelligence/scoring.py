"""The third stage of the route: what each pair weighs, written down with its reasons."""

import uuid
from collections.abc import Sequence

from intelligence import versions
from intelligence.models import Link, OtherScore
from linking.model import Model
from linking.score import KEPT_FROM
from linking.score import score as compare
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]
Records = tuple[Record, Record]


def score(pairs: Sequence[Records]) -> None:
    """Store a link, with its weight in bits and its detail, for each pair not scored yet.

    A pair keeps the version that scored it: another active one changes nothing of what was.
    """
    model = versions.in_force()
    done = _scored({(left.id, right.id) for left, right in pairs})
    fresh = [pair for pair in pairs if (pair[0].id, pair[1].id) not in done]
    links = [
        Link(
            id=uuid.uuid5(scored.left, str(scored.right)),
            left_id=scored.left,
            right_id=scored.right,
            weight=scored.weight,
            detail=scored.to_json(),
            model_version=model.version,
        )
        for scored in compare(model, fresh)
        if scored.weight >= KEPT_FROM
    ]
    Link.objects.bulk_create(links, ignore_conflicts=True, batch_size=1000)
    if beside := versions.shadow():
        _score_beside(beside, fresh)


def _scored(pairs: set[Pair]) -> set[Pair]:
    lefts = {left for left, _ in pairs}
    return pairs & set(Link.objects.filter(left__in=lefts).values_list("left_id", "right_id"))


def _score_beside(model: Model, pairs: Sequence[Records]) -> None:
    """What the shadow says of the same pairs. No link, and no person, comes of it."""
    rows = [
        OtherScore(
            version=model.version,
            left_id=scored.left,
            right_id=scored.right,
            weight=scored.weight,
        )
        for scored in compare(model, pairs)
        if scored.weight >= KEPT_FROM
    ]
    OtherScore.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
