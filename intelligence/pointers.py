"""What a safeguarding hub is told of a young person where a report's conditions close the rest.

Enough to act on: a code and an age, whether somebody said that the child is at risk now, and whom
to call. No name, nobody else who is named, and no word of what was sent.
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from intelligence.models import Audience, Report
from partners import policy
from partners.models import Agency, User
from partners.policy import CLOSED_TO_HUB, Desk, Level


@dataclass(frozen=True)
class Pointer:
    """One young person whom a report names: `code` as in YP-3FA2C1D4, `ages` as in `age 14`."""

    code: str
    ages: str


@dataclass(frozen=True)
class Pointers:
    """The young people whom one report names, and the force whose desk can tell the hub more."""

    young_people: tuple[Pointer, ...]
    at_risk_now: bool
    call: tuple[str, ...]


def for_hub(report: Report, *, to: User) -> Pointers | None:
    """What the hub of `to` is told; None for others, and where the report itself is open to it.

    Asked of one database function, since the rows it answers from are closed to the hub.
    """
    reasons = policy.audience_ranges(to, Level.REPORT, through=(Desk.MASH,))
    rows = [Audience.objects.filter(reason, report=report) for reason in reasons]
    if not CLOSED_TO_HUB & set(report.conditions) or not any(row.exists() for row in rows):
        return None
    found = _young_people(report.pk)
    police = Agency.objects.filter(area=report.area_id, kind=Agency.Kind.POLICE)
    return Pointers(
        tuple(Pointer(f"YP-{code}", _ages(lowest, highest)) for code, lowest, highest, _ in found),
        any(at_risk_now for *_, at_risk_now in found),
        tuple(police.order_by("name").values_list("name", flat=True)),
    )


def _young_people(report: uuid.UUID) -> list[tuple[str, int | None, int | None, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, age_from, age_to, at_risk_now FROM ctx.young_people(%s)", [report]
        )
        rows: list[tuple[str, int | None, int | None, bool]] = cursor.fetchall()
    return rows


def _ages(lowest: int | None, highest: int | None) -> str:
    known = [str(age) for age in dict.fromkeys((lowest, highest)) if age is not None]
    return f"age {' to '.join(known)}" if known else "age not known"
