"""What people decide binds; what they take back leaves nothing that contradicts itself."""

from contextlib import contextmanager

import pytest
from django.db import transaction

from intelligence import evaluation, review
from intelligence.models import Link, Membership, Mention, Report
from partners import context
from tests.conftest import as_web
from tests.factories import joined, submission, suspect, with_phone


@contextmanager
def asking(user):
    with transaction.atomic(), as_web(), context.acting_as(user):
        yield


@pytest.fixture
def three(cast, submit, process):
    """Three mentions that no worker ties to one another."""
    names = ("Crow", "Finch", "Wren")
    sent = [
        submit(submission(persons=[suspect(nicknames=[name])]), by=cast.nurse) for name in names
    ]
    process()
    return [Mention.objects.get(submission=receipt.submission) for receipt in sent]


@pytest.fixture
def judge(cast):
    def append(one, other, judgement):
        pair = (one.pk, other.pk) if one.pk < other.pk else (other.pk, one.pk)
        with asking(cast.analyst):
            return review.append([pair], judgement=judgement, by=cast.analyst)

    return append


def together(*mentions) -> bool:
    rows = Membership.objects.filter(mention__in=mentions).exclude(area=None)
    return len(set(rows.values_list("cluster", flat=True))) == 1


def test_a_decision_binds_until_it_is_taken_back(cast, three, judge, process):
    one, other, _ = three
    act = judge(one, other, "same")
    process()
    assert together(one, other)

    with asking(cast.analyst):
        review.undo(act, by=cast.analyst)
    process()
    assert not together(one, other)


def test_a_judgement_that_contradicts_others_is_refused_with_the_chain(three, judge):
    one, two, last = three
    judge(one, two, "same")
    judge(two, last, "same")

    with pytest.raises(review.ContradictionError) as refused:
        judge(one, last, "different")
    assert set(refused.value.chain) == {one.pk, two.pk, last.pk}


def test_taking_back_may_not_let_older_judgements_contradict_later_ones(
    cast, three, judge, process
):
    one, two, last = three
    judge(one, two, "different")
    act = judge(one, two, "same")
    judge(two, last, "same")
    judge(one, last, "same")
    process()

    with pytest.raises(review.ContradictionError), asking(cast.analyst):
        review.undo(act, by=cast.analyst)
    assert process().failed == 0
    assert together(one, two, last)


@pytest.fixture
def link(cast, submit, process):
    """A strong link: one name, one telephone, two agencies."""
    for sender in (cast.nurse, cast.teacher):
        person = suspect(given_names="Abel", family_name="Inventedson", date_of_birth="1990-04-02")
        submit(submission(**joined({"persons": [person]}, with_phone())), by=sender)
    process()
    return Link.objects.get()


def explained(link):
    return review.explain(Link.objects.get(pk=link.pk))


def test_the_word_for_a_link_grows_with_its_weight(link):
    assert explained(link).strength in {"strong", "very strong"}
    assert explained(link).bars >= 4


@pytest.mark.parametrize(("source", "assessment"), [("3", "B"), ("1", "E")])
def test_the_weakest_grade_caps_what_is_shown(cast, link, source, assessment):
    with asking(cast.analyst):
        evaluation.grade(
            Report.objects.get(pk=link.left.report_id),
            by=cast.analyst,
            source_evaluation=source,
            intelligence_assessment=assessment,
            handling_code="P",
        )

    assert explained(link).strength == "possible"


def ungraded() -> int:
    return Report.objects.filter(graded_at=None).count()


@pytest.fixture
def four(cast, submit, process):
    """Four reports of one person, by telephone; nobody has graded any."""
    for _ in range(4):
        submit(submission(**joined({"persons": [suspect()]}, with_phone())), by=cast.nurse)
    process()
    with asking(cast.analyst):
        return review.proposals(cast.analyst)


def test_accepting_a_link_confirms_the_grades_of_its_two_reports_and_of_no_other(
    cast, four, process
):
    with asking(cast.analyst):
        review.decide(four[0].core, judgement="same", by=cast.analyst)
    link = four[0].link
    graded = set(Report.objects.exclude(graded_at=None))
    assert graded == {link.left.report, link.right.report}
    process()

    with asking(cast.analyst):
        later = review.proposals(cast.analyst)
        confirmed = later[0].to_confirm
        review.decide(later[0].core, judgement="same", by=cast.analyst)
    assert len(confirmed) == 1
    assert ungraded() == 1


@pytest.mark.parametrize("judgement", ["different", "unsure"])
def test_other_answers_grade_nothing(cast, four, judgement):
    with asking(cast.analyst):
        review.decide(four[0].core, judgement=judgement, by=cast.analyst)

    assert ungraded() == 4


def test_the_page_names_the_grades_that_yes_confirms(cast, four, sign_in):
    page = sign_in(cast.analyst).get(f"/review/{four[0].core}/").content.decode()

    told = page.split("What each answer does")[1].split("</ul>")[0]
    both = {four[0].link.left.report.number, four[0].link.right.report.number}
    assert {number for number in both if number in told} == both
    others = {r.number for r in Report.objects.all()} - both
    assert not any(number in told for number in others)
