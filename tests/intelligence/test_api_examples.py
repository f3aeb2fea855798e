"""The examples of docs/api.md, taken from the page and run as they stand."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from intelligence.models import Submission
from partners import roster
from partners.models import ApiPace, ApiToken
from tests.conftest import as_web
from tests.factories import submission
from tests.served import served

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    """Every example on the page in this language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


class Partner:
    """A partner's own system, with a token and the address of the service."""

    def __init__(self, address: str, token: str) -> None:
        own = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.environment = own | {"SERVICE": address, "TOKEN": token}

    def run(self, *command: str) -> Any:
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def partner(cast: Any) -> Any:
    """The school's system."""
    _, key = roster.issue_token(cast.school, by=None)
    with as_web(), served() as address:
        yield Partner(address, key)


def test_curl_sends_a_report_once_and_asks_what_became_of_it(partner):
    send, ask = examples("sh")
    first, again = partner.run("sh", "-c", send), partner.run("sh", "-c", send)
    listed = partner.run("sh", "-c", ask)

    assert (first.returncode, first.stderr) == (0, "")
    receipt = json.loads(first.stdout)
    assert set(receipt) == set(json.loads(examples("json")[0]))
    assert json.loads(again.stdout) == receipt
    assert json.loads(listed.stdout) == [receipt]
    assert Submission.objects.get().reference == "2026-0117"


def test_the_program_sends_a_file_and_names_what_was_not_taken(partner, tmp_path):
    (program,) = examples("python")
    rows = [submission(), submission(information_date="soon"), submission()]
    path = tmp_path / "reports.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    done = partner.run(sys.executable, "-c", program, str(path))

    assert (done.returncode, done.stderr) == (0, "")
    said = [line.split() for line in done.stdout.splitlines()]
    assert [line[:3] for line in said if line[1] == "refused"] == [
        [rows[1]["reference"], "refused", "/information_date"]
    ]
    assert [line[0] for line in said if line[1] == "taken"] == [
        rows[0]["reference"],
        rows[2]["reference"],
    ]


def test_the_program_waits_as_long_as_it_is_told(partner, tmp_path, settings):
    settings.API_A_MINUTE = {"token": 60, "agency": 60}
    due = timezone.now() + timedelta(seconds=60)  # all of a minute's requests are used
    token = ApiToken.objects.get()
    ApiPace.objects.create(subject=token.pk, due=due)
    path = tmp_path / "reports.jsonl"
    path.write_text(json.dumps(submission()))
    done = partner.run(sys.executable, "-c", examples("python")[0], str(path))

    assert (done.returncode, done.stdout.split()[1]) == (0, "taken")
    # Counted on top of what was used up, which let it in a second later and not before.
    assert ApiPace.objects.get(subject=token.pk).due == due + timedelta(seconds=1)


def test_the_program_says_why_it_was_refused(partner, tmp_path):
    partner.environment["TOKEN"] = "wrong"
    path = tmp_path / "reports.jsonl"
    path.write_text(json.dumps(submission()))
    done = partner.run(sys.executable, "-c", examples("python")[0], str(path))

    assert done.returncode == 1
    assert done.stderr.startswith('401: {"errors"')
