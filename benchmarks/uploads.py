"""How long does a file of 5,000 rows take, from the upload to the last profile?

    .venv/bin/python -m benchmarks.uploads [--rows N] [--out FILE.md]

Fills nothing beforehand: an embedded database of its own, one police force, one school. Two files:
an ordinary one, in which every row tells of somebody else, and the worst one, in which 5,000 rows
name five people and two cars between them. Each goes the way of a real file: opened, matched,
checked, sent with the rights of the web login, and linked with those of the worker.
Exit code 1 where either takes 60 s.
"""

import argparse
import csv
import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import processor, world_of_rows
from cse_profile import services
from cse_profile.processes import say

if TYPE_CHECKING:
    from partners.models import User

#: Seconds that the ordinary file may take, from the upload to the last profile.
GOAL = 60.0
COLUMNS = (
    "reference",
    "information_date",
    "suspect_given_names",
    "suspect_family_name",
    "suspect_nicknames",
    "phone",
    "registration",
    "place_name",
    "narrative",
)
Row = list[str]


@dataclass
class Measured:
    """Seconds of each stage of one file, and what linking did for it."""

    name: str
    stages: dict[str, float] = field(default_factory=dict)
    mentions: int = 0
    pairs: int = 0
    slowest: float = 0.0
    processor: float = 0.0

    def time(self, stage: str, act: Callable[[], Any]) -> Any:
        """Do one stage, and keep its seconds."""
        start, had = time.perf_counter(), processor.used()
        answer = act()
        self.stages[stage] = time.perf_counter() - start
        self.processor += processor.used() - had
        return answer

    @property
    def total(self) -> float:
        """Seconds from the upload to the last profile."""
        return sum(self.stages.values())

    @property
    def line(self) -> str:
        """A line of the table."""
        told = [f"{self.stages[s]:.1f}" if s in self.stages else "" for s in STAGES]
        counts = [f"{self.mentions:,}", f"{self.pairs:,}", f"{self.slowest:.1f}"]
        return (
            "| "
            + " | ".join(
                [self.name, *told, f"**{self.total:.1f}**", f"{self.processor:.1f}", *counts]
            )
            + " |"
        )


STAGES = ("open", "check", "send", "link")


def ordinary(rows: int) -> Iterator[Row]:
    """Each row of somebody else, with names that many share."""
    chance = random.Random(1)
    for number in range(rows):
        given = f"{chance.choice(GIVEN)}{chance.choice(('', 'a', 'is', 'on'))}"
        family = f"{chance.choice(STARTS)}{chance.choice(MIDDLES)}{chance.choice(ENDS)}"
        phone = f"07700 9{chance.randrange(100_000):05d}" if number % 3 == 0 else ""
        mark = f"QX{chance.randrange(100):02d} {''.join(chance.choices(LETTERS, k=3))}"
        place = f"{chance.choice(STARTS)} {chance.choice(('Arcade', 'Park', 'Grill'))}"
        day = f"2026-0{1 + number % 9}-{1 + number % 28:02d}"
        nickname = f"{chance.choice(STARTS)}o" if number % 2 else ""
        words = f"Seen with a young person after school, entry {number}."
        car = mark if number % 4 == 0 else ""
        yield [f"O-{number}", day, given, family, nickname, phone, car, place, words]


def worst(rows: int) -> Iterator[Row]:
    """Five people and two cars, told of again and again."""
    people = list(zip(GIVEN, (f"{start}wick" for start in STARTS), strict=False))[:5]
    for number in range(rows):
        given, family = people[number % 5]
        mark = ("QX00 ABC", "QX00 DEF")[number // 5 % 2]
        words = f"Seen again by the school gate, entry {number}."
        yield [f"W-{number}", "2026-03-02", given, family, "", "", mark, "", words]


LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
GIVEN = ("Alder", "Bram", "Corin", "Dario", "Edric", "Fenn", "Garth", "Hollis", "Idris", "Jorun")
STARTS = ("Alver", "Brock", "Calder", "Dunmer", "Elver", "Farrow", "Garran", "Hexley", "Ister")
MIDDLES = ("", "a", "ing", "o", "ham", "wood", "er", "mar")
ENDS = ("wick", "ton", "by", "ford", "ley", "more", "gate", "holm", "shaw", "croft", "well", "den")


def measure(name: str, rows: list[Row], sender: "User") -> Measured:
    """Carry one file all the way."""
    from cse_profile.demo import rights_of
    from intelligence.models import Upload
    from intelligence.uploads import importing
    from partners import context

    measured = Measured(name)

    def act(step: Callable[..., Any], *given: Any, **named: Any) -> Any:
        with context.acting_as(sender):
            return step(*given, **named, by=sender)

    with rights_of("web"):
        upload = measured.time("open", lambda: act(importing.receive, "log.csv", _csv(rows)))
        match = {"columns": list(COLUMNS), "how_known": "first_hand", "information_date": None}
        act(importing.match, upload, **match)
        measured.time("check", lambda: _until_done(act, upload))
        act(importing.begin, upload)
        measured.time("send", lambda: _until_done(act, upload))
    if Upload.objects.get(pk=upload.pk).rows.exclude(outcome="sent").exists():
        raise SystemExit(f"{name}: not every row was sent")
    _link(measured)
    return measured


def _csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name.replace("_", " ") for name in COLUMNS])
    writer.writerows(rows)
    return out.getvalue().encode()


def _until_done(act: Callable[..., Any], upload: Any) -> None:
    from intelligence.uploads import importing

    while act(importing.carry, upload.pk):
        pass


def _link(measured: Measured) -> None:
    from cse_profile import pipeline
    from cse_profile.demo import rights_of

    times = [time.perf_counter()]
    tally = pipeline.Tally()
    with rights_of("worker"):
        measured.time(
            "link",
            lambda: pipeline.process_received(
                tally=tally, after=lambda _: times.append(time.perf_counter())
            ),
        )
    if tally.failed:
        raise SystemExit(f"{measured.name}: {tally.failed} failed")
    measured.mentions, measured.pairs = tally.mentions, tally.pairs
    measured.slowest = max(b - a for a, b in pairwise(times))
    for line in tally.lines():
        say(f"  {line}")


TABLE = """# Files of {rows:,} rows, measured

One sender, one worker, {cores} cores shared with other work (load {load:.0f}). Seconds of each
stage; from the upload to the last profile in bold; how much of it this process and its backend in
the database had of a processor; mentions, pairs of them compared, the slowest batch of linking.

| what | open | check | send | link | all | processor | mentions | compared | slowest batch |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{lines}

Ordinary: every row tells of somebody else. Worst: the rows name five people and two cars.

Made by `python -m benchmarks.uploads`.
"""


def main() -> int:
    """Fill, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--only", choices=("ordinary", "worst"))
    parser.add_argument("--out", type=Path, help="where to keep the table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cse-profile-benchmark-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - PostgreSQL runs as another user when root runs this
        os.environ["CSE_PROFILE_VAR"] = folder
        with services.running():
            world_of_rows.make_tables()
            return _measure_all(asked)


def _measure_all(asked: argparse.Namespace) -> int:
    import django

    os.environ["CSE_PROFILE_LOGIN"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cse_profile.settings"
    django.setup()
    from django.conf import settings

    settings.DEBUG = False
    sender = _sender()
    runs: dict[str, Callable[[], Measured]] = {
        "ordinary": lambda: measure("ordinary file", list(ordinary(asked.rows)), sender),
        "worst": lambda: measure("worst file", list(worst(asked.rows)), sender),
    }
    found = []
    for name, run in runs.items():
        if asked.only in {None, name}:
            say(name)
            found.append(run())
            print(found[-1].line, flush=True)
    text = TABLE.format(
        rows=asked.rows,
        cores=os.cpu_count(),
        load=os.getloadavg()[1],
        lines="\n".join(one.line for one in found),
    )
    if asked.out is not None:
        asked.out.write_text(text, encoding="utf-8")
    return any(one.total >= GOAL for one in found)


def _sender() -> "User":
    from partners.models import Agency, Area, User

    area = Area.objects.create(code="dogger", name="Dogger")
    Agency.objects.create(code="police", name="Police", kind="police", area=area)
    school = Agency.objects.create(code="school", name="School", kind="education", area=area)
    return User.objects.create_user(
        username="teacher", role="submitter", agency=school, password=None, name="Teacher"
    )


if __name__ == "__main__":
    sys.exit(main())
