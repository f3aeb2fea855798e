"""Who is who: the border to `linking/`.

normalise, score, recluster: with `candidates.find` the four stages between what was sent and the
profiles. The same functions serve one submission and many; running them again changes nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from intelligence import candidates, contents, cores, reach, versions
from intelligence.models import (
    Cluster,
    ClusterEvent,
    Decision,
    Link,
    Membership,
    Original,
    QueueItem,
    Report,
    Tie,
    Undoing,
)
from linking import clusters, persons
from linking.model import Model
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]

#: Held while mentions are grouped: two workers meeting one person would make two of them.
_LOCK = 7_700_900


def active_model() -> Model:
    """The model that links are scored with."""
    return versions.active()


def wait_for_turn() -> None:
    """Group one batch at a time, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def normalise(items: Iterable[QueueItem]) -> list[Record]:
    """Write what these submissions give; return a record for each person mentioned."""
    submissions = {item.submission_id for item in items}
    reports = {
        report.submission_id: report
        for report in Report.objects.filter(submission__in=submissions).order_by("-received_at")
    }
    originals = list(Original.objects.filter(pk__in=submissions).order_by("pk"))
    return contents.store(originals, reports)


def recluster(mentions: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Group everyone reachable from `mentions` anew; return every cluster touched.

    Solved over the whole system, and again for each force from its own mentions alone.
    """
    model = active_model()
    bar = reach.Bar(versions.thresholds(), model.threshold)
    parts = reach.parts(list(mentions), bar)
    nodes = set().union(*(part.nodes for part in parts.values()))
    if not nodes:
        return set()
    settled = _settled_everywhere(parts)
    edges = _edges(nodes, nodes - settled, bar)
    latest = _latest(Decision.objects.filter(left__in=nodes, right__in=nodes))
    judged = Judged(*(_said(latest, what) for what in Decision.Judgement))
    _tie(nodes, judged.same)
    touched: set[uuid.UUID] = set()
    solver = Solver(model, edges, judged)
    for area, part in parts.items():
        touched |= _store(area, part, solver.solve(part), edges, judged)
    return touched


@dataclass(frozen=True)
class Judged:
    """The pairs that people have judged, as their latest decisions stand."""

    same: set[Pair]
    different: set[Pair]
    unsure: set[Pair]


def _settled_everywhere(parts: Mapping[reach.Area, reach.Part]) -> set[uuid.UUID]:
    """The mentions that only stand for a settled cluster, in every part that they are in."""
    loose = {m for part in parts.values() for m in part.nodes.keys() - part.in_settled}
    return {m for part in parts.values() for m in part.in_settled} - loose


def _tie(nodes: Collection[uuid.UUID], same: set[Pair]) -> None:
    """Write down which mentions are one person as decisions stand now."""
    ties = Tie.objects.filter(left__in=nodes, right__in=nodes)
    rows = ties.values_list("left_id", "right_id", "pk")
    held = {(left, right): pk for left, right, pk in rows}
    if gone := [pk for pair, pk in held.items() if pair not in same]:
        Tie.objects.filter(pk__in=gone).delete()
    made = [Tie(left_id=left, right_id=right) for left, right in sorted(same - held.keys())]
    Tie.objects.bulk_create(made, batch_size=5000)


def _edges(nodes: set[uuid.UUID], of: set[uuid.UUID], bar: reach.Bar) -> dict[Pair, float]:
    """Bits above the threshold of every scored pair within `nodes`, one at least of those `of`."""
    rows = Link.objects.filter(left__in=nodes, right__in=nodes)
    if len(of) < len(nodes):
        rows = rows.filter(Q(left__in=of) | Q(right__in=of))
    return {
        (left, right): weight - bar.of(version)
        for left, right, weight, version in rows.values_list(
            "left_id", "right_id", "weight", "model_version"
        )
    }


def judgements(nodes: set[uuid.UUID]) -> tuple[set[Pair], set[Pair]]:
    """Pairs within `nodes` decided the same, and decided different; the latest decision holds."""
    return standing(Decision.objects.filter(left__in=nodes, right__in=nodes))


def standing(decisions: QuerySet[Any]) -> tuple[set[Pair], set[Pair]]:
    """What these decisions leave as decided the same, and different, once undone ones are out."""
    latest = _latest(decisions)
    return _said(latest, Decision.Judgement.SAME), _said(latest, Decision.Judgement.DIFFERENT)


def _latest(decisions: QuerySet[Any]) -> dict[Pair, str]:
    undone = Undoing.objects.filter(act=OuterRef("act"))
    rows = decisions.filter(~Exists(undone)).order_by("at", "pk")
    return {
        (left, right): judgement
        for left, right, judgement in rows.values_list("left_id", "right_id", "judgement")
    }


def _said(latest: Mapping[Pair, str], judgement: str) -> set[Pair]:
    return {pair for pair, said in latest.items() if said == judgement}


@dataclass
class Solver:
    """Solves the parts of what is touched, and does nothing twice."""

    model: Model
    edges: Mapping[Pair, float]
    judged: Judged
    _records: dict[uuid.UUID, Record] = field(default_factory=dict)
    _solved: list[tuple[reach.Part, list[frozenset[uuid.UUID]]]] = field(default_factory=list)

    def solve(self, part: reach.Part) -> list[frozenset[uuid.UUID]]:
        """The persons of a part. Where a force holds all that is touched, its part is the whole."""
        for solved, groups in self._solved:
            if solved == part:
                return groups
        nodes = part.nodes
        groups = persons.solve(
            self.model,
            sorted(nodes),
            {pair: w for pair, w in self.edges.items() if pair[0] in nodes and pair[1] in nodes},
            read=self._read,
            must=_inside(nodes, self.judged.same),
            cannot=_inside(nodes, self.judged.different) | part.barred,
            apart=_apart(nodes),
            settled=part.settled,
        )
        self._solved.append((part, groups))
        return groups

    def _read(self, mentions: Collection[uuid.UUID]) -> dict[uuid.UUID, Record]:
        wanted = set(mentions)
        if missing := wanted - self._records.keys():
            self._records.update(candidates.read(missing))
        return {mention: self._records[mention] for mention in wanted & self._records.keys()}


def _inside(nodes: Collection[uuid.UUID], pairs: set[Pair]) -> set[Pair]:
    return {pair for pair in pairs if pair[0] in nodes and pair[1] in nodes}


def _apart(nodes: Mapping[uuid.UUID, reach.Node]) -> set[Pair]:
    """Pairs named in one submission: two persons, unless the evidence is overwhelming."""
    by_submission: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for node in nodes.values():
        by_submission[node.submission].append(node.id)
    return {pair for of in by_submission.values() for pair in combinations(sorted(of), 2)}


def _store(
    area: uuid.UUID | None,
    part: reach.Part,
    groups: Sequence[frozenset[uuid.UUID]],
    edges: Mapping[Pair, float],
    judged: Judged,
) -> set[uuid.UUID]:
    rows = Membership.objects.filter(mention__in=part.nodes, area=area)
    held = {row.mention_id: row for row in rows}
    before = {mention: row.cluster_id for mention, row in held.items()}
    settled = {before[mention] for mention in part.in_settled}
    # Who leaves a settled cluster takes nothing of it along, least of all its name.
    stayed = {
        mention: cluster
        for mention, cluster in before.items()
        if cluster not in settled or mention in part.in_settled
    }
    named = clusters.assign_ids(stayed, groups, new_id=uuid.uuid4)
    known = set(before.values())
    opened = [Cluster(id=made, area_id=area) for made in named if made not in known]
    Cluster.objects.bulk_create(opened, batch_size=1000)
    standings = {
        cluster: _standings(group, part, held, edges, judged) for cluster, group in named.items()
    }
    Membership.objects.bulk_create(
        _changed(area, standings, held),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["cluster", "core", "status", "bits", "unsure", "since"],
        batch_size=1000,
    )
    ClusterEvent.objects.bulk_create(_events(before, named), batch_size=1000)
    return set(named) | known


def _standings(
    group: frozenset[uuid.UUID],
    part: reach.Part,
    held: Mapping[uuid.UUID, Membership],
    edges: Mapping[Pair, float],
    judged: Judged,
) -> dict[uuid.UUID, cores.Standing]:
    """Where the mentions of a cluster stand; of a settled one, those that join it."""
    order = sorted(group, key=lambda mention: (part.nodes[mention].received_at, mention))
    settled = [mention for mention in order if mention in part.in_settled]
    if not settled:
        return cores.standings(order, same=judged.same, unsure=judged.unsure, edges=edges)
    profile = [m for m in settled if held[m].status == Membership.Status.ACCEPTED]
    return {
        mention: cores.proposed(mention, [mention], profile, unsure=judged.unsure, edges=edges)
        for mention in order
        if mention not in part.in_settled
    }


def _changed(
    area: uuid.UUID | None,
    standings: Mapping[uuid.UUID, Mapping[uuid.UUID, cores.Standing]],
    held: Mapping[uuid.UUID, Membership],
) -> list[Membership]:
    now = timezone.now()
    changed = []
    for cluster, of in standings.items():
        for mention, at in of.items():
            row = held.get(mention) or Membership(mention_id=mention, area_id=area)
            moved = (row.cluster_id, row.core, row.status) != (cluster, at.core, at.status)
            if moved or (row.bits, row.unsure) != (at.bits, at.unsure):
                row.cluster_id, row.core, row.status = cluster, at.core, at.status
                row.bits, row.unsure = at.bits, at.unsure
                row.since = now if moved else row.since
                changed.append(row)
    return changed


def _events(
    before: Mapping[uuid.UUID, uuid.UUID], named: Mapping[uuid.UUID, frozenset[uuid.UUID]]
) -> list[ClusterEvent]:
    events = []
    was: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for mention, cluster in before.items():
        was[cluster].add(mention)
    for cluster, group in named.items():
        came = group - was.get(cluster, set())
        if cluster not in was:
            origin = {before[mention] for mention in group if mention in before}
            kind = ClusterEvent.Kind.SPLIT if origin else ClusterEvent.Kind.FORMED
            events.append(_event(cluster, kind, group, next(iter(sorted(origin)), None)))
            continue
        for other in sorted({before[mention] for mention in came if mention in before}):
            moved = {mention for mention in came if before.get(mention) == other}
            events.append(_event(cluster, ClusterEvent.Kind.MERGED, moved, other))
        if new := {mention for mention in came if mention not in before}:
            events.append(_event(cluster, ClusterEvent.Kind.GREW, new, None))
    return events


def _event(
    cluster: uuid.UUID, kind: str, mentions: Iterable[uuid.UUID], other: uuid.UUID | None
) -> ClusterEvent:
    return ClusterEvent(cluster_id=cluster, kind=kind, mentions=sorted(mentions), other=other)
