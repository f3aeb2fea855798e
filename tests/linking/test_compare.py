"""How far details agree."""

from datetime import date

import pytest
from hypothesis import given, settings

from linking import compare, model
from linking.types import Record
from tests.linking.strategies import person, records


@given(records(), records())
@settings(max_examples=300, deadline=None)
def test_it_does_not_matter_which_of_two_mentions_comes_first(one, other):
    active = model.default()
    for name, function in compare.COMPARISONS.items():
        there, back = function(one, other), function(other, one)
        assert (there is None) == (back is None), name
        if there and back:
            assert (there.level, there.shared) == (back.level, back.shared), name
            assert active.weigh(name, there.level, there.shared) == active.weigh(
                name, back.level, back.shared
            )


@given(records(), records())
@settings(max_examples=200, deadline=None)
def test_the_model_knows_every_level_that_is_seen(one, other):
    for name, function in compare.COMPARISONS.items():
        seen = function(one, other)
        assert seen is None or seen.level in model.default().levels[name]


@given(records())
@settings(max_examples=100, deadline=None)
def test_what_is_missing_weighs_nothing(one):
    nobody = person()
    said = {name for name, f in compare.COMPARISONS.items() if f(one, nobody) or f(nobody, one)}
    assert said == set()


@given(records())
@settings(max_examples=100, deadline=None)
def test_a_mention_never_differs_from_its_own_copy(one):
    for name, function in compare.COMPARISONS.items():
        seen = function(one, one)
        assert seen is None or not seen.level.startswith(("different", "ages far")), name


def level(name: str, one: dict[str, object], other: dict[str, object]) -> str:
    seen = compare.COMPARISONS[name](person(**one), person(**other))
    return seen.level if seen else ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("mohammed",), ("muhammad",), "form of it"),
        (("katarzyna",), ("kasia",), "form of it"),
        (("robert",), ("bob",), "form of it"),
        (("vikram",), ("vik",), "form of it"),
        (("jonathan",), ("jonahtan",), "similar"),
        (("j",), ("jonathan",), "initial"),
        (("j",), ("j",), "initial"),
        (("jonathan", "lee"), ("lee",), "same"),
        (("jonathan",), ("maria",), "different"),
    ],
)
def test_given_names_agree_in_their_forms(one, other, expected):
    assert level("given_name", {"given_names": one}, {"given_names": other}) == expected


def test_given_and_family_name_may_be_swapped():
    one = {"given_names": ("nguyen",), "family_name": "linh"}
    other = {"given_names": ("linh",), "family_name": "nguyen"}

    assert level("given_name", one, other) == "swapped"
    assert level("family_name", one, other) == "swapped"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("QX00ABC", "QX00ABC", "same"),
        ("QX00A?C", "QX00ABC", "fits most of it"),
        ("QX*", "QX00ABC", "fits a part of it"),
        ("QX00ABD", "QX00ABC", "one character differs"),
        ("QX??ABD", "QX00ABC", "different"),
        ("QX*BC", "QX00ABC", "fits a part of it"),
        ("*XYZ", "QX*", "fits a part of it"),
        ("QY*", "QX*", "different"),
    ],
)
def test_plates_fit_what_was_read_of_them(one, other, expected):
    assert level("plate", {"plates": (one,)}, {"plates": (other,)}) == expected


def born(first: str, last: str = "") -> dict[str, object]:
    return {
        "born_from": date.fromisoformat(first),
        "born_to": date.fromisoformat(last or first),
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (born("2010-03-04"), born("2010-03-04"), "same day"),
        (born("2010-03-04"), born("2010-04-03"), "day and month swapped"),
        (born("2010-03-04"), born("2011-03-04"), "one digit differs"),
        (born("2010-01-01"), born("2010-03-04"), "same year"),
        (born("2009-03-04"), born("2010-03-04"), "one part differs"),
        (born("2010-03-04"), born("2010-03-27"), "one part differs"),
        (born("2010-03-04"), born("2010-12-28"), "near"),
        (born("2010-03-04"), born("1980-12-28"), "different day"),
        (born("2010-03-04"), born("2009-10-01", "2010-09-30"), "ages fit closely"),
        (born("2000-01-01", "2010-12-31"), born("2009-10-01"), "ages fit"),
        (born("2008-01-01", "2008-12-31"), born("2009-06-01"), "ages nearly fit"),
        (born("1980-01-01", "1985-12-31"), born("2009-06-01"), "ages far apart"),
    ],
)
def test_ages_and_days_of_birth_meet_on_one_line(one, other, expected):
    assert level("born", one, other) == expected


def test_streets_of_one_name_are_told_apart_by_their_postcodes():
    here = {"addresses": ("1 pier rd",), "postcodes": ("ZX1 1AA",)}
    there = {"addresses": ("1 pier rd",), "postcodes": ("ZX2 2BB",)}

    assert level("place", here, {"addresses": ("1 pier rd",)}) == "same address"
    assert level("place", here, there) == "different"


def test_ethnicity_and_appearance_are_no_part_of_a_record():
    fields = " ".join(Record.__slots__) + " ".join(compare.COMPARISONS)
    for word in ("ethnic", "appearance", "hair", "build", "religion", "nationality"):
        assert word not in fields


def test_every_comparison_says_what_an_analyst_reads():
    assert [compare.label(name) for name in ("phone", "plate", "born")] == [
        "Phone",
        "Registration",
        "Date of birth or age",
    ]
