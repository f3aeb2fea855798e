"""A file on its way: received, matched, checked, sent. Each step is one call; a worker carries it.

The rows go through `intake.submit`, in the name of who uploaded them and with their rights, a few
in each transaction: an upload may be stopped anywhere, cancelled, and gone on with. A row that was
sent before, in this file or another, is answered by the receipt it had then.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from intelligence import alarms, failures, intake, withdrawing
from intelligence.models import KnownHeading, Upload, UploadRow, Withdrawal
from intelligence.uploads import columns as headings
from intelligence.uploads import opening, rows
from partners import audit, policy
from partners.models import User
from partners.policy import Action

#: Rows of one transaction: what a cancellation waits for, and what is done twice after a crash.
TOGETHER = 100

State, Outcome = Upload.State, UploadRow.Outcome


def nothing() -> None:
    """The default nudge."""


#: Called after each commit that leaves a worker something to do; `cse_profile` sets it.
nudge: Callable[[], None] = nothing


class NotNowError(Exception):
    """The upload is at another step; the message says what to do."""


@transaction.atomic
def receive(file_name: str, raw: bytes, *, by: User) -> Upload:
    """Open a file, keep its rows, and guess its columns. Raises NotPermittedError, or
    opening.UnreadableError with one sentence that says why it is not taken.
    """
    policy.require(by, Action.SUBMIT)
    table = opening.open_table(raw)
    found = headings.find_headings(table.rows)
    if not found.rows:
        raise opening.UnreadableError("The file has headings and nothing below them.")
    upload = Upload(
        agency=by.agency,
        sent_by=by,
        file_name=file_name[-200:],
        sheet=table.sheet[:100],
        headings=found.names,
        columns=headings.guess(found.names, found.rows, _remembered(by)),
        total=len(found.rows),
    )
    upload.save(force_insert=True)
    UploadRow.objects.bulk_create(
        (UploadRow(upload=upload, number=number, cells=cells) for number, cells in found.rows),
        batch_size=1000,
    )
    _log(upload, "collection", "upload file", by=by)
    return upload


def _remembered(by: User) -> dict[str, str]:
    known = KnownHeading.objects.visible_to(by)
    return {row.heading: row.field for row in known}


@transaction.atomic
def match(
    upload: Upload,
    *,
    columns: Sequence[str],
    how_known: str,
    information_date: date | None,
    by: User,
) -> None:
    """Say what each column is, and have the rows checked. May be said again until they are sent.

    `how_known` and `information_date` hold where a row does not say. Raises NotPermittedError,
    NotNowError.
    """
    held = _hold(upload, by, {State.MATCHING, State.CHECKED})
    if len(columns) != len(held.headings) or not set(columns) <= {"", *headings.FIELDS}:
        raise ValueError("a column without a field of ours")
    held.columns, held.how_known = list(columns), how_known
    held.information_date, held.urgent = information_date, 0
    held.rows.update(outcome=Outcome.UNREAD, wrong=[])
    _remember(held, by)
    _go(held, State.CHECKING, by=by, verb="check file")


def _remember(upload: Upload, by: User) -> None:
    for heading, column in zip(upload.headings, upload.columns, strict=True):
        folded = headings.fold(heading)[:200]
        # What says nothing to us may hold somebody's name: it is not kept.
        if folded and (column or headings.guess([heading], [])[0]):
            row = KnownHeading.objects.visible_to(by).filter(heading=folded)
            if not row.update(field=column):
                KnownHeading(agency=by.agency, heading=folded, field=column).save(force_insert=True)


@transaction.atomic
def begin(upload: Upload, *, by: User) -> None:
    """Send the rows that are ready. Raises NotPermittedError, NotNowError."""
    held = _hold(upload, by, {State.CHECKED})
    if not held.rows.filter(outcome=Outcome.READY).exists():
        raise NotNowError("No row is ready to be sent.")
    _go(held, State.IMPORTING, by=by, verb="send file")


@transaction.atomic
def cancel(upload: Upload, *, by: User) -> None:
    """Send nothing more of it; what was sent stays sent. Raises NotPermittedError, NotNowError."""
    held = _hold(upload, by, {State.MATCHING, State.CHECKING, State.CHECKED, State.IMPORTING})
    held.rows.exclude(outcome=Outcome.SENT).update(cells=[], wrong=[])
    held.finished_at = timezone.now()
    _go(held, State.CANCELLED, by=by, verb="cancel file")


@transaction.atomic
def undo(upload: Upload, *, by: User) -> int:
    """Take back all that was sent of it; return how many reports were. Raises NotPermittedError,
    NotNowError.
    """
    held = _hold(upload, by, {State.DONE, State.CANCELLED, State.STOPPED})
    sent = set(held.rows.filter(outcome=Outcome.SENT).values_list("submission_id", flat=True))
    if not held.can_be_undone or not sent:
        raise NotNowError("It is too late to take back the whole file. Withdraw single reports.")
    taken_back = withdrawing.withdraw(sent, by=by, reason=Withdrawal.Reason.MISTAKE)
    _go(held, State.UNDONE, by=by, verb="take back file")
    return taken_back


def _hold(upload: Upload, by: User, states: set[Any]) -> Upload:
    """Lock one's own upload at one of these steps."""
    policy.require(by, Action.SUBMIT)
    held = Upload.objects.visible_to(by).select_for_update().filter(pk=upload.pk).first()
    if held is None:
        raise policy.NotPermittedError("not theirs")
    if held.state not in states:
        raise NotNowError("This file has moved on since you opened the page. Look again.")
    return held


def _go(upload: Upload, state: str, *, by: User, verb: str) -> None:
    upload.state = state
    upload.done = 0 if upload.is_under_way else upload.done
    upload.save(
        update_fields=[
            "columns",
            "how_known",
            "information_date",
            "urgent",
            "done",
            "state",
            "finished_at",
        ]
    )
    _log(upload, "alteration", verb, by=by)
    if upload.is_under_way:
        transaction.on_commit(lambda: nudge())


def _log(upload: Upload, operation: str, verb: str, *, by: User, **detail: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        verb=verb,
        object_type="upload",
        object_ids=[upload.pk],
        detail={"rows": upload.total, **detail},
    )


# What a worker does.


@dataclass(frozen=True)
class Waiting:
    """An upload that waits for a worker, and in whose name it is carried."""

    upload: uuid.UUID
    sender: uuid.UUID


def waiting() -> list[Waiting]:
    """The uploads that are to be checked or sent, the oldest first. Read as a worker."""
    found = Upload.objects.filter(
        state__in=[State.CHECKING, State.IMPORTING], sent_by__is_active=True
    )
    return [Waiting(*ids) for ids in found.order_by("uploaded_at").values_list("pk", "sent_by")]


def forget(before: Any) -> int:
    """Remove the rows of uploads made before a moment, and their names: file names and headings
    may hold a person's. Returns how many rows. Run as a worker.
    """
    old = Upload.objects.filter(uploaded_at__lt=before).exclude(headings=[])
    gone, _ = UploadRow.objects.filter(upload__in=old).delete()
    old.update(file_name="A file that is no longer kept", headings=[], columns=[])
    return gone


#: Failures after which an upload is stopped, so that others get their turn.
MOST_FAILURES = 3


def fail(upload: uuid.UUID, error: Exception, *, by: User) -> None:
    """Write down a failure, within a transaction that acts as `by`; stop after a few of them."""
    held = Upload.objects.visible_to(by).select_for_update().filter(pk=upload).first()
    if held is None or not held.is_under_way:
        return
    held.failures += 1
    held.error = failures.told(error)
    if held.failures >= MOST_FAILURES:
        held.state, held.finished_at = State.STOPPED, timezone.now()
        _log(held, "alteration", "file stopped", by=by)
    held.save(update_fields=["failures", "error", "state", "finished_at"])


def carry(upload: uuid.UUID, *, by: User) -> bool:
    """Check or send the next rows, within a transaction that acts as `by`; is there more to do?"""
    held = Upload.objects.visible_to(by).select_for_update().filter(pk=upload).first()
    if held is None or not held.is_under_way:
        return False
    checking = held.state == State.CHECKING
    wanted = Outcome.UNREAD if checking else Outcome.READY
    batch = list(held.rows.filter(outcome=wanted).order_by("number")[:TOGETHER])
    defaults = rows.Defaults(held.how_known, held.information_date)
    read = [(row, rows.understand(row.cells, held.columns, defaults)) for row in batch]
    step = _check if checking else _send
    step(held, read, by)
    _keep(batch)
    _advance(held, len(batch), by=by)
    return held.is_under_way


Read = Sequence[tuple[UploadRow, rows.Understood]]


def _check(upload: Upload, read: Read, by: User) -> None:
    today = timezone.localdate()
    fit = []
    for row, said in read:
        if wrong := rows.check(said, police=by.agency.is_police, today=today):
            _mark(row, wrong)
        else:
            fit.append((row, said.payload))
    known = intake.known([payload for _, payload in fit], by=by)
    for (row, payload), receipt in zip(fit, known, strict=True):
        if isinstance(receipt, intake.WithdrawnError):
            (receipt,) = intake.known([withdrawing.afresh(payload, by=by)], by=by)
        if isinstance(receipt, intake.ConflictError):
            _mark(row, [_conflict(upload, receipt)])
        else:
            row.outcome = Outcome.REPEAT if receipt else Outcome.READY
            upload.urgent += not receipt and alarms.called_for(payload)


def _send(upload: Upload, read: Read, by: User) -> None:
    """Send them; intake checks each again. What was ready yesterday may not be today."""
    for row, said in read:
        if said.unclear:
            _mark(row, said.unclear)
    clear = [(row, said) for row, said in read if not said.unclear]
    answers = intake.submit_many([said.payload for _, said in clear], by=by, channel="file")
    for (row, said), answer in zip(clear, answers, strict=True):
        if isinstance(answer, intake.WithdrawnError):  # it was taken back since: sent anew
            afresh = withdrawing.afresh(said.payload, by=by)
            (answer,) = intake.submit_many([afresh], by=by, channel="file")
        if isinstance(answer, intake.RefusedError):
            _mark(row, said.at_cells(answer.errors))
        elif isinstance(answer, intake.ConflictError):
            _mark(row, [_conflict(upload, answer)])
        else:
            row.outcome = Outcome.SENT if answer.created else Outcome.REPEAT
            row.submission_id = answer.submission if answer.created else None


def _keep(batch: Sequence[UploadRow]) -> None:
    """Write down how these rows came out. What was sent lives as a submission: its row is emptied.

    One plain statement: the ORM would build a branch for each row and field.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intelligence_uploadrow r SET outcome = n.outcome, wrong = n.wrong::jsonb, "
            "submission_id = n.submission, "
            "cells = CASE WHEN n.submission IS NULL THEN r.cells ELSE '{}' END "
            "FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[]) "
            "n(id, outcome, wrong, submission) WHERE r.id = n.id",
            [
                [row.pk for row in batch],
                [row.outcome for row in batch],
                [json.dumps(row.wrong) for row in batch],
                [row.submission_id for row in batch],
            ],
        )


def _conflict(upload: Upload, error: intake.ConflictError) -> rows.Wrong:
    columns = upload.columns
    at = columns.index("reference") if "reference" in columns else None
    return rows.Wrong(at, error.sentence)


def _mark(row: UploadRow, wrong: Sequence[rows.Wrong]) -> None:
    row.outcome = Outcome.FIX
    row.wrong = [[one.column, one.message] for one in wrong]


def _advance(upload: Upload, by_rows: int, *, by: User) -> None:
    upload.done = min(upload.total, upload.done + by_rows)
    wanted = Outcome.UNREAD if upload.state == State.CHECKING else Outcome.READY
    if not upload.rows.filter(outcome=wanted).exists():
        sending = upload.state == State.IMPORTING
        upload.state = State.DONE if sending else State.CHECKED
        upload.finished_at = timezone.now() if sending else None
        upload.done = upload.total
        _log(upload, "alteration", "file sent" if sending else "file checked", by=by)
    upload.save(update_fields=["done", "state", "finished_at", "urgent"])


def tally(upload: Upload, *, by: User) -> dict[str, int]:
    """How many rows came out how: ready, fix, repeat, sent."""
    counted = UploadRow.objects.visible_to(by).filter(upload=upload).values_list("outcome")
    found = dict(counted.annotate(rows=Count("pk")))
    return {outcome.value or "unread": found.get(outcome.value, 0) for outcome in Outcome}
