"""What the processes write about errors: the class and the place, never what somebody sent."""

import logging
import os
import subprocess
import sys
import threading
from io import StringIO

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import include, path
from gunicorn.config import Config
from gunicorn.glogging import Logger

from cse_profile import logs
from cse_profile.celery import app

CANARY = "Zebrafinch"


class BrokenError(Exception):
    """What goes wrong here."""


def fail(*_):
    """An error that quotes what was sent, raised while another one that does was handled."""
    sent = {"name": CANARY}
    try:
        sent[sent["name"]]
    except KeyError as error:
        raise BrokenError(f"Failing row contains ({CANARY})") from error


urlpatterns = [path("broken/", login_not_required(fail)), path("", include("cse_profile.urls"))]


@pytest.fixture
def log():
    """All that is logged, as the plainest of formatters writes it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def assert_plain(text):
    """Both classes and the place stand in it, and not what was sent."""
    assert "BrokenError" in text
    assert "builtins.KeyError" in text
    assert "test_logs.py:" in text
    assert " fail\n" in text
    assert CANARY not in text


def test_a_page_that_fails_is_told_by_class_and_place(db, log, settings):
    settings.ROOT_URLCONF = __name__
    assert Client(raise_request_exception=False).get("/broken/").status_code == 500
    assert_plain(log.getvalue())
    assert "Internal Server Error: /broken/" in log.getvalue()


def test_a_task_that_fails_is_told_by_class_and_place(log):
    task = app.task(fail, name="tests.fail", ignore_result=True)
    try:
        task.apply(args=[CANARY])
    finally:
        app.tasks.unregister("tests.fail")
    assert_plain(log.getvalue())
    assert "tests.fail" in log.getvalue()


def test_the_web_server_tells_errors_by_class_and_place(capsys):
    server = Logger(Config())
    try:
        fail()
    except BrokenError:
        server.exception("Error handling request %s", f"/search/?q={CANARY}")
    finally:
        server.error_log.handlers.clear()
    assert_plain(capsys.readouterr().err)


COMMAND = """
import django; django.setup()
from django.core.management.base import BaseCommand
from tests.cse_profile.test_logs import fail
class Command(BaseCommand):
    requires_system_checks = []
    def handle(self, **options): fail()
Command().run_from_argv(["manage.py", "broken"])
"""


def test_a_command_that_fails_is_told_by_class_and_place():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cse_profile.settings"}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert_plain(done.stderr)
    assert done.stderr.splitlines()[-1].endswith("BrokenError")


def test_a_thread_that_fails_is_told_by_class_and_place(capsys, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", logs._uncaught_in_thread)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert_plain(capsys.readouterr().err)


def test_an_error_handed_to_the_log_as_a_value_is_only_its_class(log):
    logger = logging.getLogger(__name__)
    logger.warning("%s: %s", "Upload 7", BrokenError(CANARY))
    logger.warning(BrokenError(CANARY))
    logger.error(f"It said {CANARY}", exc_info=BrokenError(CANARY))
    assert "Upload 7: " in log.getvalue()
    assert log.getvalue().count("BrokenError") == 3
    assert CANARY not in log.getvalue()


def test_errors_that_came_together_are_each_told(log):
    group = ExceptionGroup(CANARY, [BrokenError(CANARY), KeyError(CANARY)])
    assert "BrokenError" in logs.told(group)
    assert "KeyError" in logs.told(group)
    assert CANARY not in logs.told(group)
