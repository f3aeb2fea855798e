"""Worlds: what partners send, and apart from it who is who."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from synthetic import story
from synthetic.agencies import AGENCIES, Agency
from synthetic.chance import Chance
from synthetic.events import Course
from synthetic.people import Person, Population
from synthetic.recipes import RECIPES, Recipe
from synthetic.writing import Desk

#: The last day that anything happens, and how many days are told of. Fixed, so that a world is the
#: same whenever it is made.
LAST_DAY = date(2026, 3, 31)
SPAN = 365

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LINES_AT_ONCE = 500


class Told(NamedTuple):
    """A submission of an agency, and the true person behind each of its person refs."""

    agency: str
    payload: dict[str, Any]
    people: tuple[tuple[str, Person], ...]


class Truth(NamedTuple):
    """A line of `truth/persons.csv`."""

    agency: str
    reference: str
    person_ref: str
    person_id: str


@dataclass(frozen=True)
class World:
    """An invented world. Everything about it follows from these values, each time it is asked."""

    recipe: Recipe
    size: int
    seed: int
    last_day: date = LAST_DAY

    @property
    def agencies(self) -> tuple[Agency, ...]:
        """Those who report: the same in every world."""
        return AGENCIES

    def told(self) -> Iterator[Told]:
        """Each submission with its truth, in the order in which they were sent."""
        chance = Chance(f"{self.recipe.name} {self.seed}")
        planted = story.tellings(self.last_day) if self._tells_story() else []
        population = Population(self.recipe, chance, self.last_day, SPAN)
        course = Course(population, chance, self.size - len(planted))
        desk = Desk(population, chance)
        for report in course.reports():
            payload, people = desk.write(report)
            while planted and planted[0].day.isoformat() <= payload["information_date"]:
                yield _planted(planted.pop(0))
            yield Told(report.agency.code, payload, tuple(people))
        yield from map(_planted, planted)

    def _tells_story(self) -> bool:
        return self.recipe.story and self.size >= story.SMALLEST_WORLD

    def submissions(self) -> Iterator[dict[str, Any]]:
        """Each submission as a line of the bulk format, with its `agency`."""
        for told in self.told():
            yield {"agency": told.agency, **told.payload}

    def truth(self) -> Iterator[Truth]:
        """Who each mention is."""
        ids = self._ids()
        for told in self.told():
            yield from _truth(told, ids)

    def _ids(self) -> Callable[[Person], str]:
        """Names for people that say nothing: drawn from a chance of their own."""
        chance = Chance(f"truth of {self.recipe.name} {self.seed}")
        given: dict[int, str] = {}
        taken: set[str] = set()

        def name(person: Person) -> str:
            while person.number not in given:
                drawn = f"{int(chance.random() * 2**48):012x}"
                if drawn not in taken:
                    taken.add(drawn)
                    given[person.number] = drawn
            return given[person.number]

        return name


def _planted(telling: story.Telling) -> Told:
    return Told(telling.agency, telling.payload, telling.people)


def _truth(told: Told, ids: Callable[[Person], str]) -> Iterator[Truth]:
    reference = told.payload["reference"]
    for ref, person in told.people:
        yield Truth(told.agency, reference, ref, ids(person))


def make(name: str, *, submissions: int, seed: int, last_day: date = LAST_DAY) -> World:
    """The world of this name, size and seed. Raises ValueError where there is none of that name."""
    if name not in RECIPES:
        raise ValueError(f"There is no world “{name}”: there are {', '.join(sorted(RECIPES))}.")
    if submissions < 0:
        raise ValueError("A world has no fewer than 0 submissions.")
    return World(RECIPES[name], submissions, seed, last_day)


def write(
    world: World, directory: Path, *, after: Callable[[int], None] = lambda done: None
) -> int:
    """Write `agencies.csv`, `submissions.jsonl` and `truth/persons.csv`; the number of mentions.

    `after` is told now and then how many submissions are written. Raises OSError.
    """
    (directory / "truth").mkdir(parents=True, exist_ok=True)
    _write_rows(directory / "agencies.csv", Agency._fields, world.agencies)
    ids, mentions = world._ids(), 0
    with (
        (directory / "submissions.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
        (directory / "truth" / "persons.csv").open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Truth._fields)
        for done, told in enumerate(world.told(), start=1):
            lines.write(_encode({"agency": told.agency, **told.payload}) + "\n")
            rows.writerows(_truth(told, ids))
            mentions += len(told.people)
            if done % _LINES_AT_ONCE == 0:
                after(done)
    after(world.size)
    return mentions


def _write_rows(path: Path, header: tuple[str, ...], rows: tuple[Agency, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
