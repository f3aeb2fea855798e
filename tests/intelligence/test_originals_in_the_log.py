"""The log says when the words of an original were shown, and to whom."""

import pytest
from django.urls import reverse

from intelligence import evaluation, review
from intelligence.models import Mention, Report
from partners import context
from partners.models import AuditEvent
from tests.conftest import as_web
from tests.factories import joined, submission, suspect, with_phone


@pytest.fixture
def two(cast, submit, process):
    """Two reports of a suspect; a link of them is proposed."""
    parts = joined({"persons": [suspect(nicknames=["Tazz"])]}, with_phone())
    sent = [submit(submission(**parts), by=by) for by in (cast.nurse, cast.teacher)]
    process()
    return [Report.objects.get(submission=receipt.submission) for receipt in sent]


def originals_shown_to(person) -> list[set[str]]:
    rows = AuditEvent.objects.filter(actor=person.pk, verb="view original").order_by("seq")
    return [set(row.object_ids) for row in rows]


def test_reading_a_report_at_the_desk_is_reading_its_original(cast, sign_in, two):
    page = sign_in(cast.analyst).get(reverse("report", args=[two[0].pk])).content.decode()

    assert "Seen near the arcade after school." in page
    assert originals_shown_to(cast.analyst) == [{two[0].submission_id}]


def test_who_is_not_shown_the_original_is_not_said_to_have_read_it(cast, sign_in, two):
    with as_web(), context.acting_as(cast.supervisor):
        evaluation.open_to(two[0], to=cast.investigator, by=cast.supervisor, reason="Their case.")
    page = sign_in(cast.investigator).get(reverse("report", args=[two[0].pk]))

    assert page.status_code == 200
    assert "Seen near the arcade" not in page.content.decode()
    assert originals_shown_to(cast.investigator) == []


def test_profiles_and_proposals_that_quote_an_original_say_so(cast, sign_in, two):
    with as_web(), context.acting_as(cast.analyst):
        core = review.proposals(cast.analyst)[0].core
    mention = Mention.objects.get(report=two[0])
    both = {report.submission_id for report in two}
    desk = sign_in(cast.analyst)
    for address in (reverse("person", args=[mention.pk]), reverse("proposal", args=[core])):
        assert "Seen near the arcade" in desk.get(address).content.decode()

    assert originals_shown_to(cast.analyst) == [both, both]


def test_sanitised_text_is_not_the_original(cast, sign_in, two):
    with as_web(), context.acting_as(cast.analyst):
        for report in two:
            evaluation.sanitise(report, by=cast.analyst, text="A person was seen.")
    mention = Mention.objects.get(report=two[0])
    page = sign_in(cast.analyst).get(reverse("person", args=[mention.pk])).content.decode()

    assert "A person was seen." in page
    assert originals_shown_to(cast.analyst) == []
