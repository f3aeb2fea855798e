"""What a person, or for a lead their agency, has sent: flat like the list of reports.

Senders are told how far their report has come, and never what it met. For the first day nothing
changes for them at all: a report that moved within minutes would say that something matched.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from intelligence import answering, newest, withdrawing
from intelligence.models import Audience, Outcome, QueueItem, Report, Submission
from intelligence.models.answers import QUIET
from partners import audit, policy
from partners.models import User
from partners.policy import Desk, Level

#: How far a submission can have come, for whoever sent it.
STAGES = (
    "received",
    "reviewing",
    "question",
    "used",
    "not_enough",
    "passed_on",
    "withdrawn",
    "corrected",
)
#: Submissions on one page.
PAGE = 25


@dataclass(frozen=True)
class SentList:
    """One page of submissions, and where the next begins."""

    rows: list[Submission]
    after: str


def page(*, to: User, after: str = "", at_most: int = PAGE) -> SentList:
    """The next page after the place `after`, newest first."""
    shown, following = newest.page(_lists(to), after=after, at_most=at_most)
    by_id = Submission.objects.in_bulk(shown)
    return SentList([by_id[pk] for pk in shown if pk in by_id], following)


def _lists(to: User) -> list[QuerySet[Any]]:
    """One range of an index for what they sent themselves, and one for their agency.

    Distinct, because each report that was made of a submission has an audience.
    """
    reasons = policy.audience_ranges(to, Level.SUBMISSION, through=(Desk.PERSON, Desk.OWN))
    return [
        newest.places(Audience.objects.filter(reason), at="received_at", of="submission").distinct()
        for reason in [*reasons, Q(pk__in=[])]
    ]


def stages(submissions: Sequence[Submission], to: User) -> dict[uuid.UUID, str]:
    """How far each of one's own submissions has come: received, reviewing, question, or what the
    desk released: used, not_enough, passed_on.

    Nothing in it depends on whether anything matched, or on what others sent, but by what the desk
    chose to say, or the sender withdrew or corrected. Within `QUIET` it is received, or one of
    these.
    """
    told = {row.pk for row in submissions if not _is_fresh(row)}
    asked = answering.open_questions(to=to).filter(submission__in=told)
    released = Outcome.objects.told_to(to).filter(submission__in=told).order_by("released_at", "pk")
    taken_up = QueueItem.objects.visible_to(to).filter(submission__in=told).exclude(done_at=None)
    found = dict.fromkeys((row.pk for row in submissions), "received")
    found |= dict.fromkeys(taken_up.values_list("submission_id", flat=True), "reviewing")
    found |= {row.submission_id: row.status for row in released}
    found |= dict.fromkeys(asked.values_list("submission_id", flat=True), "question")
    found |= withdrawing.withdrawn(list(found), to=to)
    return found


def log_copy(row: Submission, *, number: str, by: User) -> None:
    """Write down that a copy of what `by` sent was made, to be kept outside (s.62 disclosure)."""
    audit.record(
        by=by,
        operation="disclosure",
        verb="copy submission",
        object_type="submission",
        object_ids=[row.pk],
        detail={"number": number},
    )


def told_as_sender(reports: Sequence[Report], to: User) -> dict[uuid.UUID, str]:
    """How far these reports have come, by report, where `to` is told no more of them than that.

    Whoever sees a report only because they, or their agency, sent it is never told its grade, its
    conditions or the text made of it: an accepted link confirms a grade, so that they would say
    that something matched. Within `QUIET` nor is a sender away from the desk who may see it anyhow.
    """
    by_id = {row.pk: row for row in reports}
    rows = Report.objects.filter(pk__in=by_id)
    beyond = set(rows.open_beyond_sending(to).values_list("pk", flat=True))
    if not policy.at_desk(to):
        fresh = {pk for pk in beyond if _is_fresh(by_id[pk])}
        beyond -= set(rows.filter(pk__in=fresh).sent_by(to).values_list("pk", flat=True))
    alone = {pk: row.submission_id for pk, row in by_id.items() if pk not in beyond}
    submissions = Submission.objects.filter(pk__in=alone.values()).visible_to(to) if alone else ()
    found = stages(list(submissions), to) if alone else {}
    return {pk: found.get(submission, "received") for pk, submission in alone.items()}


def _is_fresh(row: Submission | Report) -> bool:
    return row.received_at > timezone.now() - QUIET
