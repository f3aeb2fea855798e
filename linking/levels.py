"""The levels of a model: where m starts, and m and u from counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from linking.compare import BOTH
from linking.counting import HALF
from linking.model import Model

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
    # No share: how much commoner than each name alone would say. See `linking.passes`.
    BOTH: {"both": 1.0, "given name only": 1.0, "family name only": 1.0},
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
        "one part differs": 0.012,
        "near": 0.002,
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
#: Pairs' worth of faith in where m starts, for data with few pairs.
_FAITH = 20.0
#: Whatever was learnt, one person's mentions differ in any detail at least this often.
_DIFFERS = 0.004

Shares = Mapping[str, float]
Counts = Mapping[str, Counter[str]]


def starting(chance: Counts) -> dict[str, dict[str, tuple[float, float]]]:
    """Every level, with m from `STARTING` and u from how often it is met by chance."""
    levels = {
        name: _zipped(start, _by_chance(chance[name], start))
        for name, start in STARTING.items()
        if name != BOTH
    }
    return {**levels, BOTH: dict.fromkeys(STARTING[BOTH], (1.0, 1.0))}


def with_m(model: Model, counts: Counts, names: Iterable[str]) -> Model:
    """The model with m of these comparisons from how many pairs of one person are at each level."""
    learnt = {
        name: _zipped(
            _shares(counts[name], STARTING[name]),
            {level: u for level, (_, u) in model.levels[name].items()},
        )
        for name in names
        if counts.get(name)
    }
    return replace(model, levels={**model.levels, **learnt})


def _zipped(m: Shares, u: Shares) -> dict[str, tuple[float, float]]:
    return {level: (_at_least(share, u[level]), u[level]) for level, share in m.items()}


def _at_least(m: float, u: float) -> float:
    """No difference is impossible in one person: somebody always mishears, or is two things."""
    return float(f"{max(m, min(u, _DIFFERS)):.5g}")


def _shares(counts: Counter[str], start: Shares) -> dict[str, float]:
    total = sum(counts.values()) + _FAITH
    return {level: (counts[level] + _FAITH * share) / total for level, share in start.items()}


def _by_chance(counts: Counter[str], levels: Iterable[str]) -> dict[str, float]:
    """The share of each level by chance; a level never met counts half a pair."""
    every = list(levels)
    total = sum(counts.values()) + HALF * len(every)
    return {level: float(f"{(counts[level] + HALF) / total:.5g}") for level in every}
