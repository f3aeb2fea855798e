"""Lists, newest first, that cost the same whatever the reader may see.

A list is merged from a few queries, each of which reads one range of an index in the order shown
and stops early. A place in it is a receipt time and an id, so that the next page is found by where
the last one ended. A count stops at a cap: exactly to count a million rows costs what a million
rows cost.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

#: The most that are counted.
CAP = 10_000

Place = tuple[datetime, uuid.UUID]


def places(rows: QuerySet[Any], *, at: str, of: str) -> QuerySet[Any]:
    """The places of `rows`: `at` is the lookup of the receipt time, `of` that of the id shown."""
    found: QuerySet[Any] = rows.annotate(at=F(at), of=F(of))
    return found.values_list("at", "of")


def page(
    lists: Sequence[QuerySet[Any]], *, after: str, at_most: int
) -> tuple[list[uuid.UUID], str]:
    """The ids that come next after the place `after`, and the place at which they end.

    An empty `after`, or one that is no place, is the top; an empty answer, that nothing follows.
    """
    place = _read(after)
    nearest = [_next(rows, place, at_most + 1) for rows in lists]
    found: list[Place] = list(_merged(nearest, "-at", "-of")[: at_most + 1])
    following = write(found[at_most - 1]) if len(found) > at_most else ""
    return [of for _, of in found[:at_most]], following


def _merged(lists: Sequence[QuerySet[Any]], *order: str) -> QuerySet[Any]:
    """At least one list, each in this order and cut off, as one."""
    first, *others = lists
    return first.union(*others).order_by(*order) if others else first


def _next(rows: QuerySet[Any], after: Place | None, at_most: int) -> QuerySet[Any]:
    if after is not None:
        # The first condition is where the index is entered: by the second alone, which is an OR,
        # it would be read from the top.
        rows = rows.filter(at__lte=after[0]).exclude(at=after[0], of__gte=after[1])
    return rows.order_by("-at", "-of")[:at_most]


def count(lists: Sequence[QuerySet[Any]]) -> int:
    """How many there are, at most CAP + 1."""
    # Each list in one order, so that they are merged and the reading stops at the cap. Oldest
    # first, because that is the order in which the planner merges.
    oldest = [rows.order_by("at", "of")[: CAP + 1] for rows in lists]
    return _merged(oldest, "at", "of")[: CAP + 1].count()


def write(place: Place) -> str:
    """A place as a page's address carries it."""
    return f"{place[0].isoformat()}_{place[1].hex}"


def _read(text: str) -> Place | None:
    received_at, _, of = text.partition("_")
    try:
        moment = datetime.fromisoformat(received_at)
        return (moment, uuid.UUID(of)) if moment.tzinfo else None
    except ValueError:
        return None
