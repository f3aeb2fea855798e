"""Places in towns that do not exist: made once for a world, and never on land."""

from typing import Any, NamedTuple

from synthetic import numbers
from synthetic.agencies import TOWNS
from synthetic.chance import Chance
from synthetic.names import LISTS

_STREETS = tuple(
    f"{first} {kind}"
    for first in LISTS["streets"].split()
    for kind in ("Street", "Road", "Lane", "Avenue", "Close", "Drive", "Court", "Terrace")
)
_SHORT = {"Street": "St", "Road": "Rd", "Lane": "Ln", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr"}

#: Kind of place, and what its names end in. Each town has one of each name.
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("hot_spot", ("Arcade", "Underpass", "Multi-storey")),
    ("takeaway", ("Kebab House", "Pizza Hatch", "Chicken Shack")),
    ("open_space", ("Park bandstand", "Recreation Ground", "Canal Steps")),
    ("hotel", ("Lodge", "Guest House")),
    ("transport", ("Tram Interchange", "Bus Station")),
    ("business", ("Taxis", "Car Wash", "Vape Bar", "Barbers")),
    ("licensed_premises", ("Tavern", "Snooker Club")),
)
_WORDS = tuple(LISTS["businesses"].split())
#: Degrees by which a hot spot's reports scatter: about 65 m.
_SCATTER = 0.0006


class Place(NamedTuple):
    """Somewhere that people are seen: a hot spot, a business, a school."""

    kind: str
    name: str
    postcode: str
    latitude: float
    longitude: float


class Home(NamedTuple):
    """Where somebody lives."""

    number: int
    street: str
    postcode: str
    flat: int


class Map:
    """The places of each town of a world, by the town's number in TOWNS."""

    def __init__(self, chance: Chance) -> None:
        self.spots = [_spots(town, chance) for town in range(len(TOWNS))]
        self.schools = [_schools(town, chance) for town in range(len(TOWNS))]
        self.care_homes = [_care_homes(town, chance) for town in range(len(TOWNS))]


def _at(town: int, kind: str, name: str, chance: Chance) -> Place:
    there = TOWNS[town]
    return Place(
        kind,
        name,
        numbers.postcode(there.outward, chance),
        there.latitude + (chance.random() - 0.5) * 0.06,
        there.longitude + (chance.random() - 0.5) * 0.1,
    )


def _spots(town: int, chance: Chance) -> list[Place]:
    words = chance.mixed(_WORDS)
    endings = [(kind, ending) for kind, names in _KINDS for ending in names]
    made = [
        _at(town, kind, f"{words[place % len(words)]} {ending}", chance)
        for place, (kind, ending) in enumerate(endings * 2)
    ]
    return chance.mixed(made)


def _schools(town: int, chance: Chance) -> list[Place]:
    name = TOWNS[town].name
    names = (f"{name} Academy", f"{name} High School", f"St Elmo's School {name}")
    return [_at(town, "school", school, chance) for school in names]


def _care_homes(town: int, chance: Chance) -> list[Place]:
    birds = chance.mixed(("Gull", "Sandpiper", "Petrel", "Dotterel", "Avocet"))[:2]
    return [_at(town, "care_home", f"{b} House {TOWNS[town].name}", chance) for b in birds]


def home(town: int, chance: Chance) -> Home:
    """An address in a town."""
    return Home(
        chance.between(1, 140),
        chance.one(_STREETS),
        numbers.postcode(TOWNS[town].outward, chance),
        chance.between(1, 12) if chance.random() < 0.2 else 0,
    )


def written_home(where: Home, chance: Chance, blur: float) -> dict[str, Any]:
    """An address as somebody writes it: shortened, without its flat or its postcode.

    Its ref is left open.
    """
    street = where.street
    if chance.random() < 0.3:
        first, kind = street.rsplit(" ", 1)
        street = f"{first} {_SHORT.get(kind, kind)}"
    line = f"{where.number} {street}"
    if where.flat and chance.random() > 0.15 * blur:
        line = f"Flat {where.flat}, {line}"
    told: dict[str, Any] = {"ref": "", "kind": "address", "address": line}
    if chance.random() > 0.12 * blur:
        told["postcode"] = where.postcode
    return told


def written_place(where: Place, chance: Chance) -> dict[str, Any]:
    """A place as somebody reports it, its point scattered by about 65 m or left out.

    Its ref is left open.
    """
    told: dict[str, Any] = {"ref": "", "kind": where.kind, "name": where.name}
    roll = chance.random()
    if roll < 0.65:
        told["latitude"] = round(where.latitude + (chance.random() - 0.5) * 2 * _SCATTER, 5)
        told["longitude"] = round(where.longitude + (chance.random() - 0.5) * 2 * _SCATTER, 5)
        told["precision"] = "street"
    elif roll < 0.85:
        told["postcode"] = where.postcode
    if where.kind in {"hot_spot", "open_space", "transport", "takeaway"} and roll < 0.5:
        told["gathering_place"] = "yes"
    return told
