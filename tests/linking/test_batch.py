"""Many pairs at once weigh what each weighs alone."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linking import batch, compare, model
from linking.score import score_pair
from tests.linking.strategies import records

MODEL = model.default()


@given(st.lists(records(), min_size=2, max_size=12))
@settings(max_examples=150, deadline=None)
def test_levels_and_weights_are_those_of_single_pairs(found):
    left, right = np.triu_indices(len(found), 1)
    columns = batch.compare(found, left, right)
    weights = batch.weigh(MODEL, columns)
    for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        scored = score_pair(MODEL, found[one], found[other])
        assert abs(weights[place] - scored.weight) < 1e-9
        levels = {row.name: row.level for row in scored.comparisons}
        for name, column in columns.items():
            assert column.outcomes[column.number[place]][0] == levels.get(name, "")


@given(records(), records(), records(), st.sampled_from(sorted(compare.COMPARISONS)))
@settings(max_examples=200, deadline=None)
def test_a_comparison_reads_nothing_but_what_it_is_declared_to_read(one, other, third, name):
    kept = {field: getattr(one, field) for field in batch.READS[name]}
    changed = replace(third, **kept)
    function = compare.COMPARISONS[name]

    assert function(one, other) == function(changed, other)


def test_no_pairs_weigh_nothing():
    none = np.empty(0, dtype=np.int64)

    assert len(batch.weigh(MODEL, batch.compare([], none, none))) == 0
