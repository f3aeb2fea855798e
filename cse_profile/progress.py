"""How far a command is, for whoever waits for it."""

import time
from types import TracebackType
from typing import Protocol, Self

#: Nothing is shown in the first seconds; then at most so often on a terminal, and in a file.
QUIET = 1.0
ON_TERMINAL = 0.2
IN_FILE = 5.0
_WIDTH = 30


class Writer(Protocol):
    """Where progress is written: a command's `stderr`."""

    def write(self, msg: str = "", *, ending: str = "\n") -> None:
        """Write one piece of text."""

    def isatty(self) -> bool:
        """Is it a terminal?"""


class Progress:
    """A bar on a terminal, a line now and then in a file, nothing for what is over at once."""

    def __init__(self, name: str, total: int, out: Writer) -> None:
        self.name, self.total, self.out = name, total, out
        self.started = self.shown_at = time.monotonic()
        self.live = out.isatty()
        self.drawn = False

    def __enter__(self) -> Self:
        return self

    def to(self, done: int, said: str = "") -> None:
        """`done` of the total, and a few words about it."""
        now = time.monotonic()
        pause = ON_TERMINAL if self.live else IN_FILE
        if now - self.started < QUIET or (self.drawn and now - self.shown_at < pause):
            return
        self.drawn, self.shown_at = True, now
        share = min(1.0, done / self.total) if self.total else 1.0
        bar = "#" * round(share * _WIDTH)
        line = f"{self.name} [{bar:{_WIDTH}}] {share:4.0%} {said}"
        self.out.write(f"\r{line:<78}" if self.live else line, ending="" if self.live else "\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.drawn and self.live:
            self.out.write("\r" + " " * 78 + "\r", ending="")
