"""Has this checkout's embedded database been prepared as the checkout stands now?"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cse_profile.processes import ROOT, StackError, last_line, var


def _marker() -> Path:
    return var() / "prepared"


def fingerprint() -> str:
    """Follows from every migration, every built style and script, and the keys and addresses."""
    digest = hashlib.sha256()
    for name in ("DATABASE_URL", "CSE_PROFILE_SECRET_KEY"):
        digest.update(os.environ.get(name, "").encode() + b"\x00")
    for path in sorted(_files()):
        seen = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    yield from ROOT.glob("*/migrations/*.py")
    yield from (path for path in (ROOT / "frontend" / "dist").rglob("*") if path.is_file())


def is_ready() -> bool:
    """Was `prepare` run since anything changed?"""
    return _marker().exists() and _marker().read_text() == fingerprint()


def note_ready() -> None:
    """Write down that `prepare` has run."""
    _marker().write_text(fingerprint())


def forget() -> None:
    """The database is new: nothing is ready."""
    _marker().unlink(missing_ok=True)


def make_ready() -> None:
    """Run `prepare` as the owner where it is due. Raises StackError with what it said last."""
    if is_ready():
        return
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=os.environ | {"CSE_PROFILE_LOGIN": "owner"},
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise StackError(last_line(done.stderr).removeprefix("CommandError: "))
