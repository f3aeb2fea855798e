"""What one person's mentions have in common, by expectation-maximisation in passes.

u is held fast. Each pass looks at pairs that agree in one telling detail (a day of birth, a
telephone, a number) and learns from everything else which of them are one person, and how far
their other details agree. What no pass can see is learnt over pairs of one name.

Namesakes are counted apart. People of one name are commoner than the two names say each for
itself: families, heritages, fashions. A model that takes a name for proof learns from namesakes
that one person has many days of birth, and is then surer of the name. So a last pass over pairs of
one name, with the names left aside, estimates how many of them are two persons; what that is above
chance is taken off wherever both names agree (`both_names`).
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linking import batch, counting, levels
from linking.batch import Columns, Floats
from linking.compare import AGREEING, BOTH
from linking.levels import STARTING, Counts
from linking.model import Model
from linking.types import Record

Bools = NDArray[np.bool_]

NAMES = ("given_name", "family_name", BOTH)
#: The details that may tell a person by themselves, and the level at which a pair enters a pass.
TELLING = {
    "born": "same day",
    "phone": "same",
    "plate": "same",
    "handle": "same",
    "identifier": "same",
}
_ROUNDS = 12
#: A pass over fewer pairs teaches nothing; nor do fewer pairs of one person.
FEWEST = 50
_ENOUGH = 100
_SURE = 60.0


@dataclass(frozen=True)
class Pass:
    """What a pass believes: the levels of pairs that are one person, and how many are not."""

    counts: dict[str, Counter[str]]
    others: float


def learn(
    model: Model,
    records: Sequence[Record],
    columns: Columns,
    chance: Counts,
    through: "Through",
) -> Model:
    """The model with m of every comparison, and with what both names weigh together.

    `through` makes each pass: `run`, or Splink (`linking.by_splink`).
    """
    compared = [name for name in STARTING if name != BOTH]
    counts: dict[str, Counter[str]] = {name: Counter() for name in compared}
    for name, level in TELLING.items():
        others = [other for other in compared if other != name]
        found = through(model, columns, others, _at(columns, name, {level}), others)
        for other in others:
            counts[other] += found.counts[other]
    known = [name for name in compared if sum(counts[name].values()) >= _ENOUGH]
    model = levels.with_m(model, counts, known)
    unseen = [name for name in compared if name not in {*known, *NAMES}]
    one_name = _at(columns, "given_name", AGREEING) & _at(columns, "family_name", AGREEING)
    blind = [name for name in compared if name not in NAMES]
    found = through(model, columns, blind, one_name, unseen)
    model = levels.with_m(model, found.counts, unseen)
    return _with_namesakes(model, records, chance, found.others)


def run(
    model: Model, columns: Columns, seen: Collection[str], inside: Bools, learnt: Collection[str]
) -> Pass:
    """One pass over the pairs `inside`, by the comparisons `seen`; m of those `learnt` may move."""
    kept = inside_of(columns, seen, inside)
    size = int(inside.sum())
    found = Pass({name: Counter() for name in kept}, 0.0)
    if size < FEWEST:
        return found
    rate = 0.5
    for _ in range(_ROUNDS):
        weights = np.full(size, math.log2(rate / (1 - rate)))
        for name, bits in batch.bits_of(model, kept).items():
            weights += bits[kept[name].number]
        belief = believe(weights)
        rate = min(max(float(belief.mean()), 1e-4), 1 - 1e-4)
        counts = {name: counting.level_counts(column, belief) for name, column in kept.items()}
        found = Pass(counts, size - float(belief.sum()))
        model = levels.with_m(model, counts, learnt)
    return found


def inside_of(columns: Columns, names: Collection[str], inside: Bools) -> Columns:
    """These comparisons of the pairs `inside`."""
    return {
        name: batch.Column(columns[name].outcomes, columns[name].number[inside]) for name in names
    }


#: Makes a pass: model, columns, the comparisons seen, the pairs inside, those whose m may move.
Through = Callable[[Model, Columns, Collection[str], Bools, Collection[str]], Pass]


def _with_namesakes(
    model: Model, records: Sequence[Record], chance: Counts, namesakes: float
) -> Model:
    """The model in which both names weigh less by how much commoner namesakes are than chance."""
    named = sum(bool(record.given_names and record.family_name) for record in records)
    expected = named * (named - 1) / 2
    for name in NAMES[:2]:
        total = sum(chance[name].values())
        expected *= sum(chance[name][level] for level in AGREEING) / total if total else 0.0
    commoner = float(f"{max(1.0, namesakes / expected):.5g}") if expected else 1.0
    together = {**model.levels[BOTH], "both": (1.0, commoner)}
    return replace(model, levels={**model.levels, BOTH: together})


def _at(columns: Columns, name: str, wanted: Collection[str]) -> Bools:
    """Which pairs are at one of these levels of a comparison."""
    column = columns[name]
    at = np.array([level in wanted for level, _ in column.outcomes])
    found: Bools = at[column.number]
    return found


def believe(bits: Floats) -> Floats:
    """The probability that odds of so many bits stand for."""
    belief: Floats = 1.0 / (1.0 + 2.0 ** -np.clip(bits, -_SURE, _SURE))
    return belief
