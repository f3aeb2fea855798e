"""Twin worlds: two that differ only in rows somebody may not see answer them byte for byte alike.

The world is made again from the same steps, without and with others' steps among them: before,
after, or between.
"""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from intelligence.models import CommunityMessage, Decision, Mention, QueueItem, Report, Submission
from tests import worlds
from tests.conftest import WebClient
from tests.factories import joined, submission
from tests.scene import bearer
from tests.test_architecture import doors
from tests.test_doors import PLACE
from tests.twins import (
    BASE,
    BEYOND,
    CHAIN,
    DOGGER,
    LOOK,
    OUTSIDE_THE_DESK,
    WITHIN,
    Fate,
    Step,
    person,
    work,
    world,
    young,
)
from tests.worlds import send
from victims.models import MissingEpisode

pytestmark = pytest.mark.django_db


def answers(fate: Fate, cast: SimpleNamespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Everything that each of these people is answered."""
    found: dict[str, Any] = {}
    for name in names:
        user = getattr(cast, name)
        fate.decide(f"{name} enters", LOOK)
        client = WebClient()
        client.force_login(user)
        token = bearer(user)
        waiting, asked = list(_addresses()), set()
        while waiting:
            address = waiting.pop(0)
            if address in asked:
                continue
            asked.add(address)
            for what, ask in _requests(client, address, token):
                fate.decide(f"{name} {what}", LOOK)
                with transaction.atomic():
                    response = ask()
                    transaction.set_rollback(True)
                found[f"{name}: {what}"] = _plain(response)
                waiting += _links(address, response)
    return found


#: Every id that each door can be asked with, gathered from the fullest world, so that each world
#: is asked for all of them. An id of another kind is tried by `test_doors`.
_KNOWN: dict[str, set[uuid.UUID]] = {}
_OF = {
    "report": Report,
    "submission": Submission,
    "api-submission": Submission,
    "person": Mention,
    "young-person": Mention,
    "proposal": Mention,
    "retry": QueueItem,
    "message": CommunityMessage,
    "episode": MissingEpisode,
    "episode-change": MissingEpisode,
    "episode-send": MissingEpisode,
    "interview": MissingEpisode,
}


#: Doors to what these worlds hold none of: `test_doors` and the canary crawl try them.
_NOTHING_OF = {"message", "episode", "episode-change", "episode-send", "interview"}


def gather() -> None:
    """Remember every id that somebody could ask for."""
    for door, model in _OF.items():
        _KNOWN[door] = set(model._base_manager.values_list("pk", flat=True))
    _KNOWN["decision"] = set(Decision._base_manager.values_list("act", flat=True))


def _addresses() -> Iterator[str]:
    """Every address, with every id of the shared history and of the others'."""
    everything = set().union(*_KNOWN.values())
    for route, name, _ in doors():
        if "<" not in route:
            yield reverse(name)
            continue
        for one in sorted(_KNOWN.get(name, everything)):
            yield reverse(name, kwargs={PLACE.get(name, "pk"): one})


def _requests(
    client: WebClient, address: str, token: dict[str, str]
) -> Iterator[tuple[str, Callable[[], Any]]]:
    headers = token if address.startswith("/api/") else {}
    if address not in {"/sign-out/", "/sign-in/"}:
        yield f"GET {address}", lambda: client.get(address, headers=headers)
    if address == "/api/v1/submissions/":
        content = submission(
            reference="new", **joined(person("Tariq", "07700 900101"), young("Una", "07700 900201"))
        )
        options = {"content_type": "application/json", "headers": headers}
        yield f"POST {address}", lambda: client.post(address, content, **options)
    if address.startswith("/young-people/") and len(address) > 20:
        yield f"POST {address}", lambda: client.post(address, {"reason": "Meeting today."})


def _plain(response: Any) -> tuple[Any, ...]:
    # What is random in each answer: the token of a form, and the number of an empty sheet.
    body = re.sub(rb'name="(csrfmiddlewaretoken|sheet)" value="[\w-]+"', rb"\1", response.content)
    return response.status_code, sorted(response.headers.items()), sorted(response.cookies), body


def _links(address: str, response: Any) -> Iterator[str]:
    if "html" in response.headers.get("Content-Type", ""):
        for link in re.findall(r'href="([^"#]+)', response.content.decode()):
            link = link.replace("&amp;", "&")
            if link.startswith("?"):
                yield address.partition("?")[0] + link
            elif link.startswith("/") and not link.startswith("/static/"):
                yield link


@contextmanager
def undone() -> Iterator[None]:
    """A world that is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tellings(
    fate: Fate, names: tuple[str, ...], plain: tuple[dict[str, Step], ...], *others: Any
) -> list[str]:
    """What tells `names` which of these worlds they are in: `plain`, or one of `others`."""
    with undone():
        for history in others[-1:]:
            world(fate, *history)
            gather()
    with undone():
        first = answers(fate, world(fate, *plain), names)
    told = []
    for number, histories in enumerate(others):
        with undone():
            second = answers(fate, world(fate, *histories), names)
        fate.worlds += 1
        fate.answers += len(first.keys() | second.keys())
        told += [
            f"world {number}, {what}: {_difference(first.get(what), second.get(what))}"
            for what in sorted(first.keys() | second.keys())
            if first.get(what) != second.get(what)
        ]
    return told


def _difference(one: Any, other: Any) -> str:
    if one is None or other is None:
        return "is asked in one of them only"
    if one[:3] != other[:3]:
        return f"{one[:3]} or {other[:3]}"
    lines = [body.decode().splitlines() for body in (one[3], other[3])]
    pairs = zip(*lines, strict=False)
    return next(
        (f"{a.strip()[:300]} | {b.strip()[:300]}" for a, b in pairs if a != b), "its length"
    )


#: The database holds what is written to its own clock, which cannot be set; undone with the test.
ANY_TIME = """CREATE OR REPLACE FUNCTION ctx.just_now(at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE AS 'SELECT true'"""


@pytest.fixture
def fate(
    db: None, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> Iterator[Fate]:
    """Ids and times that follow from the steps."""
    _KNOWN.clear()
    with connection.cursor() as cursor:
        cursor.execute(ANY_TIME)
    made = Fate(monkeypatch)
    yield made
    record_property("pairs of worlds", made.worlds)
    record_property("pairs of answers", made.answers)


#: A practitioner, a hub and an investigator: the pages of the others are of the same kinds.
_SOME = ("teacher", "hub", "investigator")


def test_partners_cannot_tell_whether_others_reported_the_same_people(fate):
    assert tellings(fate, _SOME, (BASE,), (WITHIN, BASE, CHAIN)) == []


def test_a_force_cannot_tell_whether_another_force_knows_the_same_people(fate):
    assert tellings(fate, ("analyst",), (BASE,), (BEYOND, BASE)) == []


def test_the_twins_would_differ_for_those_who_may_see_more(fate):
    """The comparison is not blind: what an analyst may see does change the analyst's pages."""
    assert tellings(fate, ("analyst",), (BASE,), (BASE, WITHIN, CHAIN))
    assert {door for door, ids in _KNOWN.items() if not ids} == _NOTHING_OF


@pytest.mark.long
def test_no_partner_can_tell_in_whatever_order_it_happened(fate):
    others = ((WITHIN, BASE), (WITHIN, BASE, CHAIN), (BASE, WITHIN, CHAIN))
    assert tellings(fate, OUTSIDE_THE_DESK, (BASE,), *others) == []


@pytest.mark.long
def test_nobody_of_a_force_can_tell_in_whatever_order_it_happened(fate):
    names = tuple(name for name in DOGGER if name != "neighbour")
    assert tellings(fate, names, (BASE,), (BEYOND, BASE), (BASE, BEYOND)) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300, 304))
def test_partners_cannot_tell_random_worlds_of_others_apart(fate, seed):
    dice = random.Random(seed)
    steps: dict[str, Step] = {}
    for number in range(8):
        content = worlds.payload(
            f"{seed}/{number}",
            identity=dice.randrange(5),
            part=dice.choice(["suspected_offender", "witness"]),
        )
        content["persons"][0] |= {"given_names": dice.choice(["Tariq", "Tareq", "Una"])}
        content["phones"][0]["number"] = dice.choice(["07700 900101", "07700 900201"])
        steps[f"hidden {number}"] = _send_whole(f"R-{number}", content)
        if dice.random() < 0.5:
            steps[f"work {number}"] = work
    cut = dice.randrange(len(steps))
    before, after = dict(list(steps.items())[:cut]), dict(list(steps.items())[cut:])
    told = tellings(fate, OUTSIDE_THE_DESK, (BASE,), (before, BASE, after | {"last": work}))
    assert told == []


def _send_whole(reference: str, content: dict[str, Any]) -> Step:
    def step(cast: SimpleNamespace) -> None:
        cast.sent[reference] = send(content | {"reference": reference}, cast.clerk).submission

    return step


def test_the_database_is_the_same_for_both_worlds(fate):
    """Nothing of one world is left when the next is made."""
    with undone():
        world(fate, BASE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intelligence_submission")
        assert cursor.fetchone() == (0,)
