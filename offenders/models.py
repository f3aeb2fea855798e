"""The offender profile."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from intelligence.models import Cluster


class OffenderProfile(models.Model):
    """One person as suspected offender, in one force. Holds no facts.

    `number` counts within the force (P-01427), so that it tells nothing of any other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="offender_profile")
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="offender_number_once", fields=["area", "number"]),
        ]

    def __str__(self) -> str:
        return f"P-{self.number:05d}"
