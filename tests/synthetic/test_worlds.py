"""Invented worlds: the same for a seed, honest, and nobody's."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from scipy.stats import chi2_contingency, spearmanr

import synthetic
from intelligence import exchange
from linking import normalise
from synthetic.agencies import (
    AGENCIES,
    AREAS,
    CHARITY,
    CLINIC,
    COMMISSIONER,
    HUB,
    LICENSING,
    NEIGHBOUR_POLICE,
    POLICE,
    SCHOOL,
    TOWNS,
)
from synthetic.people import CHILD, SUSPECT

ROOT = Path(__file__).parents[2]
KIND = {agency.code: agency.kind for agency in AGENCIES}
WRITE = """
import sys
from pathlib import Path
import synthetic
synthetic.write(synthetic.make(sys.argv[2], submissions=300, seed=7), Path(sys.argv[1]))
"""


@cache
def told(name="easy", submissions=2000, seed=1):
    """The submissions of a world, made once for all the tests that look at it."""
    return list(synthetic.make(name, submissions=submissions, seed=seed).told())


def mentions(name="easy"):
    """Agency, person as told, person as they are; of every mention."""
    for report in told(name):
        people = dict(report.people)
        for person in report.payload["persons"]:
            yield report.agency, person, people[person["ref"]]


def written(directory):
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_a_seed_gives_the_same_bytes_in_any_process(name, tmp_path):
    for hash_seed in ("0", "1", "4711"):
        subprocess.run(
            [sys.executable, "-c", WRITE, str(tmp_path / hash_seed), name],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
            check=True,
        )

    first, *others = (written(tmp_path / seed) for seed in ("0", "1", "4711"))
    assert sorted(first) == ["agencies.csv", "submissions.jsonl", "truth/persons.csv"]
    assert others == [first, first]


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_several_processes_write_what_one_writes(name, tmp_path):
    world = synthetic.make(name, submissions=2500, seed=7)
    done: list[int] = []

    alone = synthetic.write(world, tmp_path / "alone", processes=1, after=done.append)
    together = synthetic.write(world, tmp_path / "together", processes=2)

    assert done == [1000, 2000, 2500]
    assert alone == together
    assert written(tmp_path / "alone") == written(tmp_path / "together")


def test_another_seed_is_another_world():
    one, other = told(), told(seed=2)

    assert one[0].payload != other[0].payload
    names = [
        {p.get("family_name") for t in world for p in t.payload["persons"]}
        for world in (one, other)
    ]
    assert len(names[0] & names[1]) < 0.6 * len(names[0])


@pytest.mark.parametrize("size", [0, 1, 99, 100, 1001])
def test_a_world_has_as_many_submissions_as_were_asked_for(size, tmp_path):
    world = synthetic.make("easy", submissions=size, seed=3)

    synthetic.write(world, tmp_path)

    lines = (tmp_path / "submissions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(world.submissions())
    assert len(lines) == size
    with (tmp_path / "truth" / "persons.csv").open() as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [tuple(row) for row in world.truth()]


def test_a_world_that_there_is_not_is_refused_by_name():
    with pytest.raises(ValueError, match=r"no world “hardest”: there are easy, hard, null"):
        synthetic.make("hardest", submissions=1, seed=1)


@pytest.mark.parametrize("name", ["easy", "hard", "null"])
def test_every_submission_passes_the_contract(name):
    for report in told(name)[::4]:
        errors = exchange.check(
            json.loads(json.dumps(report.payload)),
            police=KIND[report.agency] == "police",
            today=synthetic.LAST_DAY,
        )
        assert errors == [], report.payload


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_a_reference_is_used_once_by_an_agency(name):
    used = Counter((report.agency, report.payload["reference"]) for report in told(name))

    assert set(used.values()) == {1}


def test_everything_happens_in_the_year_up_to_the_last_day():
    days = [report.payload["information_date"] for report in told()]

    assert max(days) <= synthetic.LAST_DAY.isoformat()
    assert min(days) > (synthetic.LAST_DAY - timedelta(days=365)).isoformat()
    assert days == sorted(days)


# who is who


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_the_truth_names_every_person_mentioned(name):
    world = synthetic.make(name, submissions=200, seed=5)
    mentioned = [
        (line["agency"], line["reference"], person["ref"])
        for line in world.submissions()
        for person in line["persons"]
    ]

    assert sorted(row[:3] for row in world.truth()) == sorted(mentioned)


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_nothing_that_is_sent_holds_the_name_of_a_true_person(name):
    world = synthetic.make(name, submissions=1000, seed=5)
    sent = "\n".join(json.dumps(line) for line in world.submissions())

    ids = {row.person_id for row in world.truth()}
    assert len(ids) > 300
    assert not [person_id for person_id in ids if person_id in sent]


def test_the_names_of_true_people_say_neither_when_they_were_met_nor_on_which_side():
    world = synthetic.make("easy", submissions=2000, seed=5)
    rows = list(world.truth())
    sides = {}
    for report in told(seed=5):
        for ref, person in report.people:
            sides[report.agency, report.payload["reference"], ref] = person.side

    first_met = list(dict.fromkeys(row.person_id for row in rows))
    met, by_name = range(len(first_met)), sorted(first_met)
    rank = {name: place for place, name in enumerate(by_name)}
    assert abs(spearmanr(met, [rank[name] for name in first_met]).statistic) < 0.08
    of_children = [rank[row.person_id] for row in rows if sides[row[:3]] == CHILD]
    assert 0.4 < sum(of_children) / len(of_children) / len(first_met) < 0.6


def test_the_order_within_a_submission_says_nothing():
    first: Counter[str] = Counter()
    for report in told():
        sides = [person.side for _, person in report.people]
        if sorted(sides) == [CHILD, SUSPECT]:
            first[sides[0]] += 1

    assert 0.4 < first[CHILD] / first.total() < 0.6


def test_refs_and_references_are_shared_by_as_many_people_as_chance_would_have():
    """Two mentions of one person have the same ref no more often than any two mentions."""
    refs = [
        (person.number, ref) for t in told() for ref, person in t.people if person.side == CHILD
    ]
    by_person = defaultdict(list)
    for number, ref in refs:
        by_person[number].append(ref)
    pairs = [a == b for found in by_person.values() for a, b in combinations(found, 2)]
    shares = Counter(ref for _, ref in refs)
    expected = sum((count / len(refs)) ** 2 for count in shares.values())

    assert sum(pairs) / len(pairs) == pytest.approx(expected, abs=0.06)


def test_nobody_in_the_null_world_is_met_twice():
    met = Counter(person.number for report in told("null") for _, person in report.people)

    assert set(met.values()) == {1}


def test_the_easy_world_meets_many_people_again_and_some_once():
    met = Counter(person.number for report in told() for _, person in report.people)

    again = sum(count for count in met.values() if count > 1)
    assert 0.6 < again / met.total() < 0.95


def test_heritage_is_independent_of_role():
    """A world where it were not would paint a false picture: p > 0.01 over 8,000 people."""
    people = {
        person.number: (person.heritage, person.side)
        for report in told("null", 6000, 11)
        for _, person in report.people
        if person.side in {CHILD, SUSPECT}
    }
    counts = Counter(people.values())
    heritages = sorted({heritage for heritage, _ in counts})
    table = [[counts[heritage, side] for heritage in heritages] for side in (CHILD, SUSPECT)]

    assert len(people) > 8000
    assert len(heritages) == 10
    assert chi2_contingency(table).pvalue > 0.01


def test_heritage_of_those_in_networks_is_independent_of_role_too():
    people = {
        person.number: (person.heritage, person.side)
        for seed in range(20, 26)
        for report in told("easy", 2000, seed)
        for _, person in report.people
        if person.side in {CHILD, SUSPECT}
    }
    counts = Counter(people.values())
    heritages = sorted({heritage for heritage, _ in counts})
    table = [[counts[heritage, side] for heritage in heritages] for side in (CHILD, SUSPECT)]

    assert chi2_contingency(table).pvalue > 0.01


# nobody's


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_no_telephone_number_can_be_anybodys(name):
    for report in told(name):
        for phone in report.payload.get("phones", []):
            normal = normalise.phone(phone["number"])
            assert normal.problem == "", phone
            assert re.fullmatch(r"\+9997700[0-9?]{8}|\+447700900\d{3}|\*\d{4,6}", normal.value), (
                phone
            )


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_no_registration_is_of_a_form_ever_issued(name):
    mark = re.compile(r"[QZ?][A-Z?](0[01]|[34]\d|\d\?|\?\d|\?\?)([A-Z?]{3}|\*)|\*[A-Z]{3}")
    for report in told(name):
        for vehicle in report.payload.get("vehicles", []):
            seen = vehicle["registration"].replace(" ", "")
            assert normalise.plate(seen).problem == ""
            digits = seen[2:4].replace("O", "0")
            assert mark.fullmatch(seen if "*" in seen[:1] else seen[:2] + digits + seen[4:]), seen


@pytest.mark.parametrize("name", ["easy", "hard"])
def test_no_postcode_exists_and_every_place_lies_in_the_north_sea(name):
    codes = places = 0
    for report in told(name):
        for place in report.payload.get("places", []):
            if code := place.get("postcode"):
                codes += 1
                assert re.fullmatch(r"Z[XYW]\d\d \d[A-Z]{2}", code)
            if "latitude" in place:
                places += 1
                assert 54.2 < place["latitude"] < 54.8
                assert 1.5 < place["longitude"] < 2.6
    assert codes > 100
    assert places > 100


def test_every_address_of_a_sender_is_one_that_no_mail_reaches():
    contacts = [t.payload["reporter"]["contact"] for t in told() if "reporter" in t.payload]

    assert contacts
    assert all(contact.endswith(".example.org") for contact in contacts)


# who reports, and what they know


def test_forty_agencies_of_thirteen_kinds_report_from_three_forces():
    sent = Counter(report.agency for report in told())

    assert len(AGENCIES) > 40
    assert len({agency.kind for agency in AGENCIES}) == 13
    assert {agency.force_area for agency in AGENCIES} == set(AREAS)
    assert len(sent) > 40
    assert {KIND[code] for code in sent} == set(KIND.values())


def test_the_accounts_of_the_demonstration_have_their_agencies():
    kinds = {code: KIND[code] for code in (POLICE, NEIGHBOUR_POLICE, SCHOOL, CLINIC, LICENSING)}

    assert list(kinds.values()) == ["police", "police", "education", "health", "licensing"]
    assert KIND[HUB] == "local_authority"
    assert KIND[CHARITY] == "third_sector"
    assert KIND[COMMISSIONER] == "commissioning_body"
    areas = {agency.code: agency.force_area for agency in AGENCIES}
    assert areas[POLICE] == areas[HUB] == areas[SCHOOL] == "dogger"
    assert areas[NEIGHBOUR_POLICE] != "dogger"


def test_the_hub_is_the_first_council_of_its_area_by_code():
    councils = [
        agency.code
        for agency in AGENCIES
        if agency.force_area == "dogger" and agency.kind == "local_authority"
    ]

    assert min(councils) == HUB


def share(kind, detail):
    """The share of suspects of one kind of agency of whom `detail` is told."""
    found = [
        detail(person)
        for agency, person, who in mentions()
        if KIND[agency] == kind and who.side == SUSPECT
    ]
    assert len(found) > 20
    return sum(found) / len(found)


def test_a_school_knows_nicknames_and_probation_knows_names():
    def nickname(person):
        return "nicknames" in person

    def full_name(person):
        return "family_name" in person

    assert share("education", nickname) > share("probation", nickname) + 0.2
    assert share("probation", full_name) > share("education", full_name) + 0.5


def test_licensing_reads_half_a_plate_and_a_nurse_sees_a_telephone():
    plates: defaultdict[str, list[bool]] = defaultdict(list)
    phones: Counter[str] = Counter()
    for report in told():
        for vehicle in report.payload.get("vehicles", []):
            half = bool({"?", "*"} & set(vehicle["registration"]))
            plates[KIND[report.agency]].append(half)
        phones[KIND[report.agency]] += "phones" in report.payload
    sent = Counter(KIND[report.agency] for report in told())

    partly = {kind: sum(halves) / len(halves) for kind, halves in plates.items()}
    assert partly["licensing"] > partly["police"] + 0.2
    assert phones["health"] / sent["health"] > phones["licensing"] / sent["licensing"] + 0.2


def test_another_force_sees_faces():
    faces = [
        "appearance" in person
        for agency, person, who in mentions()
        if KIND[agency] == "police" and who.side == SUSPECT and TOWN_AREA[who.town] != AREA[agency]
    ]

    assert len(faces) > 20
    assert sum(faces) / len(faces) > 0.7


AREA = {agency.code: agency.force_area for agency in AGENCIES}
TOWN_AREA = [town.area for town in TOWNS]


def test_police_grade_and_nobody_else_does():
    graded = {KIND[report.agency]: "grading" in report.payload for report in told()}

    assert [kind for kind, grades in graded.items() if grades] == ["police"]


def test_one_event_may_be_told_by_five_agencies_under_one_origin():
    by_origin = defaultdict(list)
    for report in told():
        if origin := report.payload.get("origin_reference"):
            by_origin[origin].append(report)

    agencies = [len({report.agency for report in reports}) for reports in by_origin.values()]
    assert max(agencies) >= 4
    assert sum(count > 1 for count in agencies) > 0.95 * len(agencies)
    for reports in by_origin.values():
        people = [{who.number for _, who in r.people if who.side != "carer"} for r in reports]
        assert all(found == people[0] for found in people)


def test_one_person_is_written_in_many_ways():
    ways = defaultdict(set)
    for _, person, who in mentions():
        if "given_names" in person:
            ways[who.number, "given"].add(person["given_names"])
        for nickname in person.get("nicknames", []):
            ways[who.number, "nickname"].add(nickname)
        if "date_of_birth" in person:
            ways[who.number, "born"].add(person["date_of_birth"])

    for detail in ("given", "nickname", "born"):
        found = [forms for (_, name), forms in ways.items() if name == detail]
        assert sum(len(forms) > 1 for forms in found) > 20, detail


def test_one_nickname_belongs_to_several_people():
    bearers = defaultdict(set)
    for _, _, who in mentions():
        for nickname in who.nicknames:
            bearers[nickname].add(who.number)

    assert sum(len(people) > 1 for people in bearers.values()) > 50


def test_most_of_what_the_format_can_say_is_said():
    said = Counter(name for report in told() for name in report.payload)

    everything = set(exchange.SCHEMA["properties"])
    assert everything - set(said) == {"protective_marking", "learned_on", "corrects"}
