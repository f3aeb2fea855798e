"""From what was written to what can be compared."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linking import keys, normalise

HERE, SUBMISSION = uuid.UUID(int=1), uuid.UUID(int=2)


def record(person, day="2026-03-31", **lists):
    payload = {
        "information_date": day,
        "persons": [{"ref": "p1", "role": "unknown", **person}],
        **lists,
    }
    (found,) = normalise.records(payload, SUBMISSION, "dogger", {"p1": HERE})
    return found


def tied(kind, thing):
    relation = {"from": "p1", "kind": "uses", "to": "x1"}
    return record({}, **{kind: [{"ref": "x1", **thing}]}, relations=[relation])


@pytest.mark.parametrize(
    ("person", "left"),
    [
        ({"given_names": "x" * 10_000}, "given_names"),
        ({"family_name": "\U0001f697" * 3}, "family_name"),
        ({"given_names": "\x00"}, "given_names"),
        ({"nicknames": ["n" * 10_000]}, "nicknames"),
        ({"nicknames": ["unknown"]}, "nicknames"),
        ({"date_of_birth": "0001-01-01"}, "born_from"),
        ({"date_of_birth": "2026-02-30"}, "born_from"),
        ({"date_of_birth": "2031-01-01"}, "born_from"),
    ],
)
def test_a_detail_that_says_nothing_becomes_nothing_and_says_so(person, left):
    found = record(person)

    assert not getattr(found, left)
    assert found.problems


@pytest.mark.parametrize(
    ("kind", "thing", "left"),
    [
        ("vehicles", {"registration": "\U0001f697\U0001f697"}, "plates"),
        ("vehicles", {"registration": "A" * 10_000}, "plates"),
        ("vehicles", {"registration": "\x00"}, "plates"),
        ("vehicles", {"registration": "??*"}, "plates"),
        ("phones", {"number": "\U0001f4de"}, "phones"),
        ("phones", {"number": "7" * 10_000}, "phones"),
        ("phones", {"number": "call me"}, "phones"),
    ],
)
def test_a_thing_that_cannot_be_read_becomes_nothing_and_says_so(kind, thing, left):
    found = tied(kind, thing)

    assert getattr(found, left) == ()
    assert found.problems


def test_a_day_in_year_one_does_not_stop_the_ages_told_on_it():
    found = record({"age_from": 15, "age_to": 16}, day="0001-01-01")

    assert found.born_from is None


text = st.text(max_size=40) | st.sampled_from(("\x00", "\U0001f697", "x" * 10_000, "’", "Ż", "İ"))


@given(text, text, text, text, text, text)
@settings(max_examples=200, deadline=None)
def test_no_text_whatever_stops_a_mention(given_name, family, nickname, number, mark, name):
    ties = [{"from": "p1", "kind": "uses", "to": ref} for ref in ("x1", "x2", "x3", "x4")]
    found = record(
        {"given_names": given_name, "family_name": family, "nicknames": [nickname]},
        phones=[{"ref": "x1", "number": number}],
        vehicles=[{"ref": "x2", "registration": mark}],
        online_accounts=[{"ref": "x3", "platform": "snapchat", "handle": name}],
        places=[{"ref": "x4", "address": name, "postcode": mark, "name": family}],
        relations=ties,
    )

    kept = (*found.given_names, found.family_name, *found.nicknames, *found.phones, *found.plates)
    assert all(value.isascii() and "\x00" not in value for value in kept)
    assert all(isinstance(key, int) for key in keys.keys(found))
    assert type(found).from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900 123", "+447700900123"),
        ("07700 9OO123", "+447700900123"),
    ],
)
def test_one_telephone_is_written_in_many_ways(written, read):
    assert normalise.phone(written).value == read


@pytest.mark.parametrize("written", ["qx00 abc", "QXOO ABC", "QX-00-ABC", "QX00ABC"])
def test_one_registration_is_written_in_many_ways(written):
    assert normalise.plate(written) == normalise.plate("QX00ABC")


def test_names_are_folded_to_plain_letters():
    assert normalise.name_tokens("Mrs Żaneta O’Neil") == ("zaneta", "oneil")


def test_the_initials_of_a_withheld_name_are_compared_as_initials():
    found = record({"name_withheld": "confidential_service", "initials": "M.K."})

    assert (found.given_names, found.family_name) == (("m",), "k")


def test_a_school_year_is_an_age():
    found = record({"year_group": "9"})

    assert (found.born_from.year, found.born_to.year) == (2011, 2013)
