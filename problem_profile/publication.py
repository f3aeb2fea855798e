"""Freeze, gate, audit, publish: the only way from counts of people to what commissioners read."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from partners import audit
from partners.models import Agency, Area
from problem_profile import disclosure, measures
from problem_profile.disclosure import Cell, Table
from problem_profile.measures import Quarter
from problem_profile.models import Figure, Release

PEOPLE = "People reported, by police force area"
REPORTS = "Accepted reports, by kind of agency"
#: A published figure gives way to a corrected one only where they lie at least this far apart.
CORRECTED_FROM = 10
_LOCK = 7_700_902


class NotSafeError(Exception):
    """The audit found cells that the figures would give away; `cells` names them."""

    def __init__(self, cells: Collection[Cell]) -> None:
        self.cells = list(cells)
        super().__init__(f"{len(self.cells)} hidden figures could be worked out.")


class NotBegunError(Exception):
    """The quarter lies in the future: nothing can have been received in it."""

    def __init__(self, quarter: Quarter) -> None:
        super().__init__(f"{quarter} has not begun.")


@dataclass(frozen=True)
class Published:
    """The release that stands for a quarter, and whether this run made it."""

    release: Release
    is_new: bool


@transaction.atomic
def publish(*, as_at: date) -> Published:
    """Publish the quarter before `as_at`; nothing new where no figure changes enough to tell.

    What is published of a quarter that is not over is provisional, and says so; once it is over,
    another edition takes that back. Runs as the owner, from `manage.py publish_release`. Raises
    NotSafeError, or NotBegunError.
    """
    today = timezone.localdate()
    if Quarter.before(as_at).starts_on > today:
        raise NotBegunError(Quarter.before(as_at))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    quarter = Quarter.before(as_at)
    tables = _tables(quarter)
    earlier = Release.objects.filter(quarter=quarter.starts_on).order_by("-edition").first()
    if earlier is not None:
        tables = [_corrected(table, earlier) for table in tables]
    given_away = [cell for table in tables for cell in disclosure.audit(table)]
    if given_away:
        raise NotSafeError(given_away)
    digest = _digest(tables)
    if earlier is not None and earlier.digest == digest and not _is_final_now(earlier, today):
        return Published(earlier, is_new=False)
    return Published(_store(quarter, tables, digest, earlier), is_new=True)


def _is_final_now(earlier: Release, today: date) -> bool:
    return earlier.is_provisional and not Quarter(earlier.quarter).is_running(today)


def _tables(quarter: Quarter) -> list[Table]:
    people, reports = measures.people(quarter), measures.reports(quarter)
    areas = Area.objects.values_list("name", flat=True)
    kinds = [str(label) for _, label in Agency.Kind.choices]
    key = hmac.new(
        settings.SECRET_KEY.encode(), f"release:{quarter.starts_on}".encode(), hashlib.sha256
    ).digest()
    complete: measures.Units = {(area, kind): set() for area in areas for kind in measures.KINDS}
    none: measures.Units = {(kinds[0], measures.REPORTS): set()}
    return [
        disclosure.gate(PEOPLE, complete | people, rows=list(areas), key=key),
        disclosure.gate(REPORTS, none | reports, rows=kinds, key=key),
    ]


def _corrected(table: Table, earlier: Release) -> Table:
    """`table`, keeping what was published wherever the difference would tell of a few people."""
    before = {
        (figure.row, figure.column): figure.value
        for figure in earlier.figures.filter(table=table.name)
    }
    cells = {cell: _kept(cell, before.get(cell), now) for cell, now in table.cells.items()}
    return disclosure.protect(table.with_cells(cells))


def _kept(cell: Cell, before: int | None, now: int | None) -> int | None:
    if before is None and cell[0] == disclosure.ALL:
        return None  # hidden to protect a part of it, whatever its size
    # Each figure lies less than BASE from its count, and a hidden one stands for nine at most.
    apart = abs((now or disclosure.THRESHOLD) - (before or disclosure.THRESHOLD))
    return now if apart >= CORRECTED_FROM + 2 * disclosure.BASE else before


def _digest(tables: Collection[Table]) -> str:
    content = [
        [table.name, [[*cell, value] for cell, value in sorted(table.cells.items())]]
        for table in tables
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _store(
    quarter: Quarter, tables: Collection[Table], digest: str, earlier: Release | None
) -> Release:
    edition = earlier.edition + 1 if earlier else 1
    release = Release.objects.create(quarter=quarter.starts_on, edition=edition, digest=digest)
    Figure.objects.bulk_create(
        Figure(release=release, table=table.name, row=row, column=column, value=value)
        for table in tables
        for (row, column), value in table.cells.items()
    )
    audit.record(
        by=None,
        operation="disclosure",
        verb="publish release",
        object_type="release",
        object_ids=[release.pk],
        detail={"quarter": quarter.starts_on.isoformat(), "edition": edition, "digest": digest},
    )
    return release


def tables(release: Release) -> Sequence[Mapping[str, object]]:
    """The tables of a release as a page shows them: columns, and rows of figures in their order."""
    figures = list(release.figures.order_by("table", "row", "column"))
    shown = []
    for name in dict.fromkeys(figure.table for figure in figures):
        mine = [figure for figure in figures if figure.table == name]
        columns = list(dict.fromkeys(figure.column for figure in mine))
        by_row: dict[str, list[Figure]] = {}
        for figure in mine:
            by_row.setdefault(figure.row, []).append(figure)
        last = by_row.pop(disclosure.ALL, None)
        rows = [*by_row.items(), *([(disclosure.ALL, last)] if last else [])]
        shown.append({"name": name, "columns": columns, "rows": rows})
    return shown
