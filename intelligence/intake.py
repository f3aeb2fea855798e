"""Submissions coming in, and being taken up, finished or set aside.

PostgreSQL is the queue: what is received is committed together with its queue row, so that a
receipt means safe whatever happens to the broker or to a worker afterwards.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from intelligence import alarms, audience, exchange, grading
from intelligence.models import (
    Original,
    QueueItem,
    Report,
    SourceIdentity,
    Submission,
    Withdrawal,
)
from partners import audit, policy
from partners.models import Area, User
from partners.policy import Action

Payload = dict[str, Any]

#: Said to a sender who answers that a child is at risk now and names no referral.
ALARM = (
    "You told us a child may be at risk now. Nobody reads this service round the clock: "
    "call 999 if the danger is immediate, otherwise call {route} now. Do not wait for us."
)


@dataclass(frozen=True)
class Receipt:
    """The answer to a submission: the same whatever is already held."""

    submission: uuid.UUID
    reference: str
    received_at: datetime
    created: bool
    advice: str = ""

    @property
    def as_json(self) -> dict[str, str]:
        """What the API answers."""
        answer = {
            "id": str(self.submission),
            "reference": self.reference,
            "status": "received",
            "received_at": self.received_at.isoformat(),
        }
        return answer | ({"advice": self.advice} if self.advice else {})


class RefusedError(Exception):
    """What was sent does not fit the contract; `errors` says everything that is wrong."""

    def __init__(self, errors: Sequence[exchange.Error]) -> None:
        self.errors = list(errors)
        super().__init__(f"{len(self.errors)} errors")


class ConflictError(Exception):
    """The reference, or the idempotency key, was used before for other content."""

    code = "conflict"
    sentence = "This reference was used before for other content."


class WithdrawnError(ConflictError):
    """What the agency sent under this reference, or key, was taken back: it stays taken back."""

    code = "withdrawn"
    sentence = (
        "What you sent under this reference was taken back or corrected, and stays so. To send it "
        "after all, give it a new reference."
    )


def nothing() -> None:
    """The default nudge."""


#: Called after each commit of a submission; `cse_profile` sets it. It may be lost: a sweep follows.
nudge: Callable[[], None] = nothing


def submit(
    payload: object, *, by: User, channel: str = "form", idempotency_key: str = ""
) -> Receipt:
    """Store a submission from `by`'s agency and queue it.

    The same reference with the same content answers the first receipt, unless that was taken
    back since. Raises NotPermittedError, RefusedError (with every error), ConflictError or
    WithdrawnError.
    """
    policy.require(by, Action.SUBMIT)
    checked, area = _check(payload, by)
    receipt = _known(checked, by, idempotency_key)
    if receipt is None:
        try:
            with transaction.atomic():
                receipt = _store(checked, by, area, channel, idempotency_key)
        except IntegrityError:
            # Somebody of the same agency stored it between our look and our insert.
            receipt = _known(checked, by, idempotency_key)
            if receipt is None:
                raise
    transaction.on_commit(lambda: nudge())
    return receipt


def _check(payload: object, by: User) -> tuple[Payload, Area]:
    errors = exchange.check(payload, police=by.agency.is_police, today=timezone.localdate())
    if errors or not isinstance(payload, dict):
        raise RefusedError(errors)
    code = payload.get("force_area")
    area = by.agency.area if code is None else Area.objects.filter(code=code).first()
    if area is None:
        unknown = exchange.Error("/force_area", "unknown_area", f"There is no force area “{code}”.")
        raise RefusedError([unknown])
    return payload, area


def known(payload: Payload, *, by: User) -> Receipt | None:
    """The receipt that `by`'s agency has for this submission, or None. Raises ConflictError where
    its reference was used for other content, WithdrawnError where that was taken back.
    """
    return _known(payload, by, "")


def _known(payload: Payload, by: User, idempotency_key: str) -> Receipt | None:
    """The receipt given before for this reference or key, or None. Raises ConflictError.

    A colleague's submission is invisible to a submitter, so the database is asked through one
    function that answers receipt or conflict and nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT submission, reference, received_at, same, withdrawn "
            "FROM ctx.receipt(%s, %s, %s, %s)",
            [by.agency_id, payload["reference"], idempotency_key, exchange.content_hash(payload)],
        )
        found = cursor.fetchall()
    if not found:
        return None
    if any(withdrawn for *_, withdrawn in found):
        raise WithdrawnError(payload["reference"])
    if not all(same for *_, same, _ in found):
        raise ConflictError(payload["reference"])
    submission, reference, received_at, *_ = found[0]
    return Receipt(submission, reference, received_at, created=False, advice=advice(payload, by))


def _store(payload: Payload, by: User, area: Area, channel: str, key: str) -> Receipt:
    now = timezone.now()
    submission = Submission(
        agency=by.agency,
        submitted_by=by,
        reference=payload["reference"],
        received_at=now,
        channel=channel,
        area=area,
        information_date=payload["information_date"],
        origin_reference=payload.get("origin_reference", ""),
        corrects_id=_corrected(payload, by),
        marking=payload.get("protective_marking", Submission.Marking.SENSITIVE),
        content_hash=exchange.content_hash(payload),
        idempotency_key=key,
    )
    report = _first_report(submission, payload)
    submission.save(force_insert=True)
    Original(submission=submission, payload=_without_source(payload)).save(force_insert=True)
    if payload.get("reporter"):
        SourceIdentity(submission=submission, reporter=payload["reporter"]).save(force_insert=True)
    report.save(force_insert=True)
    alarmed = alarms.due(submission, payload)
    audience.open_on_receipt(report, submission, sender=by, alarmed=alarmed)
    if alarmed:
        alarms.raise_for(report, submission, payload, by=by)
    QueueItem(submission=submission, queued_at=now, next_at=now).save(force_insert=True)
    _take_the_place_of(submission.corrects_id, by)
    audit.record(
        by=by,
        operation="collection",
        verb="submit",
        object_type="submission",
        object_ids=[submission.pk],
    )
    return Receipt(
        submission.pk, submission.reference, now, created=True, advice=advice(payload, by)
    )


def _corrected(payload: Payload, by: User) -> uuid.UUID | None:
    earlier = payload.get("corrects")
    if earlier is None:
        return None
    found = Submission.objects.sent_by(by).filter(agency=by.agency, reference=earlier).first()
    if found is None:
        message = f"You have sent nothing with the reference “{earlier}”."
        raise RefusedError([exchange.Error("/corrects", "unknown_reference", message)])
    return found.pk


def _take_the_place_of(earlier: uuid.UUID | None, by: User) -> None:
    """What is corrected stays on record, is marked, leaves linking and counts nowhere."""
    standing = list(Report.objects.sent_by(by).filter(submission=earlier, withdrawal=None))
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(report=report, reason=Withdrawal.Reason.CORRECTED, withdrawn_by=by)
            for report in standing
        ],
        ignore_conflicts=True,  # a colleague was quicker
    )
    requeue(report.submission_id for report in standing)


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


def advice(payload: Payload, to: User) -> str:
    """What the sender must hear at once; empty where nothing is urgent."""
    return ALARM.format(route=to.agency.whom_to_call) if alarms.called_for(payload) else ""


#: Seconds between taking something and beginning its work, in which nobody else may take it. The
#: work itself holds a lock on the row, which goes with the worker when that dies.
HELD = 10

#: Written down where a worker ended over something so often that nobody could say why.
ENDED = "The worker ended while it was at this."


def take(at_most: int) -> list[QueueItem]:
    """Count and hold up to `at_most` waiting submissions, oldest first.

    The failure is counted before the work, in a transaction of its own, so that input which
    kills the worker outright is set aside too; `finish` takes the count back. What has a failure
    already is taken alone, so that it can spoil nothing but itself.
    """
    now = timezone.now()
    with transaction.atomic():
        _set_aside(now)
        items = list(_due(now).order_by("next_at", "pk")[:at_most])
        if items and items[0].failures:
            items = items[:1]
        else:
            items = [item for item in items if not item.failures]
        QueueItem.objects.filter(pk__in=[item.pk for item in items]).update(
            failures=F("failures") + 1, next_at=now + timedelta(seconds=HELD)
        )
    return items


def _due(now: datetime) -> QuerySet[QueueItem]:
    """What may be taken up now, but for what another worker has in hand."""
    due = QueueItem.objects.filter(done_at=None, parked_at=None, next_at__lte=now)
    return due.select_for_update(skip_locked=True)


def _set_aside(now: datetime) -> None:
    """Park what was taken too often and came back neither done nor failed: it ends workers."""
    spent = _due(now).filter(failures__gte=settings.PARK_AFTER)
    for item in spent:
        item.parked_at = now
        item.error = item.error or ENDED
        item.save(update_fields=["parked_at", "error"])


def waiting() -> int:
    """How many submissions wait to be taken up, now or later."""
    return QueueItem.objects.filter(done_at=None, parked_at=None).count()


def due_in() -> float | None:
    """Seconds until a waiting submission is due, 0 where one is now; None where none waits."""
    rows = QueueItem.objects.filter(done_at=None, parked_at=None)
    first = rows.order_by("next_at").values_list("next_at", flat=True).first()
    return None if first is None else max(0.0, (first - timezone.now()).total_seconds())


def hold(items: Iterable[QueueItem]) -> list[QueueItem]:
    """Lock those of `items` that still wait, for the transaction that does their work.

    Waits for whoever has one locked: a worker that looks for work locks, until it has chosen, rows
    that another took a moment before. To pass over them would leave them until `HELD` is over.
    """
    rows = QueueItem.objects.filter(
        pk__in=[item.pk for item in items], done_at=None, parked_at=None
    )
    return list(rows.order_by("pk").select_for_update())


def finish(items: Iterable[QueueItem]) -> None:
    """Mark these as done, in the transaction that did their work."""
    QueueItem.objects.filter(pk__in=[item.pk for item in items]).update(
        done_at=timezone.now(), failures=0, error=""
    )


@transaction.atomic
def fail(item: QueueItem, error: Exception) -> None:
    """Write down a failure: try again later, or set aside after `PARK_AFTER` of them.

    Keeps the class and place of the error only: its message may quote what was sent. Does nothing
    where another worker has taken it up since.
    """
    held = hold([item])
    if not held:
        return
    row, now = held[0], timezone.now()
    row.error = told(error)
    if row.failures >= settings.PARK_AFTER:
        row.parked_at = now
    row.next_at = now + timedelta(seconds=min(2**row.failures, 600))
    row.save(update_fields=["error", "parked_at", "next_at"])


def told(error: Exception) -> str:
    """The class and place of an error; its message may quote what was sent, and is left out."""
    return f"{type(error).__name__} at {_place(error)}"[:300]


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}"


def requeue(submissions: Iterable[uuid.UUID]) -> None:
    """Put submissions back on the route: a decision about their mentions has been made."""
    QueueItem.objects.bulk_create(QueueItem(submission_id=pk) for pk in sorted(set(submissions)))
    transaction.on_commit(lambda: nudge())


@transaction.atomic
def retry(item: QueueItem, *, by: User) -> None:
    """Put a parked submission back in the queue. Raises NotPermittedError."""
    policy.require(by, Action.RETRY_PARKED)
    item.parked_at = None
    item.failures = 0
    item.next_at = timezone.now()
    item.save(update_fields=["parked_at", "failures", "next_at"])
    audit.record(
        by=by,
        operation="alteration",
        verb="retry parked submission",
        object_type="submission",
        object_ids=[item.submission_id],
    )
    transaction.on_commit(lambda: nudge())
