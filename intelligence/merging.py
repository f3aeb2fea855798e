"""Profiles put together and taken apart by hand, and what became of them.

Both are judgements of pairs, appended like any other: nothing is moved, and everything can be
taken back. What would come of them is shown before.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise, product

from django.db import transaction
from django.db.models import Q

from intelligence import resolution, review
from intelligence.models import ClusterEvent, Decision, Membership, Mention, Undoing
from intelligence.people import Person
from intelligence.resolution import Pair
from linking.explain import Explanation
from linking.explain import explain as explain_score
from linking.score import score as compare_records
from linking.types import Record
from partners import policy
from partners.models import User
from partners.policy import Action

#: Pairs of mentions that are compared to show why two profiles may be one, at most.
MOST_COMPARED = 400
#: Entries of a history, at most, of each kind.
MOST_SHOWN = 100
_SAME, _DIFFERENT = Decision.Judgement.SAME, Decision.Judgement.DIFFERENT


@transaction.atomic
def merge(one: Person, other: Person, *, by: User, reason: str) -> uuid.UUID:
    """Hold two profiles to be one person, whatever the workers propose; return the act.

    No grade is confirmed. Raises NotPermittedError, ContradictionError, and NothingToDecideError
    where they are one already.
    """
    return review.judge(joining(one, other), verb="merge profiles", by=by, reason=reason)


def joining(one: Person, other: Person) -> dict[Pair, str]:
    """What a merge judges. Raises NothingToDecideError."""
    if one.anchor in {mention.pk for mention in other.accepted}:
        raise review.NothingToDecideError
    return {_ordered(one.anchor, other.anchor): _SAME}


def merged(one: Person, other: Person) -> Person:
    """The person that a merge would make."""
    return _of([*one.accepted, *other.accepted])


@transaction.atomic
def split(person: Person, chosen: Collection[uuid.UUID], *, by: User, reason: str) -> uuid.UUID:
    """Hold some mentions of a profile to be another person than the rest; return the act.

    Each of the two stays one person, also where only a mention of the other tied it together.
    Raises NotPermittedError, ContradictionError, and NothingToDecideError where nothing, or all
    of it, is chosen.
    """
    policy.require(by, Action.REVIEW_LINKS)
    return review.judge(parting(person, chosen), verb="split profile", by=by, reason=reason)


def parting(person: Person, chosen: Collection[uuid.UUID]) -> dict[Pair, str]:
    """What a split judges. Raises NothingToDecideError."""
    sides = parted(person, chosen)
    left, right = ([mention.pk for mention in side.accepted] for side in sides)
    judged: dict[Pair, str] = {_ordered(*pair): _DIFFERENT for pair in product(left, right)}
    same, _ = resolution.judgements({*left, *right})
    for side in (left, right):
        judged |= dict.fromkeys(_missing(side, same), _SAME)
    return judged


def parted(person: Person, chosen: Collection[uuid.UUID]) -> tuple[Person, Person]:
    """The rest, and the person whose mentions were chosen. Raises NothingToDecideError."""
    gone = [mention for mention in person.accepted if mention.pk in chosen]
    rest = [mention for mention in person.accepted if mention.pk not in chosen]
    if not gone or not rest or len(gone) != len(set(chosen)):
        raise review.NothingToDecideError
    return _of(rest), _of(gone)


def _missing(side: Sequence[uuid.UUID], same: set[Pair]) -> list[Pair]:
    """The pairs by which these mentions, each tied as `same` says, become one."""
    group = {mention: {mention} for mention in side}
    for one, other in sorted(same):
        if one in group and other in group:
            together = group[one] | group[other]
            group.update(dict.fromkeys(together, together))
    apart = list({min(of): of for of in group.values()})
    return [_ordered(*pair) for pair in pairwise(apart)]


def _of(mentions: Iterable[Mention]) -> Person:
    order = sorted(mentions, key=lambda mention: (mention.report.received_at, mention.pk))
    return Person(order[0].pk, tuple(order))


def _ordered(one: uuid.UUID, other: uuid.UUID) -> Pair:
    return (one, other) if one < other else (other, one)


def compare(one: Person, other: Person) -> Explanation | None:
    """Why two profiles may be one person, by the pair that speaks most for it, `one` on the left.

    None where nothing of either can be compared.
    """
    model = resolution.active_model()
    pairs = list(islice(product(one.accepted, other.accepted), MOST_COMPARED))
    records = {mention.pk: Record.from_json(mention.record) for pair in pairs for mention in pair}
    scored = compare_records(model, [(records[a.pk], records[b.pk]) for a, b in pairs])
    place, best = max(enumerate(scored), key=lambda item: item[1].weight)
    doubtful = any(mention.report.is_doubtful for mention in pairs[place])
    return explain_score(best, model, at_most="possible" if doubtful else "very strong")


@dataclass(frozen=True)
class Step:
    """One decision of a chain that stands against a merge or a split, as far as one may see it."""

    left: Mention
    right: Mention
    decision: Decision


def against(judged: Mapping[Pair, str], to: User) -> list[Step] | None:
    """The decisions that these judgements would contradict; None where they contradict nothing.

    An empty list where none of those decisions is before this desk.
    """
    try:
        review.check(judged)
    except review.ContradictionError as contradiction:
        return _told(contradiction.chain, to)
    return None


def _told(chain: Sequence[uuid.UUID], to: User) -> list[Step]:
    undone = Undoing.objects.values("act")
    rows = Decision.objects.visible_to(to).filter(left__in=chain, right__in=chain)
    rows = rows.exclude(act__in=undone).exclude(judgement=Decision.Judgement.UNSURE)
    rows = rows.select_related("by", "left__report__agency", "right__report__agency")
    latest = {(row.left_id, row.right_id): row for row in rows.order_by("at", "pk")}
    pairs = dict.fromkeys(_ordered(*pair) for pair in pairwise([*chain, chain[0]]))
    return [Step(latest[p].left, latest[p].right, latest[p]) for p in pairs if p in latest]


@dataclass(frozen=True)
class Entry:
    """One line of the history of a profile."""

    at: datetime
    what: str
    reports: int
    by: str = ""
    reason: str = ""
    act: uuid.UUID | None = None
    is_undone: bool = False


def history(person: Person, to: User) -> list[Entry]:
    """What was decided about a profile, and how its cluster changed; the newest first.

    The newest `MOST_SHOWN` of each.
    """
    policy.require(to, Action.REVIEW_LINKS)
    entries = [*_decided(person, to), *_changed(person, to)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _decided(person: Person, to: User) -> list[Entry]:
    own = [mention.pk for mention in person.accepted]
    rows = Decision.objects.visible_to(to).filter(Q(left__in=own) | Q(right__in=own))
    acts: dict[uuid.UUID, list[Decision]] = defaultdict(list)
    for row in rows.select_related("by").order_by("-at", "pk")[: 10 * MOST_SHOWN]:
        acts[row.act].append(row)
    shown = dict(islice(acts.items(), MOST_SHOWN))
    undone = set(Undoing.objects.filter(act__in=shown).values_list("act", flat=True))
    return [
        Entry(
            of[0].at,
            told(of),
            len({mention for row in of for mention in (row.left_id, row.right_id)}),
            of[0].by.name,
            of[0].reason,
            act,
            act in undone,
        )
        for act, of in shown.items()
    ]


def told(act: Sequence[Decision]) -> str:
    """What an act decided, in words."""
    said = {row.judgement for row in act}
    return act[0].get_judgement_display() if len(said) == 1 else "A profile was split"


_CHANGES = {
    ClusterEvent.Kind.FORMED: "Put together by the workers",
    ClusterEvent.Kind.GREW: "New reports came to it",
    ClusterEvent.Kind.MERGED: "Another group of reports was joined to it",
    ClusterEvent.Kind.SPLIT: "Taken out of another group of reports",
}


def _changed(person: Person, to: User) -> list[Entry]:
    rows = Membership.objects.visible_to(to).filter(mention=person.anchor)
    events = ClusterEvent.objects.filter(cluster__in=rows.values("cluster"))
    return [
        Entry(event.at, _CHANGES[ClusterEvent.Kind(event.kind)], len(event.mentions))
        for event in events.order_by("-at", "pk")[:MOST_SHOWN]
    ]
