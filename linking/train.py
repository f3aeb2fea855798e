"""Train a model without labels: frequencies and u by counting, m by expectation-maximisation.

u is closed: the share of random pairs at each level, for shared values the share of mentions that
have the value. m starts from what record linkage usually finds and is re-estimated over the pairs
that share a key (Fellegi and Sunter 1969; Winkler 1988). The prior and the threshold follow from
the same pairs: the threshold is the weight from which the expected share of right links, read off
the posterior of the pairs themselves, reaches the precision asked for.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from linking import score
from linking.compare import COMPARISONS
from linking.keys import keys
from linking.model import VALUES, Model
from linking.types import Record

Pair = tuple[Record, Record]
Counts = dict[str, dict[str, float]]

#: Where m starts: the share of each level among pairs that are one person.
STARTING: dict[str, dict[str, tuple[float, float]]] = {
    "given_name": {
        "same": (0.72, 0.012),
        "swapped": (0.015, 0.0001),
        "form of it": (0.09, 0.004),
        "similar": (0.09, 0.008),
        "initial": (0.03, 0.01),
        "different": (0.055, 0.966),
    },
    "family_name": {
        "same": (0.8, 0.006),
        "swapped": (0.015, 0.0001),
        "similar": (0.11, 0.004),
        "part of it": (0.02, 0.001),
        "different": (0.055, 0.989),
    },
    "nickname": {
        "same": (0.6, 0.01),
        "similar": (0.12, 0.015),
        "like the given name": (0.03, 0.01),
        "different": (0.25, 0.965),
    },
    "born": {
        "same day": (0.6, 0.0002),
        "day and month swapped": (0.03, 0.0001),
        "one digit differs": (0.05, 0.003),
        "same year": (0.05, 0.02),
        "near": (0.01, 0.06),
        "different day": (0.02, 0.4),
        "ages fit closely": (0.12, 0.08),
        "ages fit": (0.08, 0.12),
        "ages nearly fit": (0.02, 0.05),
        "ages a few years apart": (0.015, 0.15),
        "ages far apart": (0.005, 0.4),
    },
    "gender": {"same": (0.985, 0.52), "different": (0.015, 0.48)},
    "phone": {
        "same": (0.62, 0.0004),
        "fits what was read": (0.05, 0.0008),
        "one digit differs": (0.03, 0.0015),
        "different": (0.3, 0.997),
    },
    "plate": {
        "same": (0.55, 0.0004),
        "fits most of it": (0.15, 0.0008),
        "fits a part of it": (0.07, 0.006),
        "one character differs": (0.03, 0.001),
        "different": (0.2, 0.992),
    },
    "handle": {"same": (0.65, 0.0003), "similar": (0.03, 0.0005), "different": (0.32, 0.999)},
    "identifier": {"same": (0.9, 0.00001), "different": (0.1, 0.99999)},
    "place": {
        "same address": (0.25, 0.001),
        "same place": (0.25, 0.01),
        "same postcode": (0.1, 0.004),
        "different": (0.4, 0.985),
    },
    "companion": {"same": (0.3, 0.001), "different": (0.7, 0.999)},
    "area": {"same": (0.93, 0.45), "different": (0.07, 0.55)},
}
_ROUNDS = 12
_RANDOM_PAIRS = 200_000
#: Strength words and the posterior odds, in bits, from which each is used.
_STRENGTHS = {"weak": -math.inf, "possible": 0.0, "likely": 3.0, "strong": 6.0, "very strong": 10.0}


def train(
    records: Sequence[Record], *, seed: int = 0, precision: float = 0.97, rounds: int = _ROUNDS
) -> Model:
    """A model for mentions like `records`. No label is read. The same for the same input."""
    frequencies, floors = count_values(records)
    model = Model(
        prior=0.0,
        threshold=0.0,
        unseen=-0.5,
        levels=_with_u(records, seed),
        frequencies=frequencies,
        floors=floors,
        strengths={},
    )
    pairs = candidate_pairs(records)
    rate = min(0.5, 0.3 * len(records) / max(1, len(pairs)))
    for _ in range(rounds):
        model = replace(model, prior=_logit(rate))
        rate, shares = _expect(model, pairs)
        model = replace(model, levels=_maximise(model, shares))
    return _calibrate(replace(model, prior=_logit(rate)), pairs, precision)


def count_values(
    records: Sequence[Record],
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """How common each value is among mentions that have one, and the share of one never seen.

    Values seen once are left out: they are worth what an unseen one is.
    """
    frequencies: dict[str, dict[str, float]] = {}
    floors: dict[str, float] = {}
    for kind in sorted(set(VALUES.values())):
        counts: Counter[str] = Counter()
        having = 0
        for record in records:
            values = _values(record, kind)
            having += bool(values)
            counts.update(values)
        total = max(having, 1)
        frequencies[kind] = {
            value: round(count / total, 8) for value, count in sorted(counts.items()) if count > 2
        }
        floors[kind] = round(1.0 / (total + 1), 8)
    return frequencies, floors


def _values(record: Record, kind: str) -> set[str]:
    if kind == "places":
        return {*record.places, *record.addresses, *record.postcodes}
    value = getattr(record, kind)
    if isinstance(value, str):
        return {value} - {""}
    return {part for part in value if not {"?", "*"} & set(part)}


def _with_u(records: Sequence[Record], seed: int) -> dict[str, dict[str, tuple[float, float]]]:
    """The starting levels with u counted over random pairs of different submissions."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    counts: Counts = defaultdict(lambda: defaultdict(float))
    size = len(records)
    for _ in range(min(_RANDOM_PAIRS, size * 20)):
        left, right = records[chance.randrange(size)], records[chance.randrange(size)]
        if left.submission == right.submission:
            continue
        for name, function in COMPARISONS.items():
            seen = function(left, right)
            if seen is not None:
                counts[name][seen.level] += 1
    return {
        name: {level: (m, _share(counts[name], level, u)) for level, (m, u) in levels.items()}
        for name, levels in STARTING.items()
    }


#: Pseudo-pairs in favour of the starting value, so that a level never met is not impossible.
_FAITH = 200.0


def _share(counts: dict[str, float], level: str, start: float) -> float:
    total = sum(counts.values())
    return round((counts.get(level, 0.0) + _FAITH * start) / (total + _FAITH), 8)


def candidate_pairs(records: Sequence[Record], most: int = 300) -> list[Pair]:
    """The pairs that share a key, each once; keys with more than `most` holders are left out."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in keys(record):
            holders[key].append(place)
    found = {
        pair
        for places in holders.values()
        if 1 < len(places) <= most
        for pair in combinations(places, 2)
    }
    return [
        (records[a], records[b])
        for a, b in sorted(found)
        if records[a].submission != records[b].submission
    ]


def _expect(model: Model, pairs: Sequence[Pair]) -> tuple[float, Counts]:
    """The share of pairs that are one person, and the level counts weighted by that belief."""
    shares: Counts = defaultdict(lambda: defaultdict(float))
    believed = 0.0
    for left, right in pairs:
        seen = {
            name: found for name, f in COMPARISONS.items() if (found := f(left, right)) is not None
        }
        weight = model.prior + sum(
            model.weigh(name, found.level, found.shared) for name, found in seen.items()
        )
        belief = _sigmoid(weight)
        believed += belief
        for name, found in seen.items():
            shares[name][found.level] += belief
    return believed / max(1, len(pairs)), shares


def _maximise(model: Model, shares: Counts) -> dict[str, dict[str, tuple[float, float]]]:
    return {
        name: {
            level: (_share(shares[name], level, STARTING[name][level][0]), u)
            for level, (_, u) in levels.items()
        }
        for name, levels in model.levels.items()
    }


def _calibrate(model: Model, pairs: Sequence[Pair], precision: float) -> Model:
    """Set the threshold where the expected precision of the links above it is `precision`."""
    weights = sorted((score.score_pair(model, *pair).weight for pair in pairs), reverse=True)
    right, threshold = 0.0, 0.0
    for count, weight in enumerate(weights, start=1):
        right += _sigmoid(weight)
        if right / count < precision:
            break
        threshold = weight
    threshold = round(max(threshold, 0.0), 3)
    return replace(
        model,
        threshold=threshold,
        strengths={
            word: -1000.0 if math.isinf(bits) else round(threshold - 3 + bits, 3)
            for word, bits in _STRENGTHS.items()
        },
    )


def _logit(rate: float) -> float:
    return math.log2(rate / (1 - rate))


def _sigmoid(bits: float) -> float:
    return float(1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, bits))))
