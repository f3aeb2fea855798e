"""Chance, all of it from one seed.

Everything is drawn from `random()` alone, whose sequence Python promises for a seed: the other
methods of `random.Random` may change from one release to the next.
"""

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Chance(random.Random):
    """Draws of the few shapes that a world needs. Seed it with a string."""

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of `things`, each as likely as the next."""
        return things[int(self.random() * len(things))]

    def early(self, things: Sequence[Thing]) -> Thing:
        """Any of `things`, the first ones more often: a few people are talked of most."""
        return things[int(self.random() ** 1.4 * len(things))]

    def below(self, bound: int) -> int:
        """0 to `bound` - 1."""
        return int(self.random() * bound)

    def between(self, low: int, high: int) -> int:
        """`low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def digits(self, count: int) -> str:
        """So many decimal digits, leading zeros kept."""
        return f"{int(self.random() * 10**count):0{count}d}"

    def mixed(self, things: Sequence[Thing]) -> list[Thing]:
        """`things` in any order."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            order[last], order[other] = order[other], order[last]
        return order


class Weighted(Generic[Thing]):
    """Things with weights: cumulated once, so that a draw costs one search."""

    def __init__(self, weights: Mapping[Thing, float]) -> None:
        self._things = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def draw(self, chance: Chance) -> Thing:
        """One of them, as likely as its weight says."""
        return self._things[bisect(self._bounds, chance.random() * self._bounds[-1])]
