"""What is held already changes nothing for whoever sends: the same answer, by the same work.

Time follows from work, and no test of time holds on a busy machine: so the statements that the
database is asked are compared, in their order.
"""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from intelligence.models import Link, Mention
from tests.conftest import WebClient
from tests.factories import joined, submission, suspect, with_car, with_phone
from tests.intelligence.test_api import token

ADDRESS = "/api/v1/submissions/"


def told(name: str, family: str, born: str, phone: str, plate: str) -> dict[str, Any]:
    """A man with a telephone and a car."""
    person = suspect(given_names=name, family_name=family, date_of_birth=born)
    return submission(**joined({"persons": [person]}, with_phone(phone), with_car(plate)))


HELD = ("Tariq", "Vale", "1990-04-02", "07700 900482", "QX00 ABC")
UNKNOWN = ("Osman", "Reef", "1978-11-23", "07700 900731", "QX31 KLM")
FIRST = ("Milo", "Sand", "1966-07-15", "07700 900555", "QX55 ZZZ")


class Work:
    """The statements asked within it, without what differs from row to row."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.asked.append(re.sub(r"SAVEPOINT \S+|'[^']*'|\d+", "?", sql))
        return execute(sql, params, many, context)


@pytest.fixture
def held(cast, submit, process):
    """Three agencies know the man; everything was linked."""
    for by in (cast.nurse, cast.officer, cast.hub):
        submit(told(*HELD), by=by)
    process()


@pytest.fixture
def two(cast, held, process):
    """A submission that meets what is held, and one that meets nothing."""
    key = token(cast.teacher)
    post(told(*FIRST), key)  # what is done once a process is done
    answers = [post(told(*HELD), key), post(told(*UNKNOWN), key)]
    process()
    return answers


def post(content: Any, key: dict[str, str]) -> tuple[Any, list[str]]:
    body = json.dumps(content)
    with connection.execute_wrapper(work := Work()):
        answer = WebClient().post(ADDRESS, body, content_type="application/json", headers=key)
    return answer, work.asked


def links(answer: Any) -> int:
    """How many pairs the workers hold to be one person, of what this answer is about."""
    of = {"submission": answer.json()["id"]}
    mentions = Mention._base_manager.filter(**of).values("pk")
    return Link._base_manager.filter(Q(left__in=mentions) | Q(right__in=mentions)).count()


def test_one_of_them_met_what_is_held_and_the_other_did_not(two):
    """Or the rest would prove nothing."""
    (met, _), (alone, _) = two
    assert links(met) > 0
    assert links(alone) == 0


def test_the_receipts_are_the_same(two):
    said = []
    for answer, _ in two:
        own = dict.fromkeys(("id", "reference", "received_at"), "")
        headers = {n: v for n, v in answer.headers.items() if n != "Content-Length"}
        said.append((answer.status_code, headers, answer.json() | own))
    assert said[0] == said[1]


def test_taking_them_was_the_same_work(two):
    (_, first), (_, second) = two
    assert first
    assert first == second


@pytest.mark.parametrize("who", ["teacher", "head"])
def test_showing_them_to_who_sent_them_is_the_same_work(two, cast, sign_in, who):
    client, work = sign_in(getattr(cast, who)), []
    client.get("/submissions/")
    for answer, _ in two:
        with connection.execute_wrapper(asked := Work()):
            page = client.get(f"/submissions/{answer.json()['id']}/")
        assert page.status_code == 200
        work.append(asked.asked)
    assert work[0] == work[1]
