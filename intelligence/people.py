"""One person as one viewer may know them.

A profile holds no facts. This reads them from the mentions that the viewer may see, joined only
by what the viewer may see: at the desk, the cluster of the force, all of which the desk sees;
elsewhere, accepted links both of whose mentions are visible. A person's address is that of any of
their mentions, so it stays good through merges and tells nothing of mentions that are hidden.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from intelligence import resolution
from intelligence.models import Decision, Membership, Mention, Relation, Sighting
from partners import policy
from partners.models import User


@dataclass(frozen=True)
class Person:
    """The mentions held to be one person: those accepted, and those proposed (desk only)."""

    anchor: uuid.UUID
    accepted: tuple[Mention, ...]
    proposed: tuple[Mention, ...]

    @property
    def code(self) -> str:
        """What the person is called where a name is not: the first eight digits of the anchor's id.

        Not a number: the next one given would tell how many there are that one may not see.
        """
        return self.anchor.hex[:8].upper()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All of them: those accepted first."""
        return (*self.accepted, *self.proposed)

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
    if row is not None:
        return _clusters(to, [row.cluster_id])[row.cluster_id]
    group = _groups(to).get(mention, {mention})
    known = _mentions(to, group)
    return Person(known[0].pk, tuple(known), ()) if known else None


def people(
    roles: Sequence[str], *, to: User, after: uuid.UUID | None = None, at_most: int
) -> list[Person]:
    """The persons of whom a mention has one of `roles`, the newest anchor first.

    `after` is the anchor of the last one shown.
    """
    has_role = Q(role__in=roles) | Q(also__overlap=roles)
    rows = Mention.objects.visible_to(to)
    if policy.at_desk(to):
        return _of_force(to, _page(rows.filter(_anchors(has_role)), after, at_most))
    groups = _groups(to)
    with_role = set(rows.filter(has_role, pk__in=groups).values_list("pk", flat=True))
    anchors = {_first(_mentions(to, groups[mention])) for mention in with_role}
    alone = has_role & ~Q(pk__in=groups)
    found = _page(rows.filter(alone | Q(pk__in=anchors)), after, at_most)
    return [
        Person(one.pk, tuple(_mentions(to, groups[one.pk])) if one.pk in groups else (one,), ())
        for one in found
    ]


def _first(mentions: Sequence[Mention]) -> uuid.UUID:
    return mentions[0].pk


def _page(rows: Any, after: uuid.UUID | None, at_most: int) -> list[Mention]:
    last = rows.filter(pk=after).values_list("report__received_at", "pk").first() if after else None
    if last:
        rows = rows.filter(
            Q(report__received_at__lt=last[0]) | Q(report__received_at=last[0], pk__lt=last[1])
        )
    newest = rows.select_related("report__agency").order_by("-report__received_at", "-pk")
    return list(newest[:at_most])


def _anchors(has_role: Q) -> Q:
    """The first accepted mention of each cluster of a force in which somebody has the role."""
    side = Mention.objects.filter(has_role, memberships__cluster=OuterRef("cluster"))
    principal = Membership.objects.filter(
        Exists(side),
        mention=OuterRef("pk"),
        core=OuterRef("pk"),
        status=Membership.Status.ACCEPTED,
        area=OuterRef("area"),
    )
    return Q(Exists(principal))


def _of_force(to: User, anchors: Sequence[Mention]) -> list[Person]:
    rows = Membership.objects.visible_to(to).filter(mention__in=[one.pk for one in anchors])
    cluster = dict(rows.values_list("mention_id", "cluster_id"))
    held = _clusters(to, cluster.values())
    return [held[cluster[one.pk]] for one in anchors if one.pk in cluster]


def _clusters(to: User, clusters: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The person of each cluster, at the desk."""
    rows = (
        Membership.objects.visible_to(to)
        .filter(cluster__in=list(clusters))
        .select_related("mention__report__agency")
        .order_by("mention__report__received_at", "mention")
    )
    held: dict[uuid.UUID, list[Membership]] = defaultdict(list)
    for row in rows:
        held[row.cluster_id].append(row)
    return {cluster: _person(members) for cluster, members in held.items()}


def _person(members: Sequence[Membership]) -> Person:
    standing = {status: [m.mention for m in members if m.status == status] for status in _STANDING}
    accepted, proposed = (tuple(standing[status]) for status in _STANDING)
    return Person((accepted or proposed)[0].pk, accepted, proposed)


_STANDING = (Membership.Status.ACCEPTED, Membership.Status.PROPOSED)


def _groups(to: User) -> dict[uuid.UUID, set[uuid.UUID]]:
    """For each mention that decisions visible to `to` join to another: all they join."""
    groups: dict[uuid.UUID, set[uuid.UUID]] = {}
    same, _ = resolution.standing(Decision.objects.visible_to(to))
    for pair in sorted(same):
        together = set(pair).union(*(groups.get(mention, ()) for mention in pair))
        groups.update(dict.fromkeys(together, together))
    return groups


def _mentions(to: User, ids: Iterable[uuid.UUID]) -> list[Mention]:
    """Those of these mentions that `to` may see, the first received first."""
    rows = Mention.objects.visible_to(to).filter(pk__in=list(ids))
    return list(rows.select_related("report__agency").order_by("report__received_at", "pk"))


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
