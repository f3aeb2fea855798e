"""How a pair of twin worlds is made: the steps both share, and those of one of them alone.

Ids and times follow from the step that makes them and from nothing else; that is the tests' doing,
not the product's.
"""

import datetime as datetimes
import random
import types
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timesince, timezone

from intelligence import evaluation, review
from intelligence.models import Mention, Report
from tests.conftest import make_cast
from tests.factories import child, joined, submission, suspect, with_car, with_phone
from tests.worlds import asking, process, send

#: When the worlds begin: today, so that agreements and grants are as current as in life.
BEGINS = datetime.now(tz=timezone.get_default_timezone()).replace(hour=0, minute=0, second=1)

#: The minute at which everybody looks.
LOOK = 1000

Step = Callable[[SimpleNamespace], None]


class _LikeDatetime(type):
    """What the framework asks of a value: is it a date with a time?"""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class Fate:
    """Decides ids and times, from the name of the step that is being made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._dice = random.Random()
        self._now = BEGINS
        #: How many worlds, and answers in them, were held against one another.
        self.worlds = self.answers = 0
        monkeypatch.setattr(uuid, "os", SimpleNamespace(urandom=self._dice.randbytes))
        clock = types.new_class("Clock", (datetime,), {"metaclass": _LikeDatetime})
        clock.now = classmethod(lambda cls, tz=None: self._now)
        monkeypatch.setattr(timezone, "datetime", clock)
        told = SimpleNamespace(**vars(datetimes) | {"datetime": clock})
        monkeypatch.setattr(timesince, "datetime", told)  # "received 3 hours ago"

    def decide(self, step: str, minute: int) -> None:
        """What follows is of this step, at this minute."""
        self._dice.seed(step)
        self._now = BEGINS + timedelta(minutes=minute)


# The steps that both worlds share.


def person(name: str, phone: str) -> dict[str, Any]:
    """A suspect with a phone."""
    return joined(
        {"persons": [suspect(given_names=name, nicknames=["Taz"], family_name="Invented")]},
        with_phone(phone),
    )


def young(name: str, phone: str, role: str = "child_at_risk") -> dict[str, Any]:
    """A young person with a phone of their own."""
    who = child(given_names=name, family_name="Inventedson", age_from=14, age_to=14, role=role)
    tie = {"relations": [{"from": "c1", "kind": "uses", "to": "ph2"}]}
    return joined({"persons": [who], "phones": [{"ref": "ph2", "number": phone}]}, tie)


def send_as(name: str, reference: str, *parts: dict[str, Any], **more: Any) -> Step:
    """Somebody sends a submission."""

    def step(cast: SimpleNamespace) -> None:
        content = submission(reference=reference, **joined(*parts), **more)
        cast.sent[reference] = send(content, getattr(cast, name)).submission

    return step


def work(cast: SimpleNamespace) -> None:
    """The workers carry what waits."""
    process()


def join(by: str, one: str, other: str, ref: str) -> Step:
    """Somebody decides that the same ref of two submissions is one person."""

    def step(cast: SimpleNamespace) -> None:
        user = getattr(cast, by)
        with asking(user):
            left, right = sorted(
                Mention.objects.get(submission=cast.sent[name], ref=ref).pk for name in (one, other)
            )
            act = review.judge(
                {(left, right): "same"}, verb="merge profiles", by=user, reason="Looked at both."
            )
            cast.acts.append(act)
        process()

    return step


def undo(cast: SimpleNamespace) -> None:
    """The analyst takes the last decision back."""
    with asking(cast.analyst):
        review.undo(cast.acts[-1], by=cast.analyst, reason="A mistake.")
    process()


def open_to(name: str, reference: str) -> Step:
    """The supervisor opens a report to somebody by name."""

    def step(cast: SimpleNamespace) -> None:
        with asking(cast.supervisor):
            report = Report.objects.get(submission=cast.sent[reference])
            to = getattr(cast, name)
            evaluation.open_to(report, to=to, by=cast.supervisor, reason="Their case.")

    return step


BASE: dict[str, Step] = {
    "teacher sends": send_as(
        "teacher", "S-1", person("Tariq", "07700 900101"), young("Una", "07700 900201")
    ),
    "nurse sends": send_as("nurse", "S-2", young("Una", "07700 900201")),
    "head sends": send_as("head", "S-3", person("Tariq", "07700 900101"), with_car()),
    "officer sends": send_as("officer", "S-4", person("Tareq", "07700 900101")),
    "neighbour sends": send_as("neighbour", "S-5", person("Tariq", "07700 900101")),
    "workers work": work,
    "analyst joins suspects": join("analyst", "S-1", "S-3", "p1"),
    "analyst joins young": join("analyst", "S-1", "S-2", "c1"),
    "analyst joins another": join("analyst", "S-3", "S-4", "p1"),
    "analyst takes it back": undo,
    "opened to the investigator": open_to("investigator", "S-1"),
    "also opened": open_to("investigator", "S-4"),
    "opened to the neighbour": open_to("neighbour", "S-1"),
    "also opened to the neighbour": open_to("neighbour", "S-4"),
}

# The steps of one world only. Each kind names who must not be able to tell.

#: About the same people, in the same force, by an agency that nobody of these may see.
WITHIN: dict[str, Step] = {
    "clinic sends": send_as("clerk", "H-1", person("Tariq", "07700 900101")),
    "clinic sends a witness": send_as(
        "clerk", "H-2", young("Una", "07700 900201", role="witness"), with_car(person="c1")
    ),
    "clinic sends another": send_as("clerk", "H-3", person("Tareq", "07700 900101")),
    "workers carry them": work,
}
#: Decisions about them: they join through hidden ones what nothing visible joins.
CHAIN: dict[str, Step] = {
    "supervisor joins the hidden": join("supervisor", "S-1", "H-1", "p1"),
    "supervisor joins on": join("supervisor", "S-4", "H-1", "p1"),
    "supervisor joins the witness": join("supervisor", "S-2", "H-2", "c1"),
}
#: In another force, by its own agency.
BEYOND: dict[str, Step] = {
    "the other force sends": send_as("stranger", "X-1", person("Tariq", "07700 900101")),
    "and again": send_as("stranger", "X-2", young("Una", "07700 900201"), with_car(person="c1")),
    "its worker works": work,
}
OUTSIDE_THE_DESK = (
    "teacher",
    "colleague",
    "head",
    "nurse",
    "officer",
    "hub",
    "investigator",
    "neighbour",
    "commissioner",
    "administrator",
)
DOGGER = (*OUTSIDE_THE_DESK, "analyst", "supervisor", "intelligence_officer")


def people(cast: SimpleNamespace) -> None:
    """A clerk of the clinic, and an analyst's colleague in the other force."""
    make = type(cast.teacher).objects.create_user
    cast.clerk = make(username="clerk", role="submitter", agency=cast.clinic, name="Clerk")
    cast.stranger = make(
        username="stranger", role="submitter", agency=cast.neighbour.agency, name="Stranger"
    )
    cast.sent, cast.acts = {}, []


def world(fate: Fate, *histories: dict[str, Step]) -> SimpleNamespace:
    """The world after these histories, one after another. The base keeps its minutes."""
    fate.decide("people", 0)
    cast = make_cast()
    people(cast)
    minutes = {name: 10 * place for place, name in enumerate(BASE, 1)}
    minute = 0
    for history in histories:
        for name, step in history.items():
            minute = minutes.get(name, minute + 1)
            fate.decide(name, minute)
            step(cast)
    return cast
