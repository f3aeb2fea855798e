"""One person as one viewer may know them.

A profile holds no facts. This reads them from the mentions that the viewer may see, joined only
by what the viewer may see: at the desk, the cluster of the force; elsewhere, accepted links both
of whose mentions are visible. A person's address is that of any of their mentions, so it stays
good through merges and tells nothing of mentions that are hidden.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from intelligence.models import Decision, Membership, Mention, Relation, Sighting
from partners import policy
from partners.models import User


@dataclass(frozen=True)
class Person:
    """The mentions held to be one person: those accepted, and those proposed (desk only)."""

    anchor: uuid.UUID
    cluster: uuid.UUID
    accepted: tuple[Mention, ...]
    proposed: tuple[Mention, ...]

    @property
    def nicknames(self) -> list[str]:
        """Every nickname given, once."""
        return sorted({name for mention in self.accepted for name in mention.nicknames})

    @property
    def names(self) -> list[str]:
        """Every name given, once."""
        return sorted({mention.name for mention in self.accepted if mention.name})

    @property
    def agencies(self) -> list[str]:
        """The agencies that named this person."""
        return sorted({mention.report.agency.name for mention in self.accepted})

    @property
    def title(self) -> str:
        """What to call a person whose name may be shown."""
        if self.names:
            return self.names[0]
        if self.nicknames:
            return f"Unknown person, known as ‘{self.nicknames[0]}’"
        return "Unknown person"


def person(mention: uuid.UUID, to: User) -> Person | None:
    """The person whom `mention` is of, as `to` may know them; None where `to` may not see it."""
    row = Membership.objects.visible_to(to).filter(mention=mention).first()
    if row is None:
        return None
    members = _members(to, [row.cluster_id])[row.cluster_id]
    if not policy.at_desk(to):
        members = _connected(to, mention, members)
    return _person(row.cluster_id, members)


def people(clusters: Sequence[uuid.UUID], to: User) -> list[Person]:
    """The persons of some clusters, as `to` may know them."""
    held = _members(to, clusters)
    return [_person(cluster, held[cluster]) for cluster in clusters if held[cluster]]


def _person(cluster: uuid.UUID, members: Sequence[tuple[Membership, Mention]]) -> Person:
    accepted = tuple(m for row, m in members if row.status == Membership.Status.ACCEPTED)
    proposed = tuple(m for row, m in members if row.status == Membership.Status.PROPOSED)
    return Person((accepted or proposed)[0].pk, cluster, accepted, proposed)


def _members(
    to: User, clusters: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[Membership, Mention]]]:
    rows = (
        Membership.objects.visible_to(to)
        .filter(cluster__in=list(clusters))
        .select_related("mention__report__agency")
        .order_by("mention__report__received_at", "mention")
    )
    held: dict[uuid.UUID, list[tuple[Membership, Mention]]] = defaultdict(list)
    for row in rows:
        held[row.cluster_id].append((row, row.mention))
    return held


def _connected(
    to: User, start: uuid.UUID, members: Sequence[tuple[Membership, Mention]]
) -> list[tuple[Membership, Mention]]:
    """The members tied to `start` by accepted links whose mentions `to` may all see."""
    visible = {mention.pk for _, mention in members}
    pairs = (
        Decision.objects.visible_to(to)
        .filter(judgement=Decision.Judgement.SAME, left__in=visible, right__in=visible)
        .values_list("left_id", "right_id")
    )
    near: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for left, right in pairs:
        near[left].add(right)
        near[right].add(left)
    known, edge = {start}, {start}
    while edge:
        edge = {step for node in edge for step in near[node]} - known
        known |= edge
    return [(row, mention) for row, mention in members if mention.pk in known]


def belongings(mentions: Sequence[Mention], to: User) -> list[tuple[Sighting, Mention]]:
    """The objects that reports tie to these mentions, each with the mention it is tied to."""
    by_ref = {(mention.submission_id, mention.ref): mention for mention in mentions}
    submissions = {mention.submission_id for mention in mentions}
    relations = Relation.objects.visible_to(to).filter(submission__in=submissions)
    tied: dict[tuple[uuid.UUID, str], Mention] = {}
    for relation in relations:
        for one, other in (
            (relation.from_ref, relation.to_ref),
            (relation.to_ref, relation.from_ref),
        ):
            mention = by_ref.get((relation.submission_id, one))
            if mention is not None:
                tied[relation.submission_id, other] = mention
    sightings = (
        Sighting.objects.visible_to(to)
        .filter(submission__in=submissions)
        .select_related("report__agency")
        .order_by("kind", "normal", "pk")
    )
    return [
        (sighting, tied[sighting.submission_id, sighting.ref])
        for sighting in sightings
        if (sighting.submission_id, sighting.ref) in tied
    ]


def companions(mentions: Sequence[Mention], to: User) -> list[Mention]:
    """The other persons named in the same reports."""
    own = {mention.pk for mention in mentions}
    together = Mention.objects.visible_to(to).filter(
        Q(submission__in={mention.submission_id for mention in mentions})
    )
    return [mention for mention in together.order_by("pk") if mention.pk not in own]
