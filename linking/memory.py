"""Everything at once, in memory: the same keys, weights and clusters that the database route uses.

For training, for measuring, and for files that never reach a database.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from linking import batch, keys, persons
from linking.batch import Ints
from linking.model import Model
from linking.score import KEPT_FROM
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]


def candidates(records: Sequence[Record], *, common: int = keys.COMMON) -> tuple[Ints, Ints]:
    """The places of the pairs that share a key, each once, the lower id on the left.

    A key that more than `common` mentions hold counts only together with its second key.
    """
    order = sorted(range(len(records)), key=lambda place: records[place].id)
    holders: dict[int, list[int]] = defaultdict(list)
    for rank, place in enumerate(order):
        for key in keys.keys(records[place]):
            holders[key].append(rank)
    ranked = np.array(order, dtype=np.int64)
    size = max(1, len(records))
    groups = _narrowed([records[place] for place in order], holders, common)
    packed = [_pairs(np.array(group), size) for group in groups]
    distinct = np.unique(np.concatenate(packed)) if packed else np.empty(0, dtype=np.int64)
    return ranked[distinct // size], ranked[distinct % size]


def _pairs(group: Ints, size: int) -> Ints:
    one, other = np.triu_indices(len(group), 1)
    packed: Ints = group[one] * size + group[other]
    return packed


def _narrowed(
    records: Sequence[Record], holders: Mapping[int, list[int]], common: int
) -> Iterator[list[int]]:
    """Who shares each key, in order of id."""
    for key, sharing in holders.items():
        if len(sharing) <= common:
            yield sharing
            continue
        narrow: dict[int, list[int]] = defaultdict(list)
        for place in sharing:
            narrow[keys.narrow(records[place], key)].append(place)
        # Still too many: the first so many, as the database gives them.
        yield from (found[: common + 1] for found in narrow.values())


def link(
    model: Model, records: Sequence[Record], *, common: int = keys.COMMON
) -> list[frozenset[uuid.UUID]]:
    """The records of each person, every record in one group."""
    left, right = candidates(records, common=common)
    weights = batch.weigh(model, batch.compare(records, left, right))
    return group(model, records, edges(records, left, right, weights))


def edges(
    records: Sequence[Record], left: Ints, right: Ints, weights: batch.Floats
) -> dict[Pair, float]:
    """The weights that are kept, by pair of ids."""
    kept = np.flatnonzero(weights >= KEPT_FROM)
    return {
        (records[one].id, records[other].id): weight
        for one, other, weight in zip(
            left[kept].tolist(), right[kept].tolist(), weights[kept].tolist(), strict=True
        )
    }


def group(
    model: Model, records: Sequence[Record], weights: Mapping[Pair, float]
) -> list[frozenset[uuid.UUID]]:
    """Solve scored pairs, bits by pair, into persons."""
    by_id = {record.id: record for record in records}
    return persons.solve(
        model,
        list(by_id),
        {pair: weight - model.threshold for pair, weight in weights.items()},
        read=lambda wanted: {mention: by_id[mention] for mention in wanted},
        apart=together(records),
    )


def together(records: Sequence[Record]) -> list[Pair]:
    """The pairs named in one submission, lower id first."""
    by_submission: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for record in records:
        by_submission[record.submission].append(record.id)
    return [pair for ids in by_submission.values() for pair in combinations(sorted(ids), 2)]
