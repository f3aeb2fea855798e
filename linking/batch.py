"""Many pairs at once: the comparisons of `linking.compare` and the weights of the model, in arrays.

Of millions of pairs only some thousands of pairs of values differ. Each comparison is asked once
for each of those, by the same pure function that scores a single pair; the rest is indexing. So
the levels are those of the pure functions by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linking.compare import COMPARISONS
from linking.model import Model
from linking.score import BELOW, capped_by, decisive
from linking.types import Record

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Which details of a record each comparison reads.
READS: dict[str, tuple[str, ...]] = {
    "given_name": ("given_names", "family_name"),
    "family_name": ("given_names", "family_name"),
    "both_names": ("given_names", "family_name"),
    "nickname": ("nicknames", "given_names"),
    "born": ("born_from", "born_to"),
    "gender": ("gender",),
    "phone": ("phones",),
    "plate": ("plates",),
    "handle": ("handles",),
    "identifier": ("identifiers",),
    "place": ("addresses", "places", "postcodes"),
    "companion": ("companions",),
    "origin": ("origin",),
    "role": ("role",),
    "area": ("area",),
}


@dataclass(frozen=True)
class Column:
    """One comparison of every pair, by the number of its outcome.

    `outcomes[n]` is the level and the shared value of outcome n; the first is for what is missing.
    """

    outcomes: tuple[tuple[str, str], ...]
    number: NDArray[np.int32]


Columns = Mapping[str, Column]


def compare(records: Sequence[Record], left: Ints, right: Ints) -> dict[str, Column]:
    """Every comparison of the pairs `records[left[i]]`, `records[right[i]]`."""
    return {name: _column(name, records, left, right) for name in COMPARISONS}


def _column(name: str, records: Sequence[Record], left: Ints, right: Ints) -> Column:
    codes, examples = _encoded(records, READS[name])
    function = COMPARISONS[name]
    one, other = codes[left], codes[right]
    # Every comparison is symmetric: half as many pairs of values.
    packed = np.minimum(one, other) * len(examples) + np.maximum(one, other)
    distinct, place = np.unique(packed, return_inverse=True)
    outcomes: dict[tuple[str, str], int] = {("", ""): 0}
    found = np.zeros(len(distinct), dtype=np.int32)
    for at, pair in enumerate(distinct.tolist()):
        seen = function(examples[pair // len(examples)], examples[pair % len(examples)])
        if seen is not None:
            found[at] = outcomes.setdefault((seen.level, seen.shared), len(outcomes))
    return Column(tuple(outcomes), found[place])


def _encoded(records: Sequence[Record], fields: tuple[str, ...]) -> tuple[Ints, list[Record]]:
    """A number for each combination of values, and a record that has it."""
    numbers: dict[tuple[object, ...], int] = {}
    examples: list[Record] = []
    codes = np.empty(len(records), dtype=np.int64)
    for place, record in enumerate(records):
        values = tuple(getattr(record, field) for field in fields)
        number = numbers.setdefault(values, len(numbers))
        if number == len(examples):
            examples.append(record)
        codes[place] = number
    return codes, examples


def weigh(model: Model, columns: Columns) -> Floats:
    """The weight of every pair in bits, prior and caps included: what `score_pair` gives."""
    weights: Floats = np.full(_length(columns), model.prior)
    for name, bits in bits_of(model, columns).items():
        weights += bits[columns[name].number]
    return hold(model, columns, weights)


def hold(model: Model, columns: Columns, weights: Floats) -> Floats:
    """The same weights, those that a rule caps brought below the threshold; changed in place."""
    held = capped(model, columns)
    weights[held] = np.minimum(weights[held], model.threshold - BELOW)
    return weights


def weigh_pairs(model: Model, pairs: Sequence[tuple[Record, Record]]) -> Floats:
    """The weight of each of these pairs in bits: what `score_pair` gives, one after another."""
    records = {record.id: record for pair in pairs for record in pair}
    place = {mention: number for number, mention in enumerate(records)}
    left, right = np.array([(place[a.id], place[b.id]) for a, b in pairs], dtype=np.int64).T
    return weigh(model, compare(list(records.values()), left, right))


def bits_of(model: Model, columns: Columns) -> dict[str, Floats]:
    """The bits of every outcome of every comparison."""
    return {
        name: np.array(
            [
                0.0 if not level else model.weigh(name, level, shared)
                for level, shared in column.outcomes
            ]
        )
        for name, column in columns.items()
    }


def _length(columns: Columns) -> int:
    return len(next(iter(columns.values())).number)


def capped(model: Model, columns: Columns) -> NDArray[np.bool_]:
    """Whether a rule forbids each pair to be a link (`linking.score.capped_by`)."""
    pattern = np.zeros(_length(columns), dtype=np.int64)
    telling: list[list[Told]] = []
    for name, bits in bits_of(model, columns).items():
        told = [
            _told(name, level, weight)
            for (level, _), weight in zip(columns[name].outcomes, bits.tolist(), strict=True)
        ]
        known = sorted({one for one in told if one})
        codes = np.array([1 + known.index(one) if one else 0 for one in told])
        telling.append(known)
        pattern = pattern * (len(known) + 1) + codes[columns[name].number]
    distinct, place = np.unique(pattern, return_inverse=True)
    verdicts = [_forbidden(_decoded(int(code), telling)) for code in distinct]
    found: NDArray[np.bool_] = np.array(verdicts, dtype=bool)[place]
    return found


#: A comparison, its level, and whether it speaks for the pair.
Told = tuple[str, str, bool]


def _told(name: str, level: str, weight: float) -> Told | None:
    """What a rule may turn on, of an outcome that weighs so much."""
    if weight > 0:
        return name, level, True
    return (name, level, False) if decisive(name, level, weight) else None


def _forbidden(told: Sequence[Told]) -> bool:
    agreeing = [(name, level) for name, level, speaks in told if speaks]
    return bool(capped_by(agreeing, {name for name, _, speaks in told if not speaks}))


def _decoded(code: int, telling: Sequence[Sequence[Told]]) -> list[Told]:
    found = []
    for known in reversed(telling):
        code, number = divmod(code, len(known) + 1)
        if number:
            found.append(known[number - 1])
    return found
