"""Releases: frozen tables, each figure through the gate. No count of people is kept ungated."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from problem_profile.measures import Quarter


class Release(models.Model):
    """What was published about one quarter, in one edition. Never changed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quarter = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="edition_once_a_quarter", fields=["quarter", "edition"]),
        ]

    def __str__(self) -> str:
        return f"{self.quarter:%B %Y}, edition {self.edition}"

    @property
    def is_provisional(self) -> bool:
        """Was it published before its quarter was over?"""
        return Quarter(self.quarter).is_running(timezone.localdate(self.published_at))


class Figure(models.Model):
    """One cell of a released table; without a value where fewer than ten are behind it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="figures")
    table = models.CharField(max_length=100)
    row = models.CharField(max_length=100)
    column = models.CharField(max_length=100)
    value = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="figure_once_a_release", fields=["release", "table", "row", "column"]
            ),
            models.CheckConstraint(
                name="only_gated_figures_are_kept",
                condition=Q(value=None)
                | (Q(value__gte=10) & Q(value=F("value") - (F("value") % 5))),
            ),
        ]

    def __str__(self) -> str:
        return "fewer than 10" if self.value is None else str(self.value)
