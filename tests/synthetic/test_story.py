"""The man of the demonstration: what a school knows joins what three agencies know."""

import uuid
from itertools import combinations
from pathlib import Path

import linking
import synthetic
from linking import keys, model, normalise, score
from synthetic import story
from synthetic.agencies import CLINIC, LICENSING, NEIGHBOUR_POLICE

SCHOOL_TELLS = {
    "reference": "S-1",
    "information_date": "2026-03-31",
    "provenance": {"how_known": "told_by_another"},
    "persons": [{"ref": "p1", "role": "suspected_offender", "nicknames": [story.NICKNAME]}],
    "phones": [{"ref": "ph1", "number": story.PHONE}],
    "vehicles": [{"ref": "v1", "registration": story.PART_OF_PLATE}],
    "relations": [
        {"from": "p1", "kind": "uses", "to": "ph1"},
        {"from": "p1", "kind": "drives", "to": "v1"},
    ],
}


def tellings(seed=1, size=story.SMALLEST_WORLD):
    world = synthetic.make("easy", submissions=size, seed=seed)
    return [t for t in world.told() if t.payload["reference"].startswith("LMP")]


def records(payload):
    """Those suspected, as the linker sees them."""
    ids = {person["ref"]: uuid.uuid4() for person in payload["persons"]}
    found = normalise.records(payload, uuid.uuid4(), "dogger", ids)
    return [record for record in found if record.role == "suspected_offender"]


def test_three_agencies_tell_of_him_in_every_world_that_is_big_enough():
    assert [telling.agency for telling in tellings()] == [NEIGHBOUR_POLICE, LICENSING, CLINIC]
    assert [t.payload for t in tellings(seed=1)] == [t.payload for t in tellings(seed=2)]
    assert tellings(size=story.SMALLEST_WORLD - 1) == []


def test_the_truth_knows_him_as_one_person():
    world = synthetic.make("easy", submissions=story.SMALLEST_WORLD, seed=1)
    ids = {
        row.person_id
        for row in world.truth()
        if row.reference.startswith("LMP") and (row.agency, row.person_ref) != (CLINIC, "p1")
    }

    assert len(ids) == 1


def test_nobody_else_answers_to_his_nickname_or_uses_his_telephone():
    world = synthetic.make("easy", submissions=2000, seed=1)
    for told in world.told():
        if not told.payload["reference"].startswith("LMP"):
            assert story.NICKNAME not in str(told.payload)
            assert story.PHONE not in str(told.payload)


def test_the_school_s_details_join_what_each_agency_knows():
    active = model.load(Path(linking.__file__).parent / "default_model.json")
    (school,) = records(SCHOOL_TELLS)
    others = [record for telling in tellings() for record in records(telling.payload)]

    assert len(others) == 3
    for other in others:
        assert set(keys.keys(school)) & set(keys.keys(other))
        assert score.score_pair(active, school, other).weight > active.threshold


def test_no_two_agencies_gave_him_one_name():
    told = [telling.payload["persons"] for telling in tellings()]
    names = [{p.get("family_name") for p in persons} - {None} for persons in told]

    assert all(not (one & other) for one, other in combinations(names, 2))
