"""Names of invented people: ordinary given and family names, put together by chance.

A made-up full name may be somebody's; with a telephone number, a plate, a postcode and a place
that nobody can have, and a birthday drawn by chance, the person described is nobody. Heritage says
which names go together. It is drawn before anything else is known of a person, and so says nothing
of what they do.
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from synthetic.chance import Chance, Weighted

#: How much more often a common British surname is met than one after a place.
_COMMON = 6

LISTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "lists.toml").read_text(encoding="utf-8")
)


class Heritage(NamedTuple):
    """Names that go together. `ethnicity`: the codes of the 18+1 list that people here give.

    `order_varies`: where officials often take the family name for the given one.
    """

    name: str
    ethnicity: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]
    order_varies: bool = False


def _read(row: dict[str, Any]) -> Heritage:
    family = row["family"].split()
    if row["name"] == "british":
        family = family * _COMMON + [
            first + last
            for first in LISTS["first_parts"].split()
            for last in LISTS["last_parts"].split()
        ]
    return Heritage(
        row["name"],
        tuple(row["ethnicity"]),
        tuple(row["male"].split()),
        tuple(row["female"].split()),
        tuple(family),
        row.get("order_varies", False),
    )


HERITAGES = tuple(map(_read, LISTS["heritage"]))
_DRAWN = Weighted({place: row["share"] for place, row in enumerate(LISTS["heritage"])})
#: A given name, and what else the same person is called or written as.
VARIANTS: dict[str, tuple[str, ...]] = {
    line.split()[0]: tuple(line.split()[1:]) for line in LISTS["variants"].strip().splitlines()
}


def heritage(chance: Chance) -> int:
    """The place in HERITAGES of the names of one person. Asks nothing about the person."""
    return _DRAWN.draw(chance)


#: How many given and family names of a heritage are the commonest.
_FEW_GIVEN, _FEW_FAMILY = 12, 25


def few(chance: Chance) -> tuple[Heritage, ...]:
    """Each heritage with only a few of its names: those that every second person has."""
    return tuple(
        here._replace(
            male=tuple(chance.one(here.male) for _ in range(_FEW_GIVEN)),
            female=tuple(chance.one(here.female) for _ in range(_FEW_GIVEN)),
            family=tuple(chance.one(here.family) for _ in range(_FEW_FAMILY)),
        )
        for here in HERITAGES
    )


def family_for(name: str, gender: str) -> str:
    """The family name as a man or a woman bears it: Kowalski is Kowalska for her."""
    if gender == "female" and name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + "a"
    return name
