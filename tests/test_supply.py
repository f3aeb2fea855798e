"""What is fetched from elsewhere is fixed to the byte, and the containers hold what they need only.

There is no container engine here: the files that it would read are read instead.
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.txt"))
PACKAGES = [ROOT / "frontend/package-lock.json", ROOT / "frontend/browser/package-lock.json"]


def test_there_are_the_locks_that_are_spoken_of():
    names = {path.name for path in LOCKS}
    assert names == {
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-node.txt",
        "requirements-setup.txt",
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_python_package_has_one_version_and_its_hashes(lock):
    text = lock.read_text()
    assert "://" not in text
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    wanted = re.split(r"(?<!\\)\n", "\n".join(lines))
    for requirement in wanted:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("lock", PACKAGES, ids=lambda path: path.parent.name)
def test_every_front_end_package_has_the_hash_of_its_contents(lock):
    packages = json.loads(lock.read_text())["packages"]
    fetched = {name: one for name, one in packages.items() if name}
    assert fetched
    assert [name for name, one in fetched.items() if "integrity" not in one] == []


def test_nothing_is_installed_past_its_hash():
    """Each command that installs says so; `-r` alone would take what has no hash."""
    installing = [
        line
        for name in ("Makefile", "Dockerfile", ".ci/run")
        for line in (ROOT / name).read_text().splitlines()
        if "pip install" in line
    ]
    assert len(installing) >= 3
    assert [line for line in installing if "--require-hashes" not in line] == []
    assert '"--require-hashes"' in (ROOT / "frontend/build.py").read_text()
