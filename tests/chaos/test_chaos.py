"""A receipt means safe, whatever happens to worker, broker, web server or database.

Partners post over HTTP and try again until they have a receipt, while one part after another is
killed under them. In the end every receipt must be in the database, carried once, and linked.

`CHAOS_SUBMISSIONS` and `CHAOS_FAULTS` make it longer; `CHAOS_SEED` orders the faults.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.chaos.running import FAULTS, GoneError, Stack

SUBMISSIONS = int(os.environ.get("CHAOS_SUBMISSIONS", "400")) // 2 * 2
NUMBER_OF_FAULTS = max(10, int(os.environ.get("CHAOS_FAULTS", "14")))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
#: Seconds between two faults, and within which the queue must be empty after the last of them.
PAUSE = 3.0
DRAINED = 150.0
SENDERS = 6
#: Seconds for which a partner goes on trying to send one submission.
PATIENCE = 120.0
AGENCIES = ("silverpit-school", "fladen-clinic", "outer-bank-housing", "cleaver-bank-licensing")
#: What names are made of: no real one comes of it.
SYLLABLES = (
    *("bra", "cul", "dov", "fen", "gim", "hos", "jar", "kel", "lor", "mig"),
    *("nup", "pas", "quo", "rit", "sam", "tuv", "wex", "yol", "zed", "ani"),
)

pytestmark = pytest.mark.audit


@dataclass
class Load:
    """What the partners sent, and what they were answered."""

    url: str
    tokens: list[str]
    receipts: dict[str, set[str]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def send_all(self, seconds: float) -> None:
        """Send everything, spread over `seconds`, from several partners at once."""
        start = time.monotonic()

        def sender(first: int) -> None:
            for number in range(first, SUBMISSIONS, SENDERS):
                time.sleep(max(0.0, start + number * seconds / SUBMISSIONS - time.monotonic()))
                self.send(number)

        threads = [threading.Thread(target=sender, args=[first]) for first in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def send(self, number: int) -> None:
        """Send one until there is a receipt for it; every tenth once more after that."""
        payload = submission(number)
        end = time.monotonic() + PATIENCE
        wanted = 2 if number % 10 == 0 else 1
        while wanted and time.monotonic() < end and not self.stopped.is_set():
            answer = self._post(payload, self.tokens[number % len(self.tokens)])
            if answer is None:
                time.sleep(0.2)
                continue
            wanted -= 1
            self.receipts.setdefault(payload["reference"], set()).add(answer)
        if wanted:
            self.wrong.append(f"{payload['reference']} got no receipt")

    def _post(self, payload: dict[str, Any], token: str) -> str | None:
        """The id on the receipt; None where there was no answer, or one that says try again."""
        request = urllib.request.Request(  # noqa: S310 - our own server, over HTTP
            self.url,
            json.dumps(payload).encode(),
            {"Authorization": f"Token {token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=15) as response:
                answer = json.loads(response.read())
                self.answers[str(response.status)] += 1
                return str(answer["id"])
        except urllib.error.HTTPError as error:
            self.answers[str(error.code)] += 1
            if error.code < 500:
                self.wrong.append(f"{payload['reference']} was answered {error.code}")
        except (OSError, HTTPException, ValueError):  # ValueError: half an answer
            self.answers["no answer"] += 1
        return None


def submission(number: int) -> dict[str, Any]:
    """Two that follow one another name the same person with the same phone; no two others do."""
    pair = number // 2
    name = random.Random(pair).choices(SYLLABLES, k=6)
    return {
        "reference": f"chaos-{number}",
        "information_date": "2026-03-02",
        "provenance": {"how_known": "first_hand"},
        "narrative": "Invented.",
        "persons": [
            {
                "ref": "p1",
                "role": "suspected_offender",
                "given_names": "".join(name[:3]).title(),
                "family_name": "".join(name[3:]).title(),
            }
        ],
        "phones": [{"ref": "ph1", "number": f"+999 {10_000_019 + pair * 7919}"}],
        "relations": [{"from": "p1", "kind": "uses", "to": "ph1"}],
    }


def break_things(stack: Stack, done: Counter[str]) -> None:
    """One fault after another; each kind, and each way of it, at least once."""
    dice = random.Random(SEED)
    kinds = list(FAULTS)
    order = list(islice(cycle(kinds), NUMBER_OF_FAULTS))
    dice.shuffle(order)
    for kind in order:
        time.sleep(PAUSE)
        ways = FAULTS[kind]
        inflict(ways[done[kind] % len(ways)], stack)
        done[kind] += 1


def inflict(fault, stack: Stack) -> None:
    """Do it, as soon as what it is done to is there."""
    for _ in range(100):
        try:
            fault(stack)
        except GoneError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"nothing to inflict {fault.__name__} on")


def drained(stack: Stack) -> float:
    """Seconds until nothing waits any more."""
    start = time.monotonic()
    while time.monotonic() - start < DRAINED:
        try:
            waiting = stack.ask(
                "SELECT count(*) FROM intelligence_queueitem "
                "WHERE done_at IS NULL AND parked_at IS NULL"
            )
        except psycopg2.Error:
            waiting = [(-1,)]
        if waiting == [(0,)]:
            return time.monotonic() - start
        time.sleep(0.2)
    raise AssertionError(f"{waiting[0][0]} still wait after {DRAINED:.0f} seconds")


def tokens(stack: Stack) -> list[str]:
    """A token of each of some agencies, made as an administrator makes them."""
    path = stack.folder / "agencies.csv"
    rows = [f"{code},{code.title()},other,chaos-area" for code in AGENCIES]
    rows.append("chaos-police,Chaos Police,police,chaos-area")
    path.write_text("\n".join(["code,name,kind,force_area", *rows, ""]))
    stack.manage("load_agencies", str(path))
    return [stack.manage("create_token", code) for code in AGENCIES]


#: What must be empty in the end, told by what it would mean.
MUST_BE_EMPTY = {
    "set aside": """
        SELECT submission_id, error FROM intelligence_queueitem WHERE parked_at IS NOT NULL""",
    "queued other than once": """
        SELECT s.reference FROM intelligence_submission s
        LEFT JOIN intelligence_queueitem q ON q.submission_id = s.id
        GROUP BY s.id HAVING count(q.id) <> 1""",
    "not one mention": """
        SELECT s.reference FROM intelligence_submission s
        LEFT JOIN intelligence_mention m ON m.submission_id = s.id
        GROUP BY s.id HAVING count(m.id) <> 1""",
    "not one phone": """
        SELECT s.reference FROM intelligence_submission s
        LEFT JOIN intelligence_sighting o ON o.submission_id = s.id
        GROUP BY s.id HAVING count(o.id) <> 1""",
    "not one report": """
        SELECT s.reference FROM intelligence_submission s
        LEFT JOIN intelligence_report r ON r.submission_id = s.id
        GROUP BY s.id HAVING count(r.id) <> 1""",
    "a pair that is not one cluster of two, in the force and in the whole": """
        SELECT pair, area FROM (
          SELECT substr(s.reference, 7)::int / 2 AS pair, c.area_id AS area, c.id
          FROM intelligence_submission s
          JOIN intelligence_mention m ON m.submission_id = s.id
          JOIN intelligence_membership b ON b.mention_id = m.id
          JOIN intelligence_cluster c ON c.id = b.cluster_id) members
        GROUP BY pair, area HAVING count(*) <> 2 OR count(DISTINCT id) <> 1""",
    "a cluster of two pairs": """
        SELECT c.id FROM intelligence_cluster c
        JOIN intelligence_membership b ON b.cluster_id = c.id GROUP BY 1 HAVING count(*) > 2""",
    "a person without one profile": """
        SELECT c.id FROM intelligence_cluster c
        JOIN intelligence_membership b ON b.cluster_id = c.id
        LEFT JOIN offenders_offenderprofile p ON p.cluster_id = c.id AND p.closed_at IS NULL
        WHERE c.area_id IS NOT NULL GROUP BY c.id HAVING count(DISTINCT p.id) <> 1""",
    "collected other than once": """
        SELECT s.reference FROM intelligence_submission s LEFT JOIN partners_auditevent e
          ON e.object_ids @> ARRAY[s.id] AND e.operation = 'collection'
        GROUP BY s.id HAVING count(e.id) <> 1""",
    "linked other than once": """
        SELECT s.reference FROM intelligence_submission s LEFT JOIN partners_auditevent e
          ON e.verb = 'link' AND e.detail -> 'submissions' ? s.id::text
        GROUP BY s.id HAVING count(e.id) <> 1""",
}


@pytest.fixture
def folder():
    """Not pytest's own: that is closed to the user as whom PostgreSQL runs under root."""
    made = Path(tempfile.mkdtemp(prefix="cse-profile-chaos-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_under_chaos_nothing_is_lost_left_unlinked_or_done_twice(folder, capsys, record_property):
    faults: Counter[str] = Counter()
    with Stack(folder) as stack:
        load = Load(f"http://127.0.0.1:{stack.port}/api/v1/submissions/", tokens(stack))
        sending = threading.Thread(target=load.send_all, args=[NUMBER_OF_FAULTS * PAUSE])
        sending.start()
        try:
            break_things(stack, faults)
        except BaseException:
            load.stopped.set()
            raise
        sending.join()
        drain = drained(stack)

        stored = dict(stack.ask("SELECT reference, id::text FROM intelligence_submission"))
        lost = {ref for ref, ids in load.receipts.items() if ids != {stored.get(ref)}}
        unclean = {what: stack.ask(statement) for what, statement in MUST_BE_EMPTY.items()}
        persons = stack.ask(
            "SELECT count(DISTINCT cluster_id) FROM intelligence_membership WHERE area_id IS NULL"
        )
        stack.manage("seal_audit")
        stack.manage("verify_audit")
    for name, number in {
        "submissions": len(load.receipts),
        "faults": sum(faults.values()),
        "kinds of fault": len(faults),
        "lost": len(lost),
        "set aside, unlinked or done twice": sum(map(len, unclean.values())),
        "seconds until all was carried": round(drain),
    }.items():
        record_property(name, number)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(load.receipts)} submissions answered {dict(load.answers)}; "
            f"{sum(faults.values())} faults {dict(faults)}; drained {drain:.1f} s later\n"
        )

    assert load.wrong == []
    assert len(load.receipts) == len(stored) == SUBMISSIONS
    assert lost == set()
    assert {what: rows for what, rows in unclean.items() if rows} == {}
    assert persons == [(SUBMISSIONS // 2,)]
    assert set(faults) == set(FAULTS)
    assert stack.supervisor.returncode == 0
    assert stack.left() == []
