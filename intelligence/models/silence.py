"""What an agency says instead of sending: that it had nothing to share for a month."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.policy import OwnQuerySet


class NothingToShareQuerySet(OwnQuerySet["NothingToShare"]):
    """Seen by everybody of the agency who may send."""

    owner_path = "agency"
    owner = "agency_id"


class NothingToShare(models.Model):
    """One agency had nothing more to share for one month: not the same as silence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    #: Its first day.
    month = models.DateField()
    said_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["NothingToShare"]] = NothingToShareQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="nothing_once_a_month", fields=["agency", "month"]),
            models.CheckConstraint(name="nothing_of_a_whole_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"nothing in {self.month:%B %Y}"
