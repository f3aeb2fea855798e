"""What the forms of the trade add to a random world: records, messages and logs."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from intelligence import community, visits
from intelligence.models import CommunityMessage
from partners import roster
from partners.models import Area
from tests.conftest import as_web
from tests.worlds import ROLES, World, asking, canary
from victims import missing

SENDERS = ROLES[:7]


def fill(world: World, seed: int) -> None:
    """Something of each, whose every word is a canary."""
    _miss(world, seed)
    _write(world, seed)
    _visit(world, seed)


def _miss(world: World, seed: int) -> None:
    """Two young people were missing, of whom one was spoken with; every word is a canary."""
    now = timezone.now()
    for number, by in enumerate(world.having("lead")[:2]):
        of = f"{seed}/missing/{number}"
        told: dict[str, Any] = {name: canary(of, name) for name in MISSED}
        told["missing_since"] = now - timedelta(days=3)
        told["returned_at"] = now - timedelta(days=1)
        with asking(by):
            episode = missing.record(by=by, said=told)
            words = {name: canary(of, name) for name in SPOKEN}
            missing.interview(episode, by=by, said={"interview": "offered", **words})


def _write(world: World, seed: int) -> None:
    """In each area two people without an account write; one of these messages is set aside."""
    for area in Area.objects.filter(pk__in=world.police_of):
        roster.open_community(area, by=None)
        for number in range(2):
            words = {name: canary(f"{seed}/{area.code}/{number}", name) for name in WRITTEN}
            with transaction.atomic(), as_web():
                community.tell(MESSAGE | words, area=area, opened=community.open_form())
    by = world.having("analyst")[0]
    with asking(by):
        message = CommunityMessage.objects.filter(area=by.agency.area_id).order_by("pk")[0]
        community.set_aside(message, by=by, why="It is about something else.")


def _visit(world: World, seed: int) -> None:
    """Two people log a visitor to their home; every word is a canary."""
    for number, by in enumerate(world.having("lead")[:2]):
        said = {name: canary(f"{seed}/visit/{number}", name) for name in LOGGED}
        said |= {"registration": f"QX0{number} ABC"}
        with asking(by):
            visits.log(by=by, said=said | {"seen_at": timezone.now()})


#: Fields of a visit that hold a canary.
LOGGED = ("vehicle", "called", "description", "came_for")

#: What somebody without an account answers, and the fields that hold a canary.
MESSAGE = {
    "at_risk": "not_known",
    "referral": "",
    "how_known": "first_hand",
    "who": "anonymous",
}
WRITTEN = ("text", "place", "day")

#: Fields of a missing episode, and of the interview after it, that hold a canary.
MISSED = ("given_names", "family_name", "missing_from", "circumstances", "found_where")
SPOKEN = ("where_was", "with_whom", "wants")
