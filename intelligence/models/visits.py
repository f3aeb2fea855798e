"""Who comes to a home, and in what: the home's own log, of which chosen rows become a report."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.policy import OwnQuerySet

#: For so long a row is kept here; what was sent of it stays sent.
KEPT = timedelta(days=90)


class VisitQuerySet(OwnQuerySet["Visit"]):
    """Seen by everybody of the home who may send, and by nobody else."""

    owner_path = "agency"
    owner = "agency_id"


class Visit(models.Model):
    """Somebody, or a vehicle, seen at a home. A row is added and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    logged_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField()
    #: As seen; `?` stands for a character that was not read.
    registration = models.CharField(max_length=15, blank=True)
    vehicle = models.CharField(max_length=50, blank=True)
    called = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    #: The young people whom they came for, as the home calls them, divided by commas.
    came_for = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Visit"]] = VisitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="visit_says_something",
                condition=~Q(registration="", vehicle="", called="", description=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "-seen_at"], name="visit_newest"),
            models.Index(fields=["logged_at"], name="visit_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
