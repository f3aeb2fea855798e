"""The gate: what it shows, and what an attacker can make of it."""

import itertools
import uuid
from statistics import mean

from hypothesis import given, settings
from hypothesis import strategies as st

from problem_profile import disclosure
from problem_profile.disclosure import ALL, Table

KEY = b"k" * 32


def people(count: int, start: int = 0) -> set[uuid.UUID]:
    return {uuid.UUID(int=number) for number in range(start, start + count)}


def gated(counts: list[int], key: bytes = KEY) -> Table:
    """One column of parts that share nobody."""
    starts = [0, *itertools.accumulate(counts)]
    units = {
        (f"r{place}", "c"): people(count, start)
        for place, (count, start) in enumerate(zip(counts, starts, strict=False))
    }
    return disclosure.gate("t", units, rows=[row for row, _ in units], key=key)


def test_below_ten_nothing_is_shown_and_from_ten_on_a_multiple_of_five():
    figures = [disclosure.shown(people(count), KEY) for count in range(40)]

    assert figures[:10] == [None] * 10
    assert all(figure is not None and figure % 5 == 0 for figure in figures[10:])
    assert all(abs((figure or 0) - count) < 5 for count, figure in enumerate(figures) if count > 9)


def test_the_same_people_give_the_same_figure_and_others_another():
    same = {disclosure.shown(people(12), KEY) for _ in range(20)}
    others = {disclosure.shown(people(12, start), KEY) for start in range(40)}

    assert len(same) == 1
    assert others == {10, 15}


def test_rounding_is_right_on_average():
    shown = [disclosure.shown(people(13, 100 * n), KEY) or 0 for n in range(2000)]

    assert abs(mean(shown) - 13) < 0.2


TELLING = Table(
    "t", ("r0", "r1", ALL), ("c",), {("r0", "c"): 40, ("r1", "c"): None, (ALL, "c"): 50}
)


def test_the_audit_finds_a_hidden_part_that_a_total_proves_to_be_there():
    """At most 44 are in the one and at least 46 in both: somebody is in the other."""
    assert disclosure.bounds(TELLING, "c", 1)[0] == 2
    assert disclosure.audit(TELLING) == [("r1", "c")]


def test_a_total_that_would_tell_of_a_hidden_part_is_hidden_itself():
    protected = disclosure.protect(TELLING)

    assert protected.cells[ALL, "c"] is None
    assert disclosure.audit(protected) == []


def test_a_total_that_tells_nothing_is_shown():
    table = gated([40, 30])

    assert table.cells[ALL, "c"] in {70}
    assert disclosure.audit(table) == []


def least_and_most(table: Table, place: int) -> tuple[int, int] | None:
    """An attack written apart: try every whole count that fits what is shown."""
    rows = [row for row in table.rows if row != ALL]

    def fits(figure: int | None) -> range:
        return range(10) if figure is None else range(max(10, figure - 4), figure + 5)

    total = table.cells[ALL, "c"]
    possible = [
        counts[place]
        for counts in itertools.product(*(fits(table.cells[row, "c"]) for row in rows))
        if total is None or sum(counts) in fits(total)
    ]
    return (min(possible), max(possible)) if possible else None


@given(st.lists(st.integers(0, 25), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_attacker_learns_that_somebody_is_behind_a_hidden_figure(counts):
    table = gated(counts)
    hidden = [n for n, row in enumerate(table.rows[:-1]) if table.cells[row, "c"] is None]

    for place in hidden:
        found = least_and_most(table, place)
        assert found is not None
        assert found[0] == 0
        assert found[1] >= disclosure.NARROWEST
    assert disclosure.audit(table) == []
