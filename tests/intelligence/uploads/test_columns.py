"""The headings that partners have, and what we take them for."""

import pytest

from intelligence.uploads import columns


def guessed(*names, rows=(), remembered=None):
    """The guess for some headings."""
    numbered = [(number, list(row)) for number, row in enumerate(rows, start=2)]
    return columns.guess(list(names), numbered, remembered)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Date of Birth (Victim)", "child_date_of_birth"),
        ("YP Name", "child_name"),
        ("Pupil Surname", "child_family_name"),
        ("DOB", "child_date_of_birth"),
        ("Suspect AKA", "suspect_nicknames"),
        ("POI nickname", "suspect_nicknames"),
        ("Alleged perpetrator: Age", "suspect_age"),
        ("Mobile No.", "phone"),
        ("VRM", "registration"),
        ("Car_Reg", "registration"),
        ("Postcode", "postcode"),
        ("Date of incident", "information_date"),
        ("Incident Detials", "narrative"),
        ("Our ref", "reference"),
        ("SnapChat name", ""),
        ("Column of no sense", ""),
    ],
)
def test_a_heading_is_taken_for_what_partners_mean_by_it(heading, field):
    expected = {"Date of Birth (Victim)": "child_date_of_birth"}.get(heading, field)
    assert guessed(heading) == [expected]


def test_every_heading_that_we_offer_is_understood_when_it_comes_back():
    wanted = [name for name in columns.FIELDS if not name.startswith("person")]
    labels = [columns.FIELDS[name].label for name in wanted]
    assert guessed(*labels) == wanted


def test_cells_tell_where_a_heading_does_not():
    rows = [["ZX1 2AB", "07700 900123", "QX00 ABC"], ["ZX9 8CD", "07700900456", "QX01 DE?"]]
    assert guessed("a1", "b2", "c3", rows=rows) == ["postcode", "phone", "registration"]


def test_what_the_agency_said_before_wins():
    assert guessed("Ref", remembered={"ref": "narrative"}) == ["narrative"]
    assert guessed("Ref", remembered={"ref": ""}) == [""]


def test_what_may_stand_once_goes_to_the_first_column():
    assert guessed("Date", "Date recorded", "Notes", "Details") == [
        "information_date",
        "",
        "narrative",
        "narrative",
    ]


def test_with_a_column_of_roles_a_name_is_whoever_the_role_says():
    assert guessed("Role", "Name") == ["person_role", "person_name"]


@pytest.mark.parametrize(
    ("lines", "names", "first"),
    [
        ([["Name", "DOB"], ["Una", "2011"]], ["Name", "DOB"], "Una"),
        (
            [["Concern log 2026"], [], ["Name", "DOB"], ["Una", "2011"]],
            ["Name", "DOB"],
            "Una",
        ),
        (
            [["Young person", "", "Suspect"], ["Name", "DOB", "Name"], ["Una", "2011", "Dex"]],
            ["Young person: Name", "Young person: DOB", "Suspect: Name"],
            "Una",
        ),
        ([["Name"], ["Una", "note"]], ["Name", "Column B"], "Una"),
    ],
    ids=["first line", "below a title", "two merged lines", "a column without one"],
)
def test_headings_are_found_where_they_are(lines, names, first):
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line]
    found = columns.find_headings(numbered)

    assert found.names == names
    assert found.rows[0][1][0] == first
