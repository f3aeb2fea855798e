"""The list of reports: flat whatever the reader may see.

The page is driven from the audience, whose rows carry the receipt time in the order of its
index: one index range for each reason for which the reader may see anything, merged. The count
stops at a cap: an exact count of a million rows costs what a million rows cost.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from intelligence.models import Audience, Report, ReportGrant
from partners import policy
from partners.models import User
from partners.policy import Level

#: Reports on one page, and the most that are counted.
PAGE = 50
CAP = 10_000

Place = tuple[datetime, uuid.UUID]


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
    shown = [report for _, report in places[:PAGE]]
    # The policy has named them already: asked again of each, it would be answered by reading the
    # whole of a range. And not the submission as well: not everyone who sees a report sees that.
    by_id = Report.objects.select_related("agency").in_bulk(shown)
    rows = [by_id[report] for report in shown if report in by_id]
    following = _write(places[PAGE - 1]) if len(places) > PAGE else ""
    return ReportList(rows, following, count(to=to))


def count(*, to: User) -> int:
    """How many reports `to` may see, at most CAP + 1."""
    # Each list in one order, so that they are merged and the reading stops at the cap. Oldest
    # first, because that is the order in which the planner merges.
    first, *others = [places.order_by("at", "of")[: CAP + 1] for places in _lists(to)]
    return first.union(*others).order_by("at", "of")[: CAP + 1].count()


def _newest(to: User, after: Place | None) -> list[Place]:
    """The places of one page and of one report more."""
    first, *others = [_next(places, after) for places in _lists(to)]
    return list(first.union(*others).order_by("-at", "-of")[: PAGE + 1])


def _lists(to: User) -> list[QuerySet[Any]]:
    """The places of what `to` may see: one range of an index for each desk, and the grants.

    Grants by name are exceptions, and so never many.
    """
    named = ReportGrant.objects.filter(policy.granted_to(to))
    reasons = policy.audience_ranges(to, Level.REPORT) or [Q(pk__in=[])]
    return [
        _places(named, "content_object__received_at", "content_object"),
        *(_places(Audience.objects.filter(reason), "received_at", "report") for reason in reasons),
    ]


def _places(rows: QuerySet[Any], received_at: str, report: str) -> QuerySet[Any]:
    places: QuerySet[Any] = rows.annotate(at=F(received_at), of=F(report))
    return places.values_list("at", "of")


def _next(places: QuerySet[Any], after: Place | None) -> QuerySet[Any]:
    if after is not None:
        # The first condition is where the index is entered: by the second alone, which is an OR,
        # it would be read from the top.
        places = places.filter(at__lte=after[0]).exclude(at=after[0], of__gte=after[1])
    return places.order_by("-at", "-of")[: PAGE + 1]


def _write(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1].hex}"


def _read(text: str) -> Place | None:
    received_at, _, report = text.partition("_")
    try:
        moment = datetime.fromisoformat(received_at)
        return (moment, uuid.UUID(report)) if moment.tzinfo else None
    except ValueError:
        return None
