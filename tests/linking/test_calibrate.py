"""Prior and threshold from decisions."""

import random
from dataclasses import replace

import numpy as np
import pytest

from linking import calibrate, model, passes
from linking.calibrate import Decided
from linking.score import score_pair
from tests.linking.strategies import person

NAMES = ("maria", "osric", "kasia", "jonathan")


def judged(count: int, seed: int = 3) -> list[Decided]:
    """Pairs that agree more or less, judged the same the likelier the more bits they have."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        phones = (f"+4477009{number:05}",)
        one = person(given_names=(NAMES[number % 4],), family_name="dunmow", phones=phones)
        other = replace(
            one,
            id=person().id,
            given_names=(dice.choice(NAMES),),
            phones=phones if dice.random() < 0.5 else ("+447700900999",),
        )
        bits = score_pair(model.default(), one, other).weight
        found.append(Decided(one, other, dice.random() < passes.believe(np.array([bits - 4]))[0]))
    return found


def test_too_few_decisions_or_all_of_one_kind_calibrate_nothing():
    some = judged(calibrate.ENOUGH - 1)
    with pytest.raises(ValueError, match="too few"):
        calibrate.on_decisions(model.default(), some)
    alike = [replace(pair, same=True) for pair in judged(calibrate.ENOUGH)]
    with pytest.raises(ValueError, match="all of one kind"):
        calibrate.on_decisions(model.default(), alike)


def test_the_prior_moves_until_as_many_are_expected_the_same_as_were_judged_so():
    some = judged(800)
    found = calibrate.on_decisions(model.default(), some)
    bits, same = calibrate.weights(found, some)

    assert found.prior < model.default().prior - 1
    capped = passes.believe(bits).sum()
    assert abs(capped - same.sum()) < 0.02 * len(some)


def test_the_threshold_is_the_lowest_above_which_enough_was_judged_the_same():
    some = judged(800)
    found = calibrate.on_decisions(model.default(), some, right=0.98)
    bits, same = calibrate.weights(found, some)
    here = calibrate.worth(bits, same, found.threshold)

    assert (here.precision or 0) >= 0.98
    lower = [calibrate.worth(bits, same, found.threshold - step) for step in (0.25, 0.5, 1, 2)]
    assert all((one.precision or 0) < 0.98 for one in lower)
    assert found.strength(found.threshold + 0.1) == "likely"


def test_the_threshold_does_not_fall_far_to_where_little_was_ever_proposed():
    found = calibrate.on_decisions(model.default(), judged(800), right=0.5)

    assert found.threshold == model.default().threshold - 2


def test_nothing_decided_has_neither_precision_nor_recall():
    nothing = calibrate.worth(np.empty(0), np.empty(0), 0.0)

    assert nothing.precision is None
    assert nothing.recall is None
