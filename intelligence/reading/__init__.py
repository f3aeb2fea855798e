"""Free text read for what helps to find people: phones, registrations, nicknames, days.

Pure and deterministic: the same text gives the same finds. What is found is an offer to whoever
wrote it, and kept by nobody until they confirm it. Figures: `tests/intelligence/test_reading.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from intelligence.reading import days, numbers, online, people
from intelligence.reading.found import Found, Kind, settle
from intelligence.reading.online import app_of
from intelligence.reading.places import index as index_of_places
from intelligence.reading.places import places

__all__ = ["Found", "Kind", "app_of", "index_of_places", "read"]


def read(text: str, told_on: date, local: Mapping[str, str] | None = None) -> tuple[Found, ...]:
    """What is recognised in `text`, in its order and without overlaps.

    `told_on` is the day from which `yesterday` is told; `local` comes from `index_of_places`.
    """
    finds = settle(_all(text, told_on, local or {}))
    return tuple(find for find in finds if find.kind is not Kind.OTHER)


def _all(text: str, told_on: date, local: Mapping[str, str]) -> Iterator[Found]:
    """Every find, the surest kind first."""
    dated = list(days.days(text, told_on))
    written = [find for find in dated if any(character.isdigit() for character in find.text)]
    yield from written
    yield from numbers.known_to_be_other(text)
    yield from online.handles(text)
    yield from numbers.phones(text)
    yield from numbers.plates(text)
    yield from numbers.postcodes(text)
    yield from places(text, local)
    yield from dated
    yield from people.years(text)
    yield from people.nicknames(text)
    yield from people.ages(text)
