"""A proposal as its pages show it: both sides, why, and what speaks against."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as in_words

from intelligence import people, pseudonyms
from intelligence.models import Mention
from intelligence.people import Person
from intelligence.pseudonyms import HIDDEN, Veil
from intelligence.review import Proposal
from linking.explain import Explanation, Reason
from partners.models import User


@dataclass(frozen=True)
class Row:
    """One line of the review queue."""

    proposal: Proposal
    mine: str
    theirs: str
    code: str
    holders: tuple[str, ...]
    young: bool
    explanation: Explanation | None
    reasons: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """One line of the explanation: the value on either side, and what that says."""

    reason: Reason
    mine: str
    theirs: str


def row(proposal: Proposal) -> Row:
    """A proposal as a line: no name of a young person, and no value."""
    veil = pseudonyms.veil_person(proposal.mentions, proposal.theirs)
    explanation = proposal.explanation
    reasons = explanation.reasons if explanation else ()
    return Row(
        proposal,
        veil.called_all(proposal.mentions),
        veil.called_all(proposal.theirs),
        _code(proposal),
        tuple(sorted({mention.report.agency.name for mention in proposal.theirs})),
        veil.hides(proposal.mention),
        explanation,
        tuple(_told(reason) for reason in reasons if reason.weight >= 1),
        tuple(_told(reason) for reason in reasons if reason.weight <= -1),
    )


def _code(proposal: Proposal) -> str:
    """The code of the profile: names alike, and pseudonyms more so, are told apart by it."""
    known = Person(proposal.theirs[0].pk, proposal.theirs)
    return known.label


#: How a detail is spoken of within a sentence, where its label would read badly there.
_SPOKEN = {
    "Date of birth or age": "date of birth",
    "Named with the same person": "companion",
    "Reported from the same event": "event reported",
    "Both names together": "names together",
    "Reported as": "part in it",
}
#: Levels that say by themselves what is alike.
_BY_THEMSELVES = {
    "same day": "same date of birth",
    "same year": "same year of birth",
    **{said: said for said in ("same address", "same place", "same postcode")},
}


def _told(reason: Reason) -> str:
    """One detail in a sentence: `same phone (uncommon)`, `registration fits most of it`."""
    rare = f" ({reason.rarity})" if reason.rarity else ""
    spoken = _SPOKEN.get(reason.label, reason.label.lower())
    if reason.level in {"same", "similar", "different"}:
        return f"{reason.level} {spoken}{rare}"
    return _BY_THEMSELVES.get(reason.level, f"{spoken} {reason.level}") + rare


def details(proposal: Proposal, explanation: Explanation | None, veil: Veil) -> list[Detail]:
    """The lines of the explanation, with this report's value first and the profile's after."""
    if explanation is None or proposal.link is None:
        return []
    turned = proposal.link.left_id not in {mention.pk for mention in proposal.mentions}
    return lines(explanation, veil, turned=turned)


def lines(explanation: Explanation, veil: Veil, *, turned: bool = False) -> list[Detail]:
    """The lines of an explanation; `turned` where what was compared on the left is theirs."""
    found = []
    for reason in explanation.reasons:
        hide = veil.label if reason.label == "Online name" else veil.text
        left, right = (_shown(reason.label, hide(value)) for value in (reason.left, reason.right))
        mine, theirs = (right, left) if turned else (left, right)
        found.append(Detail(reason, mine, theirs))
    return found


#: Details whose values are compared in small letters, and read with capitals.
_NAMES = {"Given name", "Family name", "Both names together", "Named with the same person"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _shown(label: str, value: str) -> str:
    """A value as people write it: `2 March 2012`, `Arun Sharma`."""
    if label in _NAMES and HIDDEN not in value:
        return value.title()
    if label != "Date of birth or age":
        return value
    return _DAY.sub(lambda day: in_words(date.fromisoformat(day[0]), "j F Y"), value)


def hidden_in(mentions: Iterable[Mention], to: User) -> Veil:
    """Hides the person of a proposal where they are young, and every young person named beside.

    A companion's name is a detail compared, and stands in the narratives too.
    """
    known = list(mentions)
    beside = list(
        Mention.objects.visible_to(to).filter(
            submission__in={mention.submission_id for mention in known}
        )
    )
    young = people.young(beside, to)
    own = known if young & {mention.pk for mention in known} else []
    return Veil(
        [mention for mention in beside if mention.pk in young],
        [mention for mention in own if mention.pk not in young],
    )
