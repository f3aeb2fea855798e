"""Splink, given the same compared pairs and the same model, says the same; and it learns m."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linking import batch, by_splink, memory, model, train
from tests.linking.strategies import CODES, FAMILY, FULL, GIVEN, NICKNAMES, PHONES, PLACES, records
from tests.linking.test_train import precision_and_recall, world

#: Frequencies for some of what the strategies draw, and a hub: all that a weight may turn on.
MODEL = replace(
    model.default(),
    frequencies={
        "given_names": dict.fromkeys(GIVEN, 0.03),
        "family_name": dict.fromkeys(FAMILY[1:4], 1e-9),
        "nicknames": dict.fromkeys(NICKNAMES, 0.5),
        "phones": {PHONES[0]: 0.2},
        "plates": {},
        "handles": {},
        "places": {PLACES[0]: 0.9, CODES[0]: 1e-6},
        "companions": {FULL[0]: 0.04},
        "identifiers": {"pnc:1": 1e-7},
    },
    hubs=frozenset({PHONES[1], PLACES[1]}),
)


def pairs_of(found):
    left, right = np.triu_indices(len(found), 1)
    return batch.compare(found, left, right)


@given(st.lists(records(), min_size=2, max_size=24))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_splink_adds_up_what_the_compiled_batch_does(found):
    columns = pairs_of(found)

    assert np.abs(by_splink.weigh(MODEL, columns) - batch.weigh(MODEL, columns)).max() < 1e-9


@given(st.lists(records(), min_size=2, max_size=14))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_splinks_linker_loads_the_stored_settings_and_finds_the_same_gammas_and_weights(found):
    columns = pairs_of(found)
    stored = MODEL.to_json()["splink"] | {"retain_matching_columns": True}
    with by_splink.database() as connection:
        linker = by_splink.linker(connection, MODEL, columns, stored)
        table = linker.inference.predict().physical_name
        told = connection.sql(f"SELECT * FROM {table} ORDER BY pair_l").to_arrow_table()

    raw = np.full(told.num_rows, MODEL.prior)
    for name, bits in batch.bits_of(MODEL, columns).items():
        raw += bits[columns[name].number]
        gammas = by_splink.gammas(MODEL, name, columns[name])[columns[name].number]
        assert (told[f"gamma_{name}"].to_numpy() == gammas).all(), name
    assert np.abs(told["match_weight"].to_numpy() - raw).max() < 1e-9


@pytest.fixture(scope="module")
def trained():
    return train.train(world(1)[0], through=by_splink.run)


def test_a_model_that_splink_trained_links_a_world_it_has_not_seen(trained):
    found, truth = world(2)
    precision, recall = precision_and_recall(memory.link(trained, found), truth)

    assert precision > 0.95
    assert recall > 0.88


def test_splink_learns_what_our_own_passes_learn(trained):
    own = train.train(world(1)[0])
    for name in ("given_name", "family_name", "phone", "gender"):
        for level in ("same", "different"):
            one, other = trained.weigh(name, level), own.weigh(name, level)
            assert abs(one - other) < 1.5, (name, level)


def test_what_splink_trained_is_saved_as_json_that_splink_loads(trained):
    again = model.Model.from_json(trained.to_json())

    assert again.version == trained.version
    columns = pairs_of(world(2)[0][:40])
    with by_splink.database() as connection:
        by_splink.linker(connection, again, columns, again.to_json()["splink"])
