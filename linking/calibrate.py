"""Prior and threshold from what analysts decided.

Analysts see what the workers propose, so that decided pairs say nothing of those that nobody saw,
and much of those near the threshold: where both are set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linking import passes
from linking.batch import Floats
from linking.model import Model
from linking.score import score_pair
from linking.types import Record

#: Decided pairs from which they set the prior and the threshold.
ENOUGH = 500
#: Bits by which a few hundred decisions may move the prior.
_MOST_MOVED = 6.0
_STEPS = 60
#: Bits above the old threshold that are tried, from the lowest. Little was ever proposed below it,
#: so that decisions, however good, speak of little there.
_TRIED = tuple(step / 4 for step in range(-8, 41))


@dataclass(frozen=True)
class Decided:
    """A pair that somebody judged: `same` or different."""

    left: Record
    right: Record
    same: bool


@dataclass(frozen=True)
class Worth:
    """How right a threshold is on decided pairs: shares, or None where nothing is there to share.

    `precision` is the share of the pairs above it that were judged the same, `recall` the share of
    the pairs judged the same that lie above it.
    """

    threshold: float
    above: int
    same_above: int
    same: int

    @property
    def precision(self) -> float | None:
        """The share of what lies above that was judged the same."""
        return self.same_above / self.above if self.above else None

    @property
    def recall(self) -> float | None:
        """The share of what was judged the same that lies above."""
        return self.same_above / self.same if self.same else None


def weights(model: Model, decided: Sequence[Decided]) -> tuple[Floats, Floats]:
    """The bits of each decided pair, and 1.0 for each judged the same.

    What a rule caps is a link at no threshold: minus infinity.
    """
    scored = [score_pair(model, pair.left, pair.right) for pair in decided]
    bits = [-np.inf if found.capped_by else found.weight for found in scored]
    return np.array(bits), np.array([float(pair.same) for pair in decided])


def worth(bits: Floats, same: Floats, threshold: float) -> Worth:
    """How right `threshold` is on pairs of so many bits."""
    above = bits > threshold
    return Worth(threshold, int(above.sum()), int(same[above].sum()), int(same.sum()))


def on_decisions(model: Model, decided: Sequence[Decided], *, right: float = 0.98) -> Model:
    """The model with the prior under which as many decided pairs are expected to be the same as
    were, and the lowest threshold above which the share `right` was judged the same.

    Raises ValueError where there are fewer than `ENOUGH` decisions, or all are of one kind.
    """
    bits, same = weights(model, decided)
    if len(decided) < ENOUGH or same.sum() in {0.0, len(decided)}:
        raise ValueError("too few decisions, or all of one kind")
    model = replace(model, prior=round(model.prior + _shift(bits, float(same.sum())), 4))
    bits, same = weights(model, decided)
    tried = [worth(bits, same, model.threshold + step) for step in _TRIED]
    good = [found for found in tried if (found.precision or 0.0) >= right]
    best = min(good, key=lambda found: found.threshold) if good else tried[-1]
    moved = best.threshold - model.threshold
    strengths = {word: start + moved for word, start in model.strengths.items()}
    return replace(model, threshold=best.threshold, strengths=strengths)


def _shift(bits: Floats, same: float) -> float:
    """Bits to add, so that the belief in all pairs together is `same`."""
    low, high = -_MOST_MOVED, _MOST_MOVED
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if float(passes.believe(bits + middle).sum()) < same:
            low = middle
        else:
            high = middle
    return (low + high) / 2
