"""What happens in a world: who takes part, where and when, and which agencies report it."""

from itertools import count
from typing import NamedTuple

from synthetic import likeness, words
from synthetic.agencies import AGENCIES, AREAS, TOWNS, Agency
from synthetic.chance import Chance, Weighted
from synthetic.knowledge import KINDS
from synthetic.people import CHILD, SUSPECT, Person, Population, town
from synthetic.places import Place

#: Somebody who takes part: a person of the world, or a side, for a stranger yet to be made.
Who = Person | str


class Event:
    """Something that happened, and who took part."""

    __slots__ = ("day_number", "elsewhere", "happening", "origin", "town", "where", "who")

    def __init__(
        self,
        day_number: int,
        happening: words.Happening,
        where: Place,
        place_town: int,
        who: list[Who],
    ) -> None:
        self.day_number, self.happening, self.where = day_number, happening, where
        self.town, self.who = place_town, who
        self.origin = ""
        self.elsewhere = False


class Report(NamedTuple):
    """One agency's report of an event, yet to be written: the agency's own so-many-eth.

    `day_number` is the day on which it is sent: that of the event, or a later one.
    """

    day_number: int
    agency: Agency
    number: int
    event: Event


class Network(NamedTuple):
    """People suspected together, the children they meet, and where and when they do."""

    town: int
    suspects: list[Person]
    children: list[Person]
    spots: list[Place]
    first: int
    last: int


_BY_AREA = {area: [a for a in AGENCIES if a.force_area == area] for area in AREAS}
_WITH_CHILDREN = frozenset(
    {
        "police",
        "local_authority",
        "education",
        "health",
        "youth_offending",
        "third_sector",
        "care_provider",
        "housing",
    }
)
_WITH_ADULTS = frozenset(
    {
        "police",
        "local_authority",
        "licensing",
        "housing",
        "transport",
        "probation",
        "third_sector",
        "commissioning_body",
        "other",
    }
)


def _shares(area: str, kinds: frozenset[str]) -> Weighted[Agency]:
    counts = [agency.kind for agency in _BY_AREA[area]]
    return Weighted(
        {
            agency: KINDS[agency.kind].share / counts.count(agency.kind) ** 0.5
            for agency in _BY_AREA[area]
            if agency.kind in kinds
        }
    )


_REPORTERS = {
    (area, group): _shares(area, kinds)
    for area in AREAS
    for group, kinds in (
        (words.TOGETHER, frozenset(KINDS)),
        (words.CHILD_ALONE, _WITH_CHILDREN),
        (words.SUSPECT_ALONE, _WITH_ADULTS),
    )
}
_POLICE = {area: next(a for a in AGENCIES if a.force_area == area) for area in AREAS}
_TOGETHER, _CHILDREN, _SUSPECTS, _FRIENDS, _GANG = range(5)
_PARTIES = Weighted({_TOGETHER: 58, _CHILDREN: 12, _SUSPECTS: 12, _FRIENDS: 11, _GANG: 7})
_AGENCIES_TELLING = Weighted({2: 5, 3: 3, 4: 2, 5: 1})


class Course:
    """The course of events of one world, up to as many reports as were asked for."""

    def __init__(self, population: Population, chance: Chance, reports: int) -> None:
        self.population, self.chance, self.wanted = population, chance, reports
        self.recipe = population.recipe
        self.networks: list[Network] = []
        self.suspects: list[Person] = []
        self.children: list[Person] = []
        if self.recipe.known_again:
            self._populate()

    def _populate(self) -> None:
        count = max(1, round(self.wanted / self.recipe.per_network))
        self.networks = [self._network() for _ in range(count)]
        met = sum(len(n.suspects) + len(n.children) for n in self.networks)
        people, chance = self.population, self.chance
        for _ in range(round(met * self.recipe.lone_suspects)):
            self.suspects.append(people.suspect(town(chance)))
        for _ in range(round(met * self.recipe.lone_children)):
            again = self.children and chance.random() < self.recipe.siblings
            self.children.append(
                people.sibling(self.children[-1]) if again else people.child(town(chance))
            )
        circles = [likeness.Circle(n.suspects, n.children) for n in self.networks]
        likeness.plant(people, circles, likeness.Circle(self.suspects, self.children))

    def _network(self) -> Network:
        chance, people, where = self.chance, self.population, town(self.chance)
        levels = (
            ["organiser"] * chance.between(1, 2)
            + ["facilitator"] * chance.between(1, 4)
            + ["abuser"] * chance.between(2, 14)
        )
        suspects = [people.suspect(where, level) for level in chance.mixed(levels)]
        for person in suspects[1:]:
            if chance.random() < self.recipe.lent:
                person.phones, person.changes_phone = suspects[0].phones, suspects[0].changes_phone
        children = [people.child(where) for _ in range(chance.between(3, 18))]
        spots = chance.mixed(people.map.spots[where])[: chance.between(1, 5)]
        span = people.span
        first = max(0, chance.below(span + span // 2) - span // 2)
        last = min(span - 1, first + chance.between(180, 1100))
        return Network(where, suspects, children, spots, first, last)

    def reports(self) -> list[Report]:
        """As many reports as were asked for, in the order in which they were sent."""
        made: list[tuple[int, float, Agency, Event]] = []
        while len(made) < self.wanted:
            event = self._event()
            for agency in self._reporters(event):
                made.append((self._sent(event), self.chance.random(), agency, event))
        del made[self.wanted :]
        made.sort(key=lambda row: row[:2])
        sent = {agency: count(1) for agency in AGENCIES}
        return [Report(day, agency, next(sent[agency]), event) for day, _, agency, event in made]

    def _sent(self, event: Event) -> int:
        """The day on which a report of an event is sent."""
        chance = self.chance
        if not self.recipe.late or chance.random() > self.recipe.late:
            return event.day_number
        return min(event.day_number + chance.between(7, 120), self.population.span - 1)

    def _event(self) -> Event:
        roll = self.chance.random()
        if roll < 0.5:
            return self._in_network()
        return self._child_alone() if roll < 0.78 else self._suspect_alone()

    def _in_network(self) -> Event:
        chance, party = self.chance, _PARTIES.draw(self.chance)
        network = chance.one(self.networks) if self.networks else None
        suspects = 0 if party == _CHILDREN else 2 if party == _GANG else 1
        children = 0 if party == _SUSPECTS else 2 if party == _FRIENDS else 1
        who = self._some(SUSPECT, suspects, network and network.suspects)
        who += self._some(CHILD, children, network and network.children)
        group = words.TOGETHER if suspects and children else words.CHILD_ALONE
        group = words.SUSPECT_ALONE if not children else group
        if network is None:
            event = self._somewhere(group, who, town(chance))
        else:
            day = chance.between(network.first, network.last)
            where = chance.early(network.spots)
            event = Event(day, chance.one(group), where, network.town, who)
        event.elsewhere = bool(suspects) and chance.random() < self.recipe.elsewhere
        return event

    def _some(self, side: str, count: int, known: list[Person] | None) -> list[Who]:
        """So many people of a side: known ones, now and then a stranger."""
        chance, chosen = self.chance, list[Who]()
        for _ in range(count):
            if not known or chance.random() < self.recipe.strangers:
                chosen.append(side)
            elif (person := chance.early(known)) not in chosen:
                chosen.append(person)
        return chosen

    def _child_alone(self) -> Event:
        who = self._some(CHILD, 1, self.children)
        if self.chance.random() < 0.22:
            who.append(SUSPECT)
            return self._somewhere(words.TOGETHER, who, _home_of(who[0], self.chance))
        return self._somewhere(words.CHILD_ALONE, who, _home_of(who[0], self.chance))

    def _suspect_alone(self) -> Event:
        who = self._some(SUSPECT, 1, self.suspects)
        where = _home_of(who[0], self.chance)
        if self.chance.random() < 0.35:
            who.append(CHILD)
            return self._somewhere(words.TOGETHER, who, where)
        return self._somewhere(words.SUSPECT_ALONE, who, where)

    def _somewhere(self, group: tuple[words.Happening, ...], who: list[Who], where: int) -> Event:
        chance = self.chance
        spot = chance.one(self.population.map.spots[where])
        return Event(chance.below(self.population.span), chance.one(group), spot, where, who)

    def _reporters(self, event: Event) -> list[Agency]:
        """Who reports it. Those who report one event mean the same strangers."""
        chance, area = self.chance, TOWNS[event.town].area
        if event.elsewhere:
            area = chance.one([other for other in AREAS if other != area])
            found = [_POLICE[area]]
        else:
            heard_by = _REPORTERS[area, _group(event.happening)]
            found = [heard_by.draw(chance)]
            if chance.random() < self.recipe.same_event:
                more = _AGENCIES_TELLING.draw(chance)
                found = list(dict.fromkeys(found + [heard_by.draw(chance) for _ in range(more)]))
                event.origin = f"SM-{chance.digits(8)}"
                make = self.population.stranger
                event.who = [make(w, event.town) if isinstance(w, str) else w for w in event.who]
        return found


def _group(happening: words.Happening) -> tuple[words.Happening, ...]:
    groups = (words.TOGETHER, words.CHILD_ALONE, words.SUSPECT_ALONE)
    return next(group for group in groups if happening in group)


def _home_of(who: Who, chance: Chance) -> int:
    return town(chance) if isinstance(who, str) else who.town
