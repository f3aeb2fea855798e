"""Is the list of reports flat? A million reports; readers who may see 1 %, 30 % and 100 % of them.

    .venv/bin/python -m benchmarks.reports_list [--reports N] [--out FILE.md]

Fills an embedded database of its own, then asks the real `reports.page` as the web login, with each
reader's context and row security forced. Of every statement that it sends, the server's own
execution and planning time is taken (EXPLAIN ANALYZE); of the whole call, the time on the clock.
Medians of 30 warm runs. Exit code 1 where a page or a count takes 5 ms in the database.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import world_of_rows
from cse_profile import services
from cse_profile.processes import say

if TYPE_CHECKING:
    from partners.models import User

RUNS = 30
#: Milliseconds in the database that neither a page nor a count may reach.
GOAL = 5.0

READERS = {
    "lead4": "lead, spread over the years",
    "lead3": "lead, the oldest of all",
    "mash2": "safeguarding hub",
    "analyst1": "analyst",
    "submitter5": "practitioner, sent by themselves",
    "lead5": "lead, three overlapping lists",
}
Statement = tuple[str, Any]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of one page of one reader; `page` leaves the count out, `clock` has it in."""

    reader: str
    share: float
    page: float
    deep: float
    count: float
    planning: float
    clock: float

    @property
    def line(self) -> str:
        """A line of the table."""
        cells = (self.page, self.deep, self.count, self.page + self.count, self.planning)
        times = " | ".join(f"{cell:.1f}" for cell in cells)
        return f"| {self.share:.0%} | {self.reader} | {times} | {self.clock:.0f} |"


def measure(name: str, reports: int) -> Measured:
    """Measure the list as the reader called `name` is shown it."""
    from partners import context
    from partners.models import User

    reader = User.objects.select_related("agency__area").get(username=name)
    with context.acting_as(reader):
        first, count = _apart(_sent(reader, ""))
        deep, _ = _apart(_sent(reader, _middle(reader)))
        page, planning = _in_database(first)
        counting, more = _in_database(count)
        return Measured(
            READERS[name],
            world_of_rows.visible_to(name) / reports,
            page,
            _in_database(deep)[0],
            counting,
            planning + more,
            _on_the_clock(reader),
        )


def _sent(reader: "User", after: str) -> list[Statement]:
    """The statements that one page sends."""
    from django.db import connection

    from intelligence import reports

    statements: list[Statement] = []

    def record(execute: Any, sql: str, parameters: Any, many: bool, info: Any) -> Any:
        statements.append((sql, parameters))
        return execute(sql, parameters, many, info)

    with connection.execute_wrapper(record):
        page = reports.page(to=reader, after=after)
    if len(page.rows) != reports.PAGE:
        raise SystemExit(f"{reader} was shown {len(page.rows)} rows.")
    return statements


def _apart(statements: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
    """The statements of the page, and those of its count."""
    counting = [one for one in statements if "COUNT(" in one[0]]
    return [one for one in statements if one not in counting], counting


def _middle(reader: "User") -> str:
    """The place half-way down the reader's list, as far as it is counted."""
    from intelligence import reports

    after = ""
    for _ in range(min(reports.count(to=reader), 2000) // reports.PAGE // 2):
        after = reports.page(to=reader, after=after).after
    return after


def _in_database(statements: Sequence[Statement]) -> tuple[float, float]:
    """Median milliseconds of executing and of planning all these statements."""
    from django.db import connection

    def once() -> Iterator[tuple[float, float]]:
        with connection.cursor() as cursor:
            for sql, parameters in statements:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", parameters)
                plan = cursor.fetchone()[0][0]
                yield plan["Execution Time"], plan["Planning Time"]

    runs = [[sum(times) for times in zip(*once(), strict=True)] for _ in range(RUNS)]
    executing, planning = (median(times) for times in zip(*runs, strict=True))
    return executing, planning


def _on_the_clock(reader: "User") -> float:
    """Median milliseconds of one page with its count, the work of Python included."""
    from intelligence import reports

    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        reports.page(to=reader)
        taken.append(1000 * (time.perf_counter() - start))
    return median(taken)


TABLE = """# The list of reports

{reports:,} reports, {admitted:,} rows of audience, {cores} cores, PostgreSQL {version},
shared_buffers {buffers}. Milliseconds, medians of {runs} warm runs as the web login, with row
security forced. What the server took to execute the statements; what planning took, and one page
with its count on the clock, through the ORM, stand beside it.

| sees | reader | first page | deep page | count to 10,001 | page and count | planning | clock |
| --- | --- | --- | --- | --- | --- | --- | --- |
{lines}

The lead with three lists sees what their agency sent (5 %), half of which they sent themselves, and
the 30 % that are shared with it.

Made by `python -m benchmarks.reports_list`.
"""


def told(found: Sequence[Measured], reports: int) -> str:
    """The result as it is kept."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(version(), ' ', 2), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    return TABLE.format(
        reports=reports,
        admitted=world_of_rows.admitted(),
        cores=os.cpu_count(),
        version=version,
        buffers=buffers,
        runs=RUNS,
        lines="\n".join(one.line for one in found),
    )


def main() -> int:
    """Fill, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, help="where to keep the table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cse-profile-benchmark-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - PostgreSQL runs as another user when root runs this
        os.environ["CSE_PROFILE_VAR"] = folder
        with services.running():
            world_of_rows.make_tables()
            say(f"writing {asked.reports:,} reports (about two minutes a million)")
            world_of_rows.fill(asked.reports)
            say("measuring")
            return _measure_all(asked.reports, asked.out)


def _measure_all(reports: int, out: Path | None) -> int:
    import django

    os.environ["CSE_PROFILE_LOGIN"] = "web"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cse_profile.settings"
    django.setup()
    found = [measure(name, reports) for name in READERS]
    text = told(found, reports)
    print(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    slow = [one.reader for one in found if max(one.page, one.deep, one.count) >= GOAL]
    if slow:
        print(f"over {GOAL} ms: {', '.join(slow)}", file=sys.stderr)
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
