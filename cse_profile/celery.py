"""The Celery app and its timetable. Only this file and tasks.py know that a broker exists."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")

app = Celery("cse_profile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["cse_profile"])
app.conf.beat_schedule = {
    "sweep": {"task": "cse_profile.tasks.process_received", "schedule": 2.0},
    "seal": {"task": "cse_profile.tasks.seal_audit", "schedule": 60.0},
}
