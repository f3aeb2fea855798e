"""How far one detail of two mentions agrees. Each function is one comparison.

A comparison answers the level of agreement and the two values that decide it, or None where the
detail is missing on either side: what is missing weighs nothing. The first line of a docstring is
what the analyst reads. Ethnicity and appearance are not here, and never will be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA, JaroWinkler

from linking import names
from linking.types import Record


@dataclass(frozen=True, slots=True)
class Seen:
    """A level of agreement, the two values, and the shared value whose rarity counts."""

    level: str
    left: str
    right: str
    shared: str = ""


SIMILAR = 0.9


def given_name(left: Record, right: Record) -> Seen | None:
    """Given name"""
    if not (left.given_names and right.given_names):
        return None
    shown = " ".join(left.given_names), " ".join(right.given_names)
    shared = [name for name in left.given_names if name in right.given_names and len(name) > 1]
    if shared:
        return Seen("same", *shown, shared=max(shared, key=lambda name: (len(name), name)))
    if _swapped(left, right):
        return Seen("swapped", *shown, shared=min(left.family_name, right.family_name))
    return Seen(_best(left.given_names, right.given_names), *shown)


def _swapped(left: Record, right: Record) -> bool:
    return (
        len(left.family_name) > 1
        and left.family_name in right.given_names
        and right.family_name in left.given_names
    )


def _best(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """The closest that two names come which are not the same."""
    pairs = list(product(mine, theirs))
    if any(min(len(one), len(other)) == 1 and one[0] == other[0] for one, other in pairs):
        return "initial"
    if any(names.same_name(one, other) for one, other in pairs):
        return "form of it"
    alike = any(_alike(one, other) or _slip(one, other) for one, other in pairs)
    return "similar" if alike else "different"


@lru_cache(maxsize=1 << 18)
def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3:
        return False
    return OSA.distance(one, other) == 1 or JaroWinkler.similarity(one, other) >= SIMILAR


@lru_cache(maxsize=1 << 18)
def _slip(one: str, other: str) -> bool:
    """Is one of them a form of the other with a slip of the pen in it: `Mikei` of `Michael`?"""
    return any(
        min(len(form), len(slipped)) >= _LONG and OSA.distance(form, slipped) == 1
        for name, slipped in ((one, other), (other, one))
        for form in names.forms(name)
    )


#: Letters from which a name with one of them wrong is still hardly another name.
_LONG = 4


def family_name(left: Record, right: Record) -> Seen | None:
    """Family name"""
    mine, theirs = left.family_name, right.family_name
    if not (mine and theirs):
        return None
    if min(len(mine), len(theirs)) == 1:
        return Seen("initial" if mine[0] == theirs[0] else "different", mine, theirs)
    if mine == theirs:
        return Seen("same", mine, theirs, shared=mine)
    if _swapped(left, right):
        return Seen("swapped", mine, theirs, shared=max(mine, theirs))
    if _alike(mine, theirs):
        return Seen("similar", mine, theirs)
    part = bool(set(mine.split()) & set(theirs.split()))
    return Seen("part of it" if part else "different", mine, theirs)


#: Levels of a name at which it may be one name.
AGREEING = frozenset({"same", "swapped", "form of it", "similar", "part of it"})


#: The comparison of both names at once.
BOTH = "both_names"


def both_names(left: Record, right: Record) -> Seen | None:
    """Both names together"""
    given, family = given_name(left, right), family_name(left, right)
    level = both_level(given.level if given else "", family.level if family else "")
    return Seen(level, left.full_name, right.full_name) if level else None


def both_level(given: str, family: str) -> str:
    """The level of both names together, from that of each; empty where it says nothing."""
    agree = given in AGREEING, family in AGREEING
    if not (given and family and any(agree)) or "initial" in {given, family}:
        return ""
    return {(True, True): "both", (True, False): "given name only"}.get(agree, "family name only")


def nickname(left: Record, right: Record) -> Seen | None:
    """Nickname"""
    mine, theirs = left.nicknames, right.nicknames
    if not mine and not theirs:
        return None
    shown = ", ".join(mine or left.given_names), ", ".join(theirs or right.given_names)
    shared = [name for name in mine if name in theirs and not _named(left, right, name)]
    if shared:
        return Seen("same", *shown, shared=max(shared, key=lambda name: (len(name), name)))
    if set(mine) & set(theirs):
        return Seen("like the given name", *shown)
    if _near(mine, theirs):
        return Seen("similar", *shown)
    if _near(mine, right.given_names) or _near(left.given_names, theirs):
        return Seen("like the given name", *shown)
    # People have several nicknames: another one says little, and no one says nothing.
    return Seen("different", *shown) if mine and theirs else None


def _named(left: Record, right: Record, nickname: str) -> bool:
    """The nickname is only the given name again, of both."""
    return _near((nickname,), left.given_names) and _near((nickname,), right.given_names)


def _near(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return any(
        OSA.distance(one, other) <= 1 or one.startswith(other) or other.startswith(one)
        for one, other in product(mine, theirs)
        if min(len(one), len(other)) >= 3
    )


_NARROW = timedelta(days=3 * 366)


def born(left: Record, right: Record) -> Seen | None:
    """Date of birth or age"""
    if not (left.born_from and left.born_to and right.born_from and right.born_to):
        return None
    shown = _span(left.born_from, left.born_to), _span(right.born_from, right.born_to)
    both_exact = left.born_from == left.born_to and right.born_from == right.born_to
    if both_exact:
        return Seen(day_level(left.born_from, right.born_from), *shown)
    if left.born_from <= right.born_to and right.born_from <= left.born_to:
        wide = max(left.born_to - left.born_from, right.born_to - right.born_from)
        return Seen("ages fit closely" if wide <= _NARROW else "ages fit", *shown)
    gap = max(left.born_from - right.born_to, right.born_from - left.born_to)
    if gap <= timedelta(days=366):
        return Seen("ages nearly fit", *shown)
    return Seen(
        "ages a few years apart" if gap <= timedelta(days=5 * 366) else "ages far apart", *shown
    )


def day_level(one: date, other: date) -> str:
    """The level at which two days of birth agree."""
    if one == other:
        return "same year" if (one.month, one.day) == (1, 1) else "same day"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "day and month swapped"
    if OSA.distance(one.isoformat(), other.isoformat()) == 1:
        return "one digit differs"
    if (1, 1) in {(one.month, one.day), (other.month, other.day)} and one.year == other.year:
        return "same year"
    if abs((one - other).days) > 366:
        return "different day"
    return "one part differs" if _one_part(one, other) else "near"


def _one_part(one: date, other: date) -> bool:
    """The year is off by one and the rest holds, or the day of the month alone is another."""
    return (one.year, one.month) == (other.year, other.month) or (one.month, one.day) == (
        other.month,
        other.day,
    )


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def gender(left: Record, right: Record) -> Seen | None:
    """Gender"""
    if not (left.gender and right.gender):
        return None
    level = "same" if left.gender == right.gender else "different"
    return Seen(level, left.gender, right.gender)


def phone(left: Record, right: Record) -> Seen | None:
    """Phone"""
    return _objects(left.phones, right.phones, _one_digit)


def _one_digit(one: str, other: str) -> str:
    if _fits(one, other):
        return "fits what was read"
    whole = not ({"?", "*"} & {*one, *other})
    return "one digit differs" if whole and OSA.distance(one, other) == 1 else ""


def plate(left: Record, right: Record) -> Seen | None:
    """Registration"""
    return _objects(left.plates, right.plates, _part_read)


def _part_read(one: str, other: str) -> str:
    if not _fits(one, other):
        whole = not ({"?", "*"} & {*one, *other})
        return "one character differs" if whole and OSA.distance(one, other) == 1 else ""
    known = min(sum(c.isalnum() for c in one), sum(c.isalnum() for c in other))
    return "fits most of it" if known >= 5 else "fits a part of it"


def _fits(one: str, other: str) -> bool:
    """Could both be readings of one thing? `?` is one character, `*` any number."""
    if "*" in other and "*" not in one:
        one, other = other, one
    if "*" not in one:
        return len(one) == len(other) and all(
            a == b or "?" in {a, b} for a, b in zip(one, other, strict=True)
        )
    start, _, rest = one.partition("*")
    end = rest.rsplit("*", 1)[-1]
    if "*" in other:
        return _fits_start(start, other.partition("*")[0]) and _fits_start(
            end[::-1], other.rsplit("*", 1)[-1][::-1]
        )
    return (
        len(start) + len(end) <= len(other)
        and _fits_start(start, other)
        and _fits_start(end[::-1], other[::-1])
    )


def _fits_start(one: str, other: str) -> bool:
    return all(a == b or "?" in {a, b} for a, b in zip(one, other, strict=False))


def handle(left: Record, right: Record) -> Seen | None:
    """Online name"""
    return _objects(left.handles, right.handles, _one_letter)


def _one_letter(one: str, other: str) -> str:
    return "similar" if OSA.distance(one, other) == 1 and len(one) > 8 else ""


def identifier(left: Record, right: Record) -> Seen | None:
    """Record number"""
    return _objects(left.identifiers, right.identifiers, lambda one, other: "")


def _objects(
    mine: tuple[str, ...], theirs: tuple[str, ...], near: Callable[[str, str], str]
) -> Seen | None:
    if not (mine and theirs):
        return None
    shown = ", ".join(mine), ", ".join(theirs)
    shared = set(mine) & set(theirs)
    whole = sorted(value for value in shared if not {"?", "*"} & set(value))
    if whole:
        return Seen("same", *shown, shared=whole[0])
    levels = sorted(filter(None, (near(one, other) for one, other in product(mine, theirs))))
    return Seen(levels[0], *shown) if levels else Seen("different", *shown)


def place(left: Record, right: Record) -> Seen | None:
    """Place"""
    for level, here, there in (
        ("same address", left.addresses, right.addresses),
        ("same place", left.places, right.places),
        ("same postcode", left.postcodes, right.postcodes),
    ):
        shared = min((value for value in here if value in there), default="")
        if shared and not (level == "same address" and _elsewhere(left, right)):
            return Seen(level, shared, shared, shared=shared)
    mine, theirs = _shown_places(left), _shown_places(right)
    return Seen("different", mine, theirs) if mine and theirs else None


def _elsewhere(left: Record, right: Record) -> bool:
    """Two streets of one name, told apart by their postcodes."""
    if not (left.postcodes and right.postcodes):
        return False
    return not set(left.postcodes) & set(right.postcodes)


def _shown_places(record: Record) -> str:
    return ", ".join((record.addresses or record.places or record.postcodes)[:2])


def companion(left: Record, right: Record) -> Seen | None:
    """Named with the same person"""
    mine, theirs = left.companions, right.companions
    if not (mine and theirs):
        return None
    shared = min((name for name in mine if name in theirs), default="")
    if shared:
        return Seen("same", shared, shared, shared=shared)
    for one, other in product(mine, theirs):
        if one[0] == other[0] and _alike(one, other):
            return Seen("similar", one, other)
    return Seen("different", ", ".join(mine[:2]), ", ".join(theirs[:2]))


def origin(left: Record, right: Record) -> Seen | None:
    """Reported from the same event"""
    if not (left.origin and right.origin):
        return None
    same = left.origin == right.origin
    return Seen("same" if same else "different", left.origin, right.origin)


#: What somebody was reported as says a little of who they are; the other roles say nothing.
_SIDES = {
    "child_at_risk": "child",
    "victim": "child",
    "suspected_offender": "suspect",
    "parent_or_carer": "carer",
    "professional": "professional",
}


def role(left: Record, right: Record) -> Seen | None:
    """Reported as"""
    mine, theirs = _SIDES.get(left.role), _SIDES.get(right.role)
    if mine is None or theirs is None:
        return None
    return Seen("same" if mine == theirs else "different", mine, theirs)


def area(left: Record, right: Record) -> Seen | None:
    """Police force area"""
    if not (left.area and right.area):
        return None
    return Seen("same" if left.area == right.area else "different", "", "")


Compare = Callable[[Record, Record], Seen | None]

COMPARISONS: dict[str, Compare] = {
    "given_name": given_name,
    "family_name": family_name,
    "both_names": both_names,
    "nickname": nickname,
    "born": born,
    "gender": gender,
    "phone": phone,
    "plate": plate,
    "handle": handle,
    "identifier": identifier,
    "place": place,
    "companion": companion,
    "origin": origin,
    "role": role,
    "area": area,
}


def label(name: str) -> str:
    """What an analyst reads for a comparison: the first line of its docstring."""
    return (COMPARISONS[name].__doc__ or name).splitlines()[0]
