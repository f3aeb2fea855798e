"""One model, several executors: the same pairs, weights and people."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linking import bulk, executors, memory, model
from linking.score import KEPT_FROM
from tests.linking.strategies import records
from tests.linking.test_by_splink import MODEL
from tests.linking.test_train import world


@given(st.lists(records(), max_size=16, unique_by=lambda r: r.id), st.integers(1, 5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pairs_found_in_duckdb_are_those_found_in_memory(found, common):
    here = memory.candidates(found, common=common)
    there = bulk.pairs(found, common=common)

    assert set(zip(*map(np.ndarray.tolist, there), strict=True)) == set(
        zip(*map(np.ndarray.tolist, here), strict=True)
    )


def by_pair(scored):
    return dict(
        zip(
            zip(scored.left.tolist(), scored.right.tolist(), strict=True),
            scored.weights.tolist(),
            strict=True,
        )
    )


def kept(scored):
    """The pairs that are kept, with a margin for what lies on the edge."""
    return {pair: bits for pair, bits in by_pair(scored).items() if bits >= KEPT_FROM + 1e-6}


def agree(executor, most):
    found = world(3)[0]
    one, other = executors.compiled(MODEL, found), executors.named(executor)(MODEL, found)
    here, there = kept(one), kept(other)
    assert len(here) > 1000
    assert here.keys() == there.keys()
    return max(abs(bits - there[pair]) for pair, bits in here.items()) < most


def test_splink_in_duckdb_weighs_a_world_as_the_compiled_batch_does():
    assert agree("duckdb", 1e-9)


def test_people_found_in_bulk_are_those_found_in_memory():
    found = world(3)[0]

    assert executors.link(model.default(), found, executor="duckdb") == memory.link(
        model.default(), found
    )


def test_of_nothing_comes_nothing():
    assert len(executors.named("duckdb")(MODEL, []).weights) == 0


@pytest.mark.audit
def test_splink_on_spark_weighs_a_world_as_the_compiled_batch_does():
    assert agree("spark", 1e-6)
