"""From a pair of mentions to a weight in bits, with the reasons."""

from collections.abc import Collection, Iterable, Set

from linking.compare import COMPARISONS, Seen
from linking.model import Model
from linking.types import Comparison, Record, Scored

#: Bits kept below the threshold by a cap.
BELOW = 0.25
#: Links below this many bits are not kept: to the solver they are what pairs never scored are.
KEPT_FROM = -5.0
#: A nickname that is the first name again says nothing beside it.
_AS_IF = {("nickname", "like the given name"): "given_name"}
#: Where and with whom somebody was: as true of a friend or a relative as of the person.
_CIRCUMSTANCES = frozenset({"place", "companion", "origin"})
#: What half of all people share: it may add to a link and never makes one.
_COMMON = frozenset({"gender", "area", "role", "both_names"})
#: Agreement in age too wide to tell one person from others.
_WIDE_AGES = frozenset({"ages fit closely", "ages fit", "ages nearly fit", "same year"})
#: What people have and carry, and what they are registered under.
_OBJECTS = frozenset({"phone", "plate", "handle", "identifier"})
#: Of these one is needed before two of different given names are one person.
_OWN_TO_ONE = frozenset({"family_name", "nickname", "identifier", "born"})
#: Conflicts that a rule turns on, where the model holds them for decisive: at these bits or fewer.
#: Where names and birthdays are often wrong, it learns so, and the rules keep still.
_CONFLICTS = frozenset(
    {
        ("given_name", "different"),
        ("born", "different day"),
        ("born", "near"),
        ("born", "ages far apart"),
    }
)
_DECISIVE = -4.0


def score(model: Model, pairs: Iterable[tuple[Record, Record]]) -> list[Scored]:
    """The weight of each pair, in the order given. `left` and `right` stay as they are."""
    return [score_pair(model, left, right) for left, right in pairs]


def score_pair(model: Model, left: Record, right: Record) -> Scored:
    """The weight of one pair in bits, the prior included.

    What a pair says of itself and nothing else: decisions, and that two persons of one submission
    are hardly one, are for whoever groups the pairs (`linking.clusters`).
    """
    compared = tuple(
        Comparison(
            name,
            seen.level,
            seen.left,
            seen.right,
            model.weigh(name, seen.level, seen.shared),
            model.rarity(name, seen.shared),
        )
        for name, seen in compare(left, right).items()
    )
    weight = model.prior + sum(comparison.weight for comparison in compared)
    cap = capped_by(
        ((c.name, c.level) for c in compared if c.weight > 0),
        {c.name for c in compared if decisive(c.name, c.level, c.weight)},
    )
    if cap:
        weight = min(weight, model.threshold - BELOW)
    return Scored(left.id, right.id, weight, compared, cap)


def compare(left: Record, right: Record) -> dict[str, Seen]:
    """Every comparison of which both sides have something to say."""
    return {
        name: seen
        for name, function in COMPARISONS.items()
        if (seen := function(left, right)) is not None
    }


def decisive(name: str, level: str, weight: float) -> bool:
    """Whether this conflict is one that a rule turns on."""
    return weight <= _DECISIVE and (name, level) in _CONFLICTS


def capped_by(agreeing: Iterable[tuple[str, str]], conflicting: Collection[str]) -> str:
    """The rule that forbids a link, or an empty string.

    `agreeing` are comparisons and levels, `conflicting` the comparisons that are `decisive`.
    A nickname or a first name never links by itself, however rare, though both together may; nor
    does a family name, nor where and with whom somebody was seen. An age that fits, a gender, a
    role or an area adds nothing to it. People of other given names share telephones and cars, and
    people of other ages share names: neither links alone. A pair in which nothing agrees needs no
    rule.
    """
    speaking = {
        _AS_IF.get((name, level), name)
        for name, level in agreeing
        if not (name == "born" and level in _WIDE_AGES)
    } - _COMMON
    own = speaking - _CIRCUMSTANCES
    if not own:
        return "Circumstances alone never link." if speaking else ""
    return _alone(own, speaking) or _despite(own, conflicting)


def _alone(own: Set[str], speaking: Set[str]) -> str:
    """The rule against a link that rests on this alone."""
    if own == {"family_name"}:
        return "A family name alone never links: relatives share it."
    if speaking == {"nickname"}:
        return "A nickname alone never links."
    return "A first name alone never links." if speaking == {"given_name"} else ""


def _despite(own: Set[str], conflicting: Collection[str]) -> str:
    """The rule against a link that something decisive speaks against."""
    if "given_name" in conflicting and not own & _OWN_TO_ONE:
        return "A shared phone, vehicle or online name never links two people of different names."
    if "born" in conflicting and not own & _OBJECTS:
        return "Names never link two people of different ages: namesakes share them."
    return ""
