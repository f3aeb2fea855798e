"""Both starts of `make demo` on a clean clone: seconds by stage, longest silence, disk, leftovers.

    python -m benchmarks.demo [--cold] > benchmarks/results/demo.md

The clone is of what is committed. With `--cold` nothing comes from the caches of uv and npm.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What a line begins with, once its time stamp is off, when a stage is over.
ENDS = {
    "set-up": "the database and the broker are up",
    "tables": "the roles, the tables and the pages are ready",
    "world": "ready: http",
}


@dataclass
class Start:
    """One start: when each line came, in seconds, and what followed."""

    lines: list[tuple[float, str]] = field(default_factory=list)
    page: float = 0.0
    stop: float = 0.0
    left: int = 0
    load: tuple[float, float] = (0.0, 0.0)

    def stages(self) -> dict[str, float]:
        """Seconds of each stage, and of all until the first page."""
        found, before = {}, 0.0
        for name, end in ENDS.items():
            at = next((at for at, line in self.lines if end in line), before)
            found[name], before = at - before, at
        return found | {"first page": self.page - before, "all": self.page}

    def silence(self) -> float:
        """The longest time without a line."""
        times = [0.0, *(at for at, _ in self.lines)]
        return max(b - a for a, b in pairwise(times))


def main() -> int:
    """Print the report as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="use no cache of packages")
    cold = parser.parse_args().cold
    with tempfile.TemporaryDirectory(prefix="cse-profile-demo-") as folder:
        base = Path(folder)
        base.chmod(0o755)
        subprocess.run(
            ["/usr/bin/env", "git", "clone", "-q", str(ROOT), str(base / "clone")], check=True
        )
        starts = [_start(base / "clone", base if cold else None) for _ in range(2)]
        print(_report(starts, base / "clone", cold=cold))
    return int(any(start.left for start in starts))


def _start(clone: Path, caches: Path | None) -> Start:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("CSE_", "DATABASE"))}
    environment |= {"CSE_PROFILE_PORT": str(port)}
    if caches:
        environment |= {
            "UV_CACHE_DIR": str(caches / "uv"),
            "PIP_NO_CACHE_DIR": "1",
            "npm_config_cache": str(caches / "npm"),
        }
    start, began, before = Start(), time.monotonic(), os.getloadavg()[0]
    child = subprocess.Popen(
        ["/usr/bin/env", "make", "demo"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    for line in child.stdout or ():
        start.lines.append((time.monotonic() - began, line.rstrip()))
        print(f"{start.lines[-1][0]:6.1f} {line}", end="", file=sys.stderr, flush=True)
        if "Ctrl-C stops everything" in line:
            break
    else:
        raise SystemExit(f"`make demo` ended with {child.wait()}.")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/sign-in/", timeout=60) as answer:
        answer.read()
    start.page, stopped = time.monotonic() - began, time.monotonic()
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does
    child.communicate()
    start.stop = time.monotonic() - stopped
    start.left = _left(clone)
    start.load = before, os.getloadavg()[0]
    return start


def _left(clone: Path) -> int:
    """Processes that name the clone, or work in it."""
    found = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            seen = (entry / "cmdline").read_bytes() + os.fsencode((entry / "cwd").readlink())
        except OSError:
            continue
        found += os.fsencode(str(clone)) in seen
    return found


def _megabytes(folder: Path) -> int:
    told = subprocess.run(
        ["/usr/bin/env", "du", "-sm", str(folder)], capture_output=True, text=True, check=True
    )
    return int(told.stdout.split()[0])


def _report(starts: list[Start], clone: Path, *, cold: bool) -> str:
    first, second = starts
    stages = second.stages()
    came = "the registries" if cold else "the caches of uv and npm"
    head = (
        f"{os.cpu_count()} processors; load average from {first.load[0]:.1f} to "
        f"{second.load[1]:.1f} (each program that wants a processor counts one). Packages came "
        f"from {came}."
    )
    foot = (
        "Set-up is packages, styles, PostgreSQL and the broker; the world is 2,000 submissions "
        "through the intake and the route, 120 decisions and their consequences."
    )
    lines = [
        "# `make demo` on a clean clone",
        "",
        head,
        "",
        "| seconds | first start | second start |",
        "|---|---:|---:|",
        *(f"| {name} | {took:.1f} | {stages[name]:.1f} |" for name, took in first.stages().items()),
        f"| longest silence | {first.silence():.1f} | {second.silence():.1f} |",
        f"| stopping on Ctrl-C | {first.stop:.1f} | {second.stop:.1f} |",
        f"| processes left (not seconds) | {first.left} | {second.left} |",
        "",
        foot,
        "",
        "| MB on disk | |",
        "|---|---:|",
    ]
    parts = (clone, clone / ".venv", clone / "frontend", clone / "var")
    names = ("all", "Python packages and PostgreSQL", "styles, scripts, their tools", "data")
    sizes = (_megabytes(part) if part.exists() else 0 for part in parts)
    return "\n".join([*lines, *(f"| {n} | {s} |" for n, s in zip(names, sizes, strict=True))])


if __name__ == "__main__":
    sys.exit(main())
