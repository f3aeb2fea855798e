"""The people of a world as they truly are. Reports know only parts of this, and get some wrong."""

from copy import copy
from datetime import date
from typing import NamedTuple

from synthetic import names, numbers, places
from synthetic.agencies import TOWNS
from synthetic.chance import Chance, Weighted
from synthetic.nicknames import NICKNAMES
from synthetic.recipes import Recipe

SUSPECT, CHILD, CARER = "suspect", "child", "carer"

#: More people than any plan or block of reports makes.
_BLOCK_OF_NUMBERS = 10**9

_TOWN = Weighted({place: town.share for place, town in enumerate(TOWNS)})
_LEVELS = Weighted({"abuser": 0.72, "facilitator": 0.18, "organiser": 0.1})
_MAKES = Weighted(
    {
        ("Ford", "Fiesta"): 4,
        ("Ford", "Transit"): 2,
        ("Vauxhall", "Corsa"): 4,
        ("Vauxhall", "Astra"): 3,
        ("Volkswagen", "Golf"): 4,
        ("Volkswagen", "Passat"): 2,
        ("BMW", "3 Series"): 3,
        ("Audi", "A3"): 3,
        ("Toyota", "Prius"): 3,
        ("Skoda", "Octavia"): 3,
        ("Mercedes-Benz", "C-Class"): 2,
        ("Nissan", "Qashqai"): 2,
        ("Renault", "Clio"): 2,
        ("Peugeot", "208"): 2,
    }
)
_COLOURS = Weighted(
    {"black": 5, "silver": 5, "white": 4, "grey": 4, "blue": 4, "red": 2, "dark green": 1}
)
_PLATFORMS = ("Pixgram", "Chattr", "Loopvid", "GhostNote")
_HEIGHTS = Weighted({"short": 2, "about 5'8": 3, "about 5'10": 3, "tall, over 6 foot": 2})
_BUILDS = Weighted({"slim": 3, "medium": 3, "stocky": 2, "heavy": 1, "muscular": 1})
_HAIR = ("short dark", "shaved", "long brown", "fair", "ginger", "black and curly", "grey", "dyed")
_MARKS = (
    "scar through the left eyebrow",
    "tattoo of an anchor on the right hand",
    "gold tooth",
    "walks with a limp",
    "tattoo of a playing card on the neck",
    "burn mark on the forearm",
    "silver ring on each thumb",
    "pierced lip",
)
_WEAKNESSES = Weighted(
    {
        "missing": 5,
        "in_care": 4,
        "substance_misuse": 3,
        "prior_family_abuse": 3,
        "deprivation": 3,
        "disability": 2,
        "gang_association": 1,
        "homelessness": 1,
    }
)
_HANDLE_ENDS = ("x", "xx", "_07", "_zx", ".real", "99", "_official", "_vibes", "777")


class Car(NamedTuple):
    """A vehicle. `taxi` holds the number of its licence plate, or nothing."""

    mark: str
    make: str
    model: str
    colour: str
    taxi: str


class Looks(NamedTuple):
    """What a face tells."""

    height: str
    build: str
    hair: str
    marks: str


class Alias(NamedTuple):
    """Another name that somebody goes by, and the birthday that they give with it."""

    given: str
    family: str
    born: date


class Person:
    """Somebody, as they truly are."""

    __slots__ = (
        "alias",
        "born",
        "cars",
        "changes_car",
        "changes_phone",
        "ethnicity",
        "family",
        "gender",
        "given",
        "handle",
        "heritage",
        "home",
        "later_home",
        "level",
        "line",
        "living",
        "looks",
        "moves",
        "nicknames",
        "number",
        "phones",
        "records",
        "school",
        "side",
        "town",
        "weaknesses",
    )

    def __init__(self, number: int, side: str, town: int, chance: Chance) -> None:
        """Everything that is drawn the same way whoever it is. Heritage comes first."""
        self.number = number
        self.heritage = names.heritage(chance)
        self.side = side
        self.town = town
        self.gender = "male" if chance.random() < _MALE[side] else "female"
        self.nicknames: tuple[str, ...] = ()
        self.phones: tuple[str, ...] = (numbers.mobile(chance),)
        self.changes_phone = self.changes_car = 0
        self.cars: tuple[Car, ...] = ()
        self.handle = ("", "")
        self.home = places.home(town, chance)
        self.alias: Alias | None = None
        self.line = ""
        self.later_home: places.Home | None = None
        self.moves = 0
        self.school: places.Place | None = None
        self.records: dict[str, str] = {}
        self.level = ""
        self.living = ""
        self.looks: Looks | None = None
        self.weaknesses: tuple[str, ...] = ()
        here = names.HERITAGES[self.heritage]
        self.ethnicity = chance.one(here.ethnicity)
        self.given = chance.one(here.male if self.gender == "male" else here.female)
        self.family = names.family_for(chance.one(here.family), self.gender)
        self.born = date.min

    def phone_on(self, day_number: int) -> str:
        """The number in use on a day: one of two, or where there are more, another each month."""
        if len(self.phones) > 2:
            return self.phones[min(day_number // _MONTH, len(self.phones) - 1)]
        return self.phones[-1 if day_number >= self.changes_phone else 0]

    def home_on(self, day_number: int) -> places.Home:
        """Where the person lives on a day."""
        moved = self.later_home is not None and day_number >= self.moves
        return self.later_home if self.later_home and moved else self.home


#: Days after which somebody who uses another telephone each month takes the next.
_MONTH = 31
_MALE = {SUSPECT: 0.87, CHILD: 0.22, CARER: 0.25}


def town(chance: Chance) -> int:
    """The number of a town, the bigger ones more often."""
    return _TOWN.draw(chance)


class Population:
    """Makes people, and numbers them in the order in which they are made."""

    def __init__(self, recipe: Recipe, chance: Chance, last_day: date, span: int) -> None:
        self.recipe, self.chance, self.span = recipe, chance, span
        first = last_day.toordinal() - span + 1
        self.days = [date.fromordinal(day) for day in range(first, first + span)]
        self.map = places.Map(chance)
        self.few = names.few(chance) if recipe.few_names else ()
        self.made = 0

    def continued(self, chance: Chance, block: int) -> "Population":
        """The same map, for strangers met in one block of reports: numbered apart from others."""
        other = copy(self)
        other.chance, other.made = chance, (block + 1) * _BLOCK_OF_NUMBERS
        return other

    def stranger(self, side: str, where: int) -> Person:
        """Somebody of this side, met once."""
        return self.child(where) if side == CHILD else self.suspect(where)

    def _begin(self, side: str, where: int) -> Person:
        self.made += 1
        person = Person(self.made, side, where, self.chance)
        if self.few and self.chance.random() < self.recipe.few_names:
            here = self.few[person.heritage]
            person.given = self.chance.one(here.male if person.gender == "male" else here.female)
            person.family = names.family_for(self.chance.one(here.family), person.gender)
        return person

    def _born(self, youngest: int, oldest: int) -> date:
        """A birthday of somebody of this age, in days, on the first day."""
        return date.fromordinal(
            self.days[0].toordinal() - self.chance.between(youngest * 365, oldest * 365)
        )

    def suspect(self, where: int, level: str = "") -> Person:
        """Somebody suspected. A few are hardly older than the children."""
        chance, recipe = self.chance, self.recipe
        person = self._begin(SUSPECT, where)
        person.born = self._born(16, 19) if chance.random() < 0.1 else self._born(19, 58)
        person.level = level or _LEVELS.draw(chance)
        if chance.random() < 0.85:
            person.nicknames = _nicknames(person, chance)
        if chance.random() < recipe.new_phone:
            person.phones += (numbers.mobile(chance),)
            person.changes_phone = chance.below(self.span)
        if chance.random() < 0.8:
            person.cars = (car(chance),)
            if chance.random() < recipe.new_car:
                person.cars += (car(chance),)
                person.changes_car = chance.below(self.span)
        if chance.random() < 0.5:
            person.handle = _handle(person, chance)
        person.looks = _looks(chance)
        if chance.random() < 0.5:
            person.records["pnc"] = f"{chance.between(1998, 2024)}/ZX{chance.digits(6)}"
        if person.cars and person.cars[0].taxi:
            person.records["licence_badge"] = f"ZXB{chance.digits(6)}"
        return person

    def child(self, where: int) -> Person:
        """A young person of 11 to 16 on the first day."""
        chance = self.chance
        person = self._begin(CHILD, where)
        person.born = self._born(11, 16)
        person.school = chance.one(self.map.schools[where])
        person.living = "family"
        if chance.random() < 0.25:
            person.nicknames = _nicknames(person, chance)
        if chance.random() < 0.6:
            person.handle = _handle(person, chance)
        if chance.random() < 0.5:
            person.weaknesses = tuple({_WEAKNESSES.draw(chance): 0, _WEAKNESSES.draw(chance): 0})
        if "in_care" in person.weaknesses:
            person.living = "residential" if chance.random() < 0.6 else "foster"
        if chance.random() < self.recipe.shared_phones and person.living == "residential":
            person.phones = (numbers.shared_line(where * 50 + chance.below(2)),)
        if person.living != "family" or chance.random() < 0.3:
            person.records["social_care"] = f"ZX-SC-{chance.digits(7)}"
        return person

    def sibling(self, of: Person) -> Person:
        """A brother or sister: one family name, one home."""
        person = self.child(of.town)
        person.heritage, person.ethnicity = of.heritage, of.ethnicity
        here = names.HERITAGES[of.heritage]
        person.given = self.chance.one(here.male if person.gender == "male" else here.female)
        person.family = names.family_for(of.family, person.gender)
        person.home, person.living, person.school = of.home, of.living, of.school
        return person

    def carer(self, of: Person) -> Person:
        """A child's parent."""
        person = self._begin(CARER, of.town)
        person.heritage, person.ethnicity = of.heritage, of.ethnicity
        here = names.HERITAGES[of.heritage]
        person.given = self.chance.one(here.male if person.gender == "male" else here.female)
        person.family = names.family_for(of.family, person.gender)
        person.born = self._born(32, 55)
        person.home = of.home
        return person


def _nicknames(person: Person, chance: Chance) -> tuple[str, ...]:
    first = chance.one(NICKNAMES)
    if chance.random() < 0.15:
        return first, f"{chance.one(('Big', 'Little', 'Uncle'))} {person.given[:1]}"
    return (first,)


def car(chance: Chance) -> Car:
    """A car of a usual make."""
    make, model = _MAKES.draw(chance)
    taxi = f"PH{chance.digits(4)}" if chance.random() < 0.12 else ""
    return Car(numbers.registration(chance), make, model, _COLOURS.draw(chance), taxi)


def _handle(person: Person, chance: Chance) -> tuple[str, str]:
    base = (person.nicknames[0] if person.nicknames else person.given).lower().replace(" ", "")
    ending = chance.one(_HANDLE_ENDS)
    return chance.one(_PLATFORMS), f"{base}{chance.below(1000)}{ending}"


def _looks(chance: Chance) -> Looks:
    return Looks(
        _HEIGHTS.draw(chance),
        _BUILDS.draw(chance),
        chance.one(_HAIR),
        chance.one(_MARKS) if chance.random() < 0.3 else "",
    )
