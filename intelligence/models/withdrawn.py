"""What a sender has taken back. Nothing is erased: it is marked, and leaves linking."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from intelligence.models.received import Report
from partners.policy import Level, PolicyQuerySet


class WithdrawalQuerySet(PolicyQuerySet["Withdrawal"]):
    """Seen by everybody who sees the report: whoever has it must know."""

    level = Level.REPORT


class Withdrawal(models.Model):
    """A report whose sender, or their lead, has taken it back, or sent a correction of it.

    Appended, never undone.

    The reason is one of a few: everybody who has the report reads it, and the sender's own words
    might name somebody.
    """

    class Reason(models.TextChoices):
        MISTAKE = "mistake", "It was sent by mistake"
        WRONG = "wrong", "What it says is wrong"
        TWICE = "twice", "It was sent twice"
        NOT_OURS = "not_ours", "It was not ours to share"
        CORRECTED = "corrected", "A correction took its place"

    report = models.OneToOneField(
        Report, models.CASCADE, primary_key=True, related_name="withdrawal"
    )
    reason = models.CharField(max_length=10, choices=Reason.choices)
    withdrawn_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["Withdrawal"]] = WithdrawalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="withdrawn_for_a_reason_of_the_list",
                condition=models.Q(
                    reason__in=["mistake", "wrong", "twice", "not_ours", "corrected"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal of {self.report_id}"
