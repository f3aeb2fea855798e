"""Who is presented as a suspected offender: what is known for certain, and never a child."""

import re
import uuid
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from intelligence import evaluation, review
from intelligence.models import Mention, Report
from offenders.models import OffenderProfile
from partners import context
from tests.conftest import as_web
from tests.factories import child, joined, submission, suspect, with_phone
from victims.models import VictimProfile


def decide_all(cast, judgement="same"):
    with as_web(), context.acting_as(cast.analyst):
        for proposal in review.proposals(cast.analyst):
            review.decide(proposal.core, judgement=judgement, by=cast.analyst, reason="Looked.")


def listed(client, door="people") -> set[str]:
    """The ids of the persons on a list."""
    page = client.get(reverse(door)).content.decode()
    return set(re.findall(rf'href="{reverse(door)}([0-9a-f-]{{36}})/"', page))


@pytest.fixture
def desk(cast, sign_in):
    return sign_in(cast.analyst)


@pytest.fixture
def child_and_suspect(cast, submit, process):
    """A child, and a suspect who by their telephone may be the same person; nobody has decided."""
    young = joined({"persons": [child(given_names="Una", age_from=14, age_to=14)]})
    young = joined(young, with_phone(person="c1"))
    first = submit(submission(**young), by=cast.teacher)
    older = {"persons": [suspect(nicknames=["Biscuit"])]}
    second = submit(submission(**joined(older, with_phone())), by=cast.nurse)
    process()
    with as_web(), context.acting_as(cast.analyst):
        assert len(review.proposals(cast.analyst)) == 1
    return (
        Mention.objects.get(submission=first.submission),
        Mention.objects.get(submission=second.submission),
    )


def test_a_proposal_makes_no_child_an_offender(desk, child_and_suspect):
    una, tariq = child_and_suspect

    assert listed(desk) == {str(tariq.pk)}
    assert desk.get(reverse("person", args=[una.pk])).status_code == 404
    assert listed(desk, "young-people") == {str(una.pk)}


def test_a_proposal_makes_no_suspect_a_young_person(desk, child_and_suspect):
    _, tariq = child_and_suspect

    assert desk.get(reverse("young-person", args=[tariq.pk])).status_code == 404
    page = desk.get(reverse("person", args=[tariq.pk])).content.decode()
    assert "Una" not in page
    assert re.findall("<h1[^>]*>(.*?)</h1>", page) == ["Name hidden"]


def test_a_name_is_hidden_while_it_is_proposed_that_its_person_is_young(desk, child_and_suspect):
    _, tariq = child_and_suspect
    address = reverse("person", args=[tariq.pk])

    assert "Biscuit" not in desk.get(reverse("people")).content.decode()
    assert "Biscuit" not in desk.get(address).content.decode()
    assert "Biscuit" not in desk.post(address, {"reason": ""}).content.decode()
    named = desk.post(address, {"reason": "Strategy meeting today."}).content.decode()
    assert "Biscuit" in named
    assert "Una" not in named


def test_once_they_are_held_apart_the_suspect_has_a_name_again(
    cast, desk, child_and_suspect, process
):
    _, tariq = child_and_suspect
    decide_all(cast, "different")
    process()

    assert "Biscuit" in desk.get(reverse("person", args=[tariq.pk])).content.decode()


def test_a_child_who_is_also_a_suspect_has_the_page_of_a_young_person_alone(
    cast, desk, child_and_suspect, process
):
    una, tariq = child_and_suspect
    decide_all(cast)
    process()

    assert listed(desk) == set()
    assert len(listed(desk, "young-people")) == 1
    for mention in (una, tariq):
        going = desk.get(reverse("person", args=[mention.pk]))
        assert (going.status_code, going.headers["Location"]) == (
            302,
            reverse("young-person", args=[mention.pk]),
        )
        page = desk.get(reverse("young-person", args=[mention.pk])).content.decode()
        assert "Also said to have taken part" in page


def pages_about(una, tariq, act) -> list[str]:
    return [
        reverse("people"),
        reverse("young-people"),
        reverse("reports"),
        reverse("review"),
        *(reverse("young-person", args=[mention.pk]) for mention in (una, tariq)),
        *(reverse("report", args=[mention.report_id]) for mention in (una, tariq)),
        *(reverse("decision", args=[act]) for act in act),
    ]


def test_no_page_names_a_child_who_is_called_a_suspect_elsewhere(
    cast, desk, child_and_suspect, process
):
    una, tariq = child_and_suspect
    with as_web(), context.acting_as(cast.analyst):
        act = [
            review.decide(p.core, judgement="same", by=cast.analyst)
            for p in review.proposals(cast.analyst)
        ]
    process()

    for address in pages_about(una, tariq, act):
        page = desk.get(address, follow=True).content.decode()
        assert "Biscuit" not in page, address
        assert "Una" not in page, address


def test_a_companion_who_is_a_child_in_another_report_is_not_named(
    cast, desk, submit, child_and_suspect, process
):
    """The suspect of one report is a child of another; an adult is named beside the suspect."""
    decide_all(cast)
    both = {
        "persons": [suspect("p1", given_names="Milo"), suspect("p2", nicknames=["Biscuit"])],
    }
    receipt = submit(
        submission(**joined(both, with_phone(person="p2"), with_phone("07700 900337", ref="ph2"))),
        by=cast.officer,
    )
    process()
    decide_all(cast)
    process()
    milo = Mention.objects.get(submission=receipt.submission, ref="p1")

    page = desk.get(reverse("person", args=[milo.pk])).content.decode()
    assert "Milo" in page
    assert "Biscuit" not in page


@pytest.mark.parametrize("door", ["person", "young-person"])
def test_a_child_named_beside_somebody_who_is_only_proposed_is_hidden_in_the_words_too(
    cast, desk, submit, process, door
):
    side = {"person": suspect, "young-person": child}[door]
    first = joined({"persons": [side("p1", nicknames=["Magpie"])]}, with_phone())
    one = submit(submission(**first), by=cast.nurse)
    beside = {"persons": [side("p1", nicknames=["Magpie"]), child("c2", given_names="Ida")]}
    words = "The other one was seen with Ida."
    submit(submission(**joined(beside, with_phone()), narrative=words), by=cast.teacher)
    process()
    mention = Mention.objects.get(submission=one.submission)

    page = desk.get(reverse(door, args=[mention.pk])).content.decode()
    assert "The other one was seen with" in page
    assert "Ida" not in page


def test_a_child_who_is_named_as_a_suspect_in_the_same_report_is_not_named_as_one(
    cast, desk, submit, process
):
    parts = [suspect(given_names="Tariq", also=["child_at_risk"], age_from=15, age_to=15)]
    receipt = submit(submission(persons=parts), by=cast.nurse)
    process()
    mention = Mention.objects.get(submission=receipt.submission)

    assert listed(desk) == set()
    assert listed(desk, "young-people") == {str(mention.pk)}
    page = desk.get(reverse("person", args=[mention.pk]), follow=True).content.decode()
    assert "Tariq" not in page


def test_an_allegation_that_was_discounted_makes_nobody_an_offender(cast, desk, submit, process):
    parts = [suspect(given_names="Milo", role_status="discounted")]
    receipt = submit(submission(persons=parts), by=cast.nurse)
    process()
    mention = Mention.objects.get(submission=receipt.submission)

    assert listed(desk) == set()
    assert desk.get(reverse("person", args=[mention.pk])).status_code == 404
    report = desk.get(reverse("report", args=[mention.report_id])).content.decode()
    assert reverse("person", args=[mention.pk]) not in report


def test_an_allegation_that_stands_counts_beside_one_that_was_discounted(
    cast, desk, submit, process
):
    for status in ("discounted", "alleged"):
        person = suspect(given_names="Milo", role_status=status)
        submit(submission(**joined({"persons": [person]}, with_phone())), by=cast.nurse)
    process()

    assert len(listed(desk)) == 1


def test_away_from_the_desk_a_child_is_not_listed_as_an_offender(
    cast, sign_in, submit, child_and_suspect, process
):
    una, tariq = child_and_suspect
    decide_all(cast)
    process()
    with as_web(), context.acting_as(cast.supervisor):
        for mention in (una, tariq):
            report = Report.objects.get(pk=mention.report_id)
            evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Case.")

    investigator = sign_in(cast.investigator)
    assert listed(investigator) == set()
    assert len(listed(investigator, "young-people")) == 1
    for mention in (una, tariq):
        page = investigator.get(reverse("report", args=[mention.report_id])).content.decode()
        assert "Biscuit" not in page


@pytest.mark.parametrize("app", ["offenders", "victims"])
def test_profiles_that_older_rules_opened_are_put_right_when_the_system_is_upgraded(
    cast, submit, child_and_suspect, process, app
):
    submit(submission(persons=[suspect(given_names="Milo")]), by=cast.nurse)
    process()
    model = {"offenders": OffenderProfile, "victims": VictimProfile}[app]
    places = model.objects.order_by("pk").values_list("pk", "anchor", "anchored_at", "closed_at")
    right = list(places)
    other = {"offenders": VictimProfile, "victims": OffenderProfile}[app]
    wrong = {row.cluster_id for row in other.objects.all()} - {
        row.cluster_id for row in model.objects.all()
    }
    for cluster in wrong:
        row = other.objects.get(cluster=cluster)
        model.objects.create(
            cluster=row.cluster, area=row.area, anchor=row.anchor, anchored_at=row.anchored_at
        )
    model.objects.update(anchor=uuid.uuid4())

    migration = import_module(f"{app}.migrations.0003_persons_known_for_certain")
    with connection.cursor() as cursor:
        cursor.execute(migration.STATEMENTS)
    assert list(places.filter(closed_at=None)) == right
