"""How right judged links were, for everybody alike; and the pages of the linking model."""

import uuid
from dataclasses import replace

import pytest

from intelligence import monitoring, versions
from intelligence.models import Decision, Link, ModelVersion
from linking.model import default
from partners.policy import NotPermittedError
from tests.factories import joined, submission, suspect, with_phone
from tests.worlds import asking


@pytest.fixture
def judged(cast, submit, process):
    """Twelve pairs judged at the desk of Dogger: nine the same; the school's half are Asian."""
    for number in range(12):
        name = {"given_names": "Osric", "family_name": f"Dunmow{'abcdefghijkl'[number]}"}
        told = joined(
            {"persons": [suspect(**name, ethnicity="A2", ethnicity_basis="self_defined")]},
            with_phone(f"07700 9003{number:02}"),
        )
        submit(submission(**told), by=cast.teacher)
        told["persons"] = [suspect(**name)]
        submit(submission(**told), by=cast.nurse)
    process()
    pairs = Link.objects.order_by("-weight")[:12]
    for number, link in enumerate(pairs):
        Decision.objects.create(
            act=uuid.uuid4(),
            left_id=link.left_id,
            right_id=link.right_id,
            judgement="same" if number < 9 else "different",
            by=cast.analyst,
        )
    return cast


def test_judged_links_are_counted_by_word_and_threshold(judged):
    with asking(judged.supervisor):
        found = monitoring.judged(judged.supervisor)
        strongest = monitoring.by_word(found)[0]
        lowest = monitoring.steps(found)[0]

    assert len(found) == 12
    assert (strongest.name, strongest.decided, strongest.same) == ("Very strong", 12, 9)
    assert lowest.precision == 75
    assert lowest.recall is None  # nine pairs judged the same are too few to share out


def test_how_often_links_were_confirmed_is_told_by_area_agency_and_recorded_ethnicity(judged):
    with asking(judged.supervisor):
        gaps = monitoring.gaps(monitoring.judged(judged.supervisor), judged.supervisor)

    told = {(gap.title, line.name): (line.decided, line.same) for gap in gaps for line in gap.lines}
    assert told == {
        ("Force area", "Dogger"): (12, 9),
        ("Kind of agency", "Education"): (12, 9),
        ("Kind of agency", "Health"): (12, 9),
        ("Recorded ethnicity", "Asian"): (12, 9),
        ("Recorded ethnicity", "Not recorded"): (12, 9),
    }


def test_of_few_pairs_nothing_is_told(judged):
    Decision.objects.filter(pk__in=list(Decision.objects.values_list("pk", flat=True)[:3])).delete()
    with asking(judged.supervisor):
        found = monitoring.judged(judged.supervisor)
        lines = [line for gap in monitoring.gaps(found, judged.supervisor) for line in gap.lines]

    assert len(found) == 9
    assert {line.decided for line in lines} == {None}
    assert {line.share for line in lines} == {None}


def test_the_supervisor_of_another_force_is_told_nothing_of_it(judged):
    judged.neighbour.role = "supervisor"
    judged.neighbour.save()
    with asking(judged.neighbour):
        assert monitoring.judged(judged.neighbour) == []


def test_an_analyst_is_not_told(judged):
    with asking(judged.analyst), pytest.raises(NotPermittedError):
        monitoring.judged(judged.analyst)


@pytest.fixture
def draft(cast, process, submit):
    submit(submission(persons=[suspect()]), by=cast.nurse)
    process()
    kept = versions.keep(replace(default(), prior=-8.0), facts={"mentions": 40}, by=None)
    worth = {"threshold": 0.0, "above": 40, "same_above": 39, "same": 60}
    counts = dict.fromkeys(
        (
            "mentions",
            "pairs",
            "links",
            "links_before",
            "gained",
            "lost",
            "clusters",
            "clusters_before",
            "clusters_new",
            "clusters_gone",
            "mentions_moved",
            "decided",
        ),
        17,
    )
    ModelVersion.objects.filter(pk=kept.pk).update(
        comparison={**counts, "active": worth, "other": worth | {"same_above": 36}}
    )
    return kept


def test_a_supervisor_reads_what_a_version_would_change_and_puts_it_in_force(cast, sign_in, draft):
    browser = sign_in(cast.supervisor)
    address = f"/linking-model/{draft.id_in_address}/"
    assert "17 links gained" in browser.get("/linking-model/").content.decode()
    page = browser.get(address).content.decode()
    assert "90 %" in page
    assert "98 %" in page
    answer = browser.post(address, {"to": "active", "reason": "Found better."}, follow=True)

    assert "Version 1 is in force" in answer.content.decode()
    assert versions.active().prior == -8.0
    assert ModelVersion.objects.get(number=0).changed_by == cast.supervisor


def test_without_a_reason_or_a_choice_nothing_changes(cast, sign_in, draft):
    browser = sign_in(cast.supervisor)
    answer = browser.post(f"/linking-model/{draft.id_in_address}/", {"to": "retired"})

    assert answer.status_code == 400
    assert "Give a reason" in answer.content.decode()
    assert ModelVersion.objects.get(pk=draft.pk).state == "draft"


def test_a_step_that_is_not_there_is_refused_in_words(cast, sign_in, draft):
    ModelVersion.objects.filter(pk=draft.pk).update(comparison=None)
    answer = sign_in(cast.supervisor).post(
        f"/linking-model/{draft.id_in_address}/", {"to": "active", "reason": "Found better."}
    )

    assert answer.status_code == 409
    assert "has not been compared with the active one" in answer.content.decode()


def test_before_the_first_link_the_page_says_what_is_in_force(cast, sign_in):
    page = sign_in(cast.supervisor).get("/linking-model/").content.decode()

    assert "The version that came with the system is in force" in page
    assert "too few to tell" in page


def test_no_figure_of_the_page_tells_a_name_or_a_number(judged, sign_in):
    page = sign_in(judged.supervisor).get("/linking-model/").content.decode()

    assert "Dunmow" not in page
    assert "07700" not in page
