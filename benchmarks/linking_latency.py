"""What does one more report cost where a million mentions are stored? The whole route, committed.

    .venv/bin/python -m benchmarks.linking_latency [--mentions N ...] [--out FILE.md]

Fills an embedded database of its own (`stored_mentions`), step by step up to each of the sizes
given. At each size new reports are sent by the real intake and carried by the real
`pipeline.process_received`, one at a time and a thousand mentions at once, with the rights of the
worker. They tell of people who are stored. Milliseconds from taking a report up to the commit.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import processor, stored_mentions, world_of_rows
from cse_profile import services
from cse_profile.processes import say

#: Reports sent one at a time, after so many that warm the caches.
ONE_BY_ONE, WARM = 300, 50
#: Mentions of the batch.
BATCH = 1000


@dataclass(frozen=True)
class Measured:
    """Milliseconds of one report and of the batch, with so many mentions stored."""

    stored: int
    p50: float
    p95: float
    processor: float
    processor_p95: float
    queries: int
    pairs: float
    batch: float
    batch_processor: float

    @property
    def line(self) -> str:
        """A line of the table."""
        return (
            f"| {self.stored:,} | {self.p50:.1f} | {self.p95:.1f} | {self.processor:.0f} "
            f"| {self.processor_p95:.0f} | {self.queries} | {self.pairs:.0f} | {self.batch:.0f} "
            f"| {self.batch_processor:.0f} |"
        )


def measure(stored: int, payloads: list[Any]) -> Measured:
    """Send and carry new reports; they are taken from `payloads`."""
    from cse_profile import pipeline

    taken, had, queries = [], [], []
    pairs = mentions = 0
    for number in range(WARM + ONE_BY_ONE):
        _send([payloads.pop()])
        tally = pipeline.Tally()
        counted = _Counted()
        start, used = time.perf_counter(), processor.used()
        with counted:
            _carry(1, tally)
        if number >= WARM:
            taken.append(1000 * (time.perf_counter() - start))
            had.append(1000 * (processor.used() - used))
            queries.append(counted.number)
            pairs += tally.pairs
            mentions += tally.mentions
        if tally.failed:
            raise SystemExit("a report failed")
    many: list[Any] = []
    while sum(len(payload["persons"]) for payload in many) < BATCH:
        many.append(payloads.pop())
    _send(many)
    start, used = time.perf_counter(), processor.used()
    _carry(len(many), pipeline.Tally())
    return Measured(
        stored,
        median(taken),
        quantiles(taken, n=20)[-1],
        median(had),
        quantiles(had, n=20)[-1],
        round(median(queries)),
        pairs / max(1, mentions),
        1000 * (time.perf_counter() - start),
        1000 * (processor.used() - used),
    )


class _Counted:
    """Counts the statements sent within."""

    number = 0

    def __enter__(self) -> "_Counted":
        from django.db import connection

        self._wrapped = connection.execute_wrapper(self._count)
        self._wrapped.__enter__()
        return self

    def _count(self, execute: Any, *given: Any) -> Any:
        self.number += 1
        return execute(*given)

    def __exit__(self, *error: Any) -> None:
        self._wrapped.__exit__(*error)


def _send(payloads: Sequence[Any]) -> None:
    from cse_profile.demo import rights_of
    from intelligence import intake
    from partners import context
    from partners.models import User

    with rights_of("web"):
        for payload in payloads:
            by = User.objects.select_related("agency__area").get(
                agency__code=payload["agency"], is_machine=True
            )
            own = {n: v for n, v in payload.items() if n not in {"agency", "grading"}}
            with context.acting_as(by):
                intake.submit(own, by=by, channel="api")


def _carry(batch: int, tally: Any) -> None:
    from cse_profile import pipeline
    from cse_profile.demo import rights_of

    with rights_of("worker"):
        pipeline.process_received(batch=batch, tally=tally)


TABLE = """# One more report, measured

New reports of people who are stored, carried by the whole route with the rights of the worker; from
taking one up to its commit, in milliseconds. {cores} cores, shared with other work (load
{load:.1f}): beside the clock's stands the time of the processor, the worker's and the database's.

| stored | p50 | p95 | processor p50 | p95 | statements | compared | {batch:,} at once | processor |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{lines}

Splink 5 takes 919 ms (p50) and 1,203 ms (p95) for one record against a million and 3,095 ms for a
thousand, without writing anything (`predict_between`, DuckDB, measured apart from this run). A
report has 1.7 mentions on average.

Made by `python -m benchmarks.linking_latency`.
"""


def main() -> int:
    """Fill, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentions", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--out", type=Path, help="where to keep the table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cse-profile-benchmark-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - PostgreSQL runs as another user when root runs this
        os.environ["CSE_PROFILE_VAR"] = folder
        with services.running():
            world_of_rows.make_tables()
            lines = list(_measure_all(sorted(asked.mentions)))
    text = TABLE.format(
        cores=os.cpu_count(), load=os.getloadavg()[1], batch=BATCH, lines="\n".join(lines)
    )
    print(text)
    if asked.out is not None:
        asked.out.write_text(text, encoding="utf-8")
    return 0


def _measure_all(sizes: Sequence[int]) -> Any:
    import django

    os.environ["CSE_PROFILE_LOGIN"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cse_profile.settings"
    django.setup()
    from partners import roster
    from partners.models import Area
    from synthetic import agencies

    roster.load_agencies((agency._asdict() for agency in agencies.AGENCIES), by=None)
    areas = dict(Area.objects.values_list("code", "pk"))
    told, new = stored_mentions.world(areas)
    say(f"a world of {len(told):,} mentions")
    connection = stored_mentions.connect()
    stored = number = 0
    for size in sizes:
        while stored < size:
            some = told[: size - stored]
            stored += stored_mentions.fill(stored_mentions.again(some, number), connection)
            number += 1
            say(f"{stored:,} mentions stored")
        world_of_rows.run("VACUUM (ANALYZE)", "CHECKPOINT")
        measured = measure(stored, new)
        say(measured.line)
        yield measured.line


if __name__ == "__main__":
    sys.exit(main())
