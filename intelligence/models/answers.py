"""What the desk tells and asks whoever sent a submission, and what they answer.

Nothing of it reaches them before the first day after the receipt is over (`QUIET`), and what
became of a report is said in one of a few phrases: none tells of a match, or of anybody else.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from intelligence.models.received import Submission
from partners import policy
from partners.models import User
from partners.policy import Desk, Level, PolicyQuerySet

#: For so long after the receipt whoever sent it is told that it was received, and nothing else.
QUIET = timedelta(hours=24)


class Phrase(models.TextChoices):
    """What may be said of the outcome. Each holds of the report alone, whatever else is known."""

    USED = "used", "Your report was used. Thank you."
    PASSED_TO_CARE = (
        "passed_to_care",
        "Your report was passed on to people who keep children safe. Thank you.",
    )
    PASSED_TO_TEAM = (
        "passed_to_team",
        "Your report was passed on to another police team. Thank you.",
    )
    PASSED_TO_FORCE = (
        "passed_to_force",
        "Your report was passed on to the police of another area. Thank you.",
    )
    NOT_ENOUGH = (
        "not_enough",
        "There was not enough to go on this time. We keep it: a part can help later. Thank you.",
    )
    NOT_FOR_POLICE = (
        "not_for_police",
        "We read your report. There is nothing for police to do now. Thank you for telling us.",
    )


#: The status that each phrase comes with.
STATUS: Mapping[str, str] = {
    Phrase.USED: "used",
    Phrase.PASSED_TO_CARE: "passed_on",
    Phrase.PASSED_TO_TEAM: "passed_on",
    Phrase.PASSED_TO_FORCE: "passed_on",
    Phrase.NOT_ENOUGH: "not_enough",
    Phrase.NOT_FOR_POLICE: "not_enough",
}

M = TypeVar("M", bound=models.Model)


class ToldQuerySet(PolicyQuerySet[M]):
    """Seen at the desk at once, and by who sent the submission from `shown_from` on."""

    level = Level.SUBMISSION
    row_path = "submission_id"
    audience_column = "submission"
    #: Lookup from the model to the moment from which who sent it sees the row.
    shown_path: ClassVar[str] = "shown_from"

    def visible_to(self, user: "policy.Visitor") -> Self:
        """The rows `user` may see by now."""
        held = self._through(policy.audience_of(user, Level.LINKING))
        reasons = policy.audience_ranges(user, self.level, through=(Desk.PERSON, Desk.OWN))
        sent = self._through(reduce(or_, reasons, Q(pk__in=[])))
        return self.filter((sent & self._shown()) | held)

    def told_to(self, user: User) -> Self:
        """The rows of what `user` sent, or for a lead their agency, as they are told by now."""
        return self.sent_by(user).filter(self._shown())

    def _shown(self) -> Q:
        return Q(**{f"{self.shown_path}__lte": timezone.now()})


class QuestionQuerySet(ToldQuerySet["Question"]):
    """Seen at the desk, and once it is due by who sent the submission and their lead."""


class Question(models.Model):
    """What the desk asks whoever sent a submission. Appended, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    shown_from = models.DateTimeField()
    text = models.CharField(max_length=1000)

    objects: ClassVar[models.Manager["Question"]] = QuestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="question_shown_once_asked", condition=Q(shown_from__gte=F("asked_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AnswerQuerySet(ToldQuerySet["Answer"]):
    """Seen like the original: by who sent it, their lead, and the desk."""

    level = Level.ORIGINAL
    row_path = "question__submission_id"
    shown_path = "question__shown_from"


class Answer(models.Model):
    """What whoever sent a submission answers. Kept as they wrote it; another may follow."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    answered_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField()

    objects: ClassVar[models.Manager["Answer"]] = AnswerQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class OutcomeQuerySet(ToldQuerySet["Outcome"]):
    """Seen at the desk, and once it is due by who sent the submission and their lead."""


class Outcome(models.Model):
    """What became of a submission, in a phrase of the list. Appended: the latest holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="outcomes")
    phrase = models.CharField(max_length=20, choices=Phrase.choices)
    released_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=timezone.now, editable=False)
    shown_from = models.DateTimeField()

    objects: ClassVar[models.Manager["Outcome"]] = OutcomeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outcome_in_a_phrase_of_the_list", condition=Q(phrase__in=Phrase.values)
            ),
            models.CheckConstraint(
                name="outcome_shown_once_released",
                condition=Q(shown_from__gte=F("released_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    @property
    def status(self) -> str:
        """used, passed_on or not_enough."""
        return STATUS[self.phrase]
