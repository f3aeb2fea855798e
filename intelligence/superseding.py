"""What a correction does to the report that it corrects: that one stays, and no longer stands.

It is marked wherever it is shown, and leaves linking and the figures as what is withdrawn does.
Corrections form a line: the last stands, whichever of the earlier ones its sender names.
"""

import uuid

from django.db import connection

from intelligence.models import Report, Submission, Withdrawal
from partners import audit
from partners.models import User


def newest(reference: str, *, by: User) -> Submission | None:
    """What `by`, or for a lead their agency, sent under `reference`, or its latest correction.

    Held until the end of the transaction, so that two corrections at once come one after the other.
    """
    rows = Submission.objects.sent_by(by)
    found = rows.filter(agency=by.agency, reference=reference).first()
    while found is not None:
        _hold(found)
        later = rows.filter(corrects=found).order_by("received_at", "pk").last()
        if later is None:
            return found
        found = later
    return None


def _hold(submission: Submission) -> None:
    """An advisory lock: whoever sends may not lock the row of what was sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission.pk)]
        )


def supersede(later: Submission, *, by: User) -> list[uuid.UUID]:
    """Have what `later` corrects stand no longer; its submissions, to be queued again.

    In the transaction that stores `later`, once its audience is open. What was taken back before
    stays as it is.
    """
    standing = list(
        Report.objects.sent_by(by).filter(submission=later.corrects_id, withdrawal=None)
    )
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(report=report, reason=Withdrawal.Reason.CORRECTED, withdrawn_by=by)
            for report in standing
        ],
        ignore_conflicts=True,  # it was withdrawn at the same time
    )
    gone = sorted({report.submission_id for report in standing})
    if gone:
        audit.record(
            by=by,
            operation="alteration",
            verb="correct submission",
            object_type="submission",
            object_ids=[*gone, later.pk],
        )
    return gone
