"""Everything at once, and the same as one by one."""

import random
import uuid
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from linking import memory, model
from tests.linking.strategies import person, records

MODEL = model.default()


@given(st.lists(records(), max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_mentions_come_changes_nothing(found, chance):
    mixed = list(found)
    chance.shuffle(mixed)

    assert memory.link(MODEL, mixed) == memory.link(MODEL, found)


def test_each_pair_is_a_candidate_once_and_with_the_lower_id_first():
    many = [person(given_names=("maria",), family_name="khan") for _ in range(6)]
    left, right = memory.candidates(many)
    pairs = [(many[one].id, many[other].id) for one, other in zip(left, right, strict=True)]

    assert pairs == list(combinations(sorted(r.id for r in many), 2))


def test_a_key_that_many_share_is_narrowed_and_not_dropped():
    chance = random.Random(1)
    crowd = [
        person(given_names=(chance.choice("abcdefgh") + "lex",), phones=("+447700900001",))
        for _ in range(40)
    ]
    left, right = memory.candidates(crowd, common=10)

    assert 0 < len(left) < len(list(combinations(crowd, 2)))
    for one, other in zip(left, right, strict=True):
        assert crowd[one].given_names[0][0] == crowd[other].given_names[0][0]


def test_two_persons_of_one_submission_stay_two():
    submission = uuid.uuid4()
    details = {"given_names": ("maria",), "family_name": "khan"}
    one, other = (replace(person(**details), submission=submission) for _ in range(2))

    assert len(memory.link(MODEL, [one, other])) == 2
