"""The list of reports: flat whatever the reader may see.

The page is driven from the audience, whose rows carry the receipt time in the order of its
index. The count stops at a cap: an exact count of a million rows costs what a million rows cost.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from intelligence.models import Audience, Report
from partners import policy
from partners.models import User
from partners.policy import Desk, Level

#: Reports on one page, and the most that are counted.
PAGE = 50
CAP = 10_000


@dataclass(frozen=True)
class ReportList:
    """One page of reports, where the next begins, and how many there are up to the cap."""

    rows: list[Report]
    after: str
    count: int

    @property
    def counted(self) -> str:
        """The count as people read it."""
        return f"more than {CAP:,}" if self.count > CAP else f"{self.count:,}"


def page(*, to: User, after: str = "") -> ReportList:
    """The next page after the place `after`, newest first."""
    places = _newest(to, _read(after))
    by_id = {
        report.pk: report
        for report in Report.objects.filter(pk__in=[place[1] for place in places[:PAGE]])
        .visible_to(to)
        .select_related("agency", "submission")
    }
    rows = [by_id[pk] for _, pk in places[:PAGE] if pk in by_id]
    following = _write(places[PAGE - 1]) if len(places) > PAGE else ""
    return ReportList(rows, following, count(to=to))


def count(*, to: User) -> int:
    """How many reports `to` may see, at most CAP + 1."""
    return sum(len(rows.values_list("pk")[: CAP + 1]) for rows in _lists(to))


Place = tuple[datetime, uuid.UUID]


def _lists(to: User) -> Iterable[QuerySet[Audience]]:
    """One index range for each desk and for what the person sent: merged, never sorted."""
    rows = Audience.objects.filter(policy.audience_of(to, Level.REPORT))
    for desk in sorted(policy.desks(to.role, Level.REPORT) - {Desk.PERSON}):
        yield rows.filter(agency=to.agency_id, desk=desk)
    if to.role not in policy.DESK_ROLES:
        # The desk sees its own submissions through the area already.
        yield rows.filter(person=to.pk).exclude(report__in=_seen_otherwise(to))


def _seen_otherwise(to: User) -> Any:
    others = policy.desks(to.role, Level.REPORT) - {Desk.PERSON}
    return Audience.objects.filter(
        policy.audience_of(to, Level.REPORT), agency=to.agency_id, desk__in=others
    ).values("report")


def _newest(to: User, after: Place | None) -> list[Place]:
    places: set[Place] = set()
    for rows in _lists(to):
        if after is not None:
            received_at, report = after
            rows = rows.filter(
                Q(received_at__lt=received_at) | Q(received_at=received_at, report__lt=report)
            )
        ordered = rows.order_by("-received_at", "-report")
        places.update(ordered.values_list("received_at", "report")[: PAGE + 1])
    return sorted(places, reverse=True)[: PAGE + 1]


def _write(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1].hex}"


def _read(text: str) -> Place | None:
    received_at, _, report = text.partition("_")
    try:
        moment = datetime.fromisoformat(received_at)
        return (moment, uuid.UUID(report)) if moment.tzinfo else None
    except ValueError:
        return None
