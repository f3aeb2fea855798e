"""The victim profile."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from intelligence.models import Cluster


class VictimProfile(models.Model):
    """One person as victim, in one force. Holds no facts: those are read from mentions, per viewer.

    Nor has it a number: the next one given would tell how many there are. People call it by the
    code of its first mention (`people.Person.code`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="victim_profile")
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+", db_index=False)
    #: The first mention of the person, and when it was received: lists are in this order.
    anchor = models.UUIDField()
    anchored_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["area", "-anchored_at", "-anchor"],
                name="victim_newest",
                condition=Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
