"""Who is grouped together anew when some mentions are touched: their component, or a part of it.

A component is all that hangs together by links that hold, by decisions and by clusters. A small one
is solved whole, so that one by one and all at once end in the same persons. In a large one that
would cost more with every report, so only what lies next to the touched mentions is solved: the
clusters that they are linked to, whole. A cluster too large for that is settled: new mentions join
it, and it changes otherwise only where people have decided something about who is touched.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from intelligence.models import Decision, Link, Membership

#: Mentions of a component that is solved whole, and of a cluster that is not settled.
MOST = 300
#: More that a batch may reach for each mention it touches.
EACH = 10

Area = uuid.UUID | None
Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Node:
    """A mention as the solver needs it."""

    id: uuid.UUID
    submission: uuid.UUID
    area: uuid.UUID
    received_at: datetime


@dataclass(frozen=True)
class Bar:
    """Bits above which a link holds: the threshold of the version that scored it."""

    own: Mapping[str, float]
    otherwise: float

    def of(self, version: str) -> float:
        """The threshold of this version."""
        return self.own.get(version, self.otherwise)


@dataclass
class Part:
    """What is solved at once, of the whole system or of one force.

    `settled` names some mentions of each cluster that is settled; of these alone are not all in
    `nodes`. What may not join a settled cluster is `barred` from its first mention.
    """

    nodes: dict[uuid.UUID, Node]
    settled: list[frozenset[uuid.UUID]] = field(default_factory=list)
    barred: set[Pair] = field(default_factory=set)

    @property
    def in_settled(self) -> frozenset[uuid.UUID]:
        """The mentions that stand for settled clusters."""
        return frozenset().union(*self.settled)


def parts(start: Collection[uuid.UUID], bar: Bar) -> dict[Area, Part]:
    """What to solve where these mentions are touched: for the whole system, and for each force.

    Links hold above the `bar`. Empty where there are no such mentions.
    """
    most = MOST + EACH * len(start)
    reached = set(_component(start, bar, most + 1))
    if len(reached) <= most:
        return _whole(reached)
    reached, large = _apart(start, bar)
    found = _beside(large, bar)
    for area, part in _whole(reached).items():
        beside = found.setdefault(area, Part({}))
        beside.nodes |= part.nodes
    return found


def _whole(reached: Collection[uuid.UUID]) -> dict[Area, Part]:
    nodes = _nodes(reached)
    areas = sorted({node.area for node in nodes.values()})
    return {area: Part(_of(area, nodes)) for area in [None, *areas]} if nodes else {}


def _apart(start: Collection[uuid.UUID], bar: Bar) -> tuple[set[uuid.UUID], list[uuid.UUID]]:
    """All of the small components of `start`, and those of `start` whose component is large."""
    near: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one, other in _linked(start, bar):
        near[one].add(other)
    small: set[uuid.UUID] = set()
    in_large: set[uuid.UUID] = set()
    large = []
    for mention in start:
        if mention in small:
            continue
        if not (near[mention] | {mention}) & in_large:
            reached = set(_component([mention], bar, MOST + 1))
            if len(reached) <= MOST:
                small |= reached
                continue
            in_large |= reached
        large.append(mention)
    return small, large


def _component(start: Collection[uuid.UUID], bar: Bar, most: int) -> list[uuid.UUID]:
    """All mentions joined to `start`, or the first `most` of them."""
    with connection.cursor() as cursor:
        # The server works out as much of a recursive query as is asked of it, and no more.
        own, otherwise = json.dumps(dict(bar.own)), bar.otherwise
        asked: dict[str, Any] = {
            "start": list(start),
            "own": own,
            "otherwise": otherwise,
            "most": most,
        }
        cursor.execute(_REACH.replace("[above]", _ABOVE), asked)
        return [mention for (mention,) in cursor.fetchall()]


_ABOVE = "weight > coalesce((%(own)s::jsonb ->> model_version)::float8, %(otherwise)s)"
_REACH = """
WITH RECURSIVE reach(id) AS (
  SELECT unnest(%(start)s::uuid[])
  UNION
  SELECT near.id FROM reach CROSS JOIN LATERAL (
    SELECT right_id AS id FROM intelligence_link
      WHERE left_id = reach.id AND [above]
    UNION ALL SELECT left_id FROM intelligence_link
      WHERE right_id = reach.id AND [above]
    UNION ALL SELECT right_id FROM intelligence_decision
      WHERE left_id = reach.id AND judgement = 'same'
    UNION ALL SELECT left_id FROM intelligence_decision
      WHERE right_id = reach.id AND judgement = 'same'
    UNION ALL SELECT other.mention_id FROM intelligence_membership mine
      JOIN intelligence_membership other USING (cluster_id) WHERE mine.mention_id = reach.id
  ) near
)
SELECT id FROM reach LIMIT %(most)s
"""


def _nodes(mentions: Collection[uuid.UUID]) -> dict[uuid.UUID, Node]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id, m.submission_id, m.area_id, r.received_at "
            "FROM unnest(%s::uuid[]) wanted(id) JOIN intelligence_mention m USING (id) "
            "JOIN intelligence_report r ON r.id = m.report_id",
            [list(mentions)],
        )
        return {row[0]: Node(*row) for row in cursor.fetchall()}


def _of(area: Area, nodes: dict[uuid.UUID, Node]) -> dict[uuid.UUID, Node]:
    if area is None:
        return nodes
    return {mention: node for mention, node in nodes.items() if node.area == area}


def _beside(start: Collection[uuid.UUID], bar: Bar) -> dict[Area, Part]:
    """What lies next to `start`, for the whole system and each force of theirs."""
    touched = _nodes(start)
    near = _linked(start, bar)
    areas = sorted({node.area for node in touched.values()})
    return {area: _part(area, _of(area, touched), near) for area in [None, *areas]}


def _linked(start: Collection[uuid.UUID], bar: Bar) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Whom each of these is linked to by links that hold, the strongest first."""
    touched = set(start)
    rows = Link.objects.filter(Q(left__in=touched) | Q(right__in=touched)).order_by("-weight", "pk")
    return [
        pair
        for left, right, bits, version in rows.values_list(
            "left_id", "right_id", "weight", "model_version"
        )
        if bits > bar.of(version)
        for pair in ((left, right), (right, left))
        if pair[0] in touched
    ]


def _part(area: Area, touched: dict[uuid.UUID, Node], near: Sequence[Pair]) -> Part:
    near = [pair for pair in near if pair[0] in touched]
    judged = _judged(touched)
    rows = Membership.objects.filter(
        mention__in={*touched, *judged, *(other for _, other in near)}, area=area
    )
    home = dict(rows.values_list("mention_id", "cluster_id"))
    size = _sizes(home.values())
    whole = {home[mention] for mention in judged if mention in home}
    whole |= {
        home[mention] for mention in touched if mention in home and size[home[mention]] <= MOST
    }
    blocks = _settle(near, home, size, whole, room=MOST * len(touched))
    members = Membership.objects.filter(cluster__in=whole).values_list("mention_id", "cluster_id")
    home.update(members)
    own = {m: home.get(m) for m in touched} | {m: c for m, c in home.items() if c in whole}
    blocks = {cluster: of - own.keys() for cluster, of in blocks.items() if of - own.keys()}
    return Part(
        _nodes({*own, *(mention for of in blocks.values() for mention in of)}),
        [frozenset(of) for of in blocks.values()],
        set(_barred(blocks, own)),
    )


def _settle(
    near: Sequence[Pair],
    home: Mapping[uuid.UUID, uuid.UUID],
    size: Mapping[uuid.UUID, int],
    whole: set[uuid.UUID],
    *,
    room: int,
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Put into `whole` the clusters beside, nearest first, while there is room; of those that are
    settled, return whom the touched mentions are linked to.
    """
    blocks: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for _, other in near:
        cluster = home.get(other)
        if cluster is None or cluster in whole:
            continue
        if size[cluster] > MOST:
            blocks[cluster].add(other)
        elif size[cluster] <= room:
            whole.add(cluster)
            room -= size[cluster]
    return blocks


def _barred(
    blocks: Mapping[uuid.UUID, Collection[uuid.UUID]],
    own: Mapping[uuid.UUID, uuid.UUID | None],
) -> Iterator[Pair]:
    """A settled cluster is joined by who is in no cluster, and by who was in it; not by others."""
    first = {cluster: min(of) for cluster, of in blocks.items()}
    yield from combinations(sorted(first.values()), 2)
    for cluster, mention in first.items():
        for other, its in own.items():
            if its not in {None, cluster}:
                yield (mention, other) if mention < other else (other, mention)


def _sizes(clusters: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = Membership.objects.filter(cluster__in=set(clusters)).values_list("cluster_id")
    return dict(rows.annotate(size=Count("pk")))


def _judged(touched: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Whom people have judged, of touched mentions and with them, and who is accepted of these."""
    pairs = Decision.objects.filter(Q(left__in=touched) | Q(right__in=touched))
    named = Membership.objects.filter(mention__in=touched, status=Membership.Status.ACCEPTED)
    return {
        *(mention for pair in pairs.values_list("left_id", "right_id") for mention in pair),
        *named.values_list("mention_id", flat=True),
    }
