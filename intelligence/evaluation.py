"""Grading a report and sharing it. Partners answer plain questions; police grade.

Each act here is for the desk that a report is before. One that was only opened to a person by
name, or shared with their agency, is not theirs to grade or to pass on.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from intelligence.models import Audience, GradeChange, Report, ReportGrant
from partners import audit, policy
from partners.models import Agency, User
from partners.policy import Action, Desk, NotPermittedError


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
) -> None:
    """Confirm or change the grade of a report before the desk. Raises NotPermittedError."""
    held = _hold(report, by=by, action=Action.GRADE)
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
        detail={"before": before, "after": report.grade},
    )


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


@transaction.atomic
def share(
    report: Report, *, to: Agency, by: User, reason: str, expires_at: datetime | None = None
) -> Audience:
    """Let another agency see the graded, sanitised report.

    Raises NotPermittedError, NotShareableError.
    """
    held = _hold(report, by=by, action=Action.SHARE)
    if not held.is_graded or not held.text:
        raise NotShareableError("Grade and sanitise the report before it is shared.")
    forbidden = {"agency_only", "named_only", "originator_consent"} & set(held.conditions)
    if forbidden:
        raise NotShareableError("The conditions of this report do not allow it to be shared.")
    if "time_limited" in held.conditions and expires_at is None:
        raise NotShareableError(
            "This report may be shared for a limited time only: say until when."
        )
    row = Audience(
        report=report,
        submission_id=report.submission_id,
        desk=Desk.SHARED,
        agency=to,
        received_at=report.received_at,
        expires_at=expires_at,
    )
    row.save(force_insert=True)
    audit.record(
        by=by,
        operation="disclosure",
        verb="share report",
        object_type="report",
        object_ids=[report.pk],
        reason=reason,
        detail={"recipients": [to.code]},
    )
    return row


@transaction.atomic
def open_to(
    report: Report, *, to: User, by: User, reason: str, expires_at: datetime | None = None
) -> None:
    """Open one report to one person by name. Raises NotPermittedError."""
    _hold(report, by=by, action=Action.SHARE)
    policy.share(ReportGrant, report, to=to, by=by, reason=reason, expires_at=expires_at)
    audit.record(
        by=by,
        operation="disclosure",
        verb="open report to a person",
        object_type="report",
        object_ids=[report.pk],
        reason=reason,
        detail={"recipients": [str(to.pk)]},
    )
