"""Bundles shaped like the police's Standard Data Model: nothing is lost there and back."""

import contextlib
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import synthetic
from intelligence import exchange, ihub
from intelligence.models import Submission
from partners import roster
from partners.models import AuditEvent
from tests.factories import joined, submission, suspect, with_car, with_phone

WHOLE = submission(
    **joined(
        {"persons": [suspect(given_names="Tariq", nicknames=["Taz"], ethnicity="A2")]},
        with_phone(),
        with_car(),
        {"places": [{"ref": "pl1", "kind": "hot_spot", "name": "Arcade", "latitude": 54.7}]},
        {"groups": [{"ref": "g1", "kind": "network"}]},
        {"relations": [{"from": "p1", "kind": "member_of", "to": "g1", "note": "They say."}]},
        {"statements": [{"ref": "s1", "text": "Seen.", "basis": "observed", "about": ["p1"]}]},
    ),
    grading={"source_evaluation": "1", "intelligence_assessment": "B", "handling_code": "P"},
    urgency={"child_at_risk_now": "no"},
)


def wire(bundle):
    """What comes out at the other end of a wire."""
    return json.loads(json.dumps(bundle))


def test_a_submission_survives_the_way_there_and_back():
    assert ihub.payload(wire(ihub.bundle(WHOLE))) == WHOLE


@pytest.mark.parametrize("recipe", ["easy", "hard"])
def test_every_submission_of_an_invented_world_survives(recipe):
    count = 0
    for told in synthetic.make(recipe, submissions=300, seed=7).submissions():
        told.pop("agency")
        assert ihub.payload(wire(ihub.bundle(told))) == told
        count += 1
    assert count == 300


def test_a_bundle_has_the_shape_of_the_model():
    made = ihub.bundle(WHOLE)

    assert made["data"] == {
        "type": "submission",
        "id": WHOLE["reference"],
        "attributes": {
            "reference": WHOLE["reference"],
            "informationDate": "2026-03-02",
            "narrative": WHOLE["narrative"],
        },
    }
    assert [one["type"] for one in made["included"]] == [
        "person",
        "telephone",
        "vehicle",
        "location",
    ]
    assert made["included"][0]["attributes"] == {
        "forenames": "Tariq",
        "aliases": ["Taz"],
        "selfDefinedEthnicity": "ESDD_A2",
    }
    assert {one["linkReason"] for one in made["relationships"]} == {"uses", "drives", "member_of"}
    assert made["relationships"][0]["to"] == {"type": "telephone", "id": "ph1"}


def test_our_grading_travels_as_an_extension():
    extension = ihub.bundle(WHOLE)["extension"]

    assert (extension["name"], extension["version"]) == ("cse-profile", 1)
    assert extension["content"]["grading"] == WHOLE["grading"]
    assert extension["content"]["provenance"] == WHOLE["provenance"]


def test_a_bundle_of_others_becomes_a_submission_that_fits_the_contract():
    foreign = {
        "data": {
            "type": "submission",
            "id": "SOH-1",
            "attributes": {"informationDate": "2026-03-02", "narrative": "A car was seen."},
        },
        "included": [
            {"type": "person", "id": "a1", "attributes": {"surname": "Vale"}},
            {"type": "vehicle", "id": "b1", "attributes": {"registrationMark": "QX00 ABC"}},
            {"type": "location", "id": "c1", "attributes": {"name": "Arcade"}},
        ],
        "relationships": [
            {
                "from": {"type": "person", "id": "a1"},
                "to": {"type": "vehicle", "id": "b1"},
                "linkReason": "drives",
            }
        ],
        "extension": {"name": "somebody-else", "content": {"grading": "X"}},
    }
    made = ihub.payload(foreign)

    assert exchange.check(made, police=False, today=date(2026, 4, 1)) == []
    assert made["persons"] == [{"ref": "a1", "role": "unknown", "family_name": "Vale"}]
    assert made["provenance"] == {"how_known": "not_known"}
    assert "grading" not in made


@pytest.mark.parametrize(
    ("broken", "at"),
    [
        ({"data": [], "included": []}, "/data"),
        ({"data": {}, "included": {}}, "/included"),
        ({"data": {}, "included": [{"type": "weapon"}]}, "/included/0/type"),
        ({"data": {}, "included": [{"type": "person", "attributes": 1}]}, "/included/0/attributes"),
        ({"data": {}, "included": [], "relationships": [{"from": 1}]}, "/relationships/0/from"),
        ({"data": {}, "included": [], "extension": []}, "/extension"),
    ],
)
def test_what_is_no_bundle_is_told_with_its_place(broken, at):
    with pytest.raises(ihub.BundleError) as told:
        ihub.payload(broken)
    assert told.value.pointer == at


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(st.fixed_dictionaries({"data": JSON, "included": JSON}, optional={"relationships": JSON}))
def test_whatever_a_bundle_holds_it_is_read_or_refused(told):
    with contextlib.suppress(ihub.BundleError):
        assert isinstance(ihub.payload(told), dict)


@pytest.fixture
def exported(cast, submit, tmp_path):
    """The school's submissions as a file of bundles."""
    roster.machine(cast.school)
    roster.machine(cast.clinic)
    for by in (cast.teacher, cast.colleague, cast.nurse):
        submit(submission(**joined({"persons": [suspect()]}, with_phone())), by=by)
    path = tmp_path / "school.jsonl"
    call_command("export_submissions", "silverpit-school", str(path), stdout=StringIO())
    return path


def test_an_agency_gets_its_own_back_and_the_log_says_so(cast, exported):
    lines = [json.loads(line) for line in exported.read_text().splitlines()]

    assert len(lines) == 2
    assert {line["agency"] for line in lines} == {"silverpit-school"}
    assert AuditEvent.objects.get(verb="export submissions").operation == "disclosure"
    with pytest.raises(CommandError, match="no agency"):
        call_command("export_submissions", "nowhere", str(exported))


@pytest.mark.django_db
def test_a_file_of_bundles_is_imported_like_any_other(cast, exported):
    before = set(Submission.objects.values_list("pk", flat=True))
    moved = exported.read_text().replace("silverpit-school", "silverpit-clinic")
    moved += '{"agency": "silverpit-clinic", "data": [], "included": []}\n'
    exported.write_text(moved)
    out = StringIO()
    call_command("import_submissions", str(exported), stdout=out, stderr=StringIO())

    assert out.getvalue().startswith("accepted 2, duplicate 0, conflict 0, refused 1")
    made = Submission.objects.exclude(pk__in=before)
    assert {row.agency for row in made} == {cast.clinic}
    refused = exported.with_suffix(".refused.jsonl").read_text()
    assert json.loads(refused)["errors"][0]["pointer"] == "/data"
