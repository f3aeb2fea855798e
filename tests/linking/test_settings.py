"""A model as Splink's settings: the same weights, the same version, and back."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from linking import model, settings
from linking.model import Model

SHARES = st.floats(1e-7, 1.0)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(SHARES, SHARES), min_size=1))
def test_splinks_settings_weigh_each_level_as_the_model_does(levels):
    made = Model(-9.0, 0.0, -0.5, {"gender": levels}, {}, {}, {})
    found = settings.levels(made.to_json()["splink"])["gender"]

    assert set(found) == set(levels)
    for level, (m, u) in found.items():
        assert 0 < m <= 1
        assert 0 < u <= 1
        assert abs(math.log2(m / u) - made.weigh("gender", level)) < 1e-12


def test_a_model_read_back_is_the_same_version():
    shipped = model.default()
    stored = json.loads(shipped.canonical())
    again = Model.from_json(stored)

    assert again.version == shipped.version
    assert Model.from_json(again.to_json()).version == shipped.version
    assert again == shipped


def test_gammas_count_from_what_speaks_against_a_pair():
    levels = {"different": (0.1, 0.9), "same": (0.8, 0.01), "similar": (0.1, 0.09)}

    assert settings.gammas(levels) == {"": -1, "different": 0, "similar": 1, "same": 2}
