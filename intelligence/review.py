"""The analysts' desk: what workers propose, and what people decide.

Decisions are appended and never overwritten; each puts its mentions back on the route, so that a
cluster changes by one path only. What was decided binds the workers until it is undone.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from intelligence import evaluation, intake, resolution, versions
from intelligence.models import Decision, Link, Membership, Mention, Report, Undoing
from intelligence.resolution import Pair
from linking import clusters
from linking.explain import Explanation
from linking.explain import explain as explain_score
from linking.types import Scored
from partners import audit, policy
from partners.models import User
from partners.policy import Action

#: Proposals that are counted, at most.
MOST_COUNTED = 1000
#: Held while a decision is checked against the earlier ones.
_LOCK = 7_700_901


class ContradictionError(Exception):
    """The decision contradicts earlier ones; `chain` names the mentions they join or part."""

    def __init__(self, chain: Sequence[uuid.UUID]) -> None:
        self.chain = list(chain)
        super().__init__("This contradicts decisions made before.")


class NothingToDecideError(Exception):
    """The proposal is gone: somebody decided it, or newer reports changed the profile."""


@dataclass(frozen=True)
class Proposal:
    """Mentions that workers hold to be the person of a profile, and nobody has confirmed.

    `core` is the earliest of them; `theirs` are the profile's own, already accepted.
    """

    core: uuid.UUID
    cluster: uuid.UUID
    mentions: tuple[Mention, ...]
    theirs: tuple[Mention, ...]
    link: Link | None

    @property
    def mention(self) -> Mention:
        """The earliest of the mentions proposed."""
        return self.mentions[0]

    @property
    def is_doubtful(self) -> bool:
        """Does it rest on a source that is not reliable, or on what is held to be false?"""
        return self.link is not None and _is_doubtful(self.link)

    @property
    def explanation(self) -> Explanation | None:
        """Why the strongest pair may be one person; None where only a chain joins them."""
        return explain(self.link) if self.link else None

    @property
    def to_confirm(self) -> list[Report]:
        """The reports whose suggested grades SAME confirms: the two compared, where ungraded.

        Police grade report by report, each by somebody who has read it: those that hang on the
        profile from other links were not put before the person who decides this one.
        """
        both = (self.link.left.report, self.link.right.report) if self.link else ()
        return [report for report in both if not report.is_graded]


def _is_doubtful(link: Link) -> bool:
    return any(report.is_doubtful for report in (link.left.report, link.right.report))


def explain(link: Link) -> Explanation:
    """The explanation of a link, rebuilt from what was stored with it.

    The weakest grade caps it: what rests on a source that is not reliable, or on what is held to
    be false, is at most possible. Grades change, so this is asked when it is shown.
    """
    stored = Scored.from_json(link.detail)
    at_most = "possible" if _is_doubtful(link) else "very strong"
    return explain_score(stored, versions.named(link.model_version), at_most=at_most)


def proposals(to: User, cores: Iterable[uuid.UUID] | None = None) -> list[Proposal]:
    """What waits for a decision, oldest first; only `cores` when they are named."""
    policy.require(to, Action.REVIEW_LINKS)
    waiting = Membership.objects.visible_to(to).filter(
        status=Membership.Status.PROPOSED, area=to.agency.area_id
    )
    if cores is not None:
        waiting = waiting.filter(core__in=list(cores))
    held = _members(to, {row.cluster_id for row in waiting})
    links = _strongest(to, held)
    found = []
    for cluster, core in dict.fromkeys(
        (row.cluster_id, row.core) for row in waiting.order_by("since", "core")
    ):
        mine = tuple(m for m, row in held[cluster] if row.core == core)
        theirs = tuple(m for m, row in held[cluster] if row.status == Membership.Status.ACCEPTED)
        if mine and theirs:
            found.append(Proposal(core, cluster, mine, theirs, _best(links, mine, theirs)))
    return found


def proposal(core: uuid.UUID, to: User) -> Proposal:
    """One proposal. Raises NothingToDecideError."""
    found = proposals(to, [core])
    if not found:
        raise NothingToDecideError
    return found[0]


def queue(to: User, *, start: int = 0, at_most: int | None = None) -> list[Proposal]:
    """What waits, the strongest first; what somebody was not sure of comes last.

    `at_most` proposals from the place `start` on.
    """
    end = None if at_most is None else start + at_most
    order = _cores(to).order_by("unsure", "-bits", "core").values_list("core", flat=True)
    cores = list(order[start:end])
    found = {proposal.core: proposal for proposal in proposals(to, cores)}
    return [found[core] for core in cores if core in found]


def waiting(to: User) -> int:
    """How many proposals wait, at most `MOST_COUNTED` + 1."""
    counted: int = _cores(to)[: MOST_COUNTED + 1].count()
    return counted


def _cores(to: User) -> Any:
    """One row for each proposed core: that of the mention which names it."""
    policy.require(to, Action.REVIEW_LINKS)
    return Membership.objects.visible_to(to).filter(
        status=Membership.Status.PROPOSED, area=to.agency.area_id, core=F("mention")
    )


def undoing(act: uuid.UUID) -> Undoing | None:
    """How an act was taken back, or None while it stands."""
    return Undoing.objects.filter(act=act).select_related("by").first()


def _members(to: User, of: set[uuid.UUID]) -> dict[uuid.UUID, list[tuple[Mention, Membership]]]:
    rows = (
        Membership.objects.visible_to(to)
        .filter(cluster__in=of)
        .select_related(
            "mention__report__agency", "mention__report__withdrawal", "mention__submission"
        )
        .order_by("mention__report__received_at", "mention")
    )
    held: dict[uuid.UUID, list[tuple[Mention, Membership]]] = defaultdict(list)
    for row in rows:
        held[row.cluster_id].append((row.mention, row))
    return held


def _strongest(
    to: User, held: dict[uuid.UUID, list[tuple[Mention, Membership]]]
) -> dict[Pair, Link]:
    ids = [mention.pk for members in held.values() for mention, _ in members]
    links = Link.objects.visible_to(to).filter(left__in=ids, right__in=ids)
    links = links.select_related("left__report", "right__report")
    return {(link.left_id, link.right_id): link for link in links}


def _best(
    links: dict[Pair, Link], mine: Sequence[Mention], theirs: Sequence[Mention]
) -> Link | None:
    across = (links.get(pair) for pair in _across(mine, theirs))
    return max((link for link in across if link), key=lambda link: link.weight, default=None)


def _across(mine: Iterable[Mention], theirs: Sequence[Mention]) -> list[Pair]:
    return [
        (one.pk, other.pk) if one.pk < other.pk else (other.pk, one.pk)
        for one in mine
        for other in theirs
    ]


@transaction.atomic
def decide(core: uuid.UUID, *, judgement: str, by: User, reason: str = "") -> uuid.UUID:
    """Decide a proposal; return the act, by which it can be undone.

    SAME accepts the link, and confirms the suggested grades of `Proposal.to_confirm`: of the two
    reports that were compared, and of no other. DIFFERENT keeps the two apart for good. UNSURE is
    remembered only.
    Raises NotPermittedError, NothingToDecideError, ContradictionError.
    """
    return settle(proposal(core, by), judgement=judgement, by=by, reason=reason)


@transaction.atomic
def settle(asked: Proposal, *, judgement: str, by: User, reason: str = "") -> uuid.UUID:
    """Decide a proposal that has just been read, as `decide` does."""
    policy.require(by, Action.REVIEW_LINKS)
    if judgement == Decision.Judgement.DIFFERENT:
        pairs = _across(asked.mentions, asked.theirs)
    elif asked.link:
        pairs = [(asked.link.left_id, asked.link.right_id)]
    else:
        pairs = _across(asked.mentions[:1], asked.theirs[:1])
    act = append(pairs, judgement=judgement, by=by, reason=reason)
    if judgement == Decision.Judgement.SAME:
        wanted = [report.pk for report in asked.to_confirm]
        for report in Report.objects.visible_to(by).filter(pk__in=wanted, graded_at=None):
            evaluation.confirm_grade(report, by=by)
    return act


def append(pairs: Sequence[Pair], *, judgement: str, by: User, reason: str = "") -> uuid.UUID:
    """Append one act: the same judgement of each pair. Raises ContradictionError."""
    judged = dict.fromkeys(pairs, judgement)
    return judge(judged, verb=f"judge {judgement}", by=by, reason=reason)


@transaction.atomic
def judge(judged: Mapping[Pair, str], *, verb: str, by: User, reason: str = "") -> uuid.UUID:
    """Append one act that judges several pairs; `verb` is what the log calls it.

    The latest judgement of a pair holds, so a pair may be judged again; what it may not do is
    contradict the judgements of other pairs. Raises NotPermittedError, ContradictionError.
    """
    policy.require(by, Action.REVIEW_LINKS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    check(judged)
    act = uuid.uuid4()
    Decision.objects.bulk_create(
        Decision(act=act, left_id=left, right_id=right, judgement=said, by=by, reason=reason)
        for (left, right), said in sorted(judged.items())
    )
    ids = sorted({mention for pair in judged for mention in pair})
    audit.record(
        by=by,
        operation="combination",
        verb=verb,
        object_type="mention",
        object_ids=ids,
        reason=reason,
        detail={"act": str(act)},
    )
    _requeue(ids)
    return act


def check(judged: Mapping[Pair, str]) -> None:
    """Would these judgements contradict those of other pairs? Raises ContradictionError."""
    binding = {pair: said for pair, said in judged.items() if said != Decision.Judgement.UNSURE}
    involved = _decided_with({mention for pair in binding for mention in pair})
    same, different = resolution.judgements(involved)
    same, different = same - binding.keys(), different - binding.keys()
    for pair, said in sorted(binding.items()):
        chain = clusters.contradiction(same, different, (*pair, said))
        if chain:
            raise ContradictionError(chain)
        (same if said == Decision.Judgement.SAME else different).add(pair)


def _check_standing(mentions: Iterable[uuid.UUID]) -> None:
    """An undoing lets earlier judgements hold again: they may not contradict one another."""
    same, different = resolution.judgements(_decided_with(set(mentions)))
    for pair in sorted(different):
        chain = clusters.contradiction(same, different - {pair}, (*pair, "different"))
        if chain:
            raise ContradictionError(chain)


def _decided_with(start: set[uuid.UUID]) -> set[uuid.UUID]:
    """`start` and every mention that decisions tie to them, however far."""
    known, edge = set(start), set(start)
    while edge:
        rows = Decision.objects.filter(Q(left__in=edge) | Q(right__in=edge))
        near = {mention for pair in rows.values_list("left_id", "right_id") for mention in pair}
        edge = near - known
        known |= edge
    return known


@transaction.atomic
def undo(act: uuid.UUID, *, by: User, reason: str = "") -> None:
    """Take back what one act decided. Doing it twice changes nothing.

    Raises NotPermittedError, NothingToDecideError where `by` may not see the act, or
    ContradictionError where an earlier judgement would hold again and contradict another.
    """
    policy.require(by, Action.REVIEW_LINKS)
    rows = list(Decision.objects.visible_to(by).filter(act=act))
    if not rows:
        raise NothingToDecideError
    ids = sorted({mention for row in rows for mention in (row.left_id, row.right_id)})
    held = Membership.objects.visible_to(by).filter(mention__in=ids)
    if set(ids) - set(held.values_list("mention", flat=True)):
        raise NothingToDecideError  # opened to them by name, but before another force's desk
    Undoing.objects.bulk_create([Undoing(act=act, by=by, reason=reason)], ignore_conflicts=True)
    _check_standing(ids)
    audit.record(
        by=by,
        operation="combination",
        verb="undo",
        object_type="mention",
        object_ids=ids,
        reason=reason,
        detail={"act": str(act)},
    )
    _requeue(ids)


def _requeue(mentions: Sequence[uuid.UUID]) -> None:
    of = Mention.objects.filter(pk__in=mentions).values_list("submission_id", flat=True)
    intake.requeue(of)
