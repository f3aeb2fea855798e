"""Grading and sharing: who may, what conditions forbid, and what ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from intelligence import evaluation
from intelligence.models import Report
from partners.models import SharingAgreement
from partners.policy import NotPermittedError
from tests.factories import submission, suspect
from tests.worlds import asking

GRADE = {"source_evaluation": "1", "intelligence_assessment": "B", "handling_code": "P"}


@pytest.fixture
def report(cast, submit, process):
    """A nurse's report that names a suspect, before the desk of Dogger."""
    receipt = submit(submission(persons=[suspect(given_names="Tariq")]), by=cast.nurse)
    process()
    return Report.objects.get(submission=receipt.submission)


def acts(report, by, to):
    """Everything that may be done to a report at its desk."""
    return {
        "grade": lambda: evaluation.grade(report, by=by, **GRADE),
        "sanitise": lambda: evaluation.sanitise(report, by=by, text="A person was seen."),
        "share": lambda: evaluation.share(report, to=to.agency, by=by, reason="They help."),
        "open": lambda: evaluation.open_to(report, to=to, by=by, reason="Their case."),
    }


@pytest.mark.parametrize("act", ["grade", "sanitise", "share", "open"])
def test_a_report_that_is_not_before_ones_own_desk_is_refused_in_words(cast, report, act):
    """Asked as the owner of the tables, so that the policy answers alone."""
    cast.neighbour.role = "supervisor"
    cast.neighbour.save()
    evaluation.open_to(report, to=cast.neighbour, by=cast.supervisor, reason="Ask them.")

    with pytest.raises(NotPermittedError):
        acts(report, cast.neighbour, cast.head)[act]()


def test_the_desk_that_it_is_before_may_do_each(cast, report):
    with asking(cast.supervisor):
        for act in acts(report, cast.supervisor, cast.head).values():
            act()


def test_the_grade_form_is_shown_only_where_a_grade_would_be_taken(cast, report, sign_in):
    with asking(cast.supervisor):
        evaluation.open_to(report, to=cast.neighbour, by=cast.supervisor, reason="Ask them.")
    address = f"/reports/{report.pk}/"

    theirs = sign_in(cast.neighbour)
    assert "Save the grade" not in theirs.get(address).content.decode()
    assert theirs.post(address, GRADE).status_code == 403
    assert "Save the grade" in sign_in(cast.analyst).get(address).content.decode()


def test_an_agreement_that_has_run_out_pauses_receiving_and_never_submitting(
    cast, report, submit, sign_in
):
    with asking(cast.supervisor):
        for act in ("grade", "sanitise", "share"):
            acts(report, cast.supervisor, cast.head)[act]()
    head = sign_in(cast.head)
    assert head.get(f"/reports/{report.pk}/").status_code == 200

    yesterday = timezone.localdate() - timedelta(days=1)
    SharingAgreement.objects.filter(agency=cast.school).update(expires_on=yesterday)

    assert head.get(f"/reports/{report.pk}/").status_code == 404
    receipt = submit(submission(), by=cast.head)
    assert head.get(f"/submissions/{receipt.submission}/").status_code == 200
    SharingAgreement.objects.filter(agency=cast.school).delete()
    assert submit(submission(), by=cast.head).submission


def test_receiving_begins_again_with_a_new_agreement(cast, report, sign_in):
    with asking(cast.supervisor):
        for act in ("grade", "sanitise", "share"):
            acts(report, cast.supervisor, cast.head)[act]()
    SharingAgreement.objects.filter(agency=cast.school).delete()
    head = sign_in(cast.head)
    assert head.get(f"/reports/{report.pk}/").status_code == 404

    today = timezone.localdate()
    SharingAgreement.objects.create(
        agency=cast.school, title="New", starts_on=today, expires_on=today + timedelta(days=1)
    )
    assert head.get(f"/reports/{report.pk}/").status_code == 200
