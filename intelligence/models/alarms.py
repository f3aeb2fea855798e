"""Alarms to the safeguarding hub: a child at risk now, and nobody told who must act."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from intelligence.models.received import Report, Submission
from partners import policy
from partners.policy import Level, PolicyQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import User


class AlarmQuerySet(PolicyQuerySet["Alarm"]):
    """Seen by the hub that it was raised at, and by its lead where nobody took it up in time."""

    level = Level.CONTENT

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The alarms before `user`."""
        return self.filter(policy.alarms_of(user))

    def waiting(self) -> Self:
        """Those that nobody has passed on yet."""
        return self.filter(passed_on_at=None)


class Alarm(models.Model):
    """One report whose sender says that a child is at risk now and names no referral.

    Taken up step by step: acknowledged, taken by somebody, passed on to whoever acts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(Report, models.CASCADE, related_name="alarm")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    sender = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    hub = models.ForeignKey("partners.Agency", models.PROTECT, related_name="alarms")
    why = models.CharField(max_length=1000, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "partners.User", models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("partners.User", models.PROTECT, null=True, related_name="+")
    passed_on_at = models.DateTimeField(null=True)
    passed_on_by = models.ForeignKey("partners.User", models.PROTECT, null=True, related_name="+")
    passed_on_to = models.CharField(max_length=200, blank=True)

    objects: ClassVar[AlarmQuerySet] = AlarmQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="alarm_is_due_after_it_is_raised", condition=Q(due_at__gt=F("raised_at"))
            ),
            models.CheckConstraint(
                name="alarm_acknowledged_by_someone",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="alarm_taken_by_someone_after_it_was_acknowledged",
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__isnull=False, taken_by__isnull=False, acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alarm_passed_on_by_someone_to_somebody",
                condition=Q(passed_on_at=None, passed_on_by=None, passed_on_to="")
                | (
                    Q(
                        passed_on_at__isnull=False,
                        passed_on_by__isnull=False,
                        acknowledged_at__isnull=False,
                    )
                    & ~Q(passed_on_to="")
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "raised_at"], name="alarm_waiting", condition=Q(passed_on_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"alarm of {self.report_id}"

    @property
    def number(self) -> str:
        """The number of its report. The sender’s own reference is not the hub’s to read."""
        return f"R-{self.report_id.hex[:8].upper()}"

    @property
    def is_late(self) -> bool:
        """Has nobody acknowledged it within its working hour?"""
        return self.acknowledged_at is None and self.due_at <= timezone.now()
