"""How common values and levels are: the u of a Fellegi-Sunter model, by counting."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linking import batch
from linking.model import VALUES
from linking.types import Record

#: A level met never or seldom is taken to be met this often.
HALF = 0.5
_RANDOM_PAIRS = 400_000

Shares = dict[str, dict[str, float]]


def values_of(record: Record, kind: str) -> set[str]:
    """What a record says of a kind of value; what was read in part is no value."""
    if kind == "places":
        return {*record.places, *record.addresses, *record.postcodes}
    value = getattr(record, kind)
    if isinstance(value, str):
        return {value} - {""}
    return {part for part in value if not {"?", "*"} & set(part)}


def frequencies(
    records: Sequence[Record], person: Mapping[uuid.UUID, int] | None = None
) -> tuple[Shares, dict[str, float]]:
    """The share of people that have each value, among those of whom one is known; and the share of
    a value never seen.

    `person` says which person each mention is taken for: somebody reported fifty times has one
    telephone, which is no more common for it. Values of one person are left out: they are worth
    what an unseen one is.
    """
    shares: Shares = {}
    floors: dict[str, float] = {}
    for kind in sorted(set(VALUES.values())):
        holders: dict[str, set[uuid.UUID | int]] = defaultdict(set)
        for record in records:
            who = record.id if person is None else person[record.id]
            for value in values_of(record, kind):
                holders[value].add(who)
        total = len(set().union(*holders.values())) if holders else 0
        shares[kind] = {
            value: round(len(who) / total, 9)
            for value, who in sorted(holders.items())
            if len(who) > 1
        }
        floors[kind] = round(1.0 / (total + 1), 9)
    return shares, floors


def chance_levels(records: Sequence[Record], seed: int) -> dict[str, Counter[str]]:
    """How often each level is met between mentions drawn at random, of different submissions."""
    chance = np.random.default_rng(seed)
    left, right = chance.integers(0, len(records), (2, min(_RANDOM_PAIRS, len(records) ** 2)))
    apart = told_apart(records, left, right)
    columns = batch.compare(records, left[apart], right[apart])
    return {name: level_counts(column) for name, column in columns.items()}


def told_apart(records: Sequence[Record], left: batch.Ints, right: batch.Ints) -> NDArray[np.bool_]:
    """Whether the mentions of each pair come from different submissions."""
    numbers: dict[uuid.UUID, int] = {}
    told = np.array([numbers.setdefault(r.submission, len(numbers)) for r in records])
    apart: NDArray[np.bool_] = told[left] != told[right]
    return apart


def level_counts(column: batch.Column, weights: batch.Floats | None = None) -> Counter[str]:
    """How many pairs are at each level, each counted by its weight; the missing are left out."""
    totals = np.bincount(column.number, weights, minlength=len(column.outcomes))
    counts: Counter[str] = Counter()
    for (level, _), total in zip(column.outcomes, totals.tolist(), strict=True):
        if level:
            counts[level] += total
    return counts
