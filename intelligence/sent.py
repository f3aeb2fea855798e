"""What a person, or for a lead their agency, has sent: flat like the list of reports."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from intelligence import newest
from intelligence.models import Audience, Submission
from partners import policy
from partners.models import User
from partners.policy import Desk, Level

#: Submissions on one page.
PAGE = 25


@dataclass(frozen=True)
class SentList:
    """One page of submissions, and where the next begins."""

    rows: list[Submission]
    after: str


def page(*, to: User, after: str = "", at_most: int = PAGE) -> SentList:
    """The next page after the place `after`, newest first."""
    shown, following = newest.page(_lists(to), after=after, at_most=at_most)
    by_id = Submission.objects.in_bulk(shown)
    return SentList([by_id[pk] for pk in shown if pk in by_id], following)


def _lists(to: User) -> list[QuerySet[Any]]:
    """One range of an index for what they sent themselves, and one for their agency.

    Distinct, because each report that was made of a submission has an audience.
    """
    reasons = policy.audience_ranges(to, Level.SUBMISSION, through=(Desk.PERSON, Desk.OWN))
    return [
        newest.places(Audience.objects.filter(reason), at="received_at", of="submission").distinct()
        for reason in [*reasons, Q(pk__in=[])]
    ]
