"""Submissions coming in, and being taken up, finished or set aside.

PostgreSQL is the queue: what is received is committed together with its queue row, so that a
receipt means safe whatever happens to the broker or to a worker afterwards.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from intelligence import alarms, exchange, storing, superseding, trust
from intelligence.failures import told
from intelligence.models import (
    QueueItem,
)
from intelligence.storing import Arriving
from partners import audit, policy
from partners.models import Area, User
from partners.policy import Action

Payload = dict[str, Any]


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
        "What you sent under this reference was taken back, and stays so. To send it after all, "
        "give it a new reference."
    )


def nothing() -> None:
    """The default nudge."""


#: Called after each commit of a submission; `cse_profile` sets it. It may be lost: a sweep follows.
nudge: Callable[[], None] = nothing


#: What became of one of several submissions: its receipt, or why it has none.
Answer = Receipt | RefusedError | ConflictError


def submit(
    payload: object, *, by: User, channel: str = "form", idempotency_key: str = ""
) -> Receipt:
    """Store a submission from `by`'s agency and queue it.

    The same reference with the same content answers the first receipt, unless that was taken
    back since. Raises NotPermittedError, RefusedError (with every error), ConflictError or
    WithdrawnError.
    """
    (answer,) = submit_many([payload], by=by, channel=channel, keys=[idempotency_key])
    if isinstance(answer, Exception):
        raise answer
    return answer


def submit_many(
    payloads: Sequence[object], *, by: User, channel: str, keys: Sequence[str] = ()
) -> list[Answer]:
    """Store submissions from `by`'s agency in their order; each is taken, or not, by itself.

    What `submit` would raise of one is its answer here. `keys` are their idempotency keys, where
    they have any. Raises NotPermittedError.
    """
    policy.require(by, Action.SUBMIT)
    answers: dict[int, Answer] = {}
    checked: dict[int, Arriving] = {}
    areas: dict[str, Area | None] = {}
    for place, payload in enumerate(payloads):
        try:
            fits, area = _check(payload, by, areas)
            checked[place] = Arriving(fits, area, keys[place] if keys else "")
        except RefusedError as refused:
            answers[place] = refused
    for run in _runs(checked):
        answers |= _take_in(run, by, channel)
    transaction.on_commit(lambda: nudge())
    return [answers[place] for place in range(len(payloads))]


def _runs(checked: dict[int, Arriving]) -> Iterator[dict[int, Arriving]]:
    """What may be stored at once: no reference, and no key, twice; a correction after the rest."""
    run: dict[int, Arriving] = {}
    seen: set[tuple[str, str]] = set()
    for place, one in checked.items():
        own = {("reference", one.payload["reference"]), ("key", one.idempotency_key)}
        own.discard(("key", ""))
        if own & seen or "corrects" in one.payload:
            yield run
            run, seen = {}, set()
        run[place] = one
        seen |= own
    yield run


def _take_in(run: dict[int, Arriving], by: User, channel: str) -> dict[int, Answer]:
    """The answers to these; those not held yet are stored."""
    answers: dict[int, Answer] = {}
    fresh: dict[int, Arriving] = {}
    for (place, one), held in zip(run.items(), _held(list(run.values()), by), strict=True):
        try:
            if held is None:
                fresh[place] = replace(one, corrects=_corrected(one.payload, by))
            else:
                answers[place] = held
        except RefusedError as refused:
            answers[place] = refused
    try:
        with transaction.atomic():
            return answers | dict(
                zip(fresh, _store(list(fresh.values()), by, channel), strict=True)
            )
    except IntegrityError as error:
        return answers | _one_by_one(fresh, by, channel, error)


def _one_by_one(
    fresh: dict[int, Arriving], by: User, channel: str, error: IntegrityError
) -> dict[int, Answer]:
    """Somebody of the same agency stored one of them between our look and our insert."""
    if len(fresh) > 1:
        alone = [_take_in({place: one}, by, channel) for place, one in fresh.items()]
        return {place: answer for answers in alone for place, answer in answers.items()}
    ((place, one),) = fresh.items()
    (held,) = _held([one], by)
    if held is None:
        raise error
    return {place: held}


def _store(fresh: Sequence[Arriving], by: User, channel: str) -> list[Receipt]:
    if not fresh:
        return []
    submissions = storing.store(fresh, by=by, channel=channel)
    for submission in submissions:
        if submission.corrects_id:
            requeue(superseding.supersede(submission, by=by))
    return [
        Receipt(
            s.pk, s.reference, s.received_at, created=True, advice=alarms.advice(one.payload, by)
        )
        for one, s in zip(fresh, submissions, strict=True)
    ]


def _check(payload: object, by: User, areas: dict[str, Area | None]) -> tuple[Payload, Area]:
    errors = exchange.check(payload, police=by.agency.is_police, today=timezone.localdate())
    if errors or not isinstance(payload, dict):
        raise RefusedError(errors)
    if unknown_agencies := trust.check(payload):
        raise RefusedError(unknown_agencies)
    code = payload.get("force_area")
    if code is not None and code not in areas:
        areas[code] = Area.objects.filter(code=code).first()
    area = by.agency.area if code is None else areas[code]
    if area is None:
        unknown = exchange.Error("/force_area", "unknown_area", f"There is no force area “{code}”.")
        raise RefusedError([unknown])
    return payload, area


def known(payloads: Sequence[Payload], *, by: User) -> list[Receipt | ConflictError | None]:
    """The receipt that `by`'s agency has for each of these submissions, or None; a ConflictError
    where its reference was used for other content, a WithdrawnError where that was taken back.
    """
    return _held([Arriving(payload, by.agency.area) for payload in payloads], by)


def _held(many: Sequence[Arriving], by: User) -> list[Receipt | ConflictError | None]:
    """The receipts given before for these references or keys.

    A colleague's submission is invisible to a submitter, so the database is asked through one
    function that answers receipt or conflict and nothing else.
    """
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, submission, r.reference, received_at, same, withdrawn "
            "FROM unnest(%s::text[], %s::text[], %s::bytea[]) "
            "WITH ORDINALITY asked(reference, key, hash, place) "
            "CROSS JOIN LATERAL ctx.receipt(%s, asked.reference, asked.key, asked.hash) r",
            [
                [one.payload["reference"] for one in many],
                [one.idempotency_key for one in many],
                [exchange.content_hash(one.payload) for one in many],
                by.agency_id,
            ],
        )
        for place, *row in cursor.fetchall():
            found[place].append(tuple(row))
    return [_receipt(found[place], one.payload, by) for place, one in enumerate(many, 1)]


def _receipt(
    found: Sequence[tuple[Any, ...]], payload: Payload, by: User
) -> Receipt | ConflictError | None:
    if not found:
        return None
    if any(withdrawn for *_, withdrawn in found):
        return WithdrawnError(payload["reference"])
    if not all(same for *_, same, _ in found):
        return ConflictError(payload["reference"])
    submission, reference, received_at, *_ = found[0]
    return Receipt(
        submission, reference, received_at, created=False, advice=alarms.advice(payload, by)
    )


def _corrected(payload: Payload, by: User) -> uuid.UUID | None:
    earlier = payload.get("corrects")
    if earlier is None:
        return None
    found = superseding.newest(earlier, by=by)
    if found is None:
        message = f"You have sent nothing with the reference “{earlier}”."
        raise RefusedError([exchange.Error("/corrects", "unknown_reference", message)])
    return found.pk


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
