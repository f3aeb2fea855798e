"""The third stage of the route: what each pair weighs, written down with its reasons."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection

from intelligence import hubs, versions
from intelligence.models import Link, OtherScore
from linking import batch
from linking.model import Model
from linking.score import KEPT_FROM
from linking.score import score as compare
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]
Records = tuple[Record, Record]


#: Of a mention that is scored against many, so many of the strongest links are kept. A person's
#: fiftieth report is tied to them as firmly by forty links as by all.
MOST_LINKS = 40


def score(pairs: Sequence[Records], *, of: Iterable[Record]) -> None:
    """Store a link, with its weight in bits and its detail, for each pair not scored yet.

    Of each of the mentions `of`, which are new, the strongest `MOST_LINKS` links and no more.
    A pair keeps the version that scored it: another active one changes nothing of what was.
    """
    model = versions.in_force()
    weighing = hubs.weighing(model)
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
        for scored in compare(weighing, _strongest(weighing, fresh, {record.id for record in of}))
    ]
    Link.objects.bulk_create(links, ignore_conflicts=True, batch_size=1000)
    if beside := versions.shadow():
        _score_beside(beside, fresh)


def _strongest(model: Model, pairs: Sequence[Records], of: set[uuid.UUID]) -> list[Records]:
    """The pairs worth a link."""
    if not pairs:
        return []
    weights = batch.weigh_pairs(model, pairs).tolist()
    kept: Counter[uuid.UUID] = Counter()
    found = []
    for place in sorted(range(len(pairs)), key=lambda place: -weights[place]):
        if weights[place] < KEPT_FROM:
            break
        new = [record.id for record in pairs[place] if record.id in of]
        if any(kept[mention] < MOST_LINKS for mention in new):
            kept.update(new)
            found.append(place)
    return [pairs[place] for place in sorted(found)]


def _scored(pairs: set[Pair]) -> set[Pair]:
    """Those of these pairs that have a link."""
    ordered = sorted(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left_id, right_id FROM unnest(%s::uuid[], %s::uuid[]) wanted(one, other) "
            "JOIN intelligence_link ON left_id = one AND right_id = other",
            [[left for left, _ in ordered], [right for _, right in ordered]],
        )
        return set(cursor.fetchall())


def _score_beside(model: Model, pairs: Sequence[Records]) -> None:
    """What the shadow says of the same pairs. No link, and no person, comes of it."""
    rows = [
        OtherScore(
            version=model.version,
            left_id=scored.left,
            right_id=scored.right,
            weight=scored.weight,
        )
        for scored in compare(hubs.weighing(model), pairs)
        if scored.weight >= KEPT_FROM
    ]
    OtherScore.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
