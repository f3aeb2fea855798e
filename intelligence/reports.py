"""The list of reports: flat whatever the reader may see.

It is driven from the audience, whose rows carry the receipt time in the order of its index.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intelligence import newest
from intelligence.models import Audience, Report, ReportGrant
from partners import policy
from partners.models import User
from partners.policy import Level

#: Reports on one page.
PAGE = 50


@dataclass(frozen=True)
class ReportList:
    """One page of reports, where the next begins, and how many there are up to the cap."""

    rows: list[Report]
    after: str
    count: int

    @property
    def counted(self) -> str:
        """The count as people read it."""
        return f"more than {newest.CAP:,}" if self.count > newest.CAP else f"{self.count:,}"


def page(*, to: User, after: str = "") -> ReportList:
    """The next page after the place `after`, newest first."""
    shown, following = newest.page(_lists(to), after=after, at_most=PAGE)
    # The policy has named them already: asked again of each, it would be answered by reading the
    # whole of a range. And not the submission as well: not everyone who sees a report sees that.
    by_id = Report.objects.select_related("agency", "withdrawal").in_bulk(shown)
    rows = [by_id[report] for report in shown if report in by_id]
    return ReportList(rows, following, count(to=to))


def count(*, to: User) -> int:
    """How many reports `to` may see, at most `newest.CAP` + 1."""
    return newest.count(_lists(to))


def _lists(to: User) -> list[QuerySet[Any]]:
    """What `to` may see: one range of an index for each desk, and the grants.

    Grants by name are exceptions, and so never many.
    """
    named = ReportGrant.objects.filter(policy.granted_to(to))
    return [
        newest.places(named, at="content_object__received_at", of="content_object"),
        *(
            newest.places(Audience.objects.filter(reason), at="received_at", of="report")
            for reason in policy.audience_ranges(to, Level.REPORT)
        ),
    ]
