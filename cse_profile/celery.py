"""The Celery app and its timetable. Only this file and tasks.py know that a broker exists."""

import os
import signal

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

from cse_profile import logs
from cse_profile.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
os.environ.setdefault("CSE_PROFILE_LOGIN", "worker")

logs.guard()  # before Celery writes anything; it makes its handlers itself
app = Celery("cse_profile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["cse_profile"])
app.conf.beat_schedule = {
    "sweep": {
        "task": "cse_profile.tasks.process_received",
        "schedule": 2.0,
        "options": {"expires": 10.0},  # while all are busy, sweeps do not pile up
    },
    "uploads": {
        "task": "cse_profile.tasks.carry_uploads",
        "schedule": 3.0,
        "options": {"expires": 10.0},
    },
    "forget": {"task": "cse_profile.tasks.forget_uploads", "schedule": 3600.0},
    "drafts": {"task": "cse_profile.tasks.forget_drafts", "schedule": 3600.0},
    "records": {"task": "cse_profile.tasks.forget_kept_records", "schedule": 3600.0},
    "seal": {"task": "cse_profile.tasks.seal_audit", "schedule": 60.0},
}


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
@beat_embedded_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def end_with_the_worker(**_: object) -> None:
    """The pool and the clock do not outlive a worker that was killed."""
    end_with_parent(signal.SIGKILL)
