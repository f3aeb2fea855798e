"""The victim profile."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from intelligence.models import Cluster


class VictimProfile(models.Model):
    """One person as victim, in one force. Holds no facts: those are read from mentions, per viewer.

    `number` counts within the force (YP-0231), so that it tells nothing of any other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="victim_profile")
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="victim_number_once", fields=["area", "number"]),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def pseudonym(self) -> str:
        """What a young person is called until a reason is given to see the name."""
        return f"YP-{self.number:04d}"
