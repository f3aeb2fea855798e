"""Worlds: what partners send, and apart from it who is who.

A world is planned first (who there is, what happens, which agency reports it) and then written in
blocks, each from a chance of its own: several processes may write blocks, and the bytes stay the
same.
"""

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from synthetic import story, writing
from synthetic.agencies import AGENCIES, TOWNS, Agency
from synthetic.chance import Chance
from synthetic.events import Course, Report
from synthetic.people import Person, Population
from synthetic.recipes import RECIPES, Recipe

#: The last day that anything happens, and how many days are told of. Fixed, so that a world is the
#: same whenever it is made.
LAST_DAY = date(2026, 3, 31)
SPAN = 365
#: Submissions written from one chance.
BLOCK = 1000
#: Worlds of fewer blocks are written by one process: starting others would take longer.
_WORTH_SHARING = 20
#: Each process plans the world for itself, so that more of them add little.
_MOST_PROCESSES = 4

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


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
        script = Script(self)
        for block in range(script.blocks):
            yield from script.block(block)

    def submissions(self) -> Iterator[dict[str, Any]]:
        """Each submission as a line of the bulk format, with its `agency`."""
        for told in self.told():
            yield {"agency": told.agency, **told.payload}

    def truth(self) -> Iterator[Truth]:
        """Who each mention is."""
        for told in self.told():
            reference = told.payload["reference"]
            for ref, person in told.people:
                yield Truth(told.agency, reference, ref, person_id(self, person))

    def places(self) -> Iterator[tuple[str, str]]:
        """The force area and the name of each place that people there know."""
        chance = Chance(f"{self.recipe.name} {self.seed}")
        known = Population(self.recipe, chance, self.last_day, SPAN).map
        for number, town in enumerate(TOWNS):
            for kind in (known.spots, known.schools, known.care_homes):
                yield from ((town.area, place.name) for place in kind[number])


def make(name: str, *, submissions: int, seed: int, last_day: date = LAST_DAY) -> World:
    """The world of this name, size and seed. Raises ValueError where there is none of that name."""
    if name not in RECIPES:
        raise ValueError(f"There is no world “{name}”: there are {', '.join(sorted(RECIPES))}.")
    if submissions < 0:
        raise ValueError("A world has no fewer than 0 submissions.")
    return World(RECIPES[name], submissions, seed, last_day)


def person_id(world: World, person: Person) -> str:
    """A name for a person that says nothing: nor when they were made, nor what side they are on."""
    said = f"{world.recipe.name} {world.seed} {person.number}"
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


class Script:
    """A world planned and not yet written."""

    def __init__(self, world: World) -> None:
        self.world = world
        chance = Chance(f"{world.recipe.name} {world.seed}")
        planted = _story(world)
        self.population = Population(world.recipe, chance, world.last_day, SPAN)
        self.reports: list[Report | story.Telling] = []
        for report in Course(self.population, chance, world.size - len(planted)).reports():
            while planted and planted[0].day_number <= report.day_number:
                self.reports.append(planted.pop(0))
            self.reports.append(report)
        self.reports += planted
        self.staff = writing.staff(chance)

    @property
    def blocks(self) -> int:
        """How many blocks it is written in."""
        return -(-len(self.reports) // BLOCK)

    def block(self, number: int) -> Iterator[Told]:
        """The submissions of one block, the same whether others were written before or not."""
        chance = Chance(f"{self.world.recipe.name} {self.world.seed} block {number}")
        desk = writing.Desk(self.population.continued(chance, number), self.staff)
        for report in self.reports[number * BLOCK : (number + 1) * BLOCK]:
            if isinstance(report, Report):
                payload, people = desk.write(report)
                yield Told(report.agency.code, payload, tuple(people))
            else:
                yield Told(report.agency, report.payload, report.people)


def _story(world: World) -> list[story.Telling]:
    if not world.recipe.story or world.size < story.SMALLEST_WORLD:
        return []
    return story.tellings(world.last_day, SPAN)


class _Written(NamedTuple):
    """One block as it stands in the files."""

    submissions: int
    mentions: int
    lines: str
    truth: str


def _written(world: World, number: int) -> _Written:
    """A block, written by whichever process is asked."""
    lines: list[str] = []
    truth: list[str] = []
    for told in _script(world).block(number):
        lines.append(_encode({"agency": told.agency, **told.payload}))
        # No value of the truth holds a comma or a quote: written plainly it takes half the time.
        head = f"{told.agency},{told.payload['reference']}"
        truth.extend(f"{head},{ref},{person_id(world, person)}" for ref, person in told.people)
    return _Written(len(lines), len(truth), _text(lines), _text(truth))


def _text(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


@lru_cache(maxsize=1)
def _script(world: World) -> Script:
    """A process plans a world once, for all the blocks it is asked for."""
    return Script(world)


def write(
    world: World,
    directory: Path,
    *,
    processes: int | None = None,
    after: Callable[[int], None] = lambda done: None,
) -> int:
    """Write `agencies.csv`, `submissions.jsonl` and `truth/persons.csv`; the number of mentions.

    `processes` write at once: as many as the machine has cores where it is None and the world is
    big. `after` is told now and then how many submissions are written. Raises OSError.
    """
    (directory / "truth").mkdir(parents=True, exist_ok=True)
    _write_agencies(directory / "agencies.csv", world.agencies)
    done = mentions = 0
    with (
        (directory / "submissions.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
        (directory / "truth" / "persons.csv").open("w", encoding="utf-8", newline="\n") as truth,
        _blocks(world, processes) as blocks,
    ):
        truth.write(",".join(Truth._fields) + "\n")
        for block in blocks:
            lines.write(block.lines)
            truth.write(block.truth)
            done += block.submissions
            mentions += block.mentions
            after(done)
    return mentions


@contextmanager
def _blocks(world: World, processes: int | None) -> Iterator[Iterator[_Written]]:
    """Every block in its order, written here or by several processes."""
    count = -(-world.size // BLOCK)
    if processes is None:
        processes = min(os.cpu_count() or 1, _MOST_PROCESSES) if count >= _WORTH_SHARING else 1
    block = partial(_written, world)
    if processes == 1:
        yield map(block, range(count))
        _script.cache_clear()
    else:
        # Fresh interpreters, because a copy of one with threads or connections may hang.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool.map(block, range(count))


def _write_agencies(path: Path, agencies: tuple[Agency, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Agency._fields)
        writer.writerows(agencies)
