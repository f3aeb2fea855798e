"""What came back to an agency: for its lead, of its own reports, and for nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from intelligence import answering, silence, withdrawing
from intelligence.models import Submission
from problem_profile import measures
from tests.factories import submission
from tests.worlds import asking


@pytest.fixture
def sent(cast, submit):
    """Four of the school's, received 5 days ago, one received now, and one of the clinic's."""
    found = [submit(submission(), by=by) for by in (cast.teacher, cast.colleague) * 2]
    submit(submission(), by=cast.nurse)
    Submission.objects.update(received_at=timezone.now() - timedelta(days=5))
    submit(submission(), by=cast.teacher)
    return [Submission.objects.get(pk=receipt.submission) for receipt in found]


def feedback(cast, agency=None):
    day = timezone.localdate(timezone.now() - timedelta(days=5))
    with asking(cast.head):
        return measures.feedback(measures.Quarter.of(day), (agency or cast.school).pk)


def test_coverage_and_days_are_of_what_stands_and_is_a_day_old(cast, sent):
    with asking(cast.analyst):
        answering.release(sent[0], by=cast.analyst, phrase="used")
        answering.ask(sent[1], by=cast.analyst, text="Which arcade?")
    with asking(cast.teacher):
        withdrawing.withdraw([sent[2].pk], by=cast.teacher, reason="twice")

    found = feedback(cast)
    assert (found.sent, found.told, found.coverage) == (3, 1, 33)
    assert found.days == pytest.approx(5, abs=0.1)


def test_of_nothing_sent_there_is_no_coverage(cast, sent):
    Submission.objects.all().update(received_at=timezone.now())
    found = feedback(cast)
    assert (found.sent, found.coverage, found.days) == (0, None, None)


def test_a_lead_is_told_of_no_other_agency(cast, sent):
    assert feedback(cast).sent == 4
    assert feedback(cast, cast.clinic).sent == 0


def test_the_lead_reads_them_on_a_page_with_the_months_of_nothing_to_share(cast, sent, sign_in):
    with asking(cast.teacher):
        month = silence.say(by=cast.teacher)
    page = sign_in(cast.head).get("/figures/our-agency/").content.decode()
    assert "0 of 4 (0 %)" in page
    assert f"{month:%B}" in page
    for person in (cast.teacher, cast.commissioner, cast.supervisor):
        assert sign_in(person).get("/figures/our-agency/").status_code == 403
