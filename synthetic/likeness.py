"""What makes people hard to tell apart, and one person hard to know again.

People are made as in any world; then some are given what others have: a name, a home, a car, a
line. Heritage is handed on only to people of the same side, and everything is drawn without asking
for it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from synthetic import names, numbers, places
from synthetic.chance import Chance
from synthetic.people import CHILD, SUSPECT, Alias, Person, Population, car

#: People for each line that many share.
_PER_LINE = 120
#: Suspects for each firm whose cars several of them drive, and its cars.
_PER_FIRM, _CARS = 60, 4
_MONTHS = 12


class Circle(NamedTuple):
    """Suspects and children who are met together: a network, or all who belong to none."""

    suspects: list[Person]
    children: list[Person]

    def sides(self) -> Iterator[list[Person]]:
        """The suspects, and then the children."""
        yield self.suspects
        yield self.children

    def everybody(self) -> list[Person]:
        """All of them."""
        return self.suspects + self.children


def plant(population: Population, networks: Sequence[Circle], others: Circle) -> None:
    """Make people alike as the recipe says. A recipe that asks for nothing draws nothing."""
    circles = [*networks, others]
    people = [person for circle in circles for person in circle.everybody()]
    suspects = [person for person in people if person.side == SUSPECT]
    for circle in circles:
        _relatives(population, circle)
    for circle in networks:
        _residents(population, circle)
    _namesakes(population, people)
    _lines(population, people)
    _firms(population, suspects)
    for person in suspects:
        _hiding(population, person)
    for person in people:
        _moving(population, person)


def _some(population: Population, people: Sequence[Person], share: float) -> list[Person]:
    """This share of `people`, drawn one by one."""
    if not share:
        return []
    return [person for person in people if population.chance.random() < share]


def _relatives(population: Population, circle: Circle) -> None:
    """Brothers and sisters: one name, one home, now and then one phone, car or birthday."""
    chance = population.chance
    for side in circle.sides():
        for person in _some(population, side[1:], population.recipe.relatives):
            other = side[chance.below(side.index(person))]
            person.heritage, person.ethnicity = other.heritage, other.ethnicity
            person.given = _given(person, chance)
            person.family = names.family_for(_masculine(other.family), person.gender)
            person.town, person.home, person.school = other.town, other.home, other.school
            person.living = other.living
            person.born = _born_beside(other, chance)
            if chance.random() < 0.3:
                person.phones, person.changes_phone = other.phones, other.changes_phone
            if chance.random() < 0.3:
                person.cars, person.changes_car = other.cars, other.changes_car


def _given(person: Person, chance: Chance) -> str:
    here = names.HERITAGES[person.heritage]
    return chance.one(here.male if person.gender == "male" else here.female)


def _masculine(family: str) -> str:
    """Kowalski for Kowalska: what a brother of hers is called."""
    return family[:-1] + "i" if family.endswith(("ska", "cka", "dzka")) else family


def _born_beside(other: Person, chance: Chance) -> date:
    """Twins; or in the same month of another year; or some years apart."""
    roll = chance.random()
    if roll < 0.15:
        return other.born
    apart = 1 + chance.below(2 if other.side == CHILD else 5)
    apart = apart if chance.random() < 0.5 else -apart
    if roll < 0.5:
        return other.born.replace(year=other.born.year + apart, day=1 + chance.below(28))
    return other.born + timedelta(days=apart * 365 + chance.between(-150, 150))


def _residents(population: Population, circle: Circle) -> None:
    """Children exploited together who live together: one address, and the home's telephone."""
    chance, share = population.chance, population.recipe.residents
    if not share or not circle.children or chance.random() > share:
        return
    where = circle.children[0].town
    home = places.home(where, chance)
    line = numbers.shared_line(where * 50 + chance.below(50))
    for child in circle.children:
        if chance.random() < 0.6:
            child.home, child.line, child.living = home, line, "residential"


def _namesakes(population: Population, people: Sequence[Person]) -> None:
    """Two people of one name, some of one year, one town or one nickname too."""
    chance = population.chance
    alike: dict[tuple[int, str, str], list[Person]] = defaultdict(list)
    for person in people:
        alike[person.heritage, person.side, person.gender].append(person)
    for person in _some(population, people, population.recipe.namesakes):
        other = chance.one(alike[person.heritage, person.side, person.gender])
        person.given, person.family = other.given, other.family
        if chance.random() < 0.35:
            person.born = date.fromordinal(other.born.toordinal() + chance.between(-200, 200))
        if chance.random() < 0.4:
            person.town = other.town
        if chance.random() < 0.25:
            person.nicknames = other.nicknames


def _lines(population: Population, people: Sequence[Person]) -> None:
    """Lines of hostels, offices and clubs, a few of them with very many users."""
    chance, share = population.chance, population.recipe.lines
    if not share:
        return
    lines = [numbers.mobile(chance) for _ in range(2 + len(people) // _PER_LINE)]
    for person in _some(population, people, share):
        person.line = person.line or lines[int(len(lines) ** chance.random()) - 1]


def _firms(population: Population, suspects: Sequence[Person]) -> None:
    """Firms whose drivers share cars and an office's number, across networks."""
    chance, share = population.chance, population.recipe.firms
    if not share:
        return
    firms = [
        (numbers.mobile(chance), [car(chance) for _ in range(_CARS)])
        for _ in range(1 + len(suspects) // _PER_FIRM)
    ]
    for person in _some(population, suspects, share):
        person.line, cars = chance.one(firms)
        person.cars, person.changes_car = (chance.one(cars),), 0


def _hiding(population: Population, person: Person) -> None:
    """A second name, and another telephone each month."""
    chance, recipe = population.chance, population.recipe
    if recipe.aliases and chance.random() < recipe.aliases:
        person.alias = Alias(
            _given(person, chance),
            names.family_for(chance.one(names.HERITAGES[person.heritage].family), person.gender),
            _another_birthday(person.born, chance),
        )
    if recipe.burners and chance.random() < recipe.burners:
        person.phones = tuple(numbers.mobile(chance) for _ in range(_MONTHS))


def _another_birthday(born: date, chance: Chance) -> date:
    """The birthday told with a false name: their own half of the time."""
    if chance.random() < 0.5:
        return born
    return born + timedelta(days=chance.between(-900, 900))


def _moving(population: Population, person: Person) -> None:
    chance, recipe = population.chance, population.recipe
    if recipe.movers and chance.random() < recipe.movers:
        person.later_home = places.home(person.town, chance)
        person.moves = chance.below(population.span)
