"""The questions cover the whole contract, and what was sent comes back to them word for word."""

from datetime import date

import pytest

from intelligence import correcting, exchange, steps
from intelligence.lists import LISTS
from intelligence.rows_told import WholeForm
from intelligence.sheet import Sheet, as_posted

TODAY = date(2026, 3, 20)
WHEN = {
    "from": "2026-03-01",
    "to": "2026-03-02",
    "about": True,
    "part_of_day": "evening",
    "repeats": "weekly",
    "words": "most Fridays",
}
#: A submission that says everything which a partner may say, with the refs that the sheet gives.
EVERYTHING = {
    "reference": "S-1",
    "information_date": "2026-03-02",
    "learned_on": "2026-03-03",
    "origin_reference": "Strategy meeting of 1 March",
    "force_area": "ekofisk",
    "protective_marking": "OFFICIAL",
    "narrative": "Seen by the arcade.",
    "provenance": {
        "how_known": "told_and_corroborated",
        "corroboration": "A colleague saw it.",
        "source_history": "proved_right_before",
        "origin": "child_disclosure",
    },
    "urgency": {"child_at_risk_now": "yes", "why": "He waits.", "done": "Kept her in."},
    "awareness": {
        "child": "yes",
        "carer": "no",
        "child_view": "She wants it to stop.",
        "unsafe_to_tell": "Her uncle.",
        "interpreter_used": "no",
    },
    "reporter": {"name": "Ida", "job": "Aunt", "contact": "By text", "may_contact": "by_lead_only"},
    "sharing": {
        "risk_if_shared": True,
        "who_else_knows": "Her friend.",
        "conditions": "Speak to us first.",
        "referrals": [
            {"to": "social_care", "reference": "SC-1"},
            {"to": "101", "reference": "C-77", "on": "2026-03-02"},
        ],
    },
    "evidence_held": [
        {
            "kind": "cctv",
            "held_by": "The arcade",
            "lost_after": "2026-04-01",
            "may_show_abuse": "not_known",
        }
    ],
    "persons": [
        {
            "ref": "p1",
            "role": "suspected_offender",
            "also": ["victim"],
            "given_names": "Tariq",
            "family_name": "Vale",
            "nicknames": ["Taz", "Uncle T"],
            "date_of_birth": "1990-04",
            "age_from": 30,
            "age_to": 40,
            "gender": "male",
            "ethnicity": "W1",
            "ethnicity_basis": "self_defined",
            "observed_ethnicity": "White",
            "nationality": "GBR",
            "offender_level": "organiser",
            "role_status": "alleged",
            "description": "Loud.",
            "appearance": {
                "height": "Tall",
                "build": "Slim",
                "hair": "Brown",
                "clothing": "Red coat",
                "marks": "Scar",
                "accent": "Local",
            },
            "known": "by_sight",
            "position_of_trust": "licensed_driver",
            "works_for": "silverpit-licensing",
            "identifiers": [
                {"scheme": "pnc", "value": "99/1A"},
                {"scheme": "licence_badge", "value": "B-7"},
            ],
        },
        {
            "ref": "p2",
            "role": "victim",
            "victim_status": "suspected",
            "initials": "U.V.",
            "name_withheld": "child_asked",
            "year_group": "9",
            "vulnerabilities": ["in_care", "missing"],
            "living_status": "residential",
            "disability": "not_asked",
            "language": "cy",
            "interpreter_needed": "no",
            "how_many": 2,
        },
    ],
    "phones": [{"ref": "ph1", "number": "07700 900 ?17", "saved_as": "Dad", "note": "At night."}],
    "vehicles": [
        {
            "ref": "v1",
            "registration": "QX00 A?C",
            "make": "Ford",
            "model": "Focus",
            "colour": "silver",
            "kind": "taxi_or_private_hire",
            "licence_plate": "PH 12",
            "operator": "Sandbank Cars",
            "marks": "Dent",
            "note": "Smells of smoke.",
        }
    ],
    "places": [
        {
            "ref": "pl1",
            "kind": "takeaway",
            "name": "Petrel",
            "address": "1 Pier Road",
            "postcode": "ZX1 1AA",
            "latitude": 54.75,
            "longitude": 2.25,
            "note": "Back door.",
            "gathering_place": "yes",
            "licence_number": "L-1",
            "precision": "exact",
        }
    ],
    "online_accounts": [
        {
            "ref": "a1",
            "platform": "Chatter",
            "handle": "taz_7",
            "display_name": "Taz",
            "url": "chatter.example/taz_7",
        }
    ],
    "events": [
        {
            "ref": "e1",
            "kind": "missing_episode",
            "place": "pl1",
            "description": "Gone for a night.",
            "when": WHEN,
            "interview": "held",
            "missing_risk": "medium",
        }
    ],
    "groups": [{"ref": "g1", "kind": "gang", "name": "Pier lot", "how_many": 4}],
    "relations": [
        {
            "ref": "r1",
            "from": "p1",
            "kind": "associates_with",
            "to": "p2",
            "note": "x",
            "when": WHEN,
        },
        {"ref": "r2", "from": "p1", "kind": "member_of", "to": "g1"},
        {"from": "p1", "kind": "drives", "to": "v1"},
    ],
    "statements": [
        {"ref": "s0", "text": "He gave me a phone.", "basis": "child_words"},
        {
            "ref": "s1",
            "text": "He sells them.",
            "basis": "told_by_another",
            "about": ["p1", "ph1"],
            "when": WHEN,
            "origin_reference": "Interview of 2 March",
            "provenance": {
                "how_known": "told_and_corroborated",
                "corroboration": "Two say so.",
                "source_history": "first_time",
                "origin": "anonymous",
            },
        },
        {
            "ref": "h-ph1",
            "text": "Somebody else told this detail.",
            "basis": "told_by_another",
            "about": ["ph1"],
            "provenance": {"how_known": "told_by_another"},
        },
    ],
}
#: What the questions do not ask: grades are for police, moments are asked as days and times.
NOT_ASKED = {"grading", "started_at", "ended_at", "corrects"}


def members(schema, defs):
    """Every member that the contract knows, as (where, name)."""
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from members(inner, defs)
    if "items" in schema:
        yield from members(schema["items"], defs)
    if "$ref" in schema and schema["$ref"].rsplit("/", 1)[-1] not in {"grading", "ref", "role"}:
        yield from members(defs.get(schema["$ref"].rsplit("/", 1)[-1], {}), defs)


def said(payload):
    """Every member that a payload has, at any depth."""
    if isinstance(payload, dict):
        return set(payload) | {name for inner in payload.values() for name in said(inner)}
    if isinstance(payload, list):
        return {name for inner in payload for name in said(inner)}
    return set()


def test_the_example_says_everything_that_the_contract_knows():
    known = set(members(exchange.SCHEMA, exchange.SCHEMA["$defs"]))
    assert known - said(EVERYTHING) - NOT_ASKED == set()
    assert exchange.check(EVERYTHING, police=False, today=TODAY) == []


def test_everything_comes_back_to_the_questions_and_is_sent_again_word_for_word():
    sheet = Sheet(correcting.answers(EVERYTHING))
    assert sheet.is_valid(), list(steps.wrong(sheet))
    again = sheet.payload()
    assert again.pop("corrects") == EVERYTHING["reference"]
    assert again | {"reference": "S-1"} == EVERYTHING


def test_a_moment_becomes_the_day_and_time_of_the_force_s_own_clock():
    event = {"ref": "e1", "kind": "party", "started_at": "2026-07-01T20:30:00+00:00"}
    sheet = Sheet(correcting.answers(EVERYTHING | {"events": [event]}))
    assert sheet.is_valid()
    assert sheet.payload()["events"] == [
        {"ref": "e1", "kind": "party", "when": {"from": "2026-07-01T21:30"}}
    ]


def test_every_question_is_in_one_step():
    once = [name for step in steps.STEPS for name in step.asks]
    assert len(once) == len(set(once))
    assert set(WholeForm.base_fields) - set(once) == {"corrects", "sheet"}
    assert sorted(name for step in steps.STEPS for name in step.lists) == sorted(LISTS)
    for listed in LISTS.values():
        shown = [name for row in (*listed.form.rows, *listed.form.more) for name in row]
        groups = getattr(listed.form, "groups", ())
        shown += [name for group in groups for row in group.rows for name in row]
        assert sorted(shown) == sorted(listed.form.base_fields), listed.item


def answered(**more):
    """Answers with the few that must be given."""
    needed = {
        "information_date": "2026-03-02",
        "how_known": "first_hand",
        "child_at_risk_now": "no",
        "narrative": "Seen.",
    }
    return as_posted({}) | needed | more


def rows(name, **fields):
    """One row of a list, as posted."""
    return {f"{name}-TOTAL_FORMS": "1"} | {f"{name}-0-{field}": v for field, v in fields.items()}


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        (rows("events", day="soon"), "id_events-0-day", "Enter a day like 2026-03-27"),
        (rows("events", day="2026-02-30"), "id_events-0-day", "no such day"),
        (rows("phones", number="0"), "", ""),
        (rows("vehicles", whose="p1"), "id_vehicles-0-whose", "Say something about it"),
        (
            rows("phones", number="07700 900123", whose="p2"),
            "id_phones-0-whose",
            "Nothing is said of that person",
        ),
        (
            rows("persons", role="child_at_risk", role_status="alleged"),
            "id_persons-0-role_status",
            "of someone you are worried about only",
        ),
        (rows("persons", value1="7"), "id_persons-0-scheme1", "Say what number this is"),
        (rows("persons", language="WELSH"), "id_persons-0-language", "at most 3"),
        (rows("persons", nationality="gb"), "id_persons-0-nationality", "right form"),
        (rows("places", latitude="54.1"), "id_places-0", "come together"),
        (rows("referrals", reference="C-1"), "id_referrals-0-to", "Say who was told"),
        (rows("relations", one="p1"), "id_relations-0-kind", "Choose, or empty this row"),
        (
            rows("relations", one="p1", kind="uses", other="p1"),
            "id_relations-0-one",
            "Nothing is said of that",
        ),
        (rows("statements", text="He did."), "id_statements-0-basis", "Choose."),
        (rows("evidence", kind="cctv"), "id_evidence-0-held_by", "Say who has it"),
        ({"information_date": "2999-01-01"}, "id_information_date", "lies in the future"),
        ({"how_known": "told_and_corroborated"}, "id_corroboration", "what else supports it"),
        ({"own_reference": "x" * 65}, "id_own_reference", "at most 64"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_in_its_step(answers, field, words):
    sheet = Sheet(answered(**answers))
    sheet.judge(police=False)
    found = {where.removesuffix("_0"): text for _, where, text in steps.wrong(sheet)}
    if not field:
        assert found == {}
        return
    at = next((text for where, text in found.items() if field in (where, f"id_{where}")), None)
    assert at, found
    assert words in at


def test_a_detail_known_otherwise_than_the_rest_says_so_of_itself_alone():
    phone = rows("phones", number="07700 900123", how_known="suspected_false")
    sheet = Sheet(answered(**phone))
    assert sheet.judge(police=False)
    payload = sheet.payload()
    assert payload["provenance"] == {"how_known": "first_hand"}
    assert payload["statements"] == [
        {
            "ref": "h-ph1",
            "text": "There is reason to think that this detail is not true.",
            "basis": "told_by_another",
            "about": ["ph1"],
            "provenance": {"how_known": "suspected_false"},
        }
    ]


def test_a_removed_row_takes_with_it_what_named_it_and_others_keep_their_numbers():
    answers = as_posted(
        {
            "persons": [{"nicknames": "Taz"}, {"nicknames": "Moss"}],
            "phones": [{"number": "07700 900123", "whose": "p1"}],
            "vehicles": [{"colour": "red", "whose": "p2"}],
            "statements": [{"about": ["p1", "p2"]}],
        }
    )
    left = steps.without_row("persons", 0, answers)
    assert "persons-0-nicknames" not in left
    assert "phones-0-whose" not in left
    assert left["vehicles-0-whose"] == "p2"
    assert left["statements-0-about"] == ["p2"]
    assert left["persons-TOTAL_FORMS"] == "2"
