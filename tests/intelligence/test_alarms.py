"""The alarm to the safeguarding hub: raised, answered step by step, late, and never in the way."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from intelligence import alarms
from intelligence.models import Alarm, QueueItem, Report
from partners import roster
from partners.models import AuditEvent, User
from partners.policy import NotPermittedError
from tests.conftest import as_web
from tests.factories import child, submission
from tests.worlds import asking

pytestmark = pytest.mark.django_db
URGENT = {"urgency": {"child_at_risk_now": "yes", "why": "Out tonight, phone off."}}
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def raised(cast, submit):
    """An alarm that a nurse's report raised."""
    return Alarm.objects.get(submission=submit(submission(**URGENT), by=cast.nurse).submission)


@pytest.fixture
def chief(cast):
    """The lead of the hub's agency."""
    return User.objects.create_user(
        username="chief", role="lead", agency=cast.hub.agency, name="Chief"
    )


def let_it_be_late(alarm):
    then = timezone.now() - timedelta(hours=2)
    Alarm.objects.filter(pk=alarm.pk).update(raised_at=then, due_at=then + timedelta(hours=1))
    alarm.refresh_from_db()


def test_a_child_at_risk_now_and_nobody_told_alarms_the_hub_and_opens_the_report_to_it(
    cast, raised
):
    assert (raised.hub, raised.sender, raised.why) == (
        cast.hub.agency,
        cast.nurse,
        "Out tonight, phone off.",
    )
    assert raised.due_at > raised.raised_at
    with asking(cast.hub):
        assert Report.objects.visible_to(cast.hub).filter(pk=raised.report_id).exists()
    assert AuditEvent.objects.filter(verb="alarm the hub", actor=cast.nurse.pk).count() == 1


@pytest.mark.parametrize(
    "parts",
    [
        {"urgency": {"child_at_risk_now": "not_known"}},
        {"urgency": {"child_at_risk_now": "no"}},
        {**URGENT, "sharing": {"referrals": [{"to": "social_care"}]}},
    ],
)
def test_without_a_child_at_risk_now_or_with_a_referral_there_is_no_alarm(cast, submit, parts):
    submit(submission(**parts), by=cast.nurse)
    assert not Alarm.objects.exists()


def test_the_sender_is_told_whom_to_call_and_the_report_is_not_held_back(cast, submit):
    roster.name_route(cast.dogger, "the Dogger hub on 01632 960500", by=None)
    cast.nurse.refresh_from_db()
    receipt = submit(submission(**URGENT), by=User.objects.get(pk=cast.nurse.pk))
    assert "call the Dogger hub on 01632 960500 now" in receipt.advice
    assert QueueItem.objects.filter(submission=receipt.submission, done_at=None).exists()


def test_sending_it_again_alarms_once(cast, submit):
    payload = submission(**URGENT)
    assert submit(payload, by=cast.nurse).advice == submit(payload, by=cast.nurse).advice != ""
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize("guarded", [False, True])
def test_the_hub_reads_why_without_names_and_not_where_the_conditions_close_it(
    cast, chief, submit, process, sign_in, guarded
):
    parts: dict[str, Any] = {}
    parts["urgency"] = {"child_at_risk_now": "yes", "why": "Una is out with her zebra tonight."}
    if guarded:
        parts["sharing"] = {"risk_if_shared": True}
    young = child(given_names="Una")
    submit(submission(persons=[young], **parts), by=cast.nurse)
    alarm = Alarm.objects.get()
    let_it_be_late(alarm)

    def told(person):
        return sign_in(person).get(reverse("alarm", args=[alarm.pk])).content.decode()

    for person in (cast.hub, chief):  # nobody has read yet whose names are to be hidden
        assert "zebra" not in told(person)
        assert "Una" not in told(person)
    process()
    page = told(cast.hub)
    assert "Una" not in page
    assert ("[name hidden] is out with her zebra tonight." in page) != guarded
    assert ("conditions keep its words from you: call the desk of Dogger Police" in page) == guarded
    assert "zebra" not in told(chief)


def test_an_area_without_a_hub_keeps_the_report_and_tells_the_sender(cast, submit):
    cast.dogger.hub = None
    cast.dogger.save()
    assert "999" in submit(submission(**URGENT), by=cast.nurse).advice
    assert not Alarm.objects.exists()


def test_what_a_file_tells_of_long_ago_alarms_nobody(cast, submit):
    today = timezone.localdate()
    for days, channel in ((30, "file"), (3, "file"), (30, "form"), (30, "api")):
        told_of = (today - timedelta(days=days)).isoformat()
        submit(submission(**URGENT, information_date=told_of), by=cast.nurse, channel=channel)
    assert Alarm.objects.count() == 3


def test_it_is_acknowledged_taken_and_passed_on_each_by_somebody_and_written_down(
    cast, raised, sign_in
):
    hub = sign_in(cast.hub)
    assert raised.number in hub.get(reverse("alarms")).content.decode()
    page = reverse("alarm", args=[raised.pk])
    for step in ({"acknowledge": "1"}, {"take": "1"}, {"pass_on": "1", "to": "duty social worker"}):
        assert hub.post(page, step).status_code == 302
    raised.refresh_from_db()
    assert raised.acknowledged_by == raised.taken_by == raised.passed_on_by == cast.hub
    assert raised.passed_on_to == "duty social worker"
    verbs = AuditEvent.objects.filter(actor=cast.hub.pk, object_type="alarm")
    assert {"acknowledge alarm", "take alarm", "pass on alarm", "view alarm"} == set(
        verbs.values_list("verb", flat=True)
    )
    assert "Passed on" in hub.get(page).content.decode()
    assert all(raised.report_id in row.object_ids for row in verbs)


def test_it_is_not_passed_on_to_nobody(cast, raised, sign_in):
    answer = sign_in(cast.hub).post(reverse("alarm", args=[raised.pk]), {"pass_on": "1"})
    assert answer.status_code == 400
    assert "Say to whom it was passed on." in answer.content.decode()
    with asking(cast.hub), pytest.raises(ValueError, match="to whom"):
        alarms.pass_on(raised, to="  ", by=cast.hub)


def test_an_alarm_that_was_passed_on_is_ended(cast, raised, sign_in):
    with asking(cast.hub):
        alarms.pass_on(raised, to="night team", by=cast.hub)
        with pytest.raises(alarms.SettledError):
            alarms.take(raised, by=cast.hub)
    answer = sign_in(cast.hub).post(
        reverse("alarm", args=[raised.pk]), {"pass_on": "1", "to": "x"}, follow=True
    )
    assert "Somebody passed this alarm on before you." in answer.content.decode()
    raised.refresh_from_db()
    assert raised.passed_on_to == "night team"


def test_after_its_hour_the_hubs_lead_sees_it_and_may_act(cast, raised, chief, sign_in):
    lead = sign_in(chief)
    assert raised.number not in lead.get(reverse("alarms")).content.decode()
    assert lead.get(reverse("alarm", args=[raised.pk])).status_code == 404

    let_it_be_late(raised)
    assert raised.is_late
    assert raised.number in lead.get(reverse("alarms")).content.decode()
    assert "1 waiting" in lead.get(reverse("home")).content.decode()
    assert lead.post(reverse("alarm", args=[raised.pk]), {"acknowledge": "1"}).status_code == 302
    raised.refresh_from_db()
    assert raised.acknowledged_by == chief
    # It stays before the lead, who was needed.
    assert raised.number in lead.get(reverse("alarms")).content.decode()


def test_only_a_hub_has_alarms_in_its_menu(cast, chief, sign_in):
    shown = {
        name: reverse("alarms") in sign_in(user).get(reverse("home")).content.decode()
        for name, user in (("hub", cast.hub), ("chief", chief), ("head", cast.head))
    }
    assert shown == {"hub": True, "chief": True, "head": False}


def test_nobody_but_the_hub_acts_on_it(cast, raised):
    for other in (cast.analyst, cast.nurse):
        with asking(other), pytest.raises(NotPermittedError):
            alarms.acknowledge(raised, by=other)
    with asking(cast.head), pytest.raises(NotPermittedError):
        alarms.acknowledge(raised, by=cast.head)


def test_the_database_keeps_the_steps_in_order(raised):
    wrong = (
        {"acknowledged_at": timezone.now()},
        {"taken_at": timezone.now(), "taken_by": raised.sender},
        {"passed_on_to": "somebody"},
        {"due_at": raised.raised_at},
    )
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Alarm.objects.filter(pk=raised.pk).update(**change)


def test_the_database_lets_nobody_raise_an_alarm_over_what_others_sent(cast, raised, submit):
    other = submit(submission(), by=cast.nurse)
    report = Report.objects.get(submission=other.submission)
    row = (
        "INSERT INTO intelligence_alarm (id, report_id, submission_id, sender_id, "
        "agency_id, hub_id, why, raised_at, due_at, passed_on_to) VALUES (gen_random_uuid(), %s, "
        "%s, %s, %s, %s, '', now(), now() + interval '1 hour', '')"
    )
    teacher, hub = cast.teacher, cast.hub.agency_id
    values = [report.pk, other.submission, teacher.pk, teacher.agency_id, hub]
    with pytest.raises(ProgrammingError), transaction.atomic(), asking(teacher):
        connection.cursor().execute(row, values)


def test_no_login_rewrites_who_raised_it_or_when_it_is_due(cast, raised):
    for column in ("due_at", "sender_id", "hub_id", "report_id"):
        with pytest.raises(ProgrammingError), transaction.atomic(), as_web():
            connection.cursor().execute(f"UPDATE intelligence_alarm SET {column} = {column}")


@pytest.mark.parametrize(
    ("raised_at", "due"),
    [
        ("2026-03-25T10:15", "2026-03-25T11:15"),  # a Wednesday
        ("2026-03-25T16:40", "2026-03-26T09:40"),
        ("2026-03-25T06:00", "2026-03-25T10:00"),
        ("2026-03-25T23:59", "2026-03-26T10:00"),
        ("2026-03-27T16:30", "2026-03-30T09:30"),  # over a weekend, and the clocks go forward
        ("2026-03-28T12:00", "2026-03-30T10:00"),
        ("2026-03-25T16:00", "2026-03-25T17:00"),
        ("2026-03-25T17:00", "2026-03-26T10:00"),
    ],
)
def test_an_hour_is_an_hour_of_the_working_day(raised_at, due):
    moment = datetime.fromisoformat(raised_at).replace(tzinfo=LONDON)
    assert alarms.working_hour_after(moment) == datetime.fromisoformat(due).replace(tzinfo=LONDON)
