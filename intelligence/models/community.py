"""What people without an account tell: kept apart, before a person at the desk has read it.

Nothing here is intelligence yet: no worker reads it, nothing is linked, and it counts nowhere. Who
wrote it is not asked, and neither is kept from where.
"""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.policy import Action, OwnQuerySet, can

if TYPE_CHECKING:
    from partners.policy import Visitor


class CommunityMessageQuerySet(OwnQuerySet["CommunityMessage"]):
    """Seen by the intelligence desk of the area, and by nobody else."""

    def visible_to(self, user: "Visitor") -> Self:
        """Those of the area, for the desk of its police."""
        if user.is_anonymous or not can(user, Action.TRIAGE) or not user.agency.is_police:
            return self.none()
        return self.filter(area=user.agency.area_id)


class CommunityMessage(models.Model):
    """One message, and what the desk made of it."""

    class Known(models.TextChoices):
        SEEN = "first_hand", "I saw or heard it myself"
        CHILD = "child_about_self", "It happened to me, or a young person told me about themselves"
        TOLD = "told_by_another", "Somebody else told me"
        NOT_KNOWN = "not_known", "I would rather not say, or do not know"

    class Who(models.TextChoices):
        PARENT = "parent_or_carer", "A parent, carer or relative"
        PUBLIC = "member_of_public", "A neighbour, customer, friend or passer-by"
        WORK = "another_professional", "Somebody who came across it at work"
        NOT_SAID = "anonymous", "I would rather not say"

    class AtRisk(models.TextChoices):
        NO = "no", "No"
        YES = "yes", "Yes"
        NOT_KNOWN = "not_known", "I do not know"

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting to be read"
        ACCEPTED = "accepted", "Taken in as a report"
        SET_ASIDE = "set_aside", "Set aside"

    id = models.UUIDField(primary_key=True, editable=False)
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    #: What the writer was given to come back with.
    reference = models.CharField(max_length=20)
    #: 32 bytes that follow from reference and word: equal for the messages of one writer.
    tag = models.BinaryField(max_length=32)
    #: Did they say that they had written before?
    returning = models.BooleanField(default=False)
    #: Sent in a way in which programs send. It is read all the same, after the others.
    doubtful = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    day = models.CharField(max_length=200, blank=True)
    how_known = models.CharField(max_length=20, choices=Known.choices)
    who = models.CharField(max_length=24, choices=Who.choices)
    at_risk = models.CharField(max_length=10, choices=AtRisk.choices)
    referral = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("partners.User", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    submission = models.ForeignKey(
        "intelligence.Submission", models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[models.Manager["CommunityMessage"]] = CommunityMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="message_settled_by_someone",
                condition=Q(outcome="", settled_at=None, settled_by=None, why="")
                | ~Q(outcome="") & Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="message_taken_in_is_emptied",
                condition=~Q(outcome="accepted") | Q(text="", place="", day=""),
            ),
            models.CheckConstraint(
                name="message_set_aside_for_a_reason",
                condition=~Q(outcome="set_aside") | ~Q(why=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["area", "received_at"], name="message_waiting", condition=Q(outcome="")
            ),
            models.Index(fields=["area", "-settled_at"], name="message_settled"),
            models.Index(fields=["tag"], name="message_tag"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def whole(self) -> str:
        """All that was written, as one text."""
        lines = [self.text]
        lines += [f"Where: {self.place}"] if self.place else []
        lines += [f"When: {self.day}"] if self.day else []
        return "\n".join(lines)
