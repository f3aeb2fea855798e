"""Writes past the policy, tried as the web login with the actor's own context.

Each is refused, and what it differs from by one thing is carried out: the wall refuses that thing.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from intelligence import evaluation, withdrawing
from intelligence.models import Alarm, Audience, Report
from partners.models import User
from tests.factories import submission
from tests.partners.test_policy import refusal
from tests.sabotage.faults import break_database, red
from tests.worlds import asking

pytestmark = pytest.mark.django_db

AUDIENCE = """INSERT INTO intelligence_audience (id, report_id, submission_id, desk, agency_id,
    received_at) SELECT gen_random_uuid(), %s, id, %s, %s, received_at + interval '{late} hours'
    FROM intelligence_submission WHERE id = %s"""
GRANT = """INSERT INTO intelligence_reportgrant (id, content_object_id, user_id, permission_id,
    reason, conditions, granted_by_id, granted_at) VALUES (gen_random_uuid(), %s, %s,
    (SELECT min(id) FROM auth_permission), '', '', %s, now())"""
REPORT = """INSERT INTO intelligence_report (id, submission_id, agency_id, area_id, received_at,
    information_date, source_evaluation, intelligence_assessment, handling_code, conditions,
    graded_by_id, graded_at, names_child, text) SELECT gen_random_uuid(), id, %s, %s,
    received_at + interval '{late} hours', '2026-03-02', '1', 'A', 'P', '{{}}', %s,
    CASE WHEN %s THEN received_at END, false, '' FROM intelligence_submission WHERE id = %s"""
ALARM = """INSERT INTO intelligence_alarm (id, report_id, submission_id, sender_id, agency_id,
    hub_id, why, passed_on_to, raised_at, due_at) SELECT gen_random_uuid(), %s, id,
    submitted_by_id, agency_id, %s, '', '', received_at + %s, received_at + %s + %s
    FROM intelligence_submission WHERE id = %s"""
GRADE = """UPDATE intelligence_report SET source_evaluation = %s, graded_at = %s,
    graded_by_id = %s WHERE id = %s"""
ACKNOWLEDGE = """UPDATE intelligence_alarm SET acknowledged_at = %s, acknowledged_by_id = %s
    WHERE id = %s"""
TAKE = "UPDATE intelligence_alarm SET taken_at = %s, taken_by_id = %s WHERE id = %s"
PASS_ON = """UPDATE intelligence_alarm SET passed_on_at = %s, passed_on_by_id = %s,
    passed_on_to = 'night team' WHERE id = %s"""


@pytest.fixture
def alarm(cast, submit):
    """An alarm at the hub that nobody has answered."""
    urgent = submission(urgency={"child_at_risk_now": "yes", "why": "Out tonight."})
    return Alarm.objects.get(submission=submit(urgent, by=cast.nurse).submission)


@pytest.fixture
def other(cast):
    """A colleague at the hub."""
    return User.objects.create_user(
        username="other", role="mash", agency=cast.hub.agency, name="Other"
    )


@pytest.fixture
def report(cast, submit):
    """A teacher's report, opened on receipt."""
    return Report.objects.get(submission=submit(submission(), by=cast.teacher).submission)


@pytest.mark.parametrize("step", [ACKNOWLEDGE, TAKE, PASS_ON])
def test_an_alarm_is_answered_in_ones_own_name_and_now(cast, alarm, other, step):
    now, hub = timezone.now(), cast.hub
    if step != ACKNOWLEDGE:
        Alarm.objects.filter(pk=alarm.pk).update(acknowledged_at=now, acknowledged_by=hub)

    assert refusal(hub, step, [now, hub.pk, alarm.pk]) == ""
    for at, by in (
        (now, other),
        (now - timedelta(minutes=5), hub),
        (now + timedelta(minutes=5), hub),
    ):
        assert "permission denied" in refusal(hub, step, [at, by.pk, alarm.pk])


def test_who_acknowledged_an_alarm_first_stands(cast, alarm, other):
    now = timezone.now()
    Alarm.objects.filter(pk=alarm.pk).update(acknowledged_at=now, acknowledged_by=other)

    for at, by in ((now, cast.hub.pk), (None, None)):
        assert "permission denied" in refusal(cast.hub, ACKNOWLEDGE, [at, by, alarm.pk])


@pytest.mark.parametrize("desk", ["force", "mash"])
def test_a_sender_opens_a_report_to_the_desk_and_the_hub_of_its_area_only(cast, report, desk):
    Audience.objects.filter(report=report, desk=desk).delete()
    due = cast.force if desk == "force" else cast.hub.agency
    elsewhere = [cast.neighbour.agency, cast.clinic, cast.school, cast.force, cast.hub.agency]

    def refused(agency, late=0):
        values = [report.pk, desk, agency.pk, report.submission_id]
        return "row-level security" in refusal(cast.teacher, AUDIENCE.format(late=late), values)

    assert not refused(due)
    assert refused(due, late=-1)
    assert all(refused(agency) for agency in elsewhere if agency != due)


def test_what_was_withdrawn_is_neither_shared_nor_opened_anew(cast, report):
    with asking(cast.supervisor):
        evaluation.confirm_grade(report, by=cast.supervisor)
        evaluation.sanitise(report, by=cast.supervisor, text="Seen at the harbour.")
    officer = cast.supervisor
    share = (
        AUDIENCE.format(late=0),
        [report.pk, "shared", cast.clinic.pk, report.submission_id],
    )
    grant = (GRANT, [report.pk, cast.investigator.pk, officer.pk])
    assert [refusal(officer, *tried) for tried in (share, grant)] == ["", ""]

    with asking(cast.teacher):
        withdrawing.withdraw([report.submission_id], by=cast.teacher, reason="wrong")
    for tried in (share, grant):
        assert "row-level security" in refusal(officer, *tried)


def test_a_report_is_graded_on_receipt_by_police_alone_and_keeps_its_area(cast, submit):
    sent = {by: submit(submission(), by=by).submission for by in (cast.teacher, cast.investigator)}

    def told(by, area, graded_by, late=0):
        values = [by.agency_id, area.pk, graded_by, graded_by is not None, sent[by]]
        return refusal(by, REPORT.format(late=late), values)

    teacher, police = cast.teacher, cast.investigator
    assert told(teacher, cast.dogger, None) == ""
    assert told(police, cast.dogger, police.pk) == ""
    for by, area, graded_by in (
        (teacher, cast.dogger, teacher.pk),
        (police, cast.dogger, cast.analyst.pk),
        (teacher, cast.ekofisk, None),
    ):
        assert "row-level security" in told(by, area, graded_by)
    assert "row-level security" in told(teacher, cast.dogger, None, late=-1)


def test_what_is_sent_is_received_now(cast):
    statement = """INSERT INTO intelligence_submission (id, agency_id, submitted_by_id, reference,
        received_at, channel, area_id, information_date, origin_reference, idempotency_key, marking,
        content_hash) VALUES (gen_random_uuid(), %s, %s, %s, now() + %s, 'form', %s, '2026-03-02',
        '', '', 'OFFICIAL-SENSITIVE', '')"""

    def told(late):
        teacher = cast.teacher
        values = [teacher.agency_id, teacher.pk, "R-1", late, cast.dogger.pk]
        return refusal(teacher, statement, values)

    assert told(timedelta(0)) == ""
    assert "row-level security" in told(timedelta(days=-2))
    assert "row-level security" in told(timedelta(hours=1))


def test_an_alarm_is_raised_when_its_report_came_and_is_due_within_days(cast, alarm):
    Alarm.objects.filter(pk=alarm.pk).delete()

    def told(late=timedelta(0), given=timedelta(hours=65)):
        values = [alarm.report_id, alarm.hub_id, late, late, given, alarm.submission_id]
        return refusal(cast.nurse, ALARM, values)

    assert told() == ""
    assert "row-level security" in told(late=timedelta(hours=-2))
    assert "row-level security" in told(given=timedelta(days=30))


def test_a_report_is_graded_in_ones_own_name_and_now(cast, report):
    now, analyst = timezone.now(), cast.analyst

    assert refusal(analyst, GRADE, ["1", now, analyst.pk, report.pk]) == ""
    for at, by in (
        (now, cast.supervisor.pk),
        (now - timedelta(hours=1), analyst.pk),
        (now + timedelta(hours=1), analyst.pk),
        (None, None),
    ):
        assert "permission denied" in refusal(analyst, GRADE, ["1", at, by, report.pk])


def test_a_moment_that_nobody_checks_is_found(cast, alarm):
    """`ctx.came` holds alarms, reports and audiences to the moment of what was sent."""
    break_database(
        """CREATE OR REPLACE FUNCTION ctx.came(submission uuid, at timestamptz)
           RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'"""
    )
    red(test_an_alarm_is_raised_when_its_report_came_and_is_due_within_days, cast, alarm)


def test_a_grade_that_nobody_checks_is_found(cast, report):
    break_database("DROP TRIGGER graded_in_own_name ON intelligence_report")
    red(test_a_report_is_graded_in_ones_own_name_and_now, cast, report)


def test_a_step_that_nobody_checks_is_found(cast, alarm, other):
    break_database(
        """CREATE OR REPLACE FUNCTION ctx.stepped(at timestamptz, by uuid) RETURNS boolean
           LANGUAGE sql STABLE AS 'SELECT true'"""
    )
    red(test_an_alarm_is_answered_in_ones_own_name_and_now, cast, alarm, other, ACKNOWLEDGE)


def test_a_desk_that_nobody_checks_is_found(cast, report):
    break_database(
        """CREATE OR REPLACE FUNCTION ctx.due_at(submission uuid, desk text, agency uuid)
           RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'"""
    )
    red(
        test_a_sender_opens_a_report_to_the_desk_and_the_hub_of_its_area_only,
        cast,
        report,
        "force",
    )
