"""What was found in a text, and how finds that overlap are settled."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a stretch of text is."""

    PHONE = "phone"
    PLATE = "plate"
    POSTCODE = "postcode"
    HANDLE = "handle"
    DAY = "day"
    BORN = "born"  #: a date of birth
    AGE = "age"
    YEAR = "year"  #: a school year
    NICKNAME = "nickname"
    PLACE = "place"
    OTHER = "other"  #: a time, a price, a reference: known to be none of the above, never shown


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text, from `start` up to `end`, and what it is.

    `value` is its normal form: as `linking.normalise` has it for a phone, plate, postcode, handle
    (`platform:name`) or nickname; an ISO date, month, year or `first/last` for a day; one age or
    `youngest-oldest`; the school year; the listed name of a place. `why` says it in words.
    """

    kind: Kind
    start: int
    end: int
    text: str
    value: str
    why: str


def near(text: str, start: int, end: int, cue: re.Pattern[str], before: int, after: int) -> bool:
    """Does a cue stand in the same line, at most so many characters before or after?"""
    left = text[max(0, start - before) : start].rsplit("\n", 1)[-1]
    right = text[end : end + after].split("\n", 1)[0]
    return bool(cue.search(left) or cue.search(right))


def settle(finds: Iterable[Found]) -> tuple[Found, ...]:
    """Finds without overlaps, in the order of the text; an earlier find wins over a later one."""
    taken: list[Found] = []
    for find in finds:
        at = bisect_left(taken, find.start, key=lambda one: one.start)
        clear_before = at == 0 or taken[at - 1].end <= find.start
        if clear_before and (at == len(taken) or find.end <= taken[at].start):
            taken.insert(at, find)
    return tuple(taken)
