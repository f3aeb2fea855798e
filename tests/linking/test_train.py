"""A model trained on an invented world, and judged by a truth that training never saw."""

import math
import uuid
from collections import Counter
from functools import cache

import pytest

import synthetic
from linking import counting, memory, normalise, train
from linking.types import Record
from tests.linking.strategies import person


@cache
def world(seed: int) -> tuple[list[Record], dict[uuid.UUID, int]]:
    """The mentions of a small world, and apart from them who each is."""
    made = synthetic.make("easy", submissions=700, seed=seed)
    areas = {agency.code: agency.force_area for agency in made.agencies}
    found: list[Record] = []
    truth = {}
    for told in made.told():
        submission = uuid.uuid5(uuid.NAMESPACE_OID, f"{told.agency} {told.payload['reference']}")
        ids = {ref: uuid.uuid5(submission, ref) for ref, _ in told.people}
        found += normalise.records(told.payload, submission, areas[told.agency], ids)
        truth.update({ids[ref]: who.number for ref, who in told.people})
    return found, truth


@cache
def trained(seed: int = 1):
    return train.train(world(seed)[0])


def precision_and_recall(groups, truth):
    joined = sum(math.comb(len(group), 2) for group in groups)
    right = sum(
        math.comb(n, 2) for group in groups for n in Counter(truth[m] for m in group).values()
    )
    return right / joined, right / sum(math.comb(n, 2) for n in Counter(truth.values()).values())


def test_a_trained_model_links_a_world_it_has_not_seen():
    found, truth = world(2)
    precision, recall = precision_and_recall(memory.link(trained(), found), truth)

    assert precision > 0.95
    assert recall > 0.9


def test_training_again_gives_the_same_model():
    assert train.train(world(1)[0]).version == trained().version


def test_the_order_of_the_mentions_hardly_matters():
    other = train.train(list(reversed(world(1)[0])))

    assert abs(other.prior - trained().prior) < 0.2


def test_agreement_speaks_for_a_link_and_difference_against_it():
    for name in ("given_name", "family_name", "phone", "plate", "handle"):
        levels = trained().levels[name]
        assert math.log2(levels["same"][0] / levels["same"][1]) > 5, name
        assert math.log2(levels["different"][0] / levels["different"][1]) < -0.5, name


def test_no_difference_is_held_to_be_impossible():
    for levels in trained().levels.values():
        for m, u in levels.values():
            assert math.log2(m / u) > -8.5


def test_a_value_told_often_of_one_person_is_no_more_common():
    many = [person(phones=("+447700900001",)) for _ in range(50)]
    others = [person(phones=(f"+4477009001{number:02}",)) for number in range(50)]
    who = {record.id: 0 for record in many} | {r.id: n + 1 for n, r in enumerate(others)}

    by_mention, _ = counting.frequencies([*many, *others])
    by_person, floors = counting.frequencies([*many, *others], who)

    assert by_mention["phones"]["+447700900001"] == 0.5
    assert "+447700900001" not in by_person["phones"]
    assert floors["phones"] == pytest.approx(1 / 52)


def test_what_was_read_in_part_is_no_value():
    assert counting.values_of(person(plates=("QX??ABC", "QX00ABC")), "plates") == {"QX00ABC"}


def test_there_is_nothing_to_learn_from_mentions_unlike_each_other():
    with pytest.raises(ValueError, match="nothing to learn"):
        train.train([person(given_names=("maria",)), person(phones=("+447700900001",))])
