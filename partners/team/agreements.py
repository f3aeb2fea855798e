"""What lets an agency receive: its sharing agreement, until when, and what happens then.

An agency without a current agreement goes on submitting; what is shared with it is not shown until
there is one again (`policy`, and row security by itself).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from partners import audit
from partners.models import Agency, SharingAgreement, User

#: An end, or a review, that is this near is told of.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """The agreement that an agency receives under today; None where receiving is paused.

    `last` is the one that ended last, where there is none today.
    """

    current: SharingAgreement | None
    last: SharingAgreement | None = None

    @property
    def ends_soon(self) -> bool:
        """Does it end within 60 days?"""
        return self.current is not None and self.current.expires_on <= timezone.localdate() + SOON

    @property
    def review_is_due(self) -> bool:
        """Is the day of its review past, or within 60 days?"""
        day = self.current.review_on if self.current else None
        return day is not None and day <= timezone.localdate() + SOON


def standing(agency: Agency) -> Standing:
    """What lets `agency` receive today."""
    today = timezone.localdate()
    rows = agency.agreements.order_by("-expires_on", "pk")
    current = rows.filter(_on(today)).first()
    return Standing(current, None if current else rows.filter(expires_on__lt=today).first())


def without(agencies: Iterable[Agency]) -> frozenset[Agency]:
    """Those of `agencies` that cannot receive today."""
    agencies = set(agencies)
    held = SharingAgreement.objects.filter(_on(timezone.localdate()), agency__in=agencies)
    holding = set(held.values_list("agency_id", flat=True))
    return frozenset(agency for agency in agencies if agency.pk not in holding)


def _on(day: date) -> Q:
    return Q(starts_on__lte=day, expires_on__gte=day)


@transaction.atomic
def agree(
    agency: Agency,
    *,
    by: User | None,
    title: str,
    purpose: str,
    signed_on: date,
    starts_on: date,
    review_on: date,
    expires_on: date,
) -> SharingAgreement:
    """Another agreement of the agency, beside those that are kept. Runs as the owner.

    Raises IntegrityError where it ends before it starts, or is reviewed while it does not hold.
    """
    made = SharingAgreement.objects.create(
        agency=agency,
        title=title,
        purpose=purpose,
        signed_on=signed_on,
        starts_on=starts_on,
        review_on=review_on,
        expires_on=expires_on,
    )
    audit.record(
        by=by,
        operation="configuration",
        verb="agree on sharing",
        object_type="agreement",
        object_ids=[made.pk],
        detail={"agency": agency.code, "until": expires_on.isoformat()},
    )
    return made
