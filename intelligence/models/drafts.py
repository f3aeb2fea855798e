"""Reports that somebody has begun and not sent: theirs alone, and not for long."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.policy import OwnQuerySet

#: For so long after it was last saved a draft is kept.
KEPT = timedelta(days=14)


class DraftQuerySet(OwnQuerySet["Draft"]):
    """Seen by whoever writes it, and by nobody else: not their lead, not the desk."""

    owner_path = "written_by"


class Draft(models.Model):
    """What was typed so far, as it was typed. It counts nowhere: nothing has been reported yet."""

    class Way(models.TextChoices):
        STEPS = "steps", "In steps"
        BOX = "box", "In one box"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    written_by = models.ForeignKey("partners.User", models.CASCADE, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(default=timezone.now)
    #: What a browser would post: field to text, or to a list of texts.
    answers = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["Draft"]] = DraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="draft_saved_after_it_was_begun", condition=Q(saved_at__gte=F("begun_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["written_by", "-saved_at"], name="draft_newest"),
            models.Index(fields=["saved_at"], name="draft_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def reference(self) -> str:
        """The reference that its report has where the agency gives none: sent twice, it is one."""
        return f"W-{self.pk.hex[:12]}"

    @property
    def kept_until(self) -> datetime:
        """When it is erased unless it is saved again."""
        return self.saved_at + KEPT
