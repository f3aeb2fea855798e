"""Things that many people use and that tie nobody to anybody, as supervisors have said."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.policy import Level, PolicyQuerySet, at_desk

if TYPE_CHECKING:
    from partners.policy import Visitor


class HubQuerySet(PolicyQuerySet["Hub"]):
    """Seen at the desk of the force that said so."""

    level = Level.LINKING

    def visible_to(self, user: "Visitor") -> Self:
        """What the desk of `user` has said."""
        if user.is_anonymous or not at_desk(user):
            return self.none()
        return self.filter(area=user.agency.area_id)


class Hub(models.Model):
    """A home's telephone, a taxi office's car: while it is pinned, sharing it weighs nothing.

    `value` is the normal form. The worker brings the links of whoever has it up to date, and then
    writes when (`applied_at`); it is empty until then.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", "Telephone number"
        VEHICLE = "vehicle", "Registration"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value = models.CharField(max_length=200)
    is_pinned = models.BooleanField(default=True)
    reason = models.CharField(max_length=500)
    changed_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Hub"]] = HubQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="hub_once", fields=["area", "kind", "value"]),
            models.CheckConstraint(name="hub_for_a_reason", condition=~Q(reason="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["changed_at"], name="hub_waiting", condition=Q(applied_at=None)),
            models.Index(fields=["kind", "value"], name="hub_pinned", condition=Q(is_pinned=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
