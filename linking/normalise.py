"""What partners write, in a form that can be compared.

Nothing here raises: a value that means nothing (a plate of emoji, a name of 10,000 characters)
normalises to nothing, and the record says so in `problems`.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from anyascii import anyascii

from linking.types import Record

Payload = dict[str, Any]

LONGEST_NAME = 100
#: Nobody now alive was born earlier.
EARLIEST_BIRTH = date(1900, 1, 1)
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "mx", "aka"})
#: Said where nothing is known; never a value.
UNKNOWN = frozenset({"unknown", "unk", "not known", "nk", "n a", "na", "none", "xx", "x"})
_NOBODY = frozenset(word.replace(" ", "") for word in UNKNOWN)
_STREET = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "lane": "ln",
    "drive": "dr",
    "close": "cl",
    "court": "ct",
    "place": "pl",
    "terrace": "ter",
    "crescent": "cres",
    "gardens": "gdns",
    "apartment": "flat",
    "square": "sq",
}


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal form, or an empty value and what was wrong."""

    value: str = ""
    problem: str = ""


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: `Żaneta O’Neil` is `zaneta oneil`."""
    plain = _ascii(text[: 4 * LONGEST_NAME]).lower()
    plain = re.sub(r"['`´]", "", plain)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def _ascii(text: str) -> str:
    """ASCII for letters and digits of any script; symbols say nothing (an emoji has no name)."""
    if text.isascii():
        return text
    spoken = (" " if unicodedata.category(letter)[0] in "SC" else letter for letter in text)
    return anyascii("".join(spoken))


def name_tokens(text: str) -> tuple[str, ...]:
    """The words of a name, without titles; empty for what only says that it is unknown."""
    if len(text) > LONGEST_NAME or fold(text) in UNKNOWN:
        return ()
    words = re.sub(r"[0-9]", "", fold(text)).split()
    return tuple(word for word in words if word not in TITLES)


def phone(text: str) -> Normal:
    """E.164, with `?` for one unread digit and `*` for any number of them.

    Numbers set aside for drama (07700 900xxx) and country code 999, which no network has, are
    kept: demonstrations use them.
    """
    if not text:
        return Normal()
    body = re.sub(r"[\s().\-/]", "", _ascii(text[:LONGEST_NAME])).upper().replace("O", "0")
    body = re.sub(r"^\+?44\(?0?\)?|^0044", "0", body)
    if not re.fullmatch(r"\+?[0-9?*]{3,17}", body) or not re.search(r"[0-9]", body):
        return Normal(problem="This is not a telephone number.")
    if body.startswith("00"):
        body = "+" + body[2:]
    elif body.startswith("0"):
        body = "+44" + body[1:]
    known = sum(character.isdigit() for character in body)
    if "*" not in body and not 8 <= len(body) - 1 <= 16:
        return Normal(problem="A telephone number has 8 to 15 digits.")
    if known < 4:
        return Normal(problem="Too few digits of the number are known.")
    if len(set(body) - set("+?*")) == 1:
        return Normal(problem="One digit repeated is not a number.")
    return Normal(body)


def plate(text: str) -> Normal:
    """A registration mark without spaces, O read as 0 and I as 1; `?` and `*` as written."""
    if not text:
        return Normal()
    body = re.sub(r"[\s.\-]", "", _ascii(text[:LONGEST_NAME])).upper()
    if not re.fullmatch(r"[A-Z0-9?*]{2,12}", body):
        return Normal(problem="This is not a registration mark.")
    if sum(character.isalnum() for character in body) < 2:
        return Normal(problem="Too few characters of the registration are known.")
    return Normal(body.replace("O", "0").replace("I", "1"))


def postcode(text: str) -> Normal:
    """A postcode with its space, e.g. `ZX1 2AB`."""
    if not text:
        return Normal()
    body = re.sub(r"[^A-Z0-9]", "", _ascii(text[:LONGEST_NAME]).upper())
    if not re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", body):
        return Normal(problem="This is not a whole postcode.")
    return Normal(f"{body[:-3]} {body[-3:]}")


def handle(platform: str, text: str) -> Normal:
    """`platform:name` of an online account, without `@` and without regard to case."""
    plain = _ascii(text[: 8 * LONGEST_NAME]).strip().lower()
    name = re.sub(r"^https?://[^/]*/|^@|/+$", "", plain)
    name = re.sub(r"\s+", "", name).lstrip("@")
    if not name:
        return Normal()
    if len(name) > LONGEST_NAME or not re.search(r"[a-z0-9]", name):
        return Normal(problem="This is not the name of an account.")
    return Normal(f"{fold(platform).replace(' ', '')}:{name}")


def nickname(text: str) -> str:
    """A nickname without case, accents and spaces: `Big T` is `bigt`; empty for none."""
    plain = fold(text).replace(" ", "")
    return plain if 1 < len(plain) <= LONGEST_NAME and plain not in _NOBODY else ""


def address(text: str) -> str:
    """An address in one spelling: `Flat 2, 14 Swarte Lane` is `flat 2 14 swarte ln`."""
    return " ".join(_STREET.get(word, word) for word in fold(text).split())


def records(
    payload: Payload, submission: uuid.UUID, area: str, mention_ids: Mapping[str, uuid.UUID]
) -> list[Record]:
    """One record for each person of a submission, with the objects that relations tie to them."""
    objects = _objects(payload)
    tied = _tied(payload)
    people = payload.get("persons", [])
    names = {person["ref"]: _full_name(person) for person in people}
    return [
        _record(payload, person, submission, area, mention_ids[person["ref"]], objects, tied, names)
        for person in people
    ]


def _record(
    payload: Payload,
    person: Payload,
    submission: uuid.UUID,
    area: str,
    mention: uuid.UUID,
    objects: Mapping[str, tuple[str, Normal]],
    tied: Mapping[str, list[str]],
    names: Mapping[str, str],
) -> Record:
    problems: list[str] = []
    found: dict[str, set[str]] = {}
    for ref in tied.get(person["ref"], []):
        for kind, normal in _parts(objects, ref):
            if normal.problem:
                problems.append(f"{ref}: {normal.problem}")
            if normal.value:
                found.setdefault(kind, set()).add(normal.value)
    born_from, born_to, problem = _born(person, payload["information_date"])
    if problem:
        problems.append(problem)
    given, family = _names(person, problems)
    return Record(
        id=mention,
        submission=submission,
        ref=person["ref"],
        area=area,
        origin=payload.get("origin_reference", ""),
        role=person["role"],
        several="how_many" in person,
        given_names=given,
        family_name=" ".join(family),
        nicknames=_nicknames(person, problems),
        born_from=born_from,
        born_to=born_to,
        gender=_gender(person),
        phones=_sorted(found, "phone"),
        plates=_sorted(found, "plate"),
        handles=_sorted(found, "handle"),
        postcodes=_sorted(found, "postcode"),
        addresses=_sorted(found, "address"),
        places=_sorted(found, "place"),
        companions=tuple(
            sorted(name for ref, name in names.items() if name and ref != person["ref"])
        ),
        identifiers=_identifiers(person),
        problems=tuple(problems),
    )


def _sorted(found: Mapping[str, set[str]], kind: str) -> tuple[str, ...]:
    return tuple(sorted(found.get(kind, ())))


def _full_name(person: Payload) -> str:
    given = name_tokens(person.get("given_names", ""))
    family = name_tokens(person.get("family_name", ""))
    return " ".join((*given, *family)) if given and family else ""


def _names(person: Payload, problems: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names; where they are withheld, the initials that were given instead."""
    given = name_tokens(person.get("given_names", ""))
    family = name_tokens(person.get("family_name", ""))
    for said, found, what in (("given_names", given, "given"), ("family_name", family, "family")):
        if person.get(said) and not found:
            problems.append(f"The {what} name says nothing that can be compared.")
    initials = re.sub(r"[^a-z]", "", _ascii(person.get("initials", "")).lower())
    if initials and not given and not family:
        return (initials[0],), tuple(initials[-1]) if len(initials) > 1 else ()
    return given, family


def _nicknames(person: Payload, problems: list[str]) -> tuple[str, ...]:
    said = {nickname(text) for text in person.get("nicknames", [])}
    if "" in said:
        problems.append("A nickname says nothing that can be compared.")
    return tuple(sorted(said - {""}))


def _gender(person: Payload) -> str:
    gender = person.get("gender", "")
    return "" if gender in {"not_known", "other"} else str(gender)


def _identifiers(person: Payload) -> tuple[str, ...]:
    given = person.get("identifiers", [])
    # A badge or an agency's own case number means something within that agency only.
    return tuple(
        sorted(
            f"{row['scheme']}:{fold(row['value']).replace(' ', '')}"
            for row in given
            if row["scheme"] != "own_case" and fold(row["value"])
        )
    )


def _objects(payload: Payload) -> dict[str, tuple[str, Any]]:
    objects: dict[str, tuple[str, Any]] = {}
    for given in payload.get("phones", []):
        objects[given["ref"]] = ("phone", phone(given["number"]))
    for given in payload.get("vehicles", []):
        objects[given["ref"]] = ("plate", plate(given.get("registration", "")))
    for given in payload.get("online_accounts", []):
        name = given.get("handle") or given.get("display_name") or given.get("url", "")
        objects[given["ref"]] = ("handle", handle(given["platform"], name))
    for given in payload.get("places", []):
        objects[given["ref"]] = ("places", given)
    return objects


def _parts(objects: Mapping[str, tuple[str, Any]], ref: str) -> Iterator[tuple[str, Normal]]:
    kind, value = objects.get(ref, ("", None))
    if kind != "places":
        if value is not None:
            yield kind, value
        return
    code = postcode(value.get("postcode", ""))
    yield "postcode", Normal(code.value)
    street = address(value.get("address", ""))
    if street:
        yield "address", Normal(street)
    if name := fold(value.get("name", "")):
        yield "place", Normal(name)


def _tied(payload: Payload) -> dict[str, list[str]]:
    tied: dict[str, list[str]] = {}
    for relation in payload.get("relations", []):
        tied.setdefault(relation["from"], []).append(relation["to"])
        tied.setdefault(relation["to"], []).append(relation["from"])
    return tied


def _born(person: Payload, told_on: str) -> tuple[date | None, date | None, str]:
    day = date.fromisoformat(told_on)
    if text := person.get("date_of_birth"):
        return _span(text, day)
    youngest, oldest = person.get("age_from"), person.get("age_to")
    if youngest is None and oldest is None and (year := person.get("year_group")):
        # Year 1 holds those who turned five before 1 September, so year 9 is 13 to 14.
        youngest = 4 if year == "R" else int(year) + 4
        oldest = youngest + 1
    low = youngest if youngest is not None else oldest
    high = oldest if oldest is not None else youngest
    if low is None or high is None or day < EARLIEST_BIRTH:
        return None, None, ""
    low, high = sorted((low, high))
    return _years_before(day, high + 1) + timedelta(days=1), _years_before(day, low), ""


def _years_before(day: date, years: int) -> date:
    year = max(day.year - years, EARLIEST_BIRTH.year)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def _span(text: str, told_on: date) -> tuple[date | None, date | None, str]:
    parts = [int(part) for part in text.split("-")]
    try:
        first = date(parts[0], *[*parts[1:], 1, 1][:2])
    except ValueError:
        return None, None, "There is no such date of birth."
    if first < EARLIEST_BIRTH:
        return None, None, "The date of birth lies before 1900."
    if first > told_on:
        return None, None, "The date of birth lies after the day of the information."
    if len(parts) == 1:
        return first, date(parts[0], 12, 31), ""
    if len(parts) == 2:
        following = first.replace(day=28) + timedelta(days=4)
        return first, following - timedelta(days=following.day), ""
    return first, first, ""
