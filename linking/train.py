"""Train a model without labels.

u is closed: the share of each level among mentions drawn at random, and for a shared value the
share of people who have it. m is learnt with u held fast (`linking.passes`; Fellegi and Sunter
1969, Winkler 1988), and the prior over all pairs that share a key. A pair that a rule caps is no
evidence: else the homes that sisters share would teach that sisters are one.

Then the pairs are grouped into persons, and the frequencies and the prior are counted again over
those: a telephone told of fifty times by one person's reports is not common for it.

The threshold is the lowest from which the mentions that are joined to others are expected to be
joined rightly as often as asked for: the mean belief in each one's strongest tie in its group.
"""

import math
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from linking import batch, clusters, counting, levels, memory, passes
from linking.batch import Columns, Ints
from linking.model import Model
from linking.types import Record

#: What training does, in order.
STEPS = ("comparing pairs", "learning m and u", "grouping", "finding the threshold")
#: Rounds for the prior, and of grouping into persons after them.
_ROUNDS = 6
_GROUPINGS = 2
#: Mentions by which the threshold is chosen.
_ENOUGH = 10_000
#: Bits tried as the threshold, from the lowest.
_THRESHOLDS = tuple(step / 2 for step in range(-8, 17))
#: Strength words, and the bits above the threshold from which each is used: `explain.PROMISED` says
#: how right each is to be.
_STRENGTHS = {"weak": -1000.0, "possible": -3.0, "likely": 0.0, "strong": 5.0, "very strong": 12.0}


@dataclass(frozen=True)
class _Pairs:
    """Mentions of different submissions, compared."""

    left: Ints
    right: Ints
    columns: Columns


def train(
    records: Sequence[Record],
    *,
    seed: int = 0,
    right: float = 0.98,
    through: passes.Through = passes.run,
    tell: Callable[[str], None] = lambda _: None,
) -> Model:
    """A model for mentions like `records`. No label is read. The same for the same input.

    `right` is the share of joined mentions that are to be joined rightly. `through` makes each pass
    of expectation-maximisation; `tell` hears of each of the `STEPS` as it begins. Raises ValueError
    where there are too few mentions, or none alike, to learn from.
    """
    tell(STEPS[0])
    pairs = _compared(records, *memory.candidates(records))
    if not len(pairs.left):
        raise ValueError("no two mentions are alike: there is nothing to learn from")
    tell(STEPS[1])
    frequencies, floors = counting.frequencies(records)
    chance = counting.chance_levels(records, seed)
    model = Model(
        prior=_bits(0.3 * len(records) / _all_pairs(records)),
        threshold=0.0,
        unseen=-0.5,
        levels=levels.starting(chance),
        frequencies=frequencies,
        floors=floors,
        strengths=_STRENGTHS,
    )
    model = passes.learn(model, records, pairs.columns, chance, through)
    tell(STEPS[2])
    for _ in range(_ROUNDS):
        model = replace(model, prior=_prior(model, records, pairs))
    for _ in range(_GROUPINGS):
        model = _regroup(model, records, pairs)
    tell(STEPS[3])
    return _calibrated(model, records, pairs, right)


def _compared(records: Sequence[Record], left: Ints, right: Ints) -> _Pairs:
    apart = counting.told_apart(records, left, right)
    left, right = left[apart], right[apart]
    return _Pairs(left, right, batch.compare(records, left, right))


def _all_pairs(records: Sequence[Record]) -> float:
    return len(records) * (len(records) - 1) / 2


def _prior(model: Model, records: Sequence[Record], pairs: _Pairs) -> float:
    belief = passes.believe(batch.weigh(model, pairs.columns))
    belief[batch.capped(model, pairs.columns)] = 0.0
    return _bits(float(belief.sum()) / _all_pairs(records))


def _regroup(model: Model, records: Sequence[Record], pairs: _Pairs) -> Model:
    """The model with the prior and the frequencies counted over the persons that it finds."""
    groups = _grouped(model, records, pairs)
    person = {mention: number for number, group in enumerate(groups) for mention in group}
    frequencies, floors = counting.frequencies(records, person)
    inside = sum(math.comb(len(group), 2) for group in groups)
    prior = _bits(inside / _all_pairs(records)) if inside else model.prior
    return replace(model, frequencies=frequencies, floors=floors, prior=prior)


def _grouped(model: Model, records: Sequence[Record], pairs: _Pairs) -> list[frozenset[uuid.UUID]]:
    weights = batch.weigh(model, pairs.columns)
    return memory.group(model, records, pairs.left, pairs.right, weights)


def _calibrated(model: Model, records: Sequence[Record], pairs: _Pairs, right: float) -> Model:
    """The model with the lowest threshold that is expected to join rightly often enough."""
    some, among = _some(model, records, pairs)
    low, high = 0, len(_THRESHOLDS) - 1
    while low < high:
        middle = (low + high) // 2
        tried = replace(model, threshold=_THRESHOLDS[middle])
        if _joined_rightly(tried, some, among) >= right:
            high = middle
        else:
            low = middle + 1
    threshold = _THRESHOLDS[low]
    strengths = {word: bits + threshold for word, bits in _STRENGTHS.items()}
    return replace(model, threshold=threshold, strengths=strengths)


def _some(
    model: Model, records: Sequence[Record], pairs: _Pairs
) -> tuple[Sequence[Record], _Pairs]:
    """Enough of the mentions to choose a threshold by: whole parts that no threshold joins."""
    near = np.flatnonzero(batch.weigh(model, pairs.columns) > _THRESHOLDS[0])
    ends = zip(pairs.left[near].tolist(), pairs.right[near].tolist(), strict=True)
    part = clusters.components(range(len(records)), ends)
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(records)):
        members[part[place]].append(place)
    order = sorted(members.values(), key=lambda places: min(records[p].id for p in places))
    sizes = np.cumsum([len(places) for places in order])
    enough = 1 + int(np.searchsorted(sizes, _ENOUGH))
    kept = np.array(sorted(chain.from_iterable(order[:enough])), dtype=np.int64)
    number = np.full(len(records), -1)
    number[kept] = np.arange(len(kept))
    inside = np.flatnonzero((number[pairs.left] >= 0) & (number[pairs.right] >= 0))
    columns = {
        name: batch.Column(column.outcomes, column.number[inside])
        for name, column in pairs.columns.items()
    }
    among = _Pairs(number[pairs.left[inside]], number[pairs.right[inside]], columns)
    return [records[place] for place in kept.tolist()], among


def _joined_rightly(model: Model, records: Sequence[Record], pairs: _Pairs) -> float:
    """The mean belief in the strongest tie of each mention that is joined to others."""
    home = {
        mention: number
        for number, group in enumerate(_grouped(model, records, pairs))
        for mention in group
    }
    homes = np.array([home[record.id] for record in records])
    inside = np.flatnonzero(homes[pairs.left] == homes[pairs.right])
    best = np.full(len(records), -np.inf)
    weights = batch.weigh(model, pairs.columns)[inside]
    np.maximum.at(best, pairs.left[inside], weights)
    np.maximum.at(best, pairs.right[inside], weights)
    joined = best[np.isfinite(best)]
    return float(passes.believe(joined).mean()) if len(joined) else 1.0


def _bits(share: float) -> float:
    share = min(max(share, 1e-12), 0.5)
    return round(math.log2(share / (1 - share)), 4)
