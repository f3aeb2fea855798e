"""`make demo`: the whole system under one supervisor.

python -m cse_profile.stack demo        services, roles, tables, a world, worker, web; Ctrl-C
python -m cse_profile.stack run CMD...  the services around one command
python -m cse_profile.stack reset       throw the embedded data away
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from cse_profile import readiness, services
from cse_profile.processes import (
    ROOT,
    Patience,
    Process,
    StackError,
    die_with_parent,
    last_line,
    say,
    var,
)
from cse_profile.watch import Watch

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _port() -> int:
    text = os.environ.get("CSE_PROFILE_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"CSE_PROFILE_PORT is “{text}”: it must be a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            message = f"Port {text} cannot be used ({error.strerror}): set CSE_PROFILE_PORT."
            raise StackError(message) from None
    return int(text)


def _manage(command: str, doing: str, *, aloud: bool = False) -> None:
    """Run one command as the owner, in a session of its own: Ctrl-C comes to us alone.

    `doing` is said while nothing else is. `aloud` lets it show its own progress; else what it said
    last is all that is heard, and of a failure only.
    """
    terminal = aloud and sys.stderr.isatty()
    child = subprocess.Popen(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=os.environ | {"CSE_PROFILE_LOGIN": "owner"},
        start_new_session=True,
        stderr=None if terminal else subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    errors = ""
    try:
        if aloud:
            Patience(doing).relay(child)
        else:
            errors = Patience(doing).wait(child)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    if child.returncode:
        said = last_line(errors) if errors else f"`manage.py {command}` failed."
        raise StackError(said.removeprefix("CommandError: "))


def _worker() -> Process:
    binary = str(Path(sys.executable).parent / "celery")
    command = [binary, "-A", "cse_profile", "worker", "-B", "-c", "2", "-l", "WARNING"]
    command += ["-s", str(var() / "beat-schedule"), "--without-gossip", "--without-mingle"]
    environment = os.environ | {"CSE_PROFILE_LOGIN": "worker"}
    return Process("worker", command, grace=20, cwd=ROOT, env=environment)


def _web(port: int) -> Process:
    binary = str(Path(sys.executable).parent / "gunicorn")
    # Without --no-control-socket gunicorn opens one in the home folder.
    command = [binary, "cse_profile.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4"]
    command += ["--graceful-timeout", "5", "--no-control-socket"]
    command += ["--preload"]  # imported once and forked, not once for each of them
    environment = os.environ | {"CSE_PROFILE_LOGIN": "web"}
    return Process("web", command, grace=10, cwd=ROOT, env=environment)


def _wait_for(port: int, web: Process) -> None:
    open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    patience = Patience("starting the web server")
    for _ in range(600):
        patience.still()
        if web.ended:
            raise StackError(f"The web server did not start: {last_line(web.tail())}")
        try:
            open_url(f"http://127.0.0.1:{port}/readyz", timeout=2).read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise StackError(f"The web server did not answer; see {web.log}.")


def demo() -> int:
    """Run everything until Ctrl-C."""
    port = _port()
    os.environ.setdefault("CSE_PROFILE_DEMO", "1")
    with services.running() as processes:
        say("the database and the broker are up")
        services.publish_addresses()
        # A database named from outside may be another one behind the same address.
        if not (_is_embedded(processes) and readiness.is_ready()):
            _manage("prepare", "making the roles, the tables and the pages ready")
        say("the roles, the tables and the pages are ready")
        processes.append(_worker())
        processes.append(_web(port))
        _manage("demo_world", "opening the world", aloud=True)
        _wait_for(port, processes[-1])
        say(f"ready: http://127.0.0.1:{port}/")
        print(_accounts(), "Ctrl-C stops everything.", sep="\n", flush=True)
        watch = Watch(processes)
        while True:
            watch.look()
            time.sleep(0.2)


def _is_embedded(processes: list[Process]) -> bool:
    return any(process.name == "postgres" for process in processes)


def _accounts() -> str:
    """The demonstration accounts as a table."""
    rows = [line.split("\t") for line in (var() / "accounts.txt").read_text().splitlines()]
    rows.insert(0, ["name", "password", "role", "agency"])
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def run(command: list[str]) -> int:
    """Run one command beside the services."""
    with services.running():
        ends = die_with_parent(signal.SIGTERM)
        child = subprocess.Popen(command, cwd=ROOT, preexec_fn=ends)
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            return child.wait()


def reset() -> int:
    """Remove the embedded data."""
    for folder in (var(), Path(tempfile.gettempdir()) / f"cse-profile-pg-{services.tag()}"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _interrupt(*_: object) -> None:
    """The first signal stops everything, in order; further ones change nothing."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """One of the three; an expected failure is one sentence and exit code 1."""
    for number in _STOPPING:
        signal.signal(number, _interrupt)
    chosen: dict[str, Callable[[], int]] = {"demo": demo, "reset": reset}
    try:
        if arguments[:1] == ["run"] and arguments[1:]:
            return run(arguments[1:])
        if len(arguments) != 1 or arguments[0] not in chosen:
            print(__doc__)
            return 2
        return chosen[arguments[0]]()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder that went away
        print(f"{error.strerror or error}: {error.filename or var()}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
