"""Grading a report and sharing it. Partners answer plain questions; police grade.

Each act here is for the desk that a report is before. One that was only opened to a person by
name, or shared with their agency, is not theirs to grade or to pass on.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils import timezone

from intelligence import trust
from intelligence.models import Audience, GradeChange, Report, ReportGrant
from intelligence.models.received import Condition
from partners import audit, grants, policy
from partners.models import Agency, User
from partners.policy import Action, Desk, NotPermittedError

#: Conditions under which no agency is let in; persons by name are, but for `_STAYS_WITHIN`.
_NO_AGENCY = frozenset({Condition.AGENCY_ONLY, Condition.NAMED_ONLY, Condition.ORIGINATOR_CONSENT})
#: Conditions that keep a report within the agency that sent it and the police of its area.
_STAYS_WITHIN = frozenset({Condition.AGENCY_ONLY, Condition.ORIGINATOR_CONSENT})


def may(action: Action, report: Report, *, by: User) -> bool:
    """Would `by` be let to do this to the report? Nobody is from a desk it is not before."""
    held = Report.objects.held_by(by).filter(pk=report.pk)
    return policy.can(by, action) and held.exists()


def _hold(report: Report, *, by: User, action: Action) -> Report:
    """The report as it stands, locked until the transaction ends: one act on it at a time.

    Raises NotPermittedError where `by` may not do this, or it is not before their desk.
    """
    policy.require(by, action)
    rows = Report.objects.held_by(by).select_for_update(no_key=True)
    held = rows.filter(pk=report.pk).first()
    if held is None:
        raise NotPermittedError("the report is not before this person's desk")
    return held


@dataclass(frozen=True)
class Recipients:
    """Who has a report: agencies it is shared with, persons by name, and a hub where asked."""

    agencies: tuple[Audience, ...] = ()
    people: tuple[ReportGrant, ...] = ()
    hub: tuple[Agency, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.agencies or self.people)

    @property
    def ids(self) -> frozenset[uuid.UUID]:
        """The ids of the rows that let them in; the hub's own."""
        return frozenset(row.pk for row in (*self.agencies, *self.people, *self.hub))

    @property
    def names(self) -> list[str]:
        """The agencies, and the persons each with their agency."""
        people = [f"{row.user.name} of {row.user.agency.name}" for row in self.people]
        hub = [f"{hub.name}, the safeguarding hub" for hub in self.hub]
        return [*(row.agency.name for row in self.agencies if row.agency), *people, *hub]


class ClosesOffError(Exception):
    """The new conditions would close the report off to people whom nobody was told of."""

    def __init__(self, ended: Recipients, narrowed: Recipients) -> None:
        super().__init__(", ".join([*ended.names, *narrowed.names]))
        self.ended = ended  #: who loses the report
        self.narrowed = narrowed  #: who keeps the report, and loses what it gives
        self.ids = ended.ids | narrowed.ids


def recipients(report: Report, *, by: User) -> Recipients:
    """Who has the report from the desk now, the first let in first. Raises NotPermittedError."""
    if not may(Action.GRADE, report, by=by):
        raise NotPermittedError("the report is not before this person's desk")
    return _recipients(report)


def _recipients(report: Report) -> Recipients:
    current = policy.current(timezone.now())
    shared = Audience.objects.filter(current, report=report, desk=Desk.SHARED)
    opened = ReportGrant.objects.filter(current, content_object=report, revoked_at=None)
    return Recipients(
        tuple(shared.select_related("agency").order_by("agency__name")),
        tuple(opened.select_related("user__agency", "granted_by").order_by("granted_at")),
    )


def _forbidden(report: Report, conditions: Collection[str]) -> Recipients:
    """Those who have the report, and under these conditions may not."""
    having = _recipients(report)
    agencies = [row for row in having.agencies if _bars_agency(conditions, row.expires_at)]
    people = [
        row for row in having.people if _bars_person(report, conditions, row.user, row.expires_at)
    ]
    return Recipients(tuple(agencies), tuple(people))


def _narrowed(report: Report, conditions: Collection[str], ended: Recipients) -> Recipients:
    """Those who keep the report, and under these conditions no longer see what it gives."""

    def newly(closing: Collection[str]) -> bool:
        return bool(set(closing) & set(conditions)) and not set(closing) & set(report.conditions)

    hub = report.area.hub if report.names_child and newly(policy.CLOSED_TO_HUB) else None
    people = _recipients(report).people if newly(policy.CLOSED_BY_NAME) else ()
    return Recipients(
        people=tuple(row for row in people if row.pk not in ended.ids),
        hub=(hub,) if hub else (),
    )


def _bars_agency(conditions: Collection[str], expires_at: datetime | None) -> str:
    """Why an agency may not have a report under these conditions; empty where it may."""
    if _NO_AGENCY & set(conditions):
        return "The conditions of this report do not allow it to be shared."
    return _bars_endless(conditions, expires_at)


def _bars_person(
    report: Report, conditions: Collection[str], person: User, expires_at: datetime | None
) -> str:
    """Why a person may not have a report by name under these conditions; empty where they may."""
    of = person.agency
    within = of.pk == report.agency_id or (of.is_police and of.area_id == report.area_id)
    if _STAYS_WITHIN & set(conditions) and not within:
        return (
            "The conditions of this report keep it within the agency that sent it and "
            "the police of its area."
        )
    return _bars_endless(conditions, expires_at)


def _bars_endless(conditions: Collection[str], expires_at: datetime | None) -> str:
    if Condition.TIME_LIMITED in conditions and expires_at is None:
        return "This report may be shared for a limited time only: say until when."
    return ""


@transaction.atomic
def grade(
    report: Report,
    *,
    by: User,
    source_evaluation: str,
    intelligence_assessment: str,
    handling_code: str,
    conditions: Sequence[str] = (),
    why: str = "",
    closing: Collection[uuid.UUID] | None = None,
) -> None:
    """Confirm or change the grade of a report before the desk.

    Whoever has the report, and may not under the new conditions, loses it. `closing` are the rows
    of those whom the grader was told of; None where nobody is asked. Raises NotPermittedError,
    ClosesOffError.
    """
    held = _hold(report, by=by, action=Action.GRADE)
    forbidden = _forbidden(held, conditions)
    if closing is not None:
        closes = ClosesOffError(forbidden, _narrowed(held, conditions, forbidden))
        if not closes.ids <= set(closing):
            raise closes
    before = held.grade if held.is_graded else ""
    report.source_evaluation = source_evaluation
    report.intelligence_assessment = intelligence_assessment
    report.handling_code = handling_code
    report.conditions = list(conditions)
    report.graded_by = by
    report.graded_at = timezone.now()
    report.save(
        update_fields=[
            "source_evaluation",
            "intelligence_assessment",
            "handling_code",
            "conditions",
            "graded_by",
            "graded_at",
        ]
    )
    GradeChange(report=report, before=before, after=report.grade, by=by, why=why).save(
        force_insert=True
    )
    audit.record(
        by=by,
        operation="alteration",
        verb="grade",
        object_type="report",
        object_ids=[report.pk],
        detail={
            "before": before,
            "after": report.grade,
            "conditions_before": held.conditions,
            "conditions": report.conditions,
        },
    )
    _close_off(forbidden, by=by, reason=f"Graded {report.grade}: {', '.join(conditions)}")


def _close_off(those: Recipients, *, by: User, reason: str) -> None:
    for shared in those.agencies:
        _end(shared, by=by, reason=reason)
    for grant in those.people:
        grants.revoke(grant, by=by, reason=reason)


def confirm_grade(report: Report, *, by: User) -> None:
    """Take the suggested grade as it stands. Raises NotPermittedError."""
    grade(
        report,
        by=by,
        source_evaluation=report.source_evaluation,
        intelligence_assessment=report.intelligence_assessment,
        handling_code=report.handling_code,
        conditions=report.conditions,
    )


@transaction.atomic
def sanitise(report: Report, *, by: User, text: str) -> None:
    """Write the text that others may be shown, without what points to a source.

    Raises NotPermittedError.
    """
    _hold(report, by=by, action=Action.GRADE)
    report.text = text
    report.save(update_fields=["text"])
    audit.record(
        by=by,
        operation="alteration",
        verb="sanitise",
        object_type="report",
        object_ids=[report.pk],
    )


class NotShareableError(Exception):
    """The report's grade, conditions or text do not allow this sharing."""


def _hold_standing(report: Report, *, by: User) -> Report:
    """The report, held to be let out. Raises NotPermittedError, NotShareableError."""
    held = _hold(report, by=by, action=Action.SHARE)
    if held.is_withdrawn:
        raise NotShareableError("Its sender has withdrawn this report. It is let out to nobody.")
    return held


@transaction.atomic
def share(
    report: Report, *, to: Agency, by: User, reason: str, expires_at: datetime | None = None
) -> Audience:
    """Let another agency see the graded, sanitised report, until then; again, where it was let.

    Raises NotPermittedError, NotShareableError.
    """
    held = _hold_standing(report, by=by)
    if not held.is_graded or not held.text:
        raise NotShareableError("Grade and sanitise the report before it is shared.")
    if trust.is_kept_from(held, to):
        raise NotShareableError(trust.KEPT)
    if why_not := _bars_agency(held.conditions, expires_at):
        raise NotShareableError(why_not)
    row = Audience.objects.filter(report=held, desk=Desk.SHARED, agency=to).first()
    if row is None:
        row = Audience(
            report=held,
            submission_id=held.submission_id,
            desk=Desk.SHARED,
            agency=to,
            received_at=held.received_at,
            expires_at=expires_at,
        )
        row.save(force_insert=True)
    else:
        row.expires_at = expires_at
        row.save(update_fields=["expires_at"])
    until = {} if expires_at is None else {"until": expires_at.isoformat()}
    _shared("share report", row, by=by, reason=reason, **until)
    return row


@transaction.atomic
def unshare(shared: Audience, *, by: User, reason: str) -> None:
    """End now what was shared with an agency; what has run out stays as it is.

    Open to the whole desk: closing is safe, and logged. Raises NotPermittedError.
    """
    _hold(shared.report, by=by, action=Action.GRADE)
    if shared.desk != Desk.SHARED:
        raise NotPermittedError("only what was shared can be taken back")
    if shared.expires_at is None or shared.expires_at > timezone.now():
        _end(shared, by=by, reason=reason)


def _end(shared: Audience, *, by: User, reason: str) -> None:
    # The database's own now: the moment at which row security begins to hide it.
    Audience.objects.filter(pk=shared.pk).update(expires_at=TransactionNow())
    shared.refresh_from_db(fields=["expires_at"])
    _shared("end share of report", shared, by=by, reason=reason)


def _shared(verb: str, row: Audience, *, by: User, reason: str, **more: str) -> None:
    audit.record(
        by=by,
        operation="disclosure",
        verb=verb,
        object_type="report",
        object_ids=[row.report_id],
        reason=reason,
        detail={"recipients": [row.agency.code if row.agency else ""], **more},
    )


@transaction.atomic
def open_to(
    report: Report, *, to: User, by: User, reason: str, expires_at: datetime | None = None
) -> None:
    """Open one report to one person by name, until then; again, where it was open.

    Raises NotPermittedError, NotShareableError.
    """
    held = _hold_standing(report, by=by)
    if policy.CLOSED_BY_NAME & set(held.conditions) and not held.text:
        raise NotShareableError(
            "Only the text that may be shared would be open to them: write that first."
        )
    if trust.is_kept_from(held, to.agency):
        raise NotShareableError(trust.KEPT)
    if why_not := _bars_person(held, held.conditions, to, expires_at):
        raise NotShareableError(why_not)
    grants.share(ReportGrant, held, to=to, by=by, reason=reason, expires_at=expires_at)


@transaction.atomic
def close_to(grant: ReportGrant, *, by: User, reason: str) -> None:
    """End now what was opened to a person by name. Raises NotPermittedError."""
    _hold(grant.content_object, by=by, action=Action.GRADE)
    grants.revoke(grant, by=by, reason=reason)
