"""Saying that there was nothing to share: an agency that is silent and one that has looked and
found nothing are not the same.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from intelligence.models import NothingToShare
from partners import audit, policy
from partners.models import User
from partners.policy import Action


def last_month() -> date:
    """The first day of the last month that is over: the one of which it can be said."""
    return month_before(timezone.localdate())


def month_before(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def is_open(*, to: User) -> bool:
    """May `to` say so of last month, and has nobody of their agency yet?"""
    if not policy.can(to, Action.SAY_NOTHING):
        return False
    return not NothingToShare.objects.visible_to(to).filter(month=last_month()).exists()


@transaction.atomic
def say(*, by: User) -> date:
    """Say that the agency had nothing more to share for last month; return its first day.

    Said again it changes nothing. Raises NotPermittedError.
    """
    policy.require(by, Action.SAY_NOTHING)
    month = last_month()
    if is_open(to=by):
        said = NothingToShare(agency=by.agency, month=month, said_by=by)
        NothingToShare.objects.bulk_create([said], ignore_conflicts=True)  # a colleague may have
        audit.record(
            by=by,
            operation="collection",
            verb="say nothing to share",
            object_type="agency",
            object_ids=[by.agency_id],
            detail={"month": month.isoformat()},
        )
    return month
