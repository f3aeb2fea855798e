"""The gate: what a count must go through before anybody outside the desk may read it.

A cell shows nothing below ten units, zero included, so that neither a presence nor an absence is
told. From ten on it shows a multiple of five, rounded up or down at random with the chance that
keeps it right on average. The dice of a cell are thrown by its members (the exclusive or of a
keyed hash of each, as the Australian Bureau of Statistics' cell keys), so that the same children
always give the same figure: asking again averages nothing out. `audit` then attacks the result:
with linear programming it bounds every hidden cell from all that is shown.
"""

import hashlib
import hmac
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor

import numpy as np

#: Counts below this are not shown.
THRESHOLD = 10
#: What is shown is a multiple of this.
BASE = 5
#: A hidden cell must stay open between bounds at least this far apart, the lower of them zero.
NARROWEST = 5

Cell = tuple[str, str]
#: What stands for all rows, or all columns.
ALL = "All"


@dataclass(frozen=True)
class Table:
    """Gated figures; None where fewer than ten units are, or may be, behind a cell."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None] = field(default_factory=dict)

    def with_cells(self, cells: Mapping[Cell, int | None]) -> "Table":
        """The same table with other figures."""
        return Table(self.name, self.rows, self.columns, cells)


def gate(
    name: str, units: Mapping[Cell, Collection[uuid.UUID]], *, rows: Collection[str], key: bytes
) -> Table:
    """The gated table of `units`, with a line of all rows. `key` is kept outside the database."""
    columns = tuple(sorted({column for _, column in units}))
    lines = tuple(sorted(rows))
    cells: dict[Cell, int | None] = {}
    for column in columns:
        everyone: set[uuid.UUID] = set()
        for row in lines:
            members = set(units.get((row, column), ()))
            everyone |= members
            cells[row, column] = shown(members, key)
        cells[ALL, column] = shown(everyone, key)
    return protect(Table(name, (*lines, ALL), columns, cells))


def shown(members: Collection[uuid.UUID], key: bytes) -> int | None:
    """The figure for a cell with these members, or None below the threshold."""
    count = len(members)
    if count < THRESHOLD:
        return None
    dice = reduce(xor, (_number(key, unit.bytes) for unit in members))
    chance = _number(key, dice.to_bytes(8, "big")) / 2**64
    return BASE * (count // BASE) + BASE * (chance < (count % BASE) / BASE)


def _number(key: bytes, of: bytes) -> int:
    return int.from_bytes(hmac.new(key, of, hashlib.sha256).digest()[:8], "big")


def protect(table: Table) -> Table:
    """`table` with the line of all rows hidden in each column where it would tell on a cell."""
    cells = dict(table.cells)
    for column in table.columns:
        if narrowed(table, column):
            cells[ALL, column] = None
    return table.with_cells(cells)


def audit(table: Table) -> list[Cell]:
    """Hidden cells that what is shown pins down; empty when the table may be published."""
    return [cell for column in table.columns for cell in narrowed(table, column)]


def narrowed(table: Table, column: str) -> list[Cell]:
    """The hidden cells of a column whose bounds are too near, or exclude zero."""
    lines = [row for row in table.rows if row != ALL]
    found = []
    for place, row in enumerate(lines):
        if table.cells[row, column] is None:
            low, high = bounds(table, column, place)
            if low > 0 or high - low < NARROWEST:
                found.append((row, column))
    return found


def bounds(table: Table, column: str, place: int) -> tuple[float, float]:
    """What an attacker can prove of one cell of a column: its least and its greatest count.

    People of one force may be known to another too, so a total proves an upper bound of no cell;
    it may still be as small as its largest part and as great as the sum of its parts. Taking the
    sum for the total is the attacker's best case, and what is assumed here.
    """
    from scipy.optimize import linprog  # a second of every start, for what few processes do

    lines = [row for row in table.rows if row != ALL]
    limits = [_limits(table.cells[row, column]) for row in lines]
    total = table.cells.get((ALL, column))
    objective = np.zeros(len(lines))
    objective[place] = 1.0
    if total is None:
        return limits[place]
    low, high = _limits(total)
    sums = np.vstack([np.ones(len(lines)), -np.ones(len(lines))])
    ends = [
        linprog(sign * objective, A_ub=sums, b_ub=[high, -low], bounds=limits, method="highs")
        for sign in (1, -1)
    ]
    if not all(end.success for end in ends):
        return limits[place]
    return float(ends[0].fun), float(-ends[1].fun)


def _limits(figure: int | None) -> tuple[float, float]:
    """The counts that may stand behind a figure."""
    if figure is None:
        return 0.0, THRESHOLD - 1.0
    return max(THRESHOLD, figure - BASE + 1.0), figure + BASE - 1.0
