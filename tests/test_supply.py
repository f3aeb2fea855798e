"""What is fetched from elsewhere is fixed to the byte, and the containers hold what they need only.

There is no container engine here: the files that it would read are read instead.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

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
        "requirements-spark.txt",
        "requirements-train.txt",
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


COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
#: What runs our own code.
OURS = {"prepare", "web", "worker", "beat"}
SEALS = "/var/lib/cse-profile/audit"


def secrets(service: str) -> set[str]:
    """What a part is told that others may not know: the variables of `.env` in its environment."""
    told = str(SERVICES[service].get("environment", {}))
    return set(re.findall(r"\$\{(\w+):\?", told))


def folders(service: str) -> dict[str, str]:
    """What is mounted in a part: its folder, and the volume."""
    mounted = [one.split(":") for one in SERVICES[service].get("volumes", [])]
    return {folder: volume for volume, folder, *_ in mounted}


def test_each_container_knows_the_passwords_of_its_own_login_alone():
    assert {name: secrets(name) for name in SERVICES} == {
        "postgres": {"POSTGRES_PASSWORD"},
        "redis": set(),
        "prepare": {"SECRET_KEY", "OWNER_PASSWORD", "WEB_PASSWORD", "WORKER_PASSWORD"},
        "web": {"SECRET_KEY", "WEB_PASSWORD"},
        "worker": {"SECRET_KEY", "WORKER_PASSWORD"},
        "beat": set(),
    }


def test_the_owner_s_address_is_held_by_the_one_that_migrates_and_ends():
    holding = {name for name in SERVICES if "DATABASE_URL" in SERVICES[name].get("environment", {})}
    assert holding == {"prepare"}
    assert SERVICES["prepare"]["restart"] == "no"
    for name in OURS - {"prepare"}:
        assert SERVICES[name]["depends_on"]["prepare"] == {
            "condition": "service_completed_successfully"
        }
    for name in ("web", "worker"):
        assert SERVICES[name]["environment"]["CSE_PROFILE_LOGIN"] == name
        assert f"_{name}_login:" in SERVICES[name]["environment"][f"DATABASE_URL_{name.upper()}"]


def test_the_owner_is_no_superuser():
    made = COMPOSE["configs"]["owner"]["content"]
    assert "CREATE ROLE cse_profile_owner LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS" in made
    assert "//cse_profile_owner:" in SERVICES["prepare"]["environment"]["DATABASE_URL"]


def test_the_seals_and_their_key_are_where_they_are_made_and_nowhere_else():
    holding = {name for name in SERVICES for folder in folders(name) if SEALS.startswith(folder)}
    assert holding == {"worker"}
    assert set(COMPOSE["volumes"]) == {v for name in SERVICES for v in folders(name).values()}
    assert folders("web") == {"/var/lib/cse-profile/static": "static"}
    assert SERVICES["web"]["volumes"][0].endswith(":ro")


def test_nothing_runs_as_root_and_nothing_but_pages_is_reached_from_outside():
    steps = (ROOT / "Dockerfile").read_text().splitlines()
    users = [step.split()[1] for step in steps if step.startswith("USER ")]
    assert users
    assert not {"root", "0"} & set(users)
    assert all("user" not in SERVICES[name] for name in OURS)
    assert all(SERVICES[name]["cap_drop"] == ["ALL"] for name in OURS)
    assert {name for name in SERVICES if "ports" in SERVICES[name]} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert {name for name in SERVICES if SERVICES[name]["networks"] != ["inside"]} == {"web"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_everything_that_stays_up_is_asked_whether_it_is_well():
    staying = {name for name in SERVICES if SERVICES[name]["restart"] != "no"}
    assert {name for name in staying if "healthcheck" not in SERVICES[name]} == set()


def test_the_containers_start_what_is_there():
    """The folder of each volume is made in the image for the login that writes it."""
    made = (ROOT / "Dockerfile").read_text()
    for name in OURS:
        assert all(folder in made for folder in folders(name))
    assert (ROOT / SERVICES["prepare"]["command"][1]).exists()
    assert "tests" in (ROOT / ".dockerignore").read_text().split()
