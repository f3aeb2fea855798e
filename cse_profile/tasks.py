"""Celery's way in. A task carries nothing and decides nothing: it makes one call."""

import logging

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from cse_profile import pipeline
from partners import audit

logger = logging.getLogger(__name__)


@shared_task(soft_time_limit=90, time_limit=110)
def process_received() -> None:
    """Carry what waits through the route."""
    pipeline.process_received()


@shared_task
def seal_audit() -> None:
    """Seal the audit rows that have become final."""
    audit.seal(settings.VAR / "audit")


def nudge() -> None:
    """Ask a worker to look now. Lost without harm: the sweep looks every few seconds."""
    try:
        process_received.apply_async(retry=False, expires=30)
    except OperationalError:
        logger.warning("The broker does not answer; the sweep will take up what was received.")
