"""When a pair may be called one person."""

from dataclasses import replace
from datetime import date
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from linking import compare, memory, model
from linking.score import score_pair
from tests.linking.strategies import (
    CIRCUMSTANCES,
    COMMON,
    FAMILY,
    GIVEN,
    NAMES,
    NICKNAMES,
    person,
    records,
    some,
)

MODEL = model.default()

first_names = records(given_names=some(GIVEN), **COMMON)
nicknames = records(nicknames=some(NICKNAMES), **COMMON)
circumstances = records(**CIRCUMSTANCES, **COMMON)
relatives = records(family_name=st.sampled_from(FAMILY), **CIRCUMSTANCES, **COMMON)


@given(first_names | nicknames, first_names | nicknames)
@settings(max_examples=200, deadline=None)
def test_a_first_name_or_a_nickname_alone_never_links(one, other):
    assert score_pair(MODEL, one, other).weight < MODEL.threshold


def test_a_first_name_and_a_nickname_together_are_a_link_to_look_at():
    one, other = (person(given_names=("toby",), nicknames=("wolf",)) for _ in range(2))

    assert score_pair(MODEL, one, other).weight > MODEL.threshold


def test_a_nickname_that_is_the_first_name_again_is_no_second_reason():
    one, other = (person(given_names=("katarzyna",), nicknames=("kat",)) for _ in range(2))

    assert score_pair(MODEL, one, other).capped_by == "A first name alone never links."


def test_namesakes_born_some_months_apart_are_two():
    name = {"given_names": ("keira",), "family_name": "morrison", "gender": "female"}
    one = person(born_from=(d := date(2010, 9, 28)), born_to=d, **name)
    other = person(born_from=(e := date(2010, 12, 17)), born_to=e, **name)

    assert score_pair(MODEL, one, other).weight < MODEL.threshold


@given(circumstances, circumstances)
@settings(max_examples=200, deadline=None)
def test_where_and_with_whom_somebody_was_never_links_alone(one, other):
    assert score_pair(MODEL, one, other).weight < MODEL.threshold


@given(relatives, relatives)
@settings(max_examples=200, deadline=None)
def test_a_family_name_with_its_home_never_links_alone(one, other):
    assert score_pair(MODEL, one, other).weight < MODEL.threshold


@given(records(), records())
@settings(max_examples=200, deadline=None)
def test_a_weight_is_the_sum_of_its_reasons(one, other):
    scored = score_pair(MODEL, one, other)
    total = MODEL.prior + sum(comparison.weight for comparison in scored.comparisons)

    assert scored.weight <= total + 1e-9
    assert bool(scored.capped_by) or abs(scored.weight - total) < 1e-9


@given(records(), records())
@settings(max_examples=200, deadline=None)
def test_the_order_of_a_pair_changes_nothing(one, other):
    there, back = score_pair(MODEL, one, other), score_pair(MODEL, other, one)

    assert abs(there.weight - back.weight) < 1e-9
    assert there.capped_by == back.capped_by


@given(records())
@settings(max_examples=100, deadline=None)
def test_a_declared_hub_adds_nothing(one):
    for name, function in compare.COMPARISONS.items():
        seen = function(one, one)
        if seen and seen.shared:
            hub = replace(MODEL, hubs=frozenset({seen.shared}))
            assert hub.weigh(name, seen.level, seen.shared) == 0.0


def test_one_telephone_under_two_names_is_a_link_to_look_at():
    one = person(given_names=("tazz",), phones=("+447700900001",), gender="male")
    other = person(nicknames=("tazz",), phones=("+447700900001",), gender="male")

    assert score_pair(MODEL, one, other).weight > MODEL.threshold


def test_people_who_share_a_home_and_a_name_are_not_one_when_their_days_of_birth_differ():
    home = {"family_name": "quayle", "addresses": ("1 pier rd",), "postcodes": ("ZX1 1AA",)}
    one = person(given_names=("maria",), born_from=(d := date(2009, 3, 4)), born_to=d, **home)
    other = person(given_names=("ann",), born_from=(e := date(2011, 7, 19)), born_to=e, **home)

    assert score_pair(MODEL, one, other).weight < MODEL.threshold


@given(records(**NAMES))
@settings(max_examples=50, deadline=None)
def test_a_pair_in_which_nothing_agrees_needs_no_rule(one):
    assert score_pair(MODEL, one, person()).capped_by == ""


def test_a_phone_that_many_people_share_links_nobody_of_another_name():
    names = ("maria", "derek", "tomasz", "aisha", "colin", "grace", "pavel", "wendy")
    number = {"phones": ("+447700900001",), "places": ("quay hostel",), "area": "dogger"}
    home = [person(given_names=(name,), **number) for name in names]

    assert all(
        score_pair(MODEL, one, other).weight < MODEL.threshold
        for one, other in combinations(home, 2)
    )
    assert memory.link(MODEL, home) == sorted((frozenset({record.id}) for record in home), key=min)


def test_a_phone_and_a_day_of_birth_link_a_person_of_two_names():
    shared = {
        "phones": ("+447700900001",),
        "born_from": date(2009, 3, 4),
        "born_to": date(2009, 3, 4),
    }
    one, other = (person(given_names=(name,), **shared) for name in ("maria", "destiny"))

    assert score_pair(MODEL, one, other).weight > MODEL.threshold


def test_namesakes_of_another_age_are_two_until_they_share_a_phone():
    def told(year, **more):
        day = date(year, 3, 4)
        return person(
            given_names=("zebedee",), family_name="quillfeather", born_from=day, born_to=day, **more
        )

    apart = score_pair(MODEL, told(2009), told(1977))
    number = {"phones": ("+447700900001",)}

    assert apart.capped_by
    assert apart.weight < MODEL.threshold
    assert not score_pair(MODEL, told(2009, **number), told(1977, **number)).capped_by


def test_where_names_are_often_wrong_another_name_forbids_nothing():
    levels = {**MODEL.levels["given_name"], "different": (0.2, 0.9)}
    careless = replace(MODEL, levels={**MODEL.levels, "given_name": levels})
    number = {"phones": ("+447700900001",)}
    one, other = (person(given_names=(name,), **number) for name in ("maria", "destiny"))

    assert score_pair(MODEL, one, other).capped_by
    assert not score_pair(careless, one, other).capped_by
