"""What is written of submissions that come in: all of it, in the transaction of their receipt.

Some statements for a whole batch, not some for each submission: that a file of 5,000 rows comes in
within a minute rests on this.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from intelligence import alarms, audience, exchange, grading, trust
from intelligence.audience import Arrived
from intelligence.models import Original, QueueItem, Report, SourceIdentity, Submission
from partners import audit
from partners.models import Area, User

Payload = dict[str, Any]


@dataclass(frozen=True)
class Arriving:
    """A submission that fits the contract and is not held yet."""

    payload: Payload
    area: Area
    idempotency_key: str = ""
    corrects: uuid.UUID | None = None


def store(many: Sequence[Arriving], *, by: User, channel: str) -> list[Submission]:
    """Store these, in their order, with their originals, first reports, audiences and places in the
    queue, and write who sent them into the log. Within a transaction.
    """
    now = timezone.now()
    stored = [
        # A millionth of a second apart, so that what came in first stays first.
        (one, _submission(one, by, channel, now + timedelta(microseconds=place)))
        for place, one in enumerate(many)
    ]
    submissions = [submission for _, submission in stored]
    reports = [_first_report(submission, one.payload) for one, submission in stored]
    Submission.objects.bulk_create(submissions)
    Original.objects.bulk_create(
        Original(submission=s, payload=_without_source(one.payload)) for one, s in stored
    )
    SourceIdentity.objects.bulk_create(
        SourceIdentity(submission=s, reporter=one.payload["reporter"])
        for one, s in stored
        if one.payload.get("reporter")
    )
    Report.objects.bulk_create(reports)
    _open(stored, reports, by)
    QueueItem.objects.bulk_create(
        QueueItem(submission=s, queued_at=s.received_at, next_at=s.received_at) for s in submissions
    )
    audit.record(
        by=by,
        operation="collection",
        verb="submit",
        object_type="submission",
        object_ids=[submission.pk for submission in submissions],
    )
    return submissions


def _open(
    stored: Iterable[tuple[Arriving, Submission]], reports: Iterable[Report], by: User
) -> None:
    arrived = []
    for (one, submission), report in zip(stored, reports, strict=True):
        closed = trust.employers(one.payload, sender=by.agency, area=one.area)
        trust.keep_from(report, submission, closed)
        alarmed = one.area.hub not in closed and alarms.due(submission, one.payload)
        keepers = trust.keepers(one.payload, closed, area=one.area)
        arrived.append(
            (Arrived(report, submission, alarmed, frozenset(closed), frozenset(keepers)), one)
        )
    audience.open_on_receipt([opened for opened, _ in arrived], sender=by)
    for opened, one in arrived:
        if opened.alarmed:
            alarms.raise_for(opened.report, opened.submission, one.payload, by=by)


def _submission(one: Arriving, by: User, channel: str, at: datetime) -> Submission:
    payload = one.payload
    return Submission(
        agency=by.agency,
        submitted_by=by,
        reference=payload["reference"],
        received_at=at,
        channel=channel,
        area=one.area,
        information_date=payload["information_date"],
        origin_reference=payload.get("origin_reference", ""),
        corrects_id=one.corrects,
        marking=payload.get("protective_marking", Submission.Marking.SENSITIVE),
        content_hash=exchange.content_hash(payload),
        idempotency_key=one.idempotency_key,
    )


def _first_report(submission: Submission, payload: Payload) -> Report:
    source, assessment, handling, conditions = grading.suggested_grade(payload)
    graded = "grading" in payload
    people = payload.get("persons", [])
    return Report(
        submission=submission,
        agency=submission.agency,
        area=submission.area,
        received_at=submission.received_at,
        information_date=submission.information_date,
        source_evaluation=source,
        intelligence_assessment=assessment,
        handling_code=handling,
        conditions=list(conditions),
        graded_by=submission.submitted_by if graded else None,
        graded_at=submission.received_at if graded else None,
        names_child=any(
            {"child_at_risk", "victim"} & {person["role"], *person.get("also", ())}
            for person in people
        ),
    )


def _without_source(payload: Payload) -> Payload:
    return {name: value for name, value in payload.items() if name != "reporter"}
