"""Files that partners upload: a table on its way to becoming submissions.

The bytes of the file are never kept. Its cells are, for as long as they are needed to mend what is
wrong with them; what became a submission lives there, and its row is emptied.
"""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.policy import OwnQuerySet

#: For so long after its end all that was sent of a file can be taken back at once.
UNDO_WITHIN = timedelta(hours=24)
#: States of which nothing more comes by itself.
_OVER = ("done", "cancelled", "undone", "stopped")


class UploadQuerySet(OwnQuerySet["Upload"]):
    """Seen by who uploaded it."""

    owner_path = "sent_by"


class Upload(models.Model):
    """One file, and how far it has come."""

    class State(models.TextChoices):
        MATCHING = "matching", "Waiting for you to match its columns"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked: nothing is sent yet"
        IMPORTING = "importing", "Being sent"
        DONE = "done", "Sent"
        CANCELLED = "cancelled", "Cancelled"
        UNDONE = "undone", "Taken back"
        STOPPED = "stopped", "Stopped: something went wrong"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("partners.User", models.PROTECT, related_name="uploads")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    file_name = models.CharField(max_length=200)
    sheet = models.CharField(max_length=100, blank=True)
    headings = ArrayField(models.CharField(max_length=200))
    #: The field of each column, in the order of the headings; empty for one that is left out.
    columns = ArrayField(models.CharField(max_length=40, blank=True))
    how_known = models.CharField(max_length=30, default="not_known")
    information_date = models.DateField(null=True)
    total = models.PositiveIntegerField()
    #: Rows that the check, or the sending, has gone through.
    done = models.PositiveIntegerField(default=0)
    #: Rows ready to be sent that say a child is at risk now and name nobody who was told.
    urgent = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MATCHING)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    #: Class and place of the last failure, never a word of what was sent.
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Upload"]] = UploadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="upload_no_further_than_its_end", condition=Q(done__lte=F("total"))
            ),
            models.CheckConstraint(
                name="upload_finished_at_some_time",
                condition=Q(state__in=_OVER, finished_at__isnull=False)
                | (~Q(state__in=_OVER) & Q(finished_at=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sent_by", "-uploaded_at"], name="upload_newest"),
            models.Index(
                fields=["uploaded_at"],
                name="upload_under_way",
                condition=Q(state__in=["checking", "importing"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_under_way(self) -> bool:
        """Is a worker at it, or about to be?"""
        return self.state in {self.State.CHECKING, self.State.IMPORTING}

    @property
    def is_over(self) -> bool:
        """Will nothing more come of it?"""
        return self.state in _OVER

    @property
    def can_be_undone(self) -> bool:
        """May what was sent of it still be taken back at once?"""
        over = self.finished_at
        done = self.state in {self.State.DONE, self.State.CANCELLED, self.State.STOPPED}
        return done and over is not None and over > timezone.now() - UNDO_WITHIN


class UploadRowQuerySet(OwnQuerySet["UploadRow"]):
    """Seen by who uploaded the file."""

    owner_path = "upload__sent_by"


class UploadRow(models.Model):
    """One row of a file: its cells, what is wrong with them, or what became of it."""

    class Outcome(models.TextChoices):
        UNREAD = "", "Not checked yet"
        READY = "ready", "Ready"
        FIX = "fix", "Needs a fix"
        REPEAT = "repeat", "Repeats one of yours"
        SENT = "sent", "Sent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    #: As the sender sees it beside the row.
    number = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(blank=True))
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    #: `[column from 0 or null, sentence]` for each thing that is wrong.
    wrong = models.JSONField(default=list)
    submission = models.ForeignKey(
        "intelligence.Submission", models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[models.Manager["UploadRow"]] = UploadRowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="upload_row_once", fields=["upload", "number"]),
            models.CheckConstraint(
                name="what_is_sent_is_emptied",
                condition=~Q(outcome="sent") | Q(cells=[], submission__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["upload", "outcome", "number"], name="upload_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.upload_id}"


class KnownHeadingQuerySet(OwnQuerySet["KnownHeading"]):
    """Seen by everybody of the agency who may send."""

    owner_path = "agency"
    owner = "agency_id"


class KnownHeading(models.Model):
    """What an agency said that a heading of its own means; the next file is matched by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("partners.Agency", models.CASCADE, related_name="+")
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager["KnownHeading"]] = KnownHeadingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="heading_once_an_agency", fields=["agency", "heading"]),
        ]

    def __str__(self) -> str:
        return self.heading
