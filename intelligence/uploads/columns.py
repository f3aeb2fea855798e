"""What each column of a partner's own table is: a guess for each heading, by `headings.toml`.

A guess is only offered; the sender sees every heading with what we take it for, and nothing is
left out silently. Pure: knows no database.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from linking import normalise

Row = tuple[int, list[str]]

_SAID: dict[str, Any] = tomllib.loads(Path(__file__).with_name("headings.toml").read_text("utf-8"))
#: Whom a column may speak of, each with their role in the contract; none where a column says it.
PEOPLE: Mapping[str, str] = {who: said["role"] for who, said in _SAID["people"].items()}


@dataclass(frozen=True)
class Field:
    """One thing that a column may hold."""

    name: str
    label: str
    words: tuple[str, ...]


def _fields() -> dict[str, Field]:
    made = {
        f"{who}_{what}": Field(
            f"{who}_{what}",
            f"{person['label']}: {said['label']}",
            (
                normalise.fold(f"{person['label']} {said['label']}"),
                *(f"{one} {two}" for one in person["words"] for two in said["words"]),
            ),
        )
        for who, person in _SAID["people"].items()
        for what, said in _SAID["of_people"].items()
    }
    for name, said in _SAID["row"].items():
        made[name] = Field(name, said["label"], (normalise.fold(said["label"]), *said["words"]))
    return made


FIELDS: Mapping[str, Field] = _fields()
#: May stand in several columns, whose answers are put together.
REPEATED = frozenset(
    {"narrative", "phone", *(f"{who}_{w}" for who in PEOPLE for w in ("nicknames", "description"))}
)
#: How alike two headings must be, of 100, before one is taken for the other.
_ALIKE = 88


@dataclass(frozen=True)
class Headings:
    """The headings of a table and the rows below them."""

    names: list[str]
    rows: list[Row]


def find_headings(rows: Sequence[Row]) -> Headings:
    """Where the headings are: titles above are passed over, two merged lines are put together.

    `Young person | | Suspect` above `Name | Age | Name` gives `Young person: Name` and so on.
    """
    place = max(range(min(len(rows), 10)), key=lambda at: (_known(rows[at][1]), -at), default=0)
    cells = list(rows[place][1]) if rows else []
    above = rows[place - 1][1] if place else []
    names = _under(above, cells) if sum(map(bool, above)) > 1 else cells
    width = max((len(row) for _, row in rows[place:]), default=0)
    names = [*names, *[""] * (width - len(names))]
    return Headings(
        [" ".join(name.split())[:200] or f"Column {_letter(at)}" for at, name in enumerate(names)],
        list(rows[place + 1 :]),
    )


def _under(above: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Headings below a merged line: each under the last thing that was said to its left."""
    group, names = "", []
    for at in range(max(len(above), len(cells))):
        group = above[at] if at < len(above) and above[at] else group
        own = cells[at] if at < len(cells) else ""
        names.append(f"{group}: {own}" if group and own and group != own else own or group)
    return names


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else _letter(at // 26 - 1) + chr(65 + at % 26)


def _known(cells: Iterable[str]) -> int:
    """How many cells of a line read like headings that we know."""
    return sum(bool(cell and _by_heading(cell, has_role=False)) for cell in cells)


def fold(heading: str) -> str:
    """A heading without case, marks and hints in brackets."""
    return normalise.fold(re.sub(r"[(\[].*?[)\]]", " ", heading.replace("_", " ")))


def guess(
    names: Sequence[str], rows: Sequence[Row], remembered: Mapping[str, str] | None = None
) -> list[str]:
    """The field of each column, or an empty string for one that we cannot place.

    What this agency said of a heading before wins; then the heading's words; then what the cells
    look like. A field that may stand once goes to the first column that fits.
    """
    remembered = remembered or {}
    taken: set[str] = set()
    fields = []
    has_role = any(_by_words(fold(name)) == "person_role" for name in names)
    for at, name in enumerate(names):
        field = remembered.get(fold(name))
        if field is None:
            field = _by_heading(name, has_role=has_role) or _by_cells(at, rows)
        if field in taken and field not in REPEATED:
            field = ""
        taken.add(field)
        fields.append(field)
    return fields


def _by_heading(name: str, *, has_role: bool) -> str:
    """By the whole heading, or by what stands below a merged one: `Suspect: Mobile`."""
    group, _, own = name.rpartition(": ")
    words = fold(name)
    found = _by_words(words) or (_by_words(fold(own)) if group else "")
    return found or _whose(fold(own), has_role=has_role)


@cache
def _by_words(words: str) -> str:
    if not words:
        return ""
    for field in FIELDS.values():
        if words in field.words:
            return field.name
    scored = [
        (fuzz.token_sort_ratio(words, word), field.name)
        for field in FIELDS.values()
        for word in field.words
    ]
    best, name = max(scored)
    return name if best >= _ALIKE else ""


@cache
def _whose(words: str, *, has_role: bool) -> str:
    """A heading such as `Surname`, that does not say whose: the young person's, most often."""
    who = "person" if has_role else "child"
    for what, said in _SAID["of_people"].items():
        if any(fuzz.token_sort_ratio(words, word) >= _ALIKE for word in said["words"]):
            return f"{who}_{what}"
    return ""


def _by_cells(at: int, rows: Sequence[Row]) -> str:
    """What most of the cells of a column are, where the heading says nothing."""
    cells = [row[at] for _, row in rows[:200] if at < len(row) and row[at]]
    if not cells:
        return ""
    for name, is_one in _LOOKS:
        if sum(map(is_one, cells)) * 3 >= len(cells) * 2:
            return name
    return ""


def _is_phone(cell: str) -> bool:
    found = normalise.phone(cell)
    return bool(found.value) and sum(letter.isdigit() for letter in cell) >= 7


def _is_plate(cell: str) -> bool:
    return bool(re.search(r"[A-Za-z]", cell) and re.search(r"\d", cell)) and bool(
        normalise.plate(cell).value
    )


_LOOKS = (
    ("postcode", lambda cell: bool(normalise.postcode(cell).value)),
    (
        "information_date",
        lambda cell: bool(re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{2,4}", cell)),
    ),
    ("phone", _is_phone),
    ("registration", _is_plate),
    ("narrative", lambda cell: len(cell) > 60),
)
