"""What comes in: submissions, the reports made from them, who may see them, and the queue."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.grants import Grant
from partners.policy import Desk, Level, PolicyQuerySet


class Source(models.TextChoices):
    """The 3 of 3x5x2: how far the source is to be relied on."""

    RELIABLE = "1", "Reliable"
    UNTESTED = "2", "Untested"
    NOT_RELIABLE = "3", "Not reliable"


class Assessment(models.TextChoices):
    """The 5 of 3x5x2: how the source came to know it."""

    DIRECTLY = "A", "Known directly to the source"
    CORROBORATED = "B", "Known indirectly to the source but corroborated"
    INDIRECTLY = "C", "Known indirectly to the source"
    NOT_KNOWN = "D", "Not known"
    SUSPECTED_FALSE = "E", "Suspected to be false"


class Handling(models.TextChoices):
    """The 2 of 3x5x2: what the receiver may do with it."""

    PERMITTED = "P", "Lawful sharing permitted"
    CONDITIONS = "C", "Lawful sharing permitted with conditions"


class Condition(models.TextChoices):
    """What must be kept to where the handling code is C."""

    NAMED_ONLY = "named_only", "Named recipients only"
    NOT_SUBJECT_OR_FAMILY = "not_subject_or_family", "Not to be shared with the subject or family"
    AGENCY_ONLY = "agency_only", "Not to be shared outside the agency"
    ORIGINATOR_CONSENT = "originator_consent", "Originator's consent before it is shared onward"
    NO_ACTION = "no_action_without_originator", "No action without contacting the originator"
    TIME_LIMITED = "time_limited", "Time limited"
    SANITISED_ONLY = "sanitised_only", "Sanitised version only"
    NO_OVERT_ACTION = "no_overt_action", "Research only, no overt action"


class SubmissionQuerySet(PolicyQuerySet["Submission"]):
    """Seen by who sent it, their lead, and the intelligence desk of the area."""

    level = Level.SUBMISSION
    row_path = "pk"
    audience_column = "submission"


class Submission(models.Model):
    """What a partner sent. Never edited; corrected by another."""

    class Marking(models.TextChoices):
        OFFICIAL = "OFFICIAL", "OFFICIAL"
        SENSITIVE = "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"

    class Channel(models.TextChoices):
        FORM = "form", "Web form"
        API = "api", "API"
        FILE = "file", "File"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="submissions")
    submitted_by = models.ForeignKey("partners.User", models.PROTECT, related_name="submissions")
    reference = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    information_date = models.DateField()
    origin_reference = models.CharField(max_length=128, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    marking = models.CharField(max_length=20, choices=Marking.choices)
    content_hash = models.BinaryField(max_length=32)
    idempotency_key = models.CharField(max_length=128, blank=True)

    objects: ClassVar[models.Manager["Submission"]] = SubmissionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reference_once_an_agency", fields=["agency", "reference"]
            ),
            models.UniqueConstraint(
                name="idempotency_key_once_an_agency",
                fields=["agency", "idempotency_key"],
                condition=~Q(idempotency_key=""),
            ),
            models.CheckConstraint(
                name="submission_does_not_correct_itself",
                condition=Q(corrects=None) | ~Q(corrects=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OriginalQuerySet(PolicyQuerySet["Original"]):
    """Seen by who sent it, their lead, and the intelligence desk of the area."""

    level = Level.ORIGINAL
    row_path = "submission_id"
    audience_column = "submission"


class Original(models.Model):
    """What was sent, word for word, without who told it. No login may change a row."""

    submission = models.OneToOneField(
        Submission, models.CASCADE, primary_key=True, related_name="original"
    )
    payload = models.JSONField()

    objects: ClassVar[models.Manager["Original"]] = OriginalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"original of {self.submission_id}"


class SourceIdentityQuerySet(PolicyQuerySet["SourceIdentity"]):
    """Seen by who sent it; by anyone else only through break-glass."""

    level = Level.SOURCE
    row_path = "submission_id"
    audience_column = "submission"


class SourceIdentity(models.Model):
    """Who told the agency: kept apart, so that it can be withheld apart."""

    submission = models.OneToOneField(
        Submission, models.CASCADE, primary_key=True, related_name="source_identity"
    )
    reporter = models.JSONField()

    objects: ClassVar[models.Manager["SourceIdentity"]] = SourceIdentityQuerySet.as_manager()

    def __str__(self) -> str:
        return f"source of {self.submission_id}"


class ReportQuerySet(PolicyQuerySet["Report"]):
    """Seen by its audience."""

    level = Level.REPORT
    row_path = "pk"


class Report(models.Model):
    """A graded, sanitised unit made from a submission. The first is made on receipt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="reports")
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    area = models.ForeignKey("partners.Area", models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    information_date = models.DateField()
    source_evaluation = models.CharField(max_length=1, choices=Source.choices)
    intelligence_assessment = models.CharField(max_length=1, choices=Assessment.choices)
    handling_code = models.CharField(max_length=1, choices=Handling.choices)
    conditions = ArrayField(
        models.CharField(max_length=32, choices=Condition.choices), default=list, blank=True
    )
    graded_by = models.ForeignKey("partners.User", models.PROTECT, null=True, related_name="+")
    graded_at = models.DateTimeField(null=True)
    names_child = models.BooleanField(default=False)
    text = models.TextField(blank=True)

    objects: ClassVar[models.Manager["Report"]] = ReportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conditions_exactly_when_handling_c",
                condition=Q(handling_code="P", conditions=[])
                | (Q(handling_code="C") & ~Q(conditions=[])),
            ),
            models.CheckConstraint(
                name="graded_by_someone_at_some_time",
                condition=Q(graded_by=None, graded_at=None)
                | (~Q(graded_by=None) & ~Q(graded_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def number(self) -> str:
        """What people call it: `R-` and the first eight digits of its id."""
        return f"R-{self.pk.hex[:8].upper()}"

    @property
    def grade(self) -> str:
        """The grade as police write it, e.g. `2 C P`."""
        return f"{self.source_evaluation} {self.intelligence_assessment} {self.handling_code}"

    @property
    def is_doubtful(self) -> bool:
        """Is its source not reliable, or is it held to be false?"""
        return (
            self.source_evaluation == Source.NOT_RELIABLE
            or self.intelligence_assessment == Assessment.SUSPECTED_FALSE
        )

    @property
    def is_withdrawn(self) -> bool:
        """Has its sender taken it back? Lists read `withdrawal` with the report."""
        return hasattr(self, "withdrawal")

    @property
    def is_corrected(self) -> bool:
        """Has a correction taken its place? It is among what `is_withdrawn`."""
        return self.is_withdrawn and self.withdrawal.reason == "corrected"

    @property
    def is_graded(self) -> bool:
        """Has a person confirmed or changed the suggested grade?"""
        return self.graded_at is not None


class GradeChangeQuerySet(PolicyQuerySet["GradeChange"]):
    """Seen at the desk."""

    level = Level.LINKING


class GradeChange(models.Model):
    """One confirmation or change of a grade. Appended, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="grade_changes")
    before = models.CharField(max_length=5)
    after = models.CharField(max_length=5)
    by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["GradeChange"]] = GradeChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


class ReportGrant(Grant):
    """One report opened to one person by name."""

    content_object = models.ForeignKey(Report, models.CASCADE, related_name="grants")


class Audience(models.Model):
    """One agency's desk, or one person, that may see a report.

    Carries the report's receipt time, so that a list is read from the index alone in the order
    in which it is shown: the first page costs the same whatever the visitor may see.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="audience", db_index=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="audience")
    desk = models.CharField(max_length=6, choices=Desk.choices)
    agency = models.ForeignKey(
        "partners.Agency", models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "partners.User", models.CASCADE, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audience_is_an_agency_or_a_person",
                condition=Q(desk="person", agency=None, person__isnull=False)
                | (~Q(desk="person") & Q(agency__isnull=False, person=None)),
            ),
            models.CheckConstraint(
                name="only_what_is_shared_expires",
                condition=Q(expires_at=None) | Q(desk="shared"),
            ),
            models.UniqueConstraint(
                name="audience_once",
                fields=["report", "desk", "agency", "person"],
                nulls_distinct=False,
            ),
        ]
        # With all that row security asks of a row, so that the rows themselves are not read.
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "desk", "-received_at", "-report"],
                include=["person", "expires_at"],
                name="audience_newest",
            ),
            models.Index(
                fields=["person", "-received_at", "-report"],
                include=["agency", "desk", "expires_at"],
                name="audience_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.agency_id or self.person_id}"


class QueueItemQuerySet(PolicyQuerySet["QueueItem"]):
    """Seen by whoever may see the submission."""

    level = Level.SUBMISSION
    row_path = "submission_id"
    audience_column = "submission"


class QueueItem(models.Model):
    """A submission on its way through the route: once on receipt, and once for each decision
    about one of its mentions. PostgreSQL is the queue; this is its row.

    `error` holds the class and place of a failure, never a word of what was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="queue_items")
    queued_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["QueueItem"]] = QueueItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="not_both_done_and_parked", condition=Q(done_at=None) | Q(parked_at=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="queue_waiting",
                condition=Q(done_at=None, parked_at=None),
            ),
            models.Index(
                fields=["parked_at"], name="queue_parked", condition=Q(parked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"queue row of {self.submission_id}"
