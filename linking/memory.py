"""Everything at once, in memory: the same keys, scores and clusters that the database route uses.

For training, for measuring, and for files that never reach a database.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from linking import clusters, keys
from linking.model import Model
from linking.score import KEPT_FROM, score
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]


def candidates(
    records: Sequence[Record], *, common: int = keys.COMMON
) -> list[tuple[Record, Record]]:
    """The pairs that share a key, each once, lower id first.

    A key that more than `common` mentions hold counts only together with its second key.
    """
    by_id = {record.id: record for record in records}
    pairs: set[Pair] = set()
    for holders in _narrowed(records, common):
        pairs.update(combinations(sorted(holders), 2))
    return [(by_id[one], by_id[other]) for one, other in sorted(pairs)]


def _narrowed(records: Sequence[Record], common: int) -> Iterable[list[uuid.UUID]]:
    holders: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        for key in keys.keys(record):
            holders[key].append(record)
    for key, sharing in holders.items():
        if len(sharing) <= common:
            yield [record.id for record in sharing]
            continue
        narrow: dict[int, list[uuid.UUID]] = defaultdict(list)
        for record in sharing:
            narrow[keys.narrow(record, key)].append(record.id)
        # Still too many: the first so many, as the database gives them.
        yield from (sorted(found)[: common + 1] for found in narrow.values())


def link(
    model: Model, records: Sequence[Record], *, common: int = keys.COMMON
) -> list[frozenset[uuid.UUID]]:
    """The records of each person, every record in one group."""
    weights = {
        (scored.left, scored.right): scored.weight
        for scored in score(model, candidates(records, common=common))
        if scored.weight >= KEPT_FROM
    }
    return group(model, records, weights)


def group(
    model: Model, records: Sequence[Record], weights: Mapping[Pair, float]
) -> list[frozenset[uuid.UUID]]:
    """Solve scored pairs, bits by pair, into persons."""
    edges = {pair: weight - model.threshold for pair, weight in weights.items()}
    return clusters.solve(
        [record.id for record in records],
        edges,
        apart=together(records),
        unseen=model.unseen,
    )


def together(records: Sequence[Record]) -> list[Pair]:
    """The pairs named in one submission, lower id first."""
    by_submission: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for record in records:
        by_submission[record.submission].append(record.id)
    return [pair for ids in by_submission.values() for pair in combinations(sorted(ids), 2)]
