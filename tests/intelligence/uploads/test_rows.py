"""What cells mean; and that no cell, however odd, does worse than need a fix."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intelligence import exchange
from intelligence.uploads import rows
from intelligence.uploads.columns import FIELDS

TODAY = date(2026, 11, 25)
DEFAULTS = rows.Defaults("told_by_another", date(2026, 3, 2))


def understood(cells):
    """What a row says, and what is wrong with it."""
    row = rows.understand(list(cells.values()), list(cells), DEFAULTS)
    return row.payload, rows.check(row, police=False, today=TODAY)


def read(**cells):
    """The submission of a row, whose fields are named; it must be right."""
    payload, wrong = understood(cells)
    assert wrong == []
    return payload


def told(**cells):
    """What is wrong with a row: column and sentence."""
    _, wrong = understood(cells)
    return [(one.column, one.message) for one in wrong]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/03/2026", "2026-03-31"),
        ("3.4.26", "2026-04-03"),
        ("03-04-2026 21:15", "2026-04-03"),
        ("2026-04-03", "2026-04-03"),
        ("2026-04-03T21:15:00", "2026-04-03"),
        ("3rd March 2026", "2026-03-03"),
        ("Tuesday 3 Mar 2026", "2026-03-03"),
        ("3-Mar-26", "2026-03-03"),
        ("46084", "2026-03-03"),
    ],
)
def test_a_day_is_read_however_it_is_written(text, day):
    assert read(narrative="x", information_date=text)["information_date"] == day


@pytest.mark.parametrize("text", ["03/25/2026", "31/02/2026", "soon", "1", "0001-13-45"])
def test_a_day_that_is_none_is_told_at_its_cell(text):
    ((column, message),) = told(narrative="x", information_date=text)
    assert column == 1
    assert "day" in message


def test_a_day_in_the_future_is_told_at_its_cell():
    assert told(narrative="x", information_date="1/1/2030") == [
        (1, "This date lies in the future.")
    ]


def test_a_row_becomes_people_things_and_how_they_hang_together():
    payload = read(
        child_name="Vale, Una",
        child_date_of_birth="March 2011",
        child_gender="F",
        suspect_nicknames="“Dex” aka Dexy, Big D",
        suspect_age="about 25-30",
        phone="7700900123 / 07700 900 4?6",
        registration="QX00 A?C",
        colour="silver",
        place_name="Arcade",
        handle="@dexy",
    )

    assert payload["persons"] == [
        {
            "ref": "child",
            "role": "child_at_risk",
            "given_names": "Una",
            "family_name": "Vale",
            "date_of_birth": "2011-03",
            "gender": "female",
        },
        {
            "ref": "suspect",
            "role": "suspected_offender",
            "nicknames": ["Dex", "Dexy", "Big D"],
            "age_from": 25,
            "age_to": 30,
        },
    ]
    assert [phone["number"] for phone in payload["phones"]] == ["07700900123", "07700 900 4?6"]
    assert {(tie["from"], tie["kind"]) for tie in payload["relations"]} == {
        ("suspect", "uses"),
        ("suspect", "drives"),
        ("suspect", "seen_at"),
        ("suspect", "holds_account"),
    }


def test_a_number_without_a_person_is_nobodys():
    assert "relations" not in read(phone="07700900123")


def test_with_two_people_and_no_suspect_a_number_is_nobodys():
    payload = read(child_name="Una", person_name="Milo", person_role="friend", phone="07700900123")
    assert [person["role"] for person in payload["persons"]] == ["child_at_risk", "associate"]
    assert "relations" not in payload


def test_what_the_row_does_not_say_is_what_was_said_for_all():
    payload = read(narrative="x")
    assert payload["provenance"] == {"how_known": "told_by_another"}
    assert payload["information_date"] == "2026-03-02"


def test_a_row_says_how_it_is_known_in_the_partners_words():
    assert read(narrative="x", how_known="Pupil disclosure")["provenance"] == {
        "how_known": "child_about_self"
    }


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"narrative": "x", "how_known": "vibes"}, 1),
        ({"narrative": "x", "child_gender": "7"}, 1),
        ({"narrative": "x", "child_age": "young"}, 1),
        ({"narrative": "x", "phone": "7.7009E+11"}, 1),
        ({"narrative": "x", "phone": "call me"}, 1),
        ({"narrative": "x", "registration": "the silver one"}, 1),
        ({"narrative": "=cmd|' /C calc'!A0"}, 0),
        ({"narrative": "a wrong sign \ufffd"}, 0),
        ({"narrative": "x" * 20_001}, 0),
        ({"reference": "r" * 65, "narrative": "x"}, 0),
        ({"postcode": "Z" * 30}, 0),
        ({"information_date": "2026-03-01"}, None),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(cells, column):
    assert [at for at, _ in told(**cells)] == [column]


def test_every_cell_that_is_wrong_is_told_at_once():
    assert [at for at, _ in told(information_date="soon", child_age="x", phone="y")] == [0, 1, 2]


def test_words_for_nothing_are_nothing():
    payload = read(narrative="x", registration="n/a", phone="unknown", child_name="-")
    assert payload.keys().isdisjoint({"vehicles", "phones", "persons"})


def test_the_same_row_has_the_same_reference_and_another_row_another():
    one, again, other = (read(narrative=text)["reference"] for text in ("x", "x", "y"))
    assert one == again != other


_ODD = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60),
    st.sampled_from(
        [
            "=1+1",
            "\ufffd",
            "\u202e12/03/2026",
            "NaN",
            "1e309",
            "-1",
            "0001-01-01",
            "9999-12-31",
            "31/12/9999",
            "🚗🚗🚗",
            "07700" * 40,
            "[" * 500,
            "a" * 25_000,
            "2026-02-30",
            "Ⅷ",
            "٣/٤/٢٠٢٦",
            "²",
        ]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)


_ROWS = st.dictionaries(st.sampled_from(sorted(FIELDS)), _ODD, max_size=8)


@settings(max_examples=300, deadline=None)
@given(_ROWS)
@example({"child_age": "²"})
@example({"information_date": "٣/٤/٢٠٢٦"})
def test_no_cell_does_worse_than_need_a_fix(cells):
    check(cells)


@pytest.mark.audit
@settings(max_examples=10_000, deadline=None)
@given(_ROWS)
def test_no_cell_of_ten_thousand_odd_rows_does_worse_than_need_a_fix(cells):
    check(cells)


def check(cells):
    """Each thing wrong is a sentence at a cell; where none is, the contract takes the row."""
    payload, wrong = understood(cells)

    assert all(one.message.endswith(".") for one in wrong)
    assert all(one.column is None or 0 <= one.column < len(cells) for one in wrong)
    if not wrong:
        assert exchange.check(payload, police=False, today=TODAY) == []
