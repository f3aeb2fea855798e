"""Everything at once, in memory: the same keys, weights and clusters that the database route uses.

For training, for measuring, and for files that never reach a database.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    return group(model, records, left, right, weights)


def group(
    model: Model,
    records: Sequence[Record],
    left: Ints,
    right: Ints,
    weights: batch.Floats,
    *,
    must: Iterable[Pair] = (),
    cannot: Iterable[Pair] = (),
) -> list[frozenset[uuid.UUID]]:
    """Solve the pairs `records[left[i]]`, `records[right[i]]` of so many bits into persons.

    `must` and `cannot` are what people decided. Raises ValueError where they contradict each other.
    """
    order = sorted(range(len(records)), key=lambda place: records[place].id)
    # By their numbers in the order of their ids: the same groups, at a fifth of the cost.
    rank = np.empty(len(records), dtype=np.int64)
    rank[order] = np.arange(len(records))
    kept = np.flatnonzero(weights >= KEPT_FROM)
    one, other = rank[left[kept]], rank[right[kept]]
    pairs = zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)
    number = dict(zip((records[place].id for place in order), range(len(order)), strict=True))
    groups = persons.solve(
        model,
        range(len(order)),
        dict(zip(pairs, (weights[kept] - model.threshold).tolist(), strict=True)),
        read=lambda wanted: {rank: records[order[rank]] for rank in wanted},
        must=[(number[a], number[b]) for a, b in must],
        cannot=[(number[a], number[b]) for a, b in cannot],
        apart=[(number[a], number[b]) for a, b in together(records)],
    )
    return [frozenset(records[order[rank]].id for rank in found) for found in groups]


def together(records: Sequence[Record]) -> list[Pair]:
    """The pairs named in one submission, lower id first."""
    by_submission: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for record in records:
        by_submission[record.submission].append(record.id)
    return [pair for ids in by_submission.values() for pair in combinations(sorted(ids), 2)]
