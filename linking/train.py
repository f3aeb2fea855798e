"""Train a model without labels: u by counting, m by expectation-maximisation and by clusters.

u is closed: the share of each level among mentions drawn at random, and for a shared value the
share of people who have it. m starts from what record linkage usually finds (`STARTING`) and is
estimated anew over the pairs that share a key, with u held fast (Fellegi and Sunter 1969; Winkler
1988). A pair that a rule caps is no evidence: else the homes that sisters share would teach that
sisters are one.

Then the pairs are grouped into persons, and m, the prior and the frequencies are counted again
over those: pairs that only a third mention joins show how far one person's details differ, and a
telephone told of fifty times by one person's reports is not common for it.

The threshold is the lowest from which the mentions that are joined to others are expected to be
joined rightly as often as asked for: the mean belief in each one's strongest tie in its group.
"""

import math
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from linking import batch, counting, memory
from linking.batch import Columns, Floats, Ints
from linking.model import Model
from linking.types import Record

#: Where m starts: the share of each level among pairs that are one person.
STARTING: dict[str, dict[str, float]] = {
    "given_name": {
        "same": 0.72,
        "swapped": 0.015,
        "form of it": 0.09,
        "similar": 0.09,
        "initial": 0.03,
        "different": 0.055,
    },
    "family_name": {
        "same": 0.8,
        "swapped": 0.015,
        "similar": 0.11,
        "part of it": 0.02,
        "initial": 0.03,
        "different": 0.055,
    },
    "nickname": {
        "same": 0.6,
        "similar": 0.12,
        "like the given name": 0.03,
        "different": 0.25,
    },
    "born": {
        "same day": 0.6,
        "day and month swapped": 0.03,
        "one digit differs": 0.05,
        "same year": 0.05,
        "near": 0.01,
        "different day": 0.02,
        "ages fit closely": 0.12,
        "ages fit": 0.08,
        "ages nearly fit": 0.02,
        "ages a few years apart": 0.015,
        "ages far apart": 0.005,
    },
    "gender": {"same": 0.985, "different": 0.015},
    "phone": {
        "same": 0.62,
        "fits what was read": 0.05,
        "one digit differs": 0.03,
        "different": 0.3,
    },
    "plate": {
        "same": 0.55,
        "fits most of it": 0.15,
        "fits a part of it": 0.07,
        "one character differs": 0.03,
        "different": 0.2,
    },
    "handle": {"same": 0.65, "similar": 0.03, "different": 0.32},
    "identifier": {"same": 0.9, "different": 0.1},
    "place": {
        "same address": 0.25,
        "same place": 0.25,
        "same postcode": 0.1,
        "different": 0.4,
    },
    "companion": {"same": 0.25, "similar": 0.05, "different": 0.7},
    "origin": {"same": 0.1, "different": 0.9},
    "role": {"same": 0.95, "different": 0.05},
    "area": {"same": 0.93, "different": 0.07},
}
#: Rounds of expectation and maximisation, and of grouping into persons after them.
_ROUNDS = 10
_GROUPINGS = 2
#: Pairs' worth of faith in where m starts, for data with few pairs.
_FAITH = 20.0
#: Whatever was learnt, one person's mentions differ in any detail at least this often.
_DIFFERS = 0.004
#: Bits tried as the threshold, from the lowest.
_THRESHOLDS = tuple(step / 2 for step in range(-8, 17))
#: Strength words, and the bits above the threshold from which each is used.
_STRENGTHS = {"weak": -1000.0, "possible": -3.0, "likely": 0.0, "strong": 3.0, "very strong": 7.0}
_SURE = 60.0


@dataclass(frozen=True)
class _Pairs:
    """Mentions of different submissions, compared."""

    left: Ints
    right: Ints
    columns: Columns


def train(records: Sequence[Record], *, seed: int = 0, right: float = 0.975) -> Model:
    """A model for mentions like `records`. No label is read. The same for the same input.

    `right` is the share of joined mentions that are to be joined rightly. Raises ValueError where
    there are too few mentions, or none alike, to learn from.
    """
    pairs = _compared(records, *memory.candidates(records))
    if not len(pairs.left):
        raise ValueError("no two mentions are alike: there is nothing to learn from")
    frequencies, floors = counting.frequencies(records)
    model = Model(
        prior=_bits(0.3 * len(records) / _all_pairs(records)),
        threshold=0.0,
        unseen=-0.5,
        levels=_levels(STARTING, counting.chance_levels(records, seed)),
        frequencies=frequencies,
        floors=floors,
        strengths=_STRENGTHS,
    )
    for _ in range(_ROUNDS):
        model = _relearn(model, records, pairs)
    for _ in range(_GROUPINGS):
        model = _regroup(model, records, pairs)
    return _calibrated(model, records, pairs, right)


def _compared(records: Sequence[Record], left: Ints, right: Ints) -> _Pairs:
    apart = counting.told_apart(records, left, right)
    left, right = left[apart], right[apart]
    return _Pairs(left, right, batch.compare(records, left, right))


def _all_pairs(records: Sequence[Record]) -> float:
    return len(records) * (len(records) - 1) / 2


def _relearn(model: Model, records: Sequence[Record], pairs: _Pairs) -> Model:
    """One round: the belief in each pair, and m and the prior from the beliefs."""
    belief = _belief(batch.weigh(model, pairs.columns))
    belief[batch.capped(model, pairs.columns)] = 0.0
    counts = {name: counting.level_counts(column, belief) for name, column in pairs.columns.items()}
    return _with_m(model, counts, float(belief.sum()) / _all_pairs(records))


def _regroup(model: Model, records: Sequence[Record], pairs: _Pairs) -> Model:
    """m, the prior and the frequencies, counted over the persons that the model finds."""
    groups = _grouped(model, records, pairs)
    person = {mention: number for number, group in enumerate(groups) for mention in group}
    frequencies, floors = counting.frequencies(records, person)
    place = {record.id: number for number, record in enumerate(records)}
    inside = [pair for group in groups for pair in combinations(sorted(place[m] for m in group), 2)]
    if not inside:
        return model
    one, other = np.array(inside, dtype=np.int64).T
    found = _compared(records, one, other)
    counts = {name: counting.level_counts(column) for name, column in found.columns.items()}
    model = replace(model, frequencies=frequencies, floors=floors)
    return _with_m(model, counts, len(found.left) / _all_pairs(records))


def _grouped(model: Model, records: Sequence[Record], pairs: _Pairs) -> list[frozenset[uuid.UUID]]:
    weights = batch.weigh(model, pairs.columns)
    return memory.group(model, records, memory.edges(records, pairs.left, pairs.right, weights))


def _with_m(model: Model, counts: Mapping[str, Counter[str]], rate: float) -> Model:
    u = {
        name: {level: share for level, (_, share) in levels.items()}
        for name, levels in model.levels.items()
    }
    m = {name: _shares(counts[name], STARTING[name]) for name in STARTING}
    return replace(model, prior=_bits(rate), levels=_zipped(m, u))


def _levels(
    start: Mapping[str, Mapping[str, float]], chance: Mapping[str, Counter[str]]
) -> dict[str, dict[str, tuple[float, float]]]:
    return _zipped(start, {name: _by_chance(chance[name], start[name]) for name in start})


def _zipped(
    m: Mapping[str, Mapping[str, float]], u: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, tuple[float, float]]]:
    return {
        name: {
            level: (_at_least(share, u[name][level]), u[name][level])
            for level, share in levels.items()
        }
        for name, levels in m.items()
    }


def _at_least(m: float, u: float) -> float:
    """No difference is impossible in one person: somebody always mishears, or is two things."""
    return float(f"{max(m, min(u, _DIFFERS)):.5g}")


def _shares(counts: Counter[str], start: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values()) + _FAITH
    return {level: (counts[level] + _FAITH * share) / total for level, share in start.items()}


def _by_chance(counts: Counter[str], levels: Mapping[str, float]) -> dict[str, float]:
    """The share of each level by chance; a level never met counts half a pair."""
    total = sum(counts.values()) + counting.HALF * len(levels)
    return {level: float(f"{(counts[level] + counting.HALF) / total:.5g}") for level in levels}


def _calibrated(model: Model, records: Sequence[Record], pairs: _Pairs, right: float) -> Model:
    """The model with the lowest threshold that is expected to join rightly often enough."""
    low, high = 0, len(_THRESHOLDS) - 1
    while low < high:
        middle = (low + high) // 2
        tried = replace(model, threshold=_THRESHOLDS[middle])
        if _joined_rightly(tried, records, pairs) >= right:
            high = middle
        else:
            low = middle + 1
    threshold = _THRESHOLDS[low]
    strengths = {word: bits + threshold for word, bits in _STRENGTHS.items()}
    return replace(model, threshold=threshold, strengths=strengths)


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
    return float(_belief(joined).mean()) if len(joined) else 1.0


def _bits(share: float) -> float:
    share = min(max(share, 1e-12), 0.5)
    return round(math.log2(share / (1 - share)), 4)


def _belief(bits: Floats) -> Floats:
    belief: Floats = 1.0 / (1.0 + 2.0 ** -np.clip(bits, -_SURE, _SURE))
    return belief
