import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intelligence import intake
from intelligence.models import Audience, Original, QueueItem, Report, SourceIdentity, Submission
from partners import context
from partners.models import AuditEvent
from tests.conftest import as_web
from tests.factories import child, submission


def test_a_receipt_means_that_everything_is_stored_and_queued(cast, submit):
    receipt = submit(submission(reporter={"name": "Invented Teacher"}), by=cast.teacher)

    stored = Submission.objects.get(pk=receipt.submission)
    assert stored.agency == cast.school
    assert "reporter" not in Original.objects.get(pk=stored.pk).payload
    assert SourceIdentity.objects.get(pk=stored.pk).reporter == {"name": "Invented Teacher"}
    assert QueueItem.objects.filter(submission=stored, done_at=None).count() == 1
    assert AuditEvent.objects.filter(operation="collection", object_ids=[stored.pk]).count() == 1


def test_the_audience_is_the_sender_their_agency_and_the_desk_of_the_area(cast, submit):
    receipt = submit(submission(), by=cast.teacher)

    rows = Audience.objects.filter(submission=receipt.submission)
    assert {(row.desk, row.agency or row.person) for row in rows} == {
        ("person", cast.teacher),
        ("own", cast.school),
        ("force", cast.force),
    }


def test_the_hub_is_in_the_audience_where_a_child_is_named(cast, submit):
    receipt = submit(submission(persons=[child()]), by=cast.teacher)

    assert Audience.objects.filter(submission=receipt.submission, desk="mash").exists()


def test_the_same_reference_with_the_same_content_gives_the_same_receipt(cast, submit):
    payload = submission()
    first = submit(payload, by=cast.teacher)
    again = submit(payload, by=cast.colleague)

    assert (again.submission, again.created) == (first.submission, False)
    assert Submission.objects.count() == 1


def test_the_same_reference_with_other_content_is_a_conflict(cast, submit):
    payload = submission()
    submit(payload, by=cast.teacher)

    with pytest.raises(intake.ConflictError):
        submit(payload | {"narrative": "Something else."}, by=cast.colleague)


def test_two_agencies_may_use_one_reference(cast, submit):
    payload = submission()

    assert submit(payload, by=cast.teacher).submission != submit(payload, by=cast.nurse).submission


def test_a_refused_submission_leaves_nothing_behind(cast, submit):
    with pytest.raises(intake.RefusedError) as refused:
        submit({"reference": "", "provenance": {"how_known": "guess"}}, by=cast.teacher)

    assert {error.pointer for error in refused.value.errors} == {
        "",
        "/reference",
        "/information_date",
        "/provenance/how_known",
    }
    assert Submission.objects.count() == Report.objects.count() == 0


def test_an_unknown_force_area_is_refused(cast, submit):
    with pytest.raises(intake.RefusedError) as refused:
        submit(submission(force_area="atlantis"), by=cast.teacher)

    assert [error.pointer for error in refused.value.errors] == ["/force_area"]


def test_a_child_at_risk_now_without_a_referral_tells_the_sender_whom_to_call(cast, submit):
    urgent = submission(urgency={"child_at_risk_now": "yes"})
    referred = urgent | {"reference": "R2", "sharing": {"referrals": [{"to": "social_care"}]}}

    assert "999" in submit(urgent, by=cast.teacher).advice
    assert submit(referred, by=cast.teacher).advice == ""


def test_an_original_cannot_be_changed_by_the_login_of_the_pages(cast, submit):
    receipt = submit(submission(), by=cast.teacher)

    with as_web(), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('intelligence_original', 'UPDATE')")
        assert cursor.fetchone() == (False,)
    assert Original.objects.filter(pk=receipt.submission).exists()


def test_without_a_context_the_web_login_sees_no_row(cast, submit):
    submit(submission(), by=cast.teacher)

    with as_web():
        assert Report.objects.count() == 0
    with as_web(), context.acting_as(cast.teacher):
        assert Report.objects.count() == 1


def post(client, payload, **headers):
    return client.post(
        "/api/v1/submissions/",
        json.dumps(payload),
        content_type="application/json",
        headers=headers,
    )


def send_many(payloads, by):
    """What becomes of several, sent at once."""
    with as_web(), context.acting_as(by):
        return intake.submit_many(payloads, by=by, channel="api")


def test_of_several_sent_at_once_each_is_taken_or_not_by_itself(cast, submit):
    held = submission()
    submit(held, by=cast.teacher)
    good, bad = submission(), submission(information_date="soon")
    other = held | {"narrative": "Something else."}

    answers = send_many([good, bad, held, other, good], cast.teacher)

    assert [type(answer) for answer in answers] == [
        intake.Receipt,
        intake.RefusedError,
        intake.Receipt,
        intake.ConflictError,
        intake.Receipt,
    ]
    assert [a.created for a in answers if isinstance(a, intake.Receipt)] == [True, False, False]
    assert answers[0].submission == answers[4].submission
    assert Submission.objects.count() == QueueItem.objects.count() == Report.objects.count() == 2


def test_one_of_several_may_correct_one_before_it(cast):
    first = submission()
    answers = send_many([first, submission(corrects=first["reference"])], cast.teacher)

    corrected = Submission.objects.get(pk=answers[1].submission)
    assert corrected.corrects_id == answers[0].submission


def test_several_sent_at_once_are_stored_in_their_order(cast):
    answers = send_many([submission() for _ in range(5)], cast.teacher)
    stored = Submission.objects.order_by("received_at").values_list("pk", flat=True)
    assert list(stored) == [answer.submission for answer in answers]


def test_a_hundred_at_once_ask_the_database_hardly_more_often_than_one(cast):
    def queries(many):
        payloads = [submission() for _ in range(many)]
        with CaptureQueriesContext(connection) as asked:
            send_many(payloads, cast.teacher)
        return len(asked)

    queries(1)
    assert queries(100) <= queries(1) + 2
