"""Many pairs at once: the comparisons of `linking.compare` and the weights of the model, in arrays.

Of millions of pairs only some thousands of pairs of values differ. Each comparison is asked once
for each of those, by the same pure function that scores a single pair; the rest is indexing. So
the levels are those of the pure functions by construction.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linking.compare import BOTH, COMPARISONS, Seen, both_level
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
#: Which of them alone decides, where names are not swapped.
_NAMES = {"given_name": "given_names", "family_name": "family_name"}


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
    columns = _names(records, left, right)
    for name in COMPARISONS:
        if name not in columns:
            columns[name] = _column(name, records, READS[name], left, right)
    return {name: columns[name] for name in COMPARISONS}


def _names(records: Sequence[Record], left: Ints, right: Ints) -> dict[str, Column]:
    """The comparisons of names: each name by itself, and both together from the levels of each.

    Only where the two names are swapped does one comparison read both, and that is seldom: to ask
    it for each two whole names would be to ask it for nearly every pair.
    """
    swapped = np.flatnonzero(_swapped(records, left, right))
    columns: dict[str, Column] = {}
    for name, read in _NAMES.items():
        alone = [Record(r.id, r.submission, "", **{read: getattr(r, read)}) for r in records]
        column = _column(name, alone, (read,), left, right)
        outcomes = {outcome: number for number, outcome in enumerate(column.outcomes)}
        for at in swapped.tolist():
            seen = COMPARISONS[name](records[int(left[at])], records[int(right[at])])
            column.number[at] = _outcome(seen, outcomes)
        columns[name] = Column(tuple(outcomes), column.number)
    return {**columns, BOTH: _both(columns["given_name"], columns["family_name"])}


def _outcome(seen: Seen | None, outcomes: dict[tuple[str, str], int]) -> int:
    if seen is None:
        return 0
    return outcomes.setdefault((seen.level, seen.shared), len(outcomes))


def _swapped(records: Sequence[Record], left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Whether the family name of each side is among the given names of the other."""
    numbers: dict[str, int] = {"": -1}
    most = max((len(r.given_names) for r in records), default=0)
    family = np.array([numbers.setdefault(r.family_name, len(numbers)) for r in records])
    given = np.full((max(most, 1), len(records)), -2)
    for place, record in enumerate(records):
        for at, name in enumerate(record.given_names):
            given[at, place] = numbers.setdefault(name, len(numbers))
    here = np.zeros(len(left), dtype=bool)
    there = np.zeros(len(left), dtype=bool)
    for names in given:
        here |= family[left] == names[right]
        there |= family[right] == names[left]
    return here & there


def _both(given: Column, family: Column) -> Column:
    """`compare.both_names`, from the levels of each name."""
    outcomes: dict[tuple[str, str], int] = {("", ""): 0}
    table = np.array(
        [
            [_outcome_of(both_level(one, other), outcomes) for other, _ in family.outcomes]
            for one, _ in given.outcomes
        ],
        dtype=np.int32,
    )
    return Column(tuple(outcomes), table[given.number, family.number])


def _outcome_of(level: str, outcomes: dict[tuple[str, str], int]) -> int:
    return outcomes.setdefault((level, ""), len(outcomes))


def _column(
    name: str, records: Sequence[Record], read: tuple[str, ...], left: Ints, right: Ints
) -> Column:
    codes, examples = _encoded(records, read)
    function = COMPARISONS[name]
    one, other = codes[left], codes[right]
    number = np.zeros(len(left), dtype=np.int32)
    # Where either side is empty, so is the outcome; only a nickname is compared with another name.
    told = (one != 0) | (other != 0) if name == "nickname" else (one != 0) & (other != 0)
    asked = np.flatnonzero(told)
    one, other = one[asked], other[asked]
    # Every comparison is symmetric: half as many pairs of values.
    packed = np.minimum(one, other) * len(examples) + np.maximum(one, other)
    distinct, place = np.unique(packed, return_inverse=True)
    outcomes: dict[tuple[str, str], int] = {("", ""): 0}
    found = np.zeros(len(distinct), dtype=np.int32)
    for at, pair in enumerate(distinct.tolist()):
        seen = function(examples[pair // len(examples)], examples[pair % len(examples)])
        found[at] = _outcome(seen, outcomes)
    number[asked] = found[place]
    return Column(tuple(outcomes), number)


def _encoded(records: Sequence[Record], fields: tuple[str, ...]) -> tuple[Ints, list[Record]]:
    """A number for each combination of values, and a record that has it; 0 is for nothing told."""
    blank = Record(_NOBODY, _NOBODY, "")
    numbers = {tuple(getattr(blank, field) for field in fields): 0}
    examples = [blank]
    codes = np.empty(len(records), dtype=np.int64)
    for place, record in enumerate(records):
        values = tuple(getattr(record, field) for field in fields)
        number = numbers.setdefault(values, len(numbers))
        if number == len(examples):
            examples.append(record)
        codes[place] = number
    return codes, examples


_NOBODY = uuid.UUID(int=0)


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
