"""Answering back: what the desk asks and tells whoever sent a submission, and what they answer.

A report that was answered within minutes would say that something matched. So nothing that the
desk writes here is shown to its sender before a day has gone by since the receipt; the database
refuses what would be.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from intelligence.models import Answer, Outcome, Question, Submission, Withdrawal
from intelligence.models.answers import QUIET
from partners import audit, policy
from partners.models import User
from partners.policy import Action, NotPermittedError

#: What the desk writes to whoever sent a submission.
Told = Question | Outcome

#: Questions that are counted on the way in, at most.
MOST = 99


@transaction.atomic
def ask(submission: Submission, *, by: User, text: str) -> Question:
    """Ask whoever sent this. Raises NotPermittedError where it is not before the desk of `by`."""
    held, now = _hold(submission, by=by), timezone.now()
    question = Question(
        submission=held, asked_by=by, asked_at=now, shown_from=max(now, due(held)), text=text
    )
    question.save(force_insert=True)
    _disclosed("ask sender", held, by=by)
    return question


@transaction.atomic
def release(submission: Submission, *, by: User, phrase: str) -> Outcome:
    """Tell whoever sent this what became of it; the latest outcome holds.

    Raises NotPermittedError where it is not before the desk of `by`.
    """
    held, now = _hold(submission, by=by), timezone.now()
    outcome = Outcome(
        submission=held,
        phrase=phrase,
        released_by=by,
        released_at=now,
        shown_from=max(now, due(held)),
    )
    outcome.save(force_insert=True)
    _disclosed("release outcome", held, by=by, phrase=phrase)
    return outcome


@transaction.atomic
def answer(question: Question, *, by: User, text: str) -> Answer:
    """Answer a question about what `by`, or for a lead their agency, has sent.

    Raises NotPermittedError where it is not theirs to answer, or is not shown yet.
    """
    policy.require(by, Action.SUBMIT)
    asked = Question.objects.told_to(by).filter(pk=question.pk).first()
    if asked is None:
        raise NotPermittedError("not asked of this person")
    given = Answer(question=asked, answered_by=by, text=text)
    given.save(force_insert=True)
    audit.record(
        by=by,
        operation="collection",
        verb="answer question",
        object_type="submission",
        object_ids=[asked.submission_id],
    )
    return given


def _hold(submission: Submission, *, by: User) -> Submission:
    policy.require(by, Action.ANSWER)
    held = Submission.objects.held_by(by).filter(pk=submission.pk, reports__withdrawal=None).first()
    if held is None:
        raise NotPermittedError("the submission is not before this person's desk")
    return held


def due(submission: Submission) -> datetime:
    """The first moment at which whoever sent it may be shown anything but the receipt."""
    return submission.received_at + QUIET


def _disclosed(verb: str, submission: Submission, *, by: User, **detail: str) -> None:
    audit.record(
        by=by,
        operation="disclosure",
        verb=verb,
        object_type="submission",
        object_ids=[submission.pk],
        detail={"recipients": [str(submission.agency_id)], **detail},
    )


@dataclass(frozen=True)
class Conversation:
    """What was asked and answered of one submission, the first first, and the last outcome."""

    questions: list[Question]  #: each with its `answers`
    outcome: Outcome | None


def conversation(submission: Submission, *, to: User) -> Conversation:
    """All of it that `to` may see: at the desk, also what is not due yet."""
    return _conversation(
        submission,
        Question.objects.visible_to(to),
        Answer.objects.visible_to(to),
        Outcome.objects.visible_to(to),
    )


def told(submission: Submission, *, to: User) -> Conversation:
    """What `to` is told by now of what they, or for a lead their agency, have sent."""
    return _conversation(
        submission,
        Question.objects.told_to(to),
        Answer.objects.told_to(to),
        Outcome.objects.told_to(to),
    )


def _conversation(
    submission: Submission,
    questions: QuerySet[Question],
    answers: QuerySet[Answer],
    outcomes: QuerySet[Outcome],
) -> Conversation:
    given = answers.select_related("answered_by").order_by("answered_at", "pk")
    asked = questions.filter(submission=submission).select_related("asked_by")
    released = outcomes.filter(submission=submission).select_related("released_by")
    return Conversation(
        list(asked.order_by("asked_at", "pk").prefetch_related(Prefetch("answers", given))),
        released.order_by("released_at", "pk").last(),
    )


def open_questions(*, to: User) -> QuerySet[Question]:
    """What is asked of `to`, or for a lead of their agency, and nobody has answered.

    Nothing about what they have withdrawn since.
    """
    withdrawn = Withdrawal.objects.filter(report__submission=OuterRef("submission"))
    return Question.objects.told_to(to).filter(~Exists(withdrawn), answers=None)


def waiting(user: User) -> int:
    """How many questions wait for `user`, counted to `MOST` and one more."""
    return open_questions(to=user)[: MOST + 1].count()


def summary(submission: uuid.UUID, *, to: User) -> str:
    """At the desk, how much was asked of its sender, answered and released; empty where nothing."""
    if not policy.can(to, Action.ANSWER):
        return ""
    asked = Question.objects.visible_to(to).filter(submission=submission)
    number, answered = asked.count(), asked.exclude(answers=None).distinct().count()
    parts = [f"{number} asked, {answered} answered"] if number else []
    if Outcome.objects.visible_to(to).filter(submission=submission).exists():
        parts.append("outcome released")
    return ", ".join(parts)
