"""How far a command is, for whoever waits for it."""

import time
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Protocol, Self

#: Seconds: nothing is shown in the first; then so often on a terminal, and in a file or a pipe.
QUIET = 1.0
ON_TERMINAL = 0.2
IN_FILE = 1.5
_BAR = 20
_WIDTH = 78


class Writer(Protocol):
    """Where progress is written: a command's `stderr`."""

    def write(self, msg: str = "", *, ending: str = "\n") -> None:
        """Write one piece of text."""

    def isatty(self) -> bool:
        """Is it a terminal?"""


def counted(done: int, total: int) -> str:
    """`done` of `total`, as people read counts."""
    return f"{done:,} of {total:,}"


def in_bytes(done: int, total: int) -> str:
    """`done` of `total` bytes."""
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"


def seconds(number: float) -> str:
    """A time as people say it: whole seconds, and minutes from two on."""
    return f"{number / 60:.0f} minutes" if number >= 120 else f"{number:.0f} s"


class Progress:
    """A bar on a terminal, a line now and then elsewhere, nothing for what is over at once.

    A thread of its own shows it, so that it is never silent, however long one step takes.
    """

    def __init__(
        self,
        name: str,
        total: int,
        out: Writer,
        *,
        amount: Callable[[int, int], str] = counted,
    ) -> None:
        self.name, self.total, self.out, self.amount = name, total, out, amount
        self.done, self.said = 0, ""
        self.started = time.monotonic()
        self.live = out.isatty()
        self.drawn = False
        self._over = Event()
        self._shows = Thread(target=self._keep_showing, daemon=True)

    def __enter__(self) -> Self:
        self._shows.start()
        return self

    def to(self, done: int, said: str = "") -> None:
        """`done` of the total, and a few words about it."""
        self.done, self.said = min(done, self.total), said

    def _keep_showing(self) -> None:
        pause = QUIET
        while not self._over.wait(pause):
            self._show()
            pause = ON_TERMINAL if self.live else IN_FILE

    def _show(self) -> None:
        self.drawn = True
        line = self.line(time.monotonic() - self.started)
        self.out.write(
            f"\r{line:<{_WIDTH}}" if self.live else line, ending="" if self.live else "\n"
        )

    def line(self, passed: float) -> str:
        """What there is to say after `passed` seconds."""
        if not self.done:
            return f"{self.name}: {seconds(passed)} so far"
        share = self.done / self.total
        bar = f"[{'#' * round(share * _BAR):{_BAR}}] " if self.live else ""
        left = passed * (self.total - self.done) / self.done
        then = f"about {seconds(left)} left" if self.done < self.total else f"in {seconds(passed)}"
        said = f" ({self.said})" if self.said else ""
        return f"{self.name}: {bar}{self.amount(self.done, self.total)}, {then}{said}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._shows.join()
        if self.drawn and self.live:
            self.out.write("\r" + " " * _WIDTH + "\r", ending="")
        elif self.drawn and error is None:
            self._show()
