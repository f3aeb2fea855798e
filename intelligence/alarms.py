"""Alarms to the safeguarding hub, and what the hub does about them.

An alarm is no referral and holds nothing back: the report is stored and linked whatever becomes
of it, and its sender is told whom to call. It opens the report to the hub.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from intelligence import people
from intelligence.models import Alarm, Audience, Mention, Report, Submission
from intelligence.pseudonyms import Veil
from partners import audit, policy
from partners.models import User
from partners.policy import Action, Desk, Level

Payload = dict[str, Any]

#: The hours in which a hub is asked to answer, from Monday to Friday. Bank holidays count as days.
OPENS, CLOSES = time(9), time(17)
#: A row of a file about an older day than this tells of no risk now.
FILE_DAYS = 7


#: Said to a sender who answers that a child is at risk now and names no referral.
ALARM = gettext_lazy(
    "You told us a child may be at risk now. Nobody reads this service round the clock: "
    "call 999 if the danger is immediate, otherwise call {route} now. Do not wait for us."
)


class SettledError(Exception):
    """The alarm was passed on before."""


def called_for(payload: Payload) -> bool:
    """Does the sender say that a child is at risk now, and name nobody who was told?"""
    urgent = payload.get("urgency", {}).get("child_at_risk_now") == "yes"
    return urgent and not payload.get("sharing", {}).get("referrals")


def advice(payload: Payload, to: User) -> str:
    """What the sender must hear at once; empty where nothing is urgent."""
    return str(ALARM).format(route=to.agency.whom_to_call) if called_for(payload) else ""


def due(submission: Submission, payload: Payload) -> bool:
    """Is the hub of the area to be alarmed? Not for what a file tells of long ago."""
    if submission.area.hub_id is None or not called_for(payload):
        return False
    told_of = date.fromisoformat(str(submission.information_date))  # not read back: still text
    age = timezone.localdate(submission.received_at) - told_of
    return submission.channel != Submission.Channel.FILE or age.days <= FILE_DAYS


def raise_for(report: Report, submission: Submission, payload: Payload, *, by: User) -> Alarm:
    """Alarm the hub of the area, in the transaction that stores the report. Only where `due`."""
    alarm = Alarm(
        report=report,
        submission=submission,
        sender=by,
        agency=submission.agency,
        hub=submission.area.hub,
        why=payload["urgency"].get("why", ""),
        raised_at=submission.received_at,
        due_at=working_hour_after(submission.received_at),
    )
    alarm.save(force_insert=True)
    _record(by, "alarm the hub", alarm, operation="disclosure")
    return alarm


def told_why(alarm: Alarm, report: Report | None, *, to: User) -> str:
    """What the sender said, without the names of young people; empty where it is closed to `to`.

    `report` is its report as `to` may see it. What the report gives follows its conditions, and so
    do these words. Until a worker has read whom it names, nobody can hide those names.
    """
    reasons = policy.audience_ranges(to, Level.CONTENT, through=(Desk.MASH,))
    admits = [Audience.objects.filter(reason, report=alarm.report_id) for reason in reasons]
    if report is None or not any(rows.exists() for rows in admits):
        return ""
    mentions = list(Mention.objects.visible_to(to).filter(report=report))
    if report.names_child and not any(mention.is_child for mention in mentions):
        return ""
    young = people.young(mentions, to)
    return Veil([mention for mention in mentions if mention.pk in young]).text(alarm.why)


def working_hour_after(moment: datetime) -> datetime:
    """One hour of the hub's working time later."""
    at, left = timezone.localtime(moment), timedelta(hours=1)
    while True:
        opens, closes = _at(at, OPENS), _at(at, CLOSES)
        if at.weekday() < 5 and at < closes:
            start = max(at, opens)
            if closes - start >= left:
                return start + left
            left -= closes - start
        at = _at(at + timedelta(days=1), time(0))


def _at(day: datetime, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day.date(), hour))


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: User) -> None:
    """Say that it was seen. Somebody's earlier word stands.

    Raises NotPermittedError, or SettledError where it was passed on.
    """
    held = _hold(alarm, by)
    if held.acknowledged_at is None:
        held.acknowledged_at, held.acknowledged_by = timezone.now(), by
        held.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(by, "acknowledge alarm", held)


@transaction.atomic
def take(alarm: Alarm, *, by: User) -> None:
    """Make it one's own, also where a colleague had taken it.

    Raises NotPermittedError, or SettledError where it was passed on.
    """
    held = _hold(alarm, by)
    acknowledge(held, by=by)
    held.refresh_from_db()
    held.taken_at, held.taken_by = timezone.now(), by
    held.save(update_fields=["taken_at", "taken_by"])
    _record(by, "take alarm", held)


@transaction.atomic
def pass_on(alarm: Alarm, *, to: str, by: User) -> None:
    """Say who acts now, e.g. `the duty social worker, 14:20`. It ends the alarm.

    Raises NotPermittedError, ValueError where nobody is named, or SettledError.
    """
    to = " ".join(to.split())
    if not 0 < len(to) <= 200:
        raise ValueError("Say to whom, in up to 200 characters.")
    held = _hold(alarm, by)
    acknowledge(held, by=by)
    held.refresh_from_db()
    held.passed_on_at, held.passed_on_by, held.passed_on_to = timezone.now(), by, to
    held.save(update_fields=["passed_on_at", "passed_on_by", "passed_on_to"])
    _record(by, "pass on alarm", held)


def _hold(alarm: Alarm, by: User) -> Alarm:
    """The alarm as it stands, locked. Raises NotPermittedError or SettledError."""
    policy.require(by, Action.ANSWER_ALARMS)
    seen = Alarm.objects.visible_to(by).filter(pk=alarm.pk)
    held = seen.waiting().select_for_update(of=("self",)).first()
    if held is None and not seen.exists():
        raise policy.NotPermittedError("the alarm is not before this desk")
    if held is None:
        raise SettledError(alarm.pk)
    return held


def _record(by: User, verb: str, alarm: Alarm, operation: str = "alteration") -> None:
    audit.record(
        by=by,
        operation=operation,
        verb=verb,
        object_type="alarm",
        object_ids=[alarm.pk, alarm.report_id],
    )
