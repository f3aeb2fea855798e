"""From whom a report is kept, because somebody whom it names works there."""

import uuid
from typing import ClassVar

from django.db import models

from partners.policy import Level, PolicyQuerySet


class KeptFromQuerySet(PolicyQuerySet["KeptFrom"]):
    """Seen at the desk: it says where somebody works."""

    level = Level.LINKING


class KeptFrom(models.Model):
    """One report kept from one agency: written on receipt, and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        "intelligence.Report", models.CASCADE, related_name="kept_from", db_index=False
    )
    submission = models.ForeignKey("intelligence.Submission", models.CASCADE, related_name="+")
    agency = models.ForeignKey("partners.Agency", models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["KeptFrom"]] = KeptFromQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="kept_from_once", fields=["report", "agency"]),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} kept from {self.agency_id}"
