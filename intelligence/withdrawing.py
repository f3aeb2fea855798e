"""Taking back what was sent: who may, and how it leaves linking.

What was sent stays, marked wherever it is shown. It leaves linking by the one route: it goes back
in the queue, and the worker that comes to it takes out its keys and whatever nobody has judged.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from intelligence import intake, resolution, trust
from intelligence.models import Link, MentionKey, OtherScore, Report, Withdrawal
from linking.types import Record
from partners import audit, policy
from partners.models import User
from partners.policy import Action, NotPermittedError


@transaction.atomic
def withdraw(submissions: Collection[uuid.UUID], *, by: User, reason: str) -> int:
    """Take back what `by`, or for a lead their agency, has sent; return how many reports left.

    What was taken back before stays as it is. Raises NotPermittedError where one is not theirs.
    """
    policy.require(by, Action.SUBMIT)
    reports = Report.objects.sent_by(by).filter(submission__in=submissions)
    if set(reports.values_list("submission_id", flat=True)) != set(submissions):
        raise NotPermittedError("not sent by this person, nor as their lead by their agency")
    standing = list(reports.filter(withdrawal=None))
    Withdrawal.objects.bulk_create(
        [Withdrawal(report=report, reason=reason, withdrawn_by=by) for report in standing],
        ignore_conflicts=True,  # a colleague was quicker
        batch_size=1000,
    )
    if standing:
        intake.requeue(report.submission_id for report in standing)
        audit.record(
            by=by,
            operation="alteration",
            verb="withdraw submission",
            object_type="submission",
            object_ids=sorted({report.submission_id for report in standing}),
            reason=Withdrawal.Reason(reason).label,
        )
    return len(standing)


def withdrawn(submissions: Collection[uuid.UUID], *, to: User) -> dict[uuid.UUID, str]:
    """Those of these submissions that stand no longer, as far as `to` may know: each as
    `corrected`, where a correction took its place, or `withdrawn`.
    """
    rows = Withdrawal.objects.visible_to(to).filter(report__submission__in=submissions)
    return {
        pk: "corrected" if reason == Withdrawal.Reason.CORRECTED else "withdrawn"
        for pk, reason in rows.values_list("report__submission_id", "reason")
    }


def afresh(payload: dict[str, Any], *, by: User) -> dict[str, Any]:
    """The payload under a reference of its own, where what was sent under it is withdrawn.

    `S-1` becomes `S-1 (2)`: what was taken back stays, so its reference does too. What was
    corrected is not sent anew: its correction stands.
    """
    fresh, number = payload, 1
    while number < _MOST and _is_taken_by_withdrawn(fresh["reference"], by):
        number += 1
        fresh = payload | {"reference": f"{payload['reference'][:57]} ({number})"}
    return fresh


#: Times that one reference is sent anew.
_MOST = 99


def _is_taken_by_withdrawn(reference: str, by: User) -> bool:
    rows = Withdrawal.objects.sent_by(by).exclude(reason=Withdrawal.Reason.CORRECTED)
    return rows.filter(
        report__agency=by.agency_id, report__submission__reference=reference
    ).exists()


# What a worker does.


def leave(records: Sequence[Record]) -> list[Record]:
    """Those of these records that stand, and that the desk may see. The others lose their keys, and
    every link of theirs that people have not judged: what was decided stays decided.
    """
    submissions = {record.submission for record in records}
    rows = Withdrawal.objects.filter(report__submission__in=submissions)
    gone = set(rows.values_list("report__submission_id", flat=True))
    gone |= trust.apart_from_linking(submissions)
    leaving = [record.id for record in records if record.submission in gone]
    if leaving:
        _unlink(leaving)
    return [record for record in records if record.submission not in gone]


def _unlink(mentions: Sequence[uuid.UUID]) -> None:
    MentionKey.objects.filter(mention__in=mentions).delete()
    links = Link.objects.filter(Q(left__in=mentions) | Q(right__in=mentions))
    found = {
        (left, right): pk for pk, left, right in links.values_list("pk", "left_id", "right_id")
    }
    same, different = resolution.judgements({mention for pair in found for mention in pair})
    unjudged = [pk for pair, pk in found.items() if pair not in same | different]
    Link.objects.filter(pk__in=unjudged).delete()
    OtherScore.objects.filter(Q(left__in=mentions) | Q(right__in=mentions)).delete()
