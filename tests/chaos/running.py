"""The real stack, as `make demo` runs it, in a folder of its own: started, asked, and ill-treated.

Knows nothing of Django: it sees what a person with a shell on the machine sees. Linux only, since
it finds the processes through /proc.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
#: What the tests' own services put into the environment, which this stack must not find.
OURS = ("DATABASE_URL", "REDIS_URL", "CSE_PROFILE_", "DJANGO_", "PYTEST_", "PG")


class GoneError(Exception):
    """The process that was to be ill-treated is not there at the moment."""


class Stack:
    """One supervisor and what it runs."""

    def __init__(self, folder: Path, *, submissions: int = 0) -> None:
        self.folder, self.log = folder / "data", folder / "supervisor.log"
        self.folder.mkdir()
        for closed in (folder, self.folder):  # PostgreSQL runs as another user under root
            closed.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)} | {
            "CSE_PROFILE_VAR": str(self.folder),
            "CSE_PROFILE_PORT": str(self.port),
            "CSE_PROFILE_DEMO_SUBMISSIONS": str(submissions),
            "CSE_PROFILE_TOKEN_A_MINUTE": "100000",
            "CSE_PROFILE_AGENCY_A_MINUTE": "100000",
        }

    def __enter__(self) -> "Stack":
        with self.log.open("w") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "cse_profile.stack", "demo"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        while "ready: " not in self.log.read_text():
            if self.supervisor.poll() is not None:
                raise AssertionError(f"the stack did not start: {self.log.read_text()}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGINT)
        self.supervisor.wait(timeout=60)

    @property
    def url(self) -> str:
        """Where its pages are, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def password(self, name: str) -> str:
        """The password of a demonstration account."""
        lines = (self.folder / "accounts.txt").read_text().splitlines()
        return dict(line.split("\t")[:2] for line in lines)[name]

    def manage(self, *arguments: str) -> str:
        """What a command of ours answers. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows, as the owner. Raises psycopg2.Error while the database is away."""
        address = self.addresses()["DATABASE_URL"]
        with (
            closing(psycopg2.connect(address)) as opened,
            opened as transaction,
            transaction.cursor() as cursor,
        ):
            cursor.execute(statement)
            return cursor.fetchall()

    def addresses(self) -> dict[str, str]:
        """What the stack tells commands in other shells."""
        lines = (self.folder / "addresses").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def child(self, word: str) -> int:
        """The process of the supervisor whose command has `word` in it. Raises GoneError."""
        return one_of(children(self.supervisor.pid), word)

    def left(self) -> list[str]:
        """Commands of processes that still use this folder."""
        return [command for _, _, command in processes() if str(self.folder) in command]


def processes() -> Iterator[tuple[int, int, str]]:
    """Every process: its id, its parent's, and its command."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, ValueError):  # it ended meanwhile
                continue
            yield int(entry.name), parent, command


def children(parent: int) -> dict[int, str]:
    """The children of a process, with their commands."""
    return {pid: command for pid, of, command in processes() if of == parent}


def one_of(found: dict[int, str], word: str) -> int:
    """The first of them with `word` in its command. Raises GoneError."""
    for pid in sorted(found):
        if word in found[pid]:
            return pid
    raise GoneError(word)


# The faults: five kinds, some of them in two ways.


def kill(pid: int, sent: int = signal.SIGKILL) -> None:
    try:
        os.kill(pid, sent)
    except ProcessLookupError:
        raise GoneError(str(pid)) from None


def worker_killed(stack: Stack) -> None:
    kill(stack.child("celery"))


def hand_of_the_worker_killed(stack: Stack) -> None:
    """One process of its pool."""
    kill(one_of(children(stack.child("celery")), "celery"))


def web_killed(stack: Stack) -> None:
    kill(stack.child("gunicorn"))


def hand_of_the_web_killed(stack: Stack) -> None:
    """One of the processes that answer."""
    kill(one_of(children(stack.child("gunicorn")), "gunicorn"))


def broker_killed(stack: Stack) -> None:
    kill(stack.child("valkey"))


def broker_emptied(stack: Stack) -> None:
    """FLUSHALL: every message that was under way is lost, and nobody is told."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(stack.addresses()["REDIS_URL"].removeprefix("redis+socket://"))
            client.sendall(b"FLUSHALL\r\n")
            if client.recv(16) != b"+OK\r\n":
                raise GoneError("FLUSHALL")
    except OSError:
        raise GoneError("broker") from None


def database_crashed(stack: Stack) -> None:
    """kill -9 of one connection: the server throws all of them out and recovers from its log."""
    kill(one_of(children(stack.child("bin/postgres")), "postgres: cse_profile_w"))


def database_stopped(stack: Stack) -> None:
    """An immediate stop, as when the machine goes down; the supervisor starts it again."""
    kill(stack.child("bin/postgres"), signal.SIGQUIT)


FAULTS = {
    "worker": (worker_killed, hand_of_the_worker_killed),
    "broker killed": (broker_killed,),
    "web": (web_killed, hand_of_the_web_killed),
    "broker emptied": (broker_emptied,),
    "database": (database_crashed, database_stopped),
}
