"""Celery's way in. A task carries nothing and decides nothing: it makes one call."""

import logging
import time

from django.conf import settings
from kombu.exceptions import OperationalError

from cse_profile import pipeline, uploading
from cse_profile.celery import app
from intelligence import community, drafts, visits
from partners import audit, pace
from victims import missing

logger = logging.getLogger(__name__)

#: Seconds within which one nudge is enough: an import would send one for each line.
ENOUGH = 0.2
_last = 0.0

#: Seconds after which a task ends by itself; the next sweep goes on where it stopped.
TURN = 30.0


@app.task(soft_time_limit=90, time_limit=110)  # type: ignore[untyped-decorator]  # Celery is untyped
def process_received() -> None:
    """Carry what waits through the route."""
    end = time.monotonic() + TURN
    pipeline.process_received(until=lambda: time.monotonic() > end)


@app.task(soft_time_limit=90, time_limit=110)  # type: ignore[untyped-decorator]  # Celery is untyped
def carry_uploads() -> None:
    """Check and send the rows of files that partners have uploaded."""
    uploading.carry_waiting(seconds=TURN)


@app.task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_uploads() -> None:
    """Remove what is left of files that were uploaded two weeks ago."""
    uploading.forget_old()


@app.task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_drafts() -> None:
    """Erase the reports that were begun, and not touched for two weeks."""
    drafts.forget_old()


@app.task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_kept_records() -> None:
    """Erase what agencies keep beside their reports, once its time is over."""
    missing.forget_old()
    community.forget_old()
    visits.forget_old()
    pace.forget_strangers()


@app.task  # type: ignore[untyped-decorator]  # Celery has no types
def seal_audit() -> None:
    """Seal the audit rows that have become final."""
    audit.seal(settings.VAR / "audit")


def nudge() -> None:
    """Ask a worker to look now. Lost without harm: the sweep looks every few seconds."""
    global _last
    now = time.monotonic()
    if now - _last < ENOUGH:
        return
    _last = now
    try:
        process_received.apply_async(retry=False, expires=30)
    except OperationalError:
        logger.warning("The broker does not answer; the sweep will take up what was received.")


def nudge_uploads() -> None:
    """Ask a worker to carry an upload now. Lost without harm, as above."""
    try:
        carry_uploads.apply_async(retry=False, expires=30)
    except OperationalError:
        logger.warning("The broker does not answer; the sweep will take up what was uploaded.")
