"""The whole system under its supervisor, started for real: what it shows, keeps and leaves."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from cse_profile import demo, roles
from cse_profile.processes import ROOT

#: Seconds that a start, and a stop, may take on a busy machine.
START = 150
STOP = 40
OURS = ("DATABASE_URL", "DATABASE_URL_WEB", "DATABASE_URL_WORKER", "REDIS_URL")


def environment(var, **more):
    """A plain shell's environment, with its own data folder."""
    kept = {n: v for n, v in os.environ.items() if n not in OURS and not n.startswith("CSE_")}
    return kept | {"CSE_PROFILE_VAR": str(var), "CSE_PROFILE_DEMO_SUBMISSIONS": "0"} | more


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(var):
    """Every process that names the folder, or was started with it in its environment."""
    wanted, found = os.fsencode(str(var)), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if wanted in seen:
                found.append(int(entry.name))
    return found


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def var():
    """A folder for the embedded data that an unprivileged user may walk to."""
    with tempfile.TemporaryDirectory(prefix="cse-profile-stack-") as folder:
        Path(folder).chmod(0o755)
        made = Path(folder) / "var"
        made.mkdir()
        yield made


@contextmanager
def demonstration(var, port, **more):
    """A running `demo`, once it says that it is ready; killed hard if the test leaves it."""
    said = var.parent / "said"
    with said.open("w") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "cse_profile.stack", "demo"],
            cwd=ROOT,
            env=environment(var, CSE_PROFILE_PORT=str(port), **more),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(
            lambda: "Ctrl-C stops everything" in said.read_text() or child.poll() is not None,
            START,
        )
        assert child.poll() is None, said.read_text()
        yield child, said
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def status(port, path="/sign-in/"):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status


def failing(*arguments, env):
    """The exit code of a start that fails, and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    # A slow machine is told besides that we are still at it.
    said = [line for line in done.stderr.splitlines() if " still " not in line]
    return done.returncode, "\n".join(said).strip()


def is_one_sentence(said):
    return "Traceback" not in said and len(said.splitlines()) == 1 and said.endswith(".")


def test_a_port_in_use_is_one_sentence(var):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = failing(
            "-m", "cse_profile.stack", "demo", env=environment(var, CSE_PROFILE_PORT=port)
        )
    assert code == 1
    assert is_one_sentence(said)
    assert port in said


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_what_is_no_port_is_one_sentence(var, port):
    code, said = failing(
        "-m", "cse_profile.stack", "demo", env=environment(var, CSE_PROFILE_PORT=port)
    )
    assert code == 1
    assert is_one_sentence(said)


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "mysql://a@b/c",
        "postgresql://a:b@127.0.0.1:port/x",
        "postgresql://nobody:x@127.0.0.1:1/none",
        "postgresql://nobody@/none?host=/nowhere",
    ],
)
@pytest.mark.parametrize("start", [["manage.py", "process"], ["-m", "cse_profile.stack", "demo"]])
def test_a_wrong_database_address_is_one_sentence(var, address, start):
    more = {"DATABASE_URL": address, "CSE_PROFILE_PORT": str(free_port())}
    code, said = failing(*start, env=environment(var, **more, REDIS_URL="redis://127.0.0.1:1/0"))
    assert code == 1
    assert is_one_sentence(said)
    assert processes_of(var) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(var):
    (var / "file").write_text("")
    for start in (["manage.py", "process"], ["-m", "cse_profile.stack", "demo"]):
        env = environment(var / "file" / "var", CSE_PROFILE_PORT=str(free_port()))
        code, said = failing(*start, env=env)
        assert code == 1
        assert is_one_sentence(said)


def test_a_full_disk_is_one_sentence(var):
    """The disk is full for whoever asks: a small one cannot be mounted everywhere."""
    site = var / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import shutil\nshutil.disk_usage = lambda p: shutil._ntuple_diskusage(1000, 1000, 0)\n"
    )
    env = environment(var, PYTHONPATH=str(site), CSE_PROFILE_PORT=str(free_port()))
    code, said = failing("-m", "cse_profile.stack", "demo", env=env)
    assert code == 1
    assert is_one_sentence(said)
    assert "full" in said


def test_a_command_starts_a_database_for_itself_and_leaves_nothing(var):
    (var / "agencies.csv").write_text("code,name,kind,force_area\na,A,police,x\n")
    arguments = [sys.executable, "manage.py", "load_agencies", str(var / "agencies.csv")]
    done = subprocess.run(
        arguments, cwd=ROOT, env=environment(var), capture_output=True, text=True, timeout=START
    )
    assert "added 1" in done.stdout, done.stderr
    again = subprocess.run(
        arguments, cwd=ROOT, env=environment(var), capture_output=True, text=True, timeout=START
    )
    assert "unchanged 1" in again.stdout
    assert processes_of(var) == []


@pytest.mark.audit
def test_the_demonstration_shows_its_page_and_accounts_and_keeps_its_data(var):
    port = free_port()
    with demonstration(var, port, CSE_PROFILE_DEMO_SUBMISSIONS="20") as (child, said):
        assert status(port) == 200
        assert status(port, "/readyz") == 200
        shown = said.read_text()
        assert f"http://127.0.0.1:{port}/" in shown
        rows = [line.split("\t") for line in (var / "accounts.txt").read_text().splitlines()]
        assert [(name, role, code) for name, _, role, code in rows] == [
            (name, str(role), code) for name, role, code in demo.ACCOUNTS
        ]
        assert all(re.search(rf"{name} +{password}", shown) for name, password, *_ in rows)
        child.send_signal(signal.SIGINT)
        assert child.wait(STOP) == 0
    assert processes_of(var) == []
    start = time.monotonic()
    with demonstration(var, port, CSE_PROFILE_DEMO_SUBMISSIONS="20") as (child, said):
        took = time.monotonic() - start
        assert status(port) == 200
        assert all(password in said.read_text() for _, password, *_ in rows)
        child.send_signal(signal.SIGTERM)
        assert child.wait(STOP) == 0
    assert took < 20
    assert processes_of(var) == []


@pytest.mark.audit
def test_what_is_killed_comes_back_and_a_killed_supervisor_leaves_nothing(var):
    port = free_port()
    with demonstration(var, port) as (child, said):
        for name in ("worker", "web", "valkey", "postgres"):
            parent = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
            wanted = {"worker": b"celery", "web": b"gunicorn"}.get(name, name.encode())
            pid = next(p for p in parent if wanted in Path(f"/proc/{p}/cmdline").read_bytes())
            os.kill(int(pid), signal.SIGKILL)
            wait_until(lambda name=name: f"{name} ended by itself" in said.read_text(), STOP)
        wait_until(lambda: answers(port), STOP)
        child.kill()
        child.wait()
        wait_until(lambda: processes_of(var) == [], STOP)


def answers(port):
    try:
        return status(port, "/readyz") == 200
    except OSError:
        return False


@pytest.mark.audit
def test_a_second_stack_in_one_folder_is_refused_and_commands_find_the_first(var):
    port = free_port()
    with demonstration(var, port) as (child, _):
        env = environment(var, CSE_PROFILE_PORT=str(free_port()))
        code, said = failing("-m", "cse_profile.stack", "demo", env=env)
        assert code == 1
        assert is_one_sentence(said)
        done = subprocess.run(
            [sys.executable, "manage.py", "create_token", "silverpit-academy"],
            cwd=ROOT,
            env=environment(var),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert len(done.stdout.strip()) > 30
        child.send_signal(signal.SIGINT)
        assert child.wait(STOP) == 0
    assert processes_of(var) == []


@pytest.mark.parametrize("wrong", ["owner", "superuser"])
def test_pages_are_not_served_with_a_login_that_row_security_would_not_hold(var, wrong):
    url = os.environ["DATABASE_URL"]
    if wrong == "superuser":
        url = url.replace("//cse_profile_owner@", "//postgres@")
    env = environment(var, DATABASE_URL=os.environ["DATABASE_URL"], DATABASE_URL_WEB=url)
    done = subprocess.run(
        [sys.executable, "-c", "import cse_profile.wsgi"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3
    assert is_one_sentence(done.stderr.strip())
    assert "row-level security" in done.stderr
    assert roles.VARIABLES["web"] in done.stderr
