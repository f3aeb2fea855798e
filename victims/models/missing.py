"""An agency's own record of a young person who was missing, and of the interview after the return.

Neither is a report: nobody outside reads a word of the interview before its agency sends it on.
The hub of the area sees the clock, because a council answers for the offer of an interview.
"""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.policy import Action, OwnQuerySet, Role, can

if TYPE_CHECKING:
    from partners.policy import Visitor

#: For so long after it was last changed a record is kept here; what was sent on stays sent.
KEPT = timedelta(days=365)


class MissingEpisodeQuerySet(OwnQuerySet["MissingEpisode"]):
    """Seen by everybody of the agency who may send, and by the safeguarding hub of the area."""

    owner_path = "agency"
    owner = "agency_id"

    def visible_to(self, user: "Visitor") -> Self:
        """The agency's own, and for a hub those of its area."""
        if user.is_anonymous or not can(user, Action.SUBMIT):
            return self.none()
        here = Q(area__hub=user.agency_id) if user.role == Role.MASH else Q(pk__in=[])
        return self.filter(Q(agency=user.agency_id) | here)

    def kept_by(self, user: "Visitor") -> Self:
        """Those of the agency itself: its own to write."""
        return self.visible_to(user).filter(agency=getattr(user, "agency_id", None))


class MissingEpisode(models.Model):
    """A young person was missing: from when, found where, and where the interview has come to."""

    class Risk(models.TextChoices):
        """As police grade it (College of Policing, APP Missing persons)."""

        NONE = "no_apparent_risk", "No apparent risk"
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    class Interview(models.TextChoices):
        NOT_YET = "", "Not offered yet"
        OFFERED = "offered", "Offered"
        HELD = "held", "Held"
        REFUSED = "refused", "Offered and refused"
        NOT_OFFERED = "not_offered", "Will not be offered"

    class Refuser(models.TextChoices):
        CHILD = "young_person", "The young person"
        CARER = "carer", "A parent or carer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    given_names = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    #: As the contract has it: a year, a month or a day.
    date_of_birth = models.CharField(max_length=10, blank=True)
    missing_since = models.DateTimeField()
    missing_from = models.CharField(max_length=300, blank=True)
    circumstances = models.CharField(max_length=2000, blank=True)
    risk = models.CharField(max_length=20, choices=Risk.choices, blank=True)
    police_reference = models.CharField(max_length=64, blank=True)
    returned_at = models.DateTimeField(null=True)
    found_where = models.CharField(max_length=300, blank=True)
    returned_how = models.CharField(max_length=300, blank=True)

    interview = models.CharField(max_length=12, choices=Interview.choices, blank=True)
    offered_by = models.CharField(max_length=100, blank=True)
    refused_by = models.CharField(max_length=12, choices=Refuser.choices, blank=True)
    #: Why it was refused, or not offered.
    why_not = models.CharField(max_length=1000, blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=100, blank=True)
    #: When something of it was last sent to police.
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[MissingEpisodeQuerySet] = MissingEpisodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="missing_before_the_return",
                condition=Q(returned_at=None) | Q(returned_at__gte=F("missing_since")),
            ),
            models.CheckConstraint(
                name="interview_after_the_return",
                condition=Q(interview="") | Q(returned_at__isnull=False),
            ),
            models.CheckConstraint(
                name="interview_held_by_someone_after_the_return",
                condition=Q(interview="held", held_at__gte=F("returned_at")) & ~Q(held_by="")
                | ~Q(interview="held") & Q(held_at=None, held_by=""),
            ),
            models.CheckConstraint(
                name="interview_refused_by_someone",
                condition=Q(interview="refused") & ~Q(refused_by="")
                | ~Q(interview="refused") & Q(refused_by=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "-missing_since"], name="missing_of_agency"),
            models.Index(fields=["area", "-missing_since"], name="missing_of_area"),
            models.Index(fields=["changed_at"], name="missing_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def name(self) -> str:
        """The young person as the agency calls them."""
        return f"{self.given_names} {self.family_name}".strip() or "A young person"

    @property
    def due_at(self) -> datetime | None:
        """When the interview is to have been held; None while they are missing, or it is over."""
        open_ = self.interview in {self.Interview.NOT_YET, self.Interview.OFFERED}
        if self.returned_at is None or not open_:
            return None
        return self.returned_at + timedelta(hours=settings.RETURN_INTERVIEW_HOURS)

    @property
    def is_overdue(self) -> bool:
        """Is the interview late?"""
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def in_time(self) -> bool:
        """Was the interview held before it was due?"""
        within = timedelta(hours=settings.RETURN_INTERVIEW_HOURS)
        return bool(self.held_at and self.returned_at and self.held_at - self.returned_at <= within)


class ReturnInterviewQuerySet(OwnQuerySet["ReturnInterview"]):
    """Seen by everybody of the agency who may send, and by no hub: these are a child's words."""

    owner_path = "episode__agency"
    owner = "agency_id"


class Push(models.TextChoices):
    """What a young person may be getting away from."""

    FAMILY = "family", "Difficulties or change in the family"
    VIOLENCE = "domestic_abuse", "Domestic abuse at home"
    ABUSE = "abuse_or_neglect", "Abuse or neglect"
    SUBSTANCES = "substances", "Drugs or alcohol at home"
    SCHOOL = "school", "Problems at school"
    BULLYING = "bullying", "Bullying"
    ISOLATION = "isolation", "Feeling alone or not listened to"
    PLACEMENT = "placement", "Where they live does not suit them"


class Pull(models.TextChoices):
    """What a young person may be drawn to."""

    FRIENDS = "family_or_friends", "Family or friends elsewhere"
    PARTNER = "boyfriend_or_girlfriend", "Someone described as a boyfriend or girlfriend"
    CONTACT = "contact", "Somebody who contacts or collects them"
    PEERS = "peer_pressure", "Pressure from others their age"
    PARTIES = "parties", "Parties"
    SUBSTANCES = "substances", "Drugs or alcohol on offer"
    GIFTS = "gifts", "Money, gifts or a place to stay"


class ReturnInterview(models.Model):
    """What the young person said, as near to their own words as can be."""

    episode = models.OneToOneField(
        MissingEpisode, models.CASCADE, primary_key=True, related_name="said"
    )
    where_was = models.CharField(max_length=2000, blank=True)
    with_whom = models.CharField(max_length=2000, blank=True)
    travelled = models.CharField(max_length=1000, blank=True)
    led_up = models.CharField(max_length=2000, blank=True)
    hurt = models.CharField(max_length=2000, blank=True)
    wants = models.CharField(max_length=2000, blank=True)
    push = ArrayField(models.CharField(max_length=20, choices=Push.choices), default=list)
    pull = ArrayField(models.CharField(max_length=24, choices=Pull.choices), default=list)
    #: What came up, a line each: names, nicknames, phones, registrations, places, names online.
    came_up = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["ReturnInterview"]] = ReturnInterviewQuerySet.as_manager()

    def __str__(self) -> str:
        return f"interview of {self.episode_id}"
