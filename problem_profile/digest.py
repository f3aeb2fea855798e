"""A month for an agency: what it sent, what came of it, and which questions wait for it.

For its lead, who may read each of these rows; nothing of it is published. It names no person and
repeats no word of a report: references, numbers, and the phrases that the desk released.
"""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from intelligence import quality, silence
from intelligence.models import Outcome, Question, Submission
from intelligence.models.answers import QUIET, Phrase
from partners.models import Agency, User
from problem_profile import measures
from problem_profile.measures import Feedback, Month


@dataclass(frozen=True)
class Digest:
    """One month of one agency.

    `outcomes` counts what was said, by its phrase; `waiting` are the reports, by id, whose question
    nobody has answered, of whatever month, each with its reference.
    """

    agency: Agency
    month: Month
    feedback: Feedback
    outcomes: tuple[tuple[str, int], ...]
    withdrawn: int
    waiting: dict[uuid.UUID, str]

    @property
    def unanswered(self) -> int:
        """Reports of the month that nothing has been said about yet."""
        return self.feedback.sent - self.feedback.told


def digest(agency: Agency, starts_on: date) -> Digest:
    """The month of `agency` that begins on `starts_on`, as it stands now."""
    month = Month(starts_on)
    return Digest(
        agency,
        month,
        measures.feedback(month, agency.pk),
        _outcomes(agency.pk, month),
        _received(agency.pk, month).exclude(reports__withdrawal=None).distinct().count(),
        _waiting(agency.pk),
    )


def months(today: date, how_many: int = 6) -> list[date]:
    """The first days of the month that is running and of those before it, the newest first."""
    found = [today.replace(day=1)]
    while len(found) < how_many:
        found.append(silence.month_before(found[-1]))
    return found


def prompts(*, to: User) -> list[quality.Prompt]:
    """What the newest reports of the agency that `to` leads often lack."""
    return quality.prompts(to=to)


def _received(agency: uuid.UUID, month: Month) -> QuerySet[Submission]:
    start, end = month.moments
    until = min(end, timezone.now() - QUIET)
    return Submission._base_manager.filter(
        pk__in=measures.open_to_lead(agency),
        agency=agency,
        received_at__gte=start,
        received_at__lt=until,
    )


def _outcomes(agency: uuid.UUID, month: Month) -> tuple[tuple[str, int], ...]:
    """The latest of each report that shows by now, the commonest first."""
    told = Outcome._base_manager.filter(
        submission__in=_received(agency, month).filter(reports__withdrawal=None),
        shown_from__lte=timezone.now(),
    )
    latest = dict(told.order_by("released_at", "pk").values_list("submission_id", "phrase"))
    counted = Counter(latest.values()).most_common()
    return tuple((Phrase(phrase).label, number) for phrase, number in counted)


def _waiting(agency: uuid.UUID) -> dict[uuid.UUID, str]:
    asked = Question._base_manager.filter(
        submission__in=measures.open_to_lead(agency),
        submission__agency=agency,
        submission__reports__withdrawal=None,
        shown_from__lte=timezone.now(),
    )
    open_ = asked.annotate(given=Count("answers", filter=Q(answers__isnull=False))).filter(given=0)
    return dict(open_.order_by("shown_from").values_list("submission", "submission__reference"))


def as_text(of: Digest) -> str:
    """The digest as a letter of plain text, for the agency's own record."""
    told = of.feedback
    lines = [
        f"{of.agency.name}: {of.month}",
        "",
        f"Reports received: {told.sent}",
        f"Told an outcome: {told.told}" + (f" ({told.coverage} %)" if told.sent else ""),
    ]
    if told.days is not None:
        lines.append(f"Days to the first answer (middle value): {told.days:.1f}")
    lines += [f"  {number} x {phrase}" for phrase, number in of.outcomes]
    if of.withdrawn:
        lines.append(f"Withdrawn: {of.withdrawn}")
    if told.nothing_in:
        lines.append("You said that there was nothing to share.")
    lines += ["", "Questions that wait for your answer:"]
    lines += [f"  {reference}" for reference in of.waiting.values()] or ["  none"]
    lines += ["", "Reports of the last day are left out. Sign in to read and to answer.", ""]
    return "\n".join(lines)
