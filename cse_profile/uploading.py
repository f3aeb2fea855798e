"""Carry uploaded files in the name of whoever uploaded them.

A worker may link and may not submit. So it starts one process that signs in to the database as the
web does, acts as each sender in turn, and ends: with the sender's rights, and no more than those.
"""

import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from cse_profile.processes import ROOT, die_with_parent
from intelligence import failures
from intelligence.uploads import importing
from intelligence.uploads.importing import Waiting
from partners import context
from partners.models import User

logger = logging.getLogger(__name__)

#: What is left of a file is removed after so long.
KEPT = timedelta(days=14)
#: Held while a process is at the uploads: one at a time, so that linking keeps its worker.
_LOCK = 7_700_904


def carry_waiting(*, seconds: float) -> None:
    """Start a process for the uploads that wait, and wait for it. Does nothing where one runs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            (is_free,) = cursor.fetchone()
        waiting = importing.waiting() if is_free else []
        if waiting:
            _run(waiting, seconds)


def _run(waiting: Iterable[Waiting], seconds: float) -> None:
    named = [f"{one.upload}:{one.sender}" for one in waiting]
    subprocess.run(
        [sys.executable, "manage.py", "carry_uploads", "--seconds", str(seconds), *named],
        cwd=ROOT,
        env=os.environ | {"CSE_PROFILE_LOGIN": "web"},
        check=False,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def carry(waiting: Iterable[Waiting], *, until: Callable[[], bool]) -> None:
    """Carry each upload as its sender, a few rows in each transaction, until `until` says so."""
    for one in waiting:
        sender = User.objects.filter(pk=one.sender, is_active=True).first()
        while sender is not None and not until():
            if not _carry_some(one.upload, sender):
                break


def _carry_some(upload: uuid.UUID, sender: User) -> bool:
    """The next rows; is there more to do now? One upload that fails does not hold up the others.

    Raises what went wrong where the database is gone, which is no file's fault.
    """
    try:
        with context.acting_as(sender):
            return importing.carry(upload, by=sender)
    except Exception as error:
        if not connection.is_usable():
            raise
        # Class and place only: the message of an error may quote what was sent.
        logger.warning("Upload %s: %s", upload, failures.told(error))
        with context.acting_as(sender):
            importing.fail(upload, error, by=sender)
        return False


def seconds_from_now(seconds: float) -> Callable[[], bool]:
    """Has this much time passed since this was called?"""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def forget_old() -> None:
    """Remove the rows of old uploads."""
    importing.forget(timezone.now() - KEPT)
