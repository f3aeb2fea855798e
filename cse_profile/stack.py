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

from cse_profile import services
from cse_profile.services import Process, StackError, say, var


def _port() -> int:
    text = os.environ.get("CSE_PROFILE_PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"CSE_PROFILE_PORT is “{text}”: it must be a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            message = f"Port {text} is in use: stop what uses it, or set CSE_PROFILE_PORT."
            raise StackError(message) from None
    return int(text)


def _manage(*arguments: str, login: str = "owner", quiet: bool = False) -> None:
    """Run one command in a session of its own, so that Ctrl-C comes to us alone."""
    command = [sys.executable, "manage.py", *arguments]
    environment = os.environ | {"CSE_PROFILE_LOGIN": login}
    done = subprocess.Popen(
        command,
        cwd=services.ROOT,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
        preexec_fn=services.die_with_parent(signal.SIGKILL),
    )
    try:
        _, errors = done.communicate()
    except KeyboardInterrupt:
        done.terminate()
        done.wait()
        raise
    if done.returncode:
        last = (errors or "").strip().splitlines()[-1:] or ["see above"]
        raise StackError(f"`manage.py {arguments[0]}` failed: {last[0]}")


def _prepare() -> None:
    _manage("provision_roles", quiet=True)
    _manage("migrate", "--verbosity", "0", quiet=True)
    _manage("install_context_key", quiet=True)
    _manage("collectstatic", "--noinput", "--verbosity", "0", quiet=True)
    say("the roles, the tables and the pages are ready")
    _manage("demo_world")


def _worker() -> Process:
    binary = str(Path(sys.executable).parent / "celery")
    command = [binary, "-A", "cse_profile", "worker", "-B", "-c", "2", "-l", "WARNING"]
    command += ["-s", str(var() / "beat-schedule"), "--without-gossip", "--without-mingle"]
    return Process(
        "worker",
        command,
        grace=20,
        cwd=services.ROOT,
        env=os.environ | {"CSE_PROFILE_LOGIN": "worker"},
    )


def _web(port: int) -> Process:
    binary = str(Path(sys.executable).parent / "gunicorn")
    # Without --no-control-socket gunicorn opens one in the home folder.
    command = [binary, "cse_profile.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4"]
    command += ["--graceful-timeout", "5", "--no-control-socket"]
    return Process(
        "web",
        command,
        grace=10,
        cwd=services.ROOT,
        env=os.environ | {"CSE_PROFILE_LOGIN": "web"},
    )


def _wait_for(port: int, web: Process) -> None:
    open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    for _ in range(300):
        if web.ended:
            raise StackError(f"The web server did not start: {services.last_line(web.tail())}")
        try:
            open_url(f"http://127.0.0.1:{port}/readyz", timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise StackError(f"The web server did not answer; see {web.log}.")


def demo() -> int:
    """Run everything until Ctrl-C."""
    port = _port()
    os.environ.setdefault("CSE_PROFILE_DEMO", "1")
    with services.running() as processes:
        say("PostgreSQL and Valkey are up")
        services.publish_addresses()
        _prepare()
        processes.append(_worker())
        processes.append(_web(port))
        _wait_for(port, processes[-1])
        say(f"ready: http://127.0.0.1:{port}/")
        print((var() / "accounts.txt").read_text(), flush=True)
        print("Ctrl-C stops everything.", flush=True)
        return _watch(processes)


def _watch(processes: list[Process]) -> int:
    while True:
        time.sleep(0.5)
        for process in processes:
            if process.ended:
                raise StackError(f"{process.name} ended by itself; see {process.log}.")


def run(command: list[str]) -> int:
    """Run one command beside the services."""
    with services.running():
        child = subprocess.Popen(command, cwd=services.ROOT)
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
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """One of the three; an expected failure is one sentence and exit code 1."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
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
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("stopped")
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
