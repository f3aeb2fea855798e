"""A strength word says how right it is."""

import pytest

from benchmarks import linking_data
from linking import batch, memory, model
from linking.explain import BARS, PROMISED

MODEL = model.default()


def test_words_promise_more_the_stronger_they_are():
    assert list(PROMISED) == list(BARS)
    assert [PROMISED[word] for word in BARS] == sorted(PROMISED.values())
    assert sorted(MODEL.strengths, key=lambda word: MODEL.strengths[word]) == list(BARS)
    assert MODEL.strengths["likely"] == MODEL.threshold


@pytest.mark.parametrize("world", ["easy", "hard"])
def test_words_keep_their_promise_on_a_world_they_were_not_set_on(world, tmp_path):
    linking_data.world(world, 700, 5, tmp_path / "rows.jsonl")
    ids, records = linking_data.mentions(tmp_path / "rows.jsonl")
    labels = linking_data.world_labels(world, 700, 5)
    left, right = memory.candidates(records)
    weights = batch.weigh(MODEL, batch.compare(records, left, right)).tolist()
    right_ones: dict[str, list[bool]] = {word: [] for word in BARS}
    for one, other, weight in zip(left.tolist(), right.tolist(), weights, strict=True):
        if records[one].submission != records[other].submission:
            same = labels[ids[one]].person == labels[ids[other]].person
            right_ones[MODEL.strength(weight)].append(same)

    for word, (low, high) in PROMISED.items():
        share = sum(right_ones[word]) / len(right_ones[word])
        assert low - 0.05 <= share <= high + 0.05, (word, share, len(right_ones[word]))
