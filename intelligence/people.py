"""One person as one viewer may know them.

A profile holds no facts. This reads them from the mentions that the viewer may see, joined only
by what the viewer may see: at the desk, the core, with the rest of its cluster as proposed;
elsewhere, accepted links both of whose mentions are visible. A person's address is that of any of
their mentions, so it stays good through merges and tells nothing of mentions that are hidden.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from intelligence import newest
from intelligence.models import (
    Membership,
    Mention,
    Relation,
    ReportGrant,
    Sighting,
    Tie,
)
from intelligence.models.contents import names_child
from partners import policy
from partners.models import User
from partners.policy import Level

#: Mentions that one code may be of: four thousand million codes are seldom shared.
_MOST_CALLED = 10


@dataclass(frozen=True)
class Person:
    """The mentions that people have decided are one person, and those proposed (desk only).

    What the person is called, and on which side they stand, follows from `accepted` alone.
    `proposed` is the rest of their cluster. `asked` names the proposal to decide where the person
    is only proposed to belong to another's profile.
    """

    anchor: uuid.UUID
    accepted: tuple[Mention, ...]
    proposed: tuple[Mention, ...] = ()
    asked: uuid.UUID | None = None
    #: Read at the desk that holds them, where profiles are merged and split.
    is_held: bool = False

    @property
    def code(self) -> str:
        """What the person is called where a name is not: the first eight digits of the anchor's id.

        Not a number: the next one given would tell how many there are that one may not see.
        """
        return self.anchor.hex[:8].upper()

    @property
    def label(self) -> str:
        """The code as it is written: `YP-3FA2C1D4` for a young person, else `P-3FA2C1D4`."""
        return f"YP-{self.code}" if self.is_young else f"P-{self.code}"

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All of them: those accepted first."""
        return (*self.accepted, *self.proposed)

    @property
    def is_young(self) -> bool:
        """Does a report name this person as a child at risk or a victim? A child first, then."""
        return any(mention.is_child for mention in self.accepted)

    @property
    def is_suspect(self) -> bool:
        """Does a report name this person as a suspected offender, and not as discounted?"""
        return any(mention.is_suspect for mention in self.accepted)

    @property
    def may_be_young(self) -> bool:
        """Is it proposed, and not decided, that they are somebody reported as a child?"""
        return not self.is_young and any(mention.is_child for mention in self.proposed)

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


def person(mention: uuid.UUID, to: User) -> Person | None:
    """The person whom `mention` is of, as `to` may know them; None where `to` may not see it."""
    row = Membership.objects.visible_to(to).filter(mention=mention).first()
    if row is not None:
        return _cores(to, {row.core: row.cluster_id})[row.core]
    known = _mentions(to, _groups(to, [mention])[mention])
    return Person(known[0].pk, tuple(known)) if known else None


def held(mention: uuid.UUID, to: User) -> Person | None:
    """The person whom `mention` is of, where `to` works at the desk that holds it."""
    held_there = Membership.objects.visible_to(to).filter(mention=mention).exists()
    return person(mention, to) if held_there else None


def called_by(code: str, to: User) -> list[Person]:
    """At the desk, the persons of whom a mention has this code (`YP-3FA2C1D4`, `3fa2c1d4`)."""
    digits = code.strip().upper().removeprefix("YP-").removeprefix("P-")
    if not re.fullmatch("[0-9A-F]{8}", digits):
        return []
    first, last = uuid.UUID(digits + "0" * 24), uuid.UUID(digits + "F" * 24)
    rows = Membership.objects.visible_to(to).filter(mention__gte=first, mention__lte=last)
    core = dict(rows.values_list("core", "cluster_id")[:_MOST_CALLED])
    return sorted(_cores(to, core).values(), key=lambda known: known.anchor)


def young(mentions: Sequence[Mention], to: User) -> set[uuid.UUID]:
    """Those of these mentions whose person is a young person, as far as `to` may know.

    A child in one report may be called a suspect in another: they are a child in both.
    """
    found = {mention.pk for mention in mentions if mention.is_child}
    open_ = {mention.pk for mention in mentions} - found
    members = Membership.objects.visible_to(to)
    core = dict(members.filter(mention__in=open_).values_list("mention_id", "core"))
    rows = members.filter(names_child("mention__"), core__in=core.values())
    children = set(rows.values_list("core", flat=True))
    beside = _groups(to, open_ - core.keys())
    rows = Mention.objects.visible_to(to).filter(
        names_child(), pk__in=set().union(*beside.values())
    )
    named = set(rows.values_list("pk", flat=True))
    found |= {mention for mention, of in core.items() if of in children}
    return found | {mention for mention in open_ if beside.get(mention, set()) & named}


def people(
    having: Q, lacking: Q | None = None, *, to: User, after: uuid.UUID | None = None, at_most: int
) -> list[Person]:
    """Away from the desk, the persons of whom a mention is `having`, the newest first.

    None of whom a mention is `lacking`; what was withdrawn puts nobody on the list. `after` is the
    anchor of the last one shown. Each person stands where the newest of their mentions that is
    `having` was received. The work depends on the persons shown, not on how much was decided.
    """
    having &= Q(report__withdrawal=None)
    rows = Mention.objects.visible_to(to)
    lists = [
        newest.places(part, at="received_at", of="pk") for part in _parts(to, rows.filter(having))
    ]
    place = _place(to, after, rows.filter(having)) if after else ""
    found: list[Person] = []
    while len(found) < at_most:
        ids, place = newest.page(lists, after=place, at_most=at_most)
        found += _first_met(to, ids, having, lacking)
        if not place:
            break
    return found[:at_most]


def _place(to: User, anchor: uuid.UUID, having: QuerySet[Any]) -> str:
    """Where the person of `anchor` stands on the list of those `having`; else the top."""
    group = _groups(to, [anchor])[anchor]
    places = having.filter(pk__in=group).order_by("-received_at", "-pk")
    last = places.values_list("received_at", "pk").first()
    return newest.write(last) if last else ""


def _first_met(to: User, ids: Sequence[uuid.UUID], having: Q, lacking: Q | None) -> list[Person]:
    """The persons of these mentions, in their order; each only at its newest that is `having`."""
    groups = _groups(to, ids)
    known = {mention.pk: mention for mention in _mentions(to, set().union(*groups.values()))}
    rows = Mention.objects.visible_to(to).filter(pk__in=known)
    has = set(rows.filter(having).values_list("pk", flat=True))
    out = set(rows.filter(lacking).values_list("pk", flat=True)) if lacking is not None else set()
    found = []
    for pk in ids:
        own = [mention for mention in known.values() if mention.pk in groups[pk]]
        newest_of = max((m for m in own if m.pk in has), key=lambda m: (m.received_at, m.pk))
        if newest_of.pk == pk and not groups[pk] & out:
            found.append(Person(own[0].pk, tuple(own)))
    return found


def _parts(to: User, rows: Any) -> list[Any]:
    """What was opened to `to` by name, and where a desk of theirs sees more, that of their area."""
    granted = ReportGrant.objects.filter(policy.granted_to(to)).values("content_object")
    parts = [rows.filter(report__in=granted)]
    if policy.desks(to.role, Level.CONTENT):
        parts.append(rows.filter(area=to.agency.area_id))
    return parts


def anchors(
    clusters: Iterable[uuid.UUID], *, having: Q, lacking: Q | None = None
) -> dict[uuid.UUID, tuple[uuid.UUID, datetime]]:
    """Of each cluster, the first mention of the person who has a side, and its receipt.

    `having` and `lacking` are conditions on a membership; a report that was withdrawn gives nobody
    a side, and takes none away. A person is a core: what is only
    proposed gives nobody a side. Where several have it, the one accepted comes first, then the
    earliest; the others are shown with them as proposed.
    """
    members = Membership.objects.filter(cluster__in=clusters).exclude(area=None)
    standing = members.filter(having, mention__report__withdrawal=None)
    cores = set(standing.values_list("core", flat=True))
    if lacking is not None:
        cores -= set(members.filter(lacking, core__in=cores).values_list("core", flat=True))
    rows = members.filter(mention__in=cores, core=F("mention"))
    rows = rows.order_by("status", "mention__received_at", "mention")  # accepted, proposed
    found: dict[uuid.UUID, tuple[uuid.UUID, datetime]] = {}
    places = rows.values_list("cluster_id", "mention_id", "mention__received_at")
    for cluster, mention, received_at in places:
        found.setdefault(cluster, (mention, received_at))
    return found


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
    core = {m: (c, cluster) for m, c, cluster in members.values_list("mention", "core", "cluster")}
    held = _cores(to, dict(core.values()))
    return [held[core[anchor][0]] for anchor in shown if anchor in core]


def _cores(to: User, cluster: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The person of each core, at the desk; `cluster` says where each core is."""
    rows = (
        Membership.objects.visible_to(to)
        .filter(cluster__in=set(cluster.values()))
        .select_related("mention__report__agency", "mention__report__withdrawal")
        .order_by("mention__report__received_at", "mention")
    )
    held: dict[uuid.UUID, list[Membership]] = defaultdict(list)
    for row in rows:
        held[row.cluster_id].append(row)
    return {core: _person(core, held[of]) for core, of in cluster.items()}


def _person(core: uuid.UUID, members: Sequence[Membership]) -> Person:
    own = [row for row in members if row.core == core]
    proposed = own[0].status == Membership.Status.PROPOSED
    return Person(
        own[0].mention_id,
        tuple(row.mention for row in own),
        tuple(row.mention for row in members if row.core != core),
        core if proposed else None,
        is_held=True,
    )


def _groups(to: User, start: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """For each of these mentions: all that ties visible to `to` join to it, itself included.

    One query for each step along the ties, from all of them at once.
    """
    groups = {mention: {mention} for mention in start}
    edge = set(groups)
    known = set(edge)
    while edge:
        rows = Tie.objects.visible_to(to).filter(Q(left__in=edge) | Q(right__in=edge))
        pairs = list(rows.values_list("left_id", "right_id"))
        for pair in pairs:
            together = set(pair).union(*(groups.get(mention, ()) for mention in pair))
            groups.update(dict.fromkeys(together, together))
        edge = {mention for pair in pairs for mention in pair} - known
        known |= edge
    return groups


def _mentions(to: User, ids: Iterable[uuid.UUID]) -> list[Mention]:
    """Those of these mentions that `to` may see, the first received first."""
    rows = Mention.objects.visible_to(to).filter(pk__in=list(ids))
    return list(
        rows.select_related("report__agency", "report__withdrawal").order_by(
            "report__received_at", "pk"
        )
    )


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
        .select_related("report__agency", "report__withdrawal")
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
