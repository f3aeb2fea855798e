"""What whoever waits is told, on a terminal and in a file."""

import subprocess
import sys
import time
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from cse_profile import processes, progress
from cse_profile.processes import ROOT


class Screen(StringIO):
    """A terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    for name in ("QUIET", "ON_TERMINAL", "IN_FILE"):
        monkeypatch.setattr(progress, name, 0.01)


def shown(out, *, total, done, lines, amount=progress.counted, said=""):
    """What is written to `out` until it holds so many lines."""
    with progress.Progress("received", total, OutputWrapper(out), amount=amount) as bar:
        bar.to(done, said)
        end = time.monotonic() + 30
        while len(out.getvalue().replace("\r", "\n").splitlines()) < lines:
            assert time.monotonic() < end, out.getvalue()
            time.sleep(0.01)
    return out.getvalue()


def test_a_file_gets_line_after_line_though_nothing_moves_on():
    lines = shown(StringIO(), total=2000, done=500, lines=5).splitlines()
    assert all(line.startswith("received: 500 of 2,000, about ") for line in lines)
    assert all(line.endswith(" left") for line in lines[:-1])


def test_before_anything_is_done_no_time_is_promised():
    assert "received: 0 s so far" in shown(StringIO(), total=2000, done=0, lines=2)


@pytest.mark.parametrize(
    ("passed", "left"),
    [(10, "about 30 s left"), (1, "about 3 s left"), (60, "about 3 minutes left")],
)
def test_the_time_left_follows_from_the_time_so_far(passed, left):
    bar = progress.Progress("received", 2000, OutputWrapper(StringIO()))
    bar.to(500)
    assert bar.line(passed).endswith(left)


def test_what_is_finished_says_how_long_it_took():
    assert shown(StringIO(), total=20, done=20, lines=2).splitlines()[-1] == (
        "received: 20 of 20, in 0 s"
    )


def test_bytes_are_told_as_megabytes_with_what_became_of_the_lines():
    bar = progress.Progress(
        "imported", 8_000_000, OutputWrapper(StringIO()), amount=progress.in_bytes
    )
    bar.to(2_000_000, "accepted 7")
    assert bar.line(2) == "imported: 2.0 of 8.0 MB, about 6 s left (accepted 7)"


def test_a_terminal_keeps_one_line_and_is_left_clean():
    written = shown(Screen(), total=2000, done=1000, lines=3)
    assert "\n" not in written
    assert "[##########          ]" in written
    assert written.rsplit("\r", 2)[1].strip() == ""


def test_what_is_over_at_once_says_nothing(monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 1000)
    out = StringIO()
    with progress.Progress("received", 20, OutputWrapper(out)) as bar:
        bar.to(20)
    assert out.getvalue() == ""


def patiently(*command):
    """A command run beside a line that says that it still runs."""
    return subprocess.run(
        [sys.executable, "-m", "cse_profile.processes", "counting sheep", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_a_long_command_is_said_to_be_still_running_and_keeps_its_own_output():
    done = patiently(sys.executable, "-c", "import time; time.sleep(2.5); print('mine')")
    assert done.stdout == "mine\n"
    assert "still counting sheep" in done.stderr


def test_a_command_that_fails_fails():
    assert patiently(sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_what_a_command_says_is_passed_on_and_its_silences_are_filled(monkeypatch, capsys):
    monkeypatch.setattr(processes, "AT_MOST_SILENT", 0.1)
    script = "import sys, time; print('one', file=sys.stderr); time.sleep(1); sys.exit('two')"
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    processes.Patience("counting sheep").relay(child)
    said = capsys.readouterr().err
    assert child.returncode == 1
    assert "still counting sheep" in said[said.index("one") : said.index("two")]
