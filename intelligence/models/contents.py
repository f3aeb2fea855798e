"""What a report gives: statements, persons, objects, events, and how they hang together."""

import uuid
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from intelligence.models.received import Report, Submission
from partners.policy import Level, PolicyQuerySet

M = TypeVar("M", bound=models.Model)


class ContentQuerySet(PolicyQuerySet[M]):
    """Seen at the intelligence desk of the area, at the hub where a child is named, by grant."""

    level = Level.CONTENT


def content_id(submission: uuid.UUID, ref: str) -> uuid.UUID:
    """The id of what `submission` calls `ref`: the same each time the route is run."""
    return uuid.uuid5(submission, ref)


class Content(models.Model):
    """One thing given by one report under one ref."""

    id = models.UUIDField(primary_key=True, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="%(class)ss")
    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="%(class)ss", db_index=False
    )
    ref = models.CharField(max_length=16)

    objects: ClassVar[models.Manager[Any]] = ContentQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(name="%(class)s_ref_once", fields=["submission", "ref"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Statement(Content):
    """One thing a submission says, with its basis, time and provenance."""

    class Basis(models.TextChoices):
        OBSERVED = "observed", "Seen or heard by the reporter"
        CHILD_WORDS = "child_words", "The child's own words"
        TOLD = "told_by_another", "Told by somebody else"
        RECORD = "record", "From a record"
        OPINION = "professional_opinion", "Professional opinion"
        INFERENCE = "analyst_inference", "Analyst's inference"

    text = models.TextField()
    basis = models.CharField(max_length=24, choices=Basis.choices)
    about = ArrayField(models.CharField(max_length=16), default=list)
    when = models.JSONField(default=dict)
    origin_reference = models.CharField(max_length=128, blank=True)
    provenance = models.JSONField(default=dict)
    grading = models.JSONField(default=dict)


class Part(models.TextChoices):
    """The part a person plays in what is reported."""

    OFFENDER = "suspected_offender", "Suspected offender"
    CHILD = "child_at_risk", "Child at risk"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    ASSOCIATE = "associate", "Associate"
    CARER = "parent_or_carer", "Parent or carer"
    PROFESSIONAL = "professional", "Professional"
    UNKNOWN = "unknown", "Not known"


#: Of a person's status: that an allegation has been looked into and discounted.
DISCOUNTED = "discounted"


def names_child(at: str = "") -> Q:
    """Named as a child at risk or a victim; `at` is the lookup that leads to the mention."""
    return _plays([Part.CHILD, Part.VICTIM], at)


def names_suspect(at: str = "") -> Q:
    """Named as a suspected offender by a report that does not say it was discounted."""
    return _plays([Part.OFFENDER], at) & ~Q(**{f"{at}role_status": DISCOUNTED})


def _plays(parts: list[Part], at: str) -> Q:
    return Q(**{f"{at}role__in": parts}) | Q(**{f"{at}also__overlap": parts})


class Mention(Content):
    """A person as one report gives them."""

    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+", db_index=False)
    #: When the report was received: lists of people are read in this order from an index.
    received_at = models.DateTimeField()
    role = models.CharField(max_length=20, choices=Part.choices)
    also = ArrayField(models.CharField(max_length=20, choices=Part.choices), default=list)
    how_many = models.PositiveSmallIntegerField(default=1)
    given_names = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    nicknames = ArrayField(models.CharField(max_length=60), default=list)
    date_of_birth = models.CharField(max_length=10, blank=True)
    age_from = models.PositiveSmallIntegerField(null=True)
    age_to = models.PositiveSmallIntegerField(null=True)
    gender = models.CharField(max_length=12, blank=True)
    offender_level = models.CharField(max_length=12, blank=True)
    role_status = models.CharField(max_length=12, blank=True)
    victim_status = models.CharField(max_length=12, blank=True)
    vulnerabilities = ArrayField(models.CharField(max_length=24), default=list)
    description = models.TextField(blank=True)
    #: The rest of what the schema has on a person, as given (appearance, ethnicity, language ...).
    details = models.JSONField(default=dict)
    #: The comparable form that the linking engine reads, and what normalised to nothing.
    record = models.JSONField(default=dict)

    class Meta(Content.Meta):
        indexes: ClassVar = [
            models.Index(fields=["area", "-received_at", "-id"], name="mention_newest"),
        ]

    @property
    def name(self) -> str:
        """The name as given, or an empty string."""
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def is_child(self) -> bool:
        """Named as a child at risk or a victim, whatever else (a child is a child first)."""
        return bool({Part.CHILD, Part.VICTIM} & {self.role, *self.also})

    @property
    def is_suspect(self) -> bool:
        """Named as a suspected offender, by a report that does not say it was discounted."""
        return Part.OFFENDER in {self.role, *self.also} and self.role_status != DISCOUNTED


class Sighting(Content):
    """A phone, vehicle, place or online account as one report gives it, with its normal form."""

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone"
        VEHICLE = "vehicle", "Vehicle"
        PLACE = "place", "Place"
        ACCOUNT = "online_account", "Online account"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    given = models.JSONField()
    normal = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True)

    class Meta(Content.Meta):
        constraints: ClassVar = [
            *Content.Meta.constraints,
            models.CheckConstraint(
                name="both_coordinates_or_neither",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "normal"], name="sighting_normal")]

    @property
    def label(self) -> str:
        """What people read: the number, the plate, the place."""
        given = self.given
        if self.kind == self.Kind.PHONE:
            return str(given["number"])
        if self.kind == self.Kind.VEHICLE:
            parts = (given.get(k, "") for k in ("registration", "colour", "make", "model"))
            return " ".join(part for part in parts if part)
        if self.kind == self.Kind.ACCOUNT:
            return f"{given.get('handle') or given.get('display_name', '')} ({given['platform']})"
        parts = (given.get(k, "") for k in ("name", "address", "postcode"))
        return ", ".join(part for part in parts if part) or str(given["kind"])


class Event(Content):
    """A missing episode, return home interview, meeting and so on."""

    kind = models.CharField(max_length=24)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    place_ref = models.CharField(max_length=16, blank=True)
    details = models.JSONField(default=dict)


class Group(Content):
    """A gang, network or circle of friends that a report speaks of."""

    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=100, blank=True)
    how_many = models.PositiveIntegerField(null=True)


class Relation(Content):
    """How two things given by one report hang together. A nameless one has a ref of ours, `#n`."""

    from_ref = models.CharField(max_length=16)
    to_ref = models.CharField(max_length=16)
    kind = models.CharField(max_length=24)
    when = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
