"""A proposal as its pages show it: both sides, why, and what speaks against."""

from collections.abc import Iterable
from dataclasses import dataclass

from intelligence import people, pseudonyms
from intelligence.models import Mention
from intelligence.pseudonyms import Veil
from intelligence.review import Proposal
from linking.explain import Explanation, Reason
from partners.models import User


@dataclass(frozen=True)
class Row:
    """One line of the review queue."""

    proposal: Proposal
    mine: str
    theirs: str
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
        tuple(sorted({mention.report.agency.name for mention in proposal.theirs})),
        veil.hides(proposal.mention),
        explanation,
        tuple(_told(reason) for reason in reasons if reason.weight >= 1),
        tuple(_told(reason) for reason in reasons if reason.weight <= -1),
    )


def _told(reason: Reason) -> str:
    rare = f" ({reason.rarity})" if reason.rarity else ""
    return f"{reason.label.lower()} {reason.level}{rare}"


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
        left, right = hide(reason.left), hide(reason.right)
        mine, theirs = (right, left) if turned else (left, right)
        found.append(Detail(reason, mine, theirs))
    return found


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
