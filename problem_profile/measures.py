"""The counts, ungated: the only module of this floor that reads people.

Persons count by accepted links only. In each force the mentions that people have decided are one
person (a core) count once; the mention of an accepted report that nobody has tied to another
counts alone. A report is accepted once a person has confirmed or changed its grade, and is not
counted while it is held to be false (assessment E), nor once its sender has withdrawn it. Read
with the rights of the owner.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from intelligence.models import Audience, Membership, NothingToShare, Report, Submission
from intelligence.models.answers import QUIET
from intelligence.models.contents import DISCOUNTED
from intelligence.models.received import Assessment
from partners.policy import Desk

#: Quarters begin and end by the clock of the people who read about them.
_LONDON = ZoneInfo("Europe/London")
CHILDREN = "Children at risk or harmed"
SUSPECTS = "Suspected offenders"
REPORTS = "Accepted reports"
KINDS = {
    CHILDREN: {"child_at_risk", "victim"},
    SUSPECTS: {"suspected_offender"},
}

#: A cell of a table, by its row and its column; and the units counted in it.
Cell = tuple[str, str]
Units = dict[Cell, set[uuid.UUID]]


@dataclass(frozen=True)
class Quarter:
    """Three months of the calendar; `starts_on` is the first day."""

    starts_on: date

    @classmethod
    def before(cls, day: date) -> "Quarter":
        """The last quarter that was over on `day`."""
        month = 3 * ((day.month - 1) // 3) + 1
        return cls(date(day.year, month - 3, 1) if month > 3 else date(day.year - 1, 10, 1))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that `day` lies in."""
        return cls(date(day.year, 3 * ((day.month - 1) // 3) + 1, 1))

    @property
    def ends_before(self) -> date:
        """The first day of the next quarter."""
        following = self.starts_on.month + 3
        year = self.starts_on.year
        return date(year, following, 1) if following <= 12 else date(year + 1, 1, 1)

    def is_running(self, day: date) -> bool:
        """Is it not over on `day`?"""
        return day < self.ends_before

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first that is no longer in it."""
        return _midnight(self.starts_on), _midnight(self.ends_before)

    def __str__(self) -> str:
        return f"{self.starts_on:%B %Y} to {self._last_month:%B %Y}"

    @property
    def _last_month(self) -> date:
        return self.starts_on.replace(month=self.starts_on.month + 2)


@dataclass(frozen=True)
class Month:
    """One month of the calendar; `starts_on` is the first day."""

    starts_on: date

    @property
    def ends_before(self) -> date:
        """The first day of the next month."""
        return (self.starts_on + timedelta(days=31)).replace(day=1)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first that is no longer in it."""
        return _midnight(self.starts_on), _midnight(self.ends_before)

    def __str__(self) -> str:
        return f"{self.starts_on:%B %Y}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _LONDON)


@dataclass(frozen=True)
class Feedback:
    """What came back to one agency of what it sent in a quarter, or a month.

    Counted is what was received more than a day ago and stands. `told` of it has an outcome that
    shows; `days` is the median from the receipt to whatever showed first, a question or an outcome.
    """

    quarter: Quarter | Month
    sent: int
    told: int
    days: float | None
    nothing_in: tuple[date, ...] = ()  #: months of which the agency said it had nothing to share

    @property
    def coverage(self) -> int | None:
        """Per cent that were told an outcome; None where nothing was sent."""
        return round(100 * self.told / self.sent) if self.sent else None


def feedback(quarter: Quarter | Month, agency: uuid.UUID) -> Feedback:
    """What came back to `agency`: for its own lead, who may read each of these rows.

    Ungated, so never published: an agency that sent three reports knows which they were.
    """
    start, end = quarter.moments
    now = timezone.now()
    rows = Submission._base_manager.filter(
        pk__in=open_to_lead(agency),
        agency=agency,
        reports__withdrawal=None,
        received_at__gte=start,
        received_at__lt=min(end, now - QUIET),
    ).annotate(
        asked=Min("questions__shown_from", filter=Q(questions__shown_from__lte=now)),
        told=Min("outcomes__shown_from", filter=Q(outcomes__shown_from__lte=now)),
    )
    found = list(rows.values_list("received_at", "asked", "told"))
    waits = [
        (min(filter(None, (asked, told))) - received) / timedelta(days=1)
        for received, asked, told in found
        if asked or told
    ]
    months = NothingToShare._base_manager.filter(
        agency=agency, month__gte=quarter.starts_on, month__lt=quarter.ends_before
    )
    return Feedback(
        quarter,
        sent=len(found),
        told=sum(told is not None for *_, told in found),
        days=median(waits) if waits else None,
        nothing_in=tuple(months.order_by("month").values_list("month", flat=True)),
    )


def open_to_lead(agency: uuid.UUID) -> QuerySet[Audience, uuid.UUID]:
    """What `agency` sent and its lead may know of: not what is kept from it for naming its own.

    Row security says the same on a page; a command runs without it.
    """
    own = Audience._base_manager.filter(agency=agency, desk=Desk.OWN)
    return own.values_list("submission", flat=True)


def people(quarter: Quarter) -> Units:
    """Persons named in accepted reports received in `quarter`, by force area and side."""
    start, end = quarter.moments
    rows = Membership._base_manager.exclude(area=None).filter(
        mention__report__graded_at__isnull=False,
        mention__report__withdrawal=None,
        mention__report__received_at__gte=start,
        mention__report__received_at__lt=end,
    )
    counted = rows.exclude(
        mention__report__intelligence_assessment=Assessment.SUSPECTED_FALSE
    ).values_list("core", "area__name", "mention__role", "mention__also", "mention__role_status")
    units: Units = defaultdict(set)
    for core, area, role, also, status in counted:
        parts = {role, *also} - (KINDS[SUSPECTS] if status == DISCOUNTED else set())
        for kind, roles in KINDS.items():
            if roles & parts:
                units[area, kind].add(core)
    return dict(units)


def reports(quarter: Quarter) -> Units:
    """Accepted reports received in `quarter`, by the kind of agency that sent them."""
    start, end = quarter.moments
    rows = Report._base_manager.filter(
        graded_at__isnull=False, withdrawal=None, received_at__gte=start, received_at__lt=end
    ).exclude(intelligence_assessment=Assessment.SUSPECTED_FALSE)
    units: Units = defaultdict(set)
    for report in rows.select_related("agency").only("pk", "agency__kind"):
        units[report.agency.get_kind_display(), REPORTS].add(report.pk)
    return dict(units)
