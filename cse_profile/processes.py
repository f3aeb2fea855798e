"""Child processes that never outlive their parent. Standard library only.

python -m cse_profile.processes TEXT CMD...   run one command, saying TEXT while it takes long
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent
STARTED = time.perf_counter()
#: Seconds after which whoever waits hears that we are still at it.
AT_MOST_SILENT = 1.9


class StackError(Exception):
    """Something a person must put right; the message is one sentence that says what."""


def var() -> Path:
    """The folder of the embedded data."""
    return Path(os.environ.get("CSE_PROFILE_VAR") or ROOT / "var").resolve()


def say(message: str, out: TextIO | None = None) -> None:
    """One line of progress, with the seconds since the start; on standard output if not told."""
    print(f"[{time.perf_counter() - STARTED:5.1f}s] {message}", file=out, flush=True)


class Patience:
    """Says every two seconds what is being waited for; nothing where it is over sooner."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.said_at = time.monotonic()

    def wait(self, child: subprocess.Popen[str]) -> str:
        """Wait until `child` has ended; what it said on standard error, where that is a pipe."""
        while True:
            try:
                return child.communicate(timeout=AT_MOST_SILENT)[1] or ""
            except subprocess.TimeoutExpired:
                self.still()

    def relay(self, child: subprocess.Popen[str]) -> None:
        """Wait for `child` and pass on what it says on standard error, a pipe, as it says it."""
        pipe = child.stderr
        while pipe:
            if not select.select([pipe], [], [], AT_MOST_SILENT)[0]:
                self.still()
            elif chunk := os.read(pipe.fileno(), 65536):
                sys.stderr.write(chunk.decode(errors="replace"))
                sys.stderr.flush()
                self.said_at = time.monotonic()
            else:
                break
        child.wait()

    def still(self) -> None:
        """Called again and again by whoever waits."""
        now = time.monotonic()
        if now - self.said_at >= AT_MOST_SILENT:
            self.said_at = now
            say(f"still {self.doing}", sys.stderr)  # a command's output stays its own


def die_with_parent(sent: int) -> Callable[[], None]:
    """What a child runs before exec, so that the kernel sends it a signal when we die."""
    parent = os.getpid()

    def prepare() -> None:
        end_with_parent(sent)
        if os.getppid() != parent:  # we died before the call
            os._exit(1)

    return prepare


def end_with_parent(sent: int) -> None:
    """Have the kernel send us a signal when our parent dies, even by kill -9 (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, sent)  # PR_SET_PDEATHSIG


class Process:
    """A child with its own session, so that Ctrl-C reaches only us and we stop all in order."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        stop_with: int = signal.SIGTERM,
        grace: float = 15,
        **options: Any,
    ) -> None:
        self.name, self.command, self.options = name, command, options
        self.stop_with, self.grace = stop_with, grace
        self.log = var() / "log" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.child = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # After the change of user, which clears it, and before exec, which keeps it.
                preexec_fn=die_with_parent(self.stop_with),
                **self.options,
            )

    @property
    def ended(self) -> bool:
        """Has it ended by itself?"""
        return self.child.poll() is not None

    def tail(self) -> str:
        """The last lines of its log."""
        return self.log.read_text(errors="replace")[-1200:].strip()

    def start_again(self) -> None:
        """Start it once more, after whatever it left behind is gone."""
        self.stop()
        self.child = self._spawn()

    def stop(self) -> None:
        """Ask it to end; kill its group when it does not in time, or when it left children."""
        if not self.ended:
            self.child.send_signal(self.stop_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(self.grace)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def last_line(text: str) -> str:
    """What a program said last."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."


def main(arguments: list[str]) -> int:
    """Run a command beside which a line tells now and then that it still runs."""
    child = subprocess.Popen(arguments[1:], text=True)
    try:
        Patience(arguments[0]).wait(child)
    except KeyboardInterrupt:  # the command got it too, and says what there is to say
        child.wait()
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
