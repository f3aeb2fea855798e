"""Profiles put together and taken apart by hand, over HTTP and without scripts."""

import itertools
import re
import uuid

import pytest
from django.urls import reverse

from intelligence import merging, people, review
from intelligence.models import Decision, Membership, Mention, Report
from partners import context
from partners.models import AuditEvent
from tests.conftest import as_web
from tests.factories import child, joined, submission, suspect, with_phone


@pytest.fixture
def desk(cast, sign_in):
    return sign_in(cast.analyst)


@pytest.fixture
def birds(cast, submit, process):
    """Four suspects whom nothing ties to one another."""
    names = ("Crow", "Finch", "Wren", "Heron")
    sent = [submit(submission(persons=[suspect(nicknames=[n])]), by=cast.nurse) for n in names]
    process()
    return [Mention.objects.get(submission=receipt.submission) for receipt in sent]


@pytest.fixture
def one_profile(cast, birds, process):
    """The four as one profile, tied in a row."""
    for left, right in itertools.pairwise(birds):
        judge(cast, left, right)
    process()
    return birds


def judge(cast, left, right, judgement="same", reason="Looked."):
    pair = (min(left.pk, right.pk), max(left.pk, right.pk))
    with as_web(), context.acting_as(cast.analyst):
        return review.append([pair], judgement=judgement, by=cast.analyst, reason=reason)


def code(mention) -> str:
    return f"P-{mention.pk.hex[:8].upper()}"


def profiles(*mentions) -> list[set[uuid.UUID]]:
    """How these mentions are grouped into persons now."""
    rows = Membership.objects.filter(mention__in=mentions).exclude(area=None)
    by_core: dict[uuid.UUID, set[uuid.UUID]] = {}
    for mention, core in rows.values_list("mention", "core"):
        by_core.setdefault(core, set()).add(mention)
    return list(by_core.values())


def text(response) -> str:
    return response.content.decode()


def test_two_profiles_are_found_compared_merged_and_taken_apart_again(cast, desk, birds, process):
    crow, finch = birds[:2]
    page = text(desk.get(reverse("person", args=[crow.pk])))
    address = reverse("merge", args=[crow.pk])
    assert f'href="{address}"' in page

    page = text(desk.get(address, {"code": code(finch)}))
    assert "Crow" in page
    assert "Finch" in page
    assert "What would come of it" in page
    sent = desk.post(address, {"other": str(finch.pk), "reason": "One telephone."}, follow=True)
    assert "The same person" in text(sent)
    process()
    assert profiles(crow, finch) == [{crow.pk, finch.pk}]

    act = Decision.objects.get().act
    history = text(desk.get(reverse("history", args=[finch.pk])))
    assert reverse("decision", args=[act]) in history
    assert "One telephone." in history
    desk.post(reverse("decision", args=[act]), {"reason": "A mistake."})
    process()
    assert len(profiles(crow, finch)) == 2
    assert "Taken back" in text(desk.get(reverse("history", args=[finch.pk])))


def test_a_merge_grades_nothing_and_is_a_combination_in_the_log(cast, desk, birds):
    crow, finch = birds[:2]
    desk.post(
        reverse("merge", args=[crow.pk]), {"other": str(finch.pk), "reason": "One telephone."}
    )

    assert not Report.objects.exclude(graded_at=None).exists()
    row = AuditEvent.objects.get(verb="merge profiles")
    assert (row.operation, row.reason) == ("combination", "One telephone.")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "Enter the code"),
        ("P-00000000", "No profile at your desk has this code"),
        ("crow", "No profile at your desk has this code"),
        ("P-%%%%%%%%", "No profile at your desk has this code"),
    ],
)
def test_a_code_that_finds_nothing_says_so(desk, birds, given, says):
    answer = desk.get(reverse("merge", args=[birds[0].pk]), {"code": given})

    assert answer.status_code == 400
    assert says in text(answer)


def test_a_profile_is_not_merged_with_itself(desk, one_profile):
    crow, finch = one_profile[:2]
    address = reverse("merge", args=[crow.pk])

    assert "the code of this profile" in text(desk.get(address, {"code": code(finch)}))
    assert desk.get(address, {"other": str(crow.pk)}).status_code == 404


def test_nothing_is_merged_without_a_reason_or_with_nobody(desk, birds):
    address = reverse("merge", args=[birds[0].pk])
    for body in (
        {"other": str(birds[1].pk), "reason": ""},
        {"other": "", "reason": "Because."},
        {"other": "not an id", "reason": "Because."},
    ):
        assert desk.post(address, body).status_code == 400
    assert not Decision.objects.exists()


def test_another_forces_profile_is_found_by_no_code(cast, sign_in, birds):
    address = reverse("merge", args=[birds[0].pk])
    assert sign_in(cast.neighbour).get(address).status_code == 404
    with as_web(), context.acting_as(cast.neighbour):
        assert people.called_by(code(birds[0]), cast.neighbour) == []
    with as_web(), context.acting_as(cast.analyst):
        found = people.called_by(code(birds[0]).lower(), cast.analyst)
    assert [person.anchor for person in found] == [birds[0].pk]


def test_a_merge_that_contradicts_is_refused_with_the_decisions_that_speak_against(
    cast, desk, birds, process
):
    crow, finch, wren, _ = birds
    tie = judge(cast, finch, wren)
    refusal = judge(cast, crow, wren, "different")
    process()
    address = reverse("merge", args=[crow.pk])

    page = text(desk.get(address, {"code": code(finch)}))
    assert "This cannot be done" in page
    for act in (tie, refusal):
        assert reverse("decision", args=[act]) in page
    answer = desk.post(address, {"other": str(finch.pk), "reason": "All the same."})
    assert answer.status_code == 409
    assert "Nothing was changed" in text(answer)
    process()
    assert Decision.objects.count() == 2


def test_a_profile_is_split_after_a_preview_and_each_part_stays_whole(
    cast, desk, one_profile, process
):
    crow, finch, wren, heron = one_profile
    address = reverse("split", args=[crow.pk])
    assert f'href="{address}"' in text(desk.get(reverse("person", args=[wren.pk])))
    # Those in between: without them, Crow and Heron hang together by nothing.
    chosen = [str(finch.pk), str(heron.pk)]

    preview = text(desk.get(address, {"chosen": chosen}))
    assert "Becomes another person" in preview
    assert Decision.objects.filter(judgement="different").count() == 0
    sent = desk.post(address, {"chosen": chosen, "reason": "Two brothers."}, follow=True)
    assert "A profile was split" in text(sent)
    process()
    assert {crow.pk, wren.pk} in profiles(*one_profile)
    assert {finch.pk, heron.pk} in profiles(*one_profile)

    act = Decision.objects.filter(judgement="different").first().act
    desk.post(reverse("decision", args=[act]), {"reason": "One man after all."})
    process()
    assert profiles(*one_profile) == [{m.pk for m in one_profile}]


@pytest.mark.parametrize("which", ["none", "all", "another's", "nonsense"])
def test_a_split_needs_some_of_the_reports_and_not_all(cast, desk, one_profile, submit, which):
    address = reverse("split", args=[one_profile[0].pk])
    chosen = {
        "none": [],
        "all": [str(m.pk) for m in one_profile],
        "another's": ["00000000-0000-4000-8000-000000000000"],
        "nonsense": ["x"],
    }[which]
    answer = desk.post(address, {"chosen": chosen, "reason": "Two brothers."})

    assert answer.status_code == 400
    assert "at least one, and not all" in text(answer)
    assert not Decision.objects.filter(judgement="different").exists()


def test_a_split_holds_against_what_workers_propose(cast, desk, submit, process):
    for by in (cast.nurse, cast.teacher):
        submit(
            submission(**joined({"persons": [suspect(nicknames=["Tazz"])]}, with_phone())), by=by
        )
    process()
    with as_web(), context.acting_as(cast.analyst):
        review.decide(review.proposals(cast.analyst)[0].core, judgement="same", by=cast.analyst)
    process()
    one, other = Mention.objects.order_by("received_at", "pk")
    body = {"chosen": [str(other.pk)], "reason": "The telephone is lent."}
    desk.post(reverse("split", args=[one.pk]), body)
    process()

    rows = Membership.objects.exclude(area=None)
    assert len(set(rows.values_list("cluster", flat=True))) == 2
    assert "Nothing is waiting" in text(desk.get(reverse("review")))


def test_names_of_a_young_person_are_hidden_until_a_reason_is_given(cast, desk, submit, process):
    for name in ("Una", "Oona"):
        parts = [child(given_names=name, age_from=14, age_to=14)]
        submit(submission(persons=parts, narrative=f"{name} was seen."), by=cast.teacher)
    process()
    una, oona = Mention.objects.order_by("received_at", "pk")
    address = reverse("merge", args=[una.pk])
    found = text(desk.get(address, {"code": f"YP-{oona.pk.hex[:8]}"}))
    assert not re.search("Una|Oona", found)

    body = {"other": str(oona.pk), "show_names": "yes", "names-reason": "To tell them apart."}
    named = text(desk.post(address, body))
    assert re.search("Una", named)
    assert re.search("Oona", named)
    row = AuditEvent.objects.get(verb="view merge with names")
    assert row.reason == "To tell them apart."
    assert desk.post(address, body | {"names-reason": ""}).status_code == 400

    desk.post(address, {"other": str(oona.pk), "reason": "One girl, Una."})
    process()
    act = Decision.objects.get().act
    about = [reverse(door, args=[una.pk]) for door in ("split", "history")]
    for address in (*about, reverse("decision", args=[act])):
        assert not re.search("Una|Oona", text(desk.get(address))), address


def test_a_child_named_beside_somebody_is_hidden_in_the_words_of_reports(
    cast, desk, birds, submit, process
):
    crow = birds[0]
    parts = [suspect(nicknames=["Magpie"]), child(given_names="Una")]
    sent = submit(submission(persons=parts, narrative="Magpie gave Una a ride."), by=cast.teacher)
    process()
    magpie = Mention.objects.get(submission=sent.submission, ref="p1")

    compared = text(desk.get(reverse("merge", args=[crow.pk]), {"other": str(magpie.pk)}))
    assert "Magpie gave" in compared
    assert "Una" not in compared
    desk.post(
        reverse("merge", args=[crow.pk]), {"other": str(magpie.pk), "reason": "Una knows both."}
    )
    process()
    for door in ("split", "history"):
        page = text(desk.get(reverse(door, args=[magpie.pk])))
        assert "[name hidden]" in page, door
        assert "Una" not in page, door


def test_what_would_come_of_a_merge_with_a_child_is_told_before(cast, desk, birds, submit, process):
    receipt = submit(submission(persons=[child(age_from=14, age_to=14)]), by=cast.teacher)
    process()
    young = Mention.objects.get(submission=receipt.submission)
    page = text(desk.get(reverse("merge", args=[birds[0].pk]), {"other": str(young.pk)}))

    assert "a child is a child first" in page
    assert "Crow" not in page


def test_the_tie_that_a_split_leaves_out_is_put_back_within_each_part(one_profile, cast):
    with as_web(), context.acting_as(cast.analyst):
        person = people.held(one_profile[0].pk, cast.analyst)
        assert person is not None
        judged = merging.parting(person, {one_profile[1].pk, one_profile[3].pk})

    said = list(judged.values())
    assert said.count("different") == 4
    assert said.count("same") == 2
