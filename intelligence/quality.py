"""What an agency's own reports often lack: prompts for its lead, against nothing but themselves.

No score, no league, nobody's name: how many of the newest reports have no telephone number, and
why one helps. What is missing may well not have been known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intelligence.models import Original
from partners.models import User

#: Reports that are looked at, at most, and how few say nothing yet.
NEWEST, FEWEST = 50, 5

_Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Prompt:
    """`lacking` of `looked_at` reports have nothing of a kind, and why it helps."""

    what: str
    why: str
    lacking: int
    looked_at: int


def _has(name: str) -> Callable[[_Payload], bool]:
    return lambda payload: bool(payload.get(name))


def _nickname(payload: _Payload) -> bool:
    return any(person.get("nicknames") for person in payload.get("persons", ()))


def _how_known(payload: _Payload) -> bool:
    return bool(payload["provenance"].get("how_known", "not_known") != "not_known")


_ASKED: tuple[tuple[str, str, Callable[[_Payload], bool]], ...] = (
    ("no telephone number", "The last three digits are worth sending.", _has("phones")),
    ("no nickname or street name", "It may be all that two reports have in common.", _nickname),
    (
        "no vehicle",
        "Half of a registration, or a colour and make, can be enough.",
        _has("vehicles"),
    ),
    ("no place", "A corner, a shop or a flat over it is a place.", _has("places")),
    ("no name used online", "The service, and the name as it is spelled.", _has("online_accounts")),
    (
        "nothing on how it is known",
        "What was seen weighs otherwise than what was heard.",
        _how_known,
    ),
)


def prompts(*, to: User) -> list[Prompt]:
    """What at least half of the newest reports of the agency lack, the commonest first.

    For its lead, who may read each of these originals.
    """
    rows = Original.objects.visible_to(to).filter(submission__agency=to.agency_id)
    newest = rows.order_by("-submission__received_at", "pk").values_list("payload", flat=True)
    found = list(newest[:NEWEST])
    if len(found) < FEWEST:
        return []
    counted = [
        Prompt(what, why, sum(not has(payload) for payload in found), len(found))
        for what, why, has in _ASKED
    ]
    often = [one for one in counted if 2 * one.lacking >= one.looked_at]
    return sorted(often, key=lambda one: -one.lacking)
