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
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from intelligence import newest, resolution
from intelligence.models import (
    Decision,
    Membership,
    Mention,
    Relation,
    ReportGrant,
    Sighting,
)
from partners import policy
from partners.models import User
from partners.policy import Level


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
    """Away from the desk, the persons of whom a mention has one of `roles`, the newest first.

    `after` is the anchor of the last one shown.
    """
    has_role = Q(role__in=roles) | Q(also__overlap=roles)
    groups = _groups(to)
    rows = Mention.objects.visible_to(to)
    with_role = set(rows.filter(has_role, pk__in=groups).values_list("pk", flat=True))
    anchors = {_mentions(to, groups[mention])[0].pk for mention in with_role}
    wanted = rows.filter((has_role & ~Q(pk__in=groups)) | Q(pk__in=anchors))
    lists = [newest.places(part, at="received_at", of="pk") for part in _parts(to, wanted)]
    last = rows.filter(pk=after).values_list("received_at", "pk").first() if after else None
    shown, _ = newest.page(lists, after=newest.write(last) if last else "", at_most=at_most)
    alone = rows.select_related("report__agency").in_bulk([pk for pk in shown if pk not in groups])
    return [
        Person(pk, tuple(_mentions(to, groups[pk])) if pk in groups else (alone[pk],), ())
        for pk in shown
    ]


def _parts(to: User, rows: Any) -> list[Any]:
    """What was opened to `to` by name, and where a desk of theirs sees more, that of their area."""
    granted = ReportGrant.objects.filter(policy.granted_to(to)).values("content_object")
    parts = [rows.filter(report__in=granted)]
    if policy.desks(to.role, Level.CONTENT):
        parts.append(rows.filter(area=to.agency.area_id))
    return parts


def anchors(clusters: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, datetime]]:
    """The anchor of the person of each of these clusters, and when it was received."""
    rows = Membership.objects.filter(
        cluster__in=clusters, status=Membership.Status.ACCEPTED, core=F("mention")
    )
    found = rows.values_list("cluster_id", "mention_id", "mention__received_at")
    return {cluster: (mention, received_at) for cluster, mention, received_at in found}


def of_force(
    profiles: QuerySet[Any], *, to: User, after: uuid.UUID | None = None, at_most: int
) -> list[Person]:
    """The persons of some profiles of `to`'s force, at its desk, the newest anchor first.

    Read from an index of the profiles: whose mentions play which part is asked when these are
    opened, not when a list is shown.
    """
    rows = profiles.filter(area=to.agency.area_id, closed_at=None)
    last = rows.filter(anchor=after).values_list("anchored_at", "anchor").first() if after else None
    places = newest.places(rows, at="anchored_at", of="anchor")
    shown, _ = newest.page([places], after=newest.write(last) if last else "", at_most=at_most)
    members = Membership.objects.visible_to(to).filter(mention__in=shown)
    cluster = dict(members.values_list("mention_id", "cluster_id"))
    held = _clusters(to, cluster.values())
    return [held[cluster[anchor]] for anchor in shown if anchor in cluster]


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
