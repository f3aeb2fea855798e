"""Which model links are scored with: every version that was kept, and what others say of a pair."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.policy import Level, PolicyQuerySet, at_desk

if TYPE_CHECKING:
    from partners.policy import Visitor


class ModelVersionQuerySet(PolicyQuerySet["ModelVersion"]):
    """Read at the desks: a model holds how common names and numbers are, by name and number."""

    level = Level.LINKING

    def visible_to(self, user: "Visitor") -> Self:
        """Every version, for those who work at a desk."""
        return self.all() if at_desk(user) else self.none()


class ModelVersion(models.Model):
    """One model, as it was kept. Its content never changes; only its state does.

    A draft has been trained and compared. A shadow scores beside the active one and touches no
    link. One version is active. What was active, or was set aside, is retired, and stays readable:
    each link names the version that it was scored with.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SHADOW = "shadow", "Shadow"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    version = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the document
    number = models.PositiveIntegerField(unique=True)  # 0 is the one that first came with the code
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    document = models.JSONField()
    threshold = models.FloatField()  # bits
    facts = models.JSONField(default=dict)  # how it was made: counts and names of methods
    comparison = models.JSONField(null=True)  # what it would change; counts
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey("partners.User", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager["ModelVersion"]] = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_active_and_one_shadow",
                fields=["state"],
                condition=Q(state__in=["active", "shadow"]),
            ),
            models.CheckConstraint(
                name="a_draft_was_put_in_force_by_nobody",
                condition=~Q(state="draft") | Q(changed_by=None),
            ),
            models.CheckConstraint(
                name="in_force_once_compared",
                condition=Q(number=0) | ~Q(state="active") | Q(comparison__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def id_in_address(self) -> uuid.UUID:
        """The first half of its SHA-256, as addresses name it."""
        return uuid.UUID(self.version[:32])


class OtherScore(models.Model):
    """What a version other than a link's own says of the pair: a shadow, or the one before.

    Written by the workers and for them: no login of the web server reads it.
    """

    pk = models.CompositePrimaryKey("version", "left_id", "right_id")
    version = models.CharField(max_length=64)
    left = models.ForeignKey("intelligence.Mention", models.CASCADE, related_name="+")
    right = models.ForeignKey("intelligence.Mention", models.CASCADE, related_name="+")
    weight = models.FloatField()  # bits
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="other_lower_first", condition=Q(left__lt=F("right"))),
        ]

    def __str__(self) -> str:
        return f"{self.weight:+.1f} bits by {self.version[:8]}"
