"""Who is who: the border to `linking/`.

normalise, find_candidates, score, recluster: the four stages between what was sent and the
profiles. The same functions serve one submission and many; running them again changes nothing.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from intelligence import contents, cores, versions
from intelligence.models import (
    Cluster,
    ClusterEvent,
    Decision,
    Link,
    Membership,
    Mention,
    Original,
    QueueItem,
    Report,
    Tie,
    Undoing,
)
from linking import clusters, keys, persons
from linking.keys import COMMON
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


def find_candidates(records: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Pairs worth scoring: mentions that share a key with one of `records`."""
    by_id = {record.id: record for record in records}
    found = {record.id: keys.keys(record) for record in records if not record.several}
    narrowed = {
        record: {key: keys.narrow(by_id[record], key) for key in of} for record, of in found.items()
    }
    _store_keys(
        (key, record) for record, of in narrowed.items() for both in of.items() for key in both
    )
    pairs = _sharing(narrowed)
    _load(by_id, pairs)
    return [(by_id[left], by_id[right]) for left, right in sorted(pairs)]


def _store_keys(rows: Iterable[tuple[int, uuid.UUID]]) -> None:
    # About forty a mention: as objects they would cost more than all the rest of this stage.
    made = sorted(set(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intelligence_mentionkey (key, mention_id) "
            "SELECT * FROM unnest(%s::bigint[], %s::uuid[]) ON CONFLICT DO NOTHING",
            [[key for key, _ in made], [str(mention) for _, mention in made]],
        )


def _sharing(narrowed: Mapping[uuid.UUID, Mapping[int, int]]) -> set[Pair]:
    wide = _holders({key for of in narrowed.values() for key in of})
    common = {key for key, holders in wide.items() if len(holders) > COMMON}
    narrow = _holders({of[key] for of in narrowed.values() for key in of if key in common})
    pairs: set[Pair] = set()
    for mention, of in narrowed.items():
        for key, second in of.items():
            holders = narrow.get(second, ()) if key in common else wide.get(key, ())
            pairs |= {_ordered(mention, other) for other in holders if other != mention}
    return pairs


def _holders(wanted: set[int]) -> dict[int, list[uuid.UUID]]:
    """The mentions that hold each key, at most `COMMON` + 1 of them."""
    if not wanted:
        return {}
    holders: dict[int, list[uuid.UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k, m.mention_id FROM unnest(%s::bigint[]) k CROSS JOIN LATERAL "
            "(SELECT mention_id FROM intelligence_mentionkey WHERE key = k "
            "ORDER BY mention_id LIMIT %s) m",
            [sorted(wanted), COMMON + 1],
        )
        for key, mention in cursor.fetchall():
            holders[key].append(mention)
    return holders


def _load(by_id: dict[uuid.UUID, Record], pairs: Iterable[Pair]) -> None:
    by_id.update(_read({mention for pair in pairs for mention in pair} - by_id.keys()))


def _read(mentions: Collection[uuid.UUID]) -> dict[uuid.UUID, Record]:
    stored = Mention.objects.filter(pk__in=mentions).values_list("record", flat=True)
    return {record.id: record for record in map(Record.from_json, stored)}


def _ordered(one: uuid.UUID, other: uuid.UUID) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Node:
    """A mention as the solver needs it."""

    id: uuid.UUID
    submission: uuid.UUID
    area: uuid.UUID
    received_at: datetime


def recluster(mentions: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Group everyone reachable from `mentions` anew; return every cluster touched.

    Solved over the whole system, and again for each force from its own mentions alone.
    """
    nodes = _reachable(list(mentions))
    if not nodes:
        return set()
    edges = _edges(set(nodes))
    latest = _latest(Decision.objects.filter(left__in=nodes, right__in=nodes))
    same, different, unsure = (_said(latest, what) for what in Decision.Judgement)
    _tie(nodes, same)
    touched: set[uuid.UUID] = set()
    areas = sorted({node.area for node in nodes.values()})
    for area in [None, *areas]:
        inside = nodes
        if area is not None:
            inside = {i: node for i, node in nodes.items() if node.area == area}
        groups = _solve(inside, edges, same, different)
        stand = partial(cores.standings, same=same, unsure=unsure, edges=edges)
        touched |= _store(area, inside, groups, stand)
    return touched


def _tie(nodes: Collection[uuid.UUID], same: set[Pair]) -> None:
    """Write down which mentions are one person as decisions stand now."""
    rows = Tie.objects.filter(left__in=nodes).values_list("left_id", "right_id", "pk")
    held = {(left, right): pk for left, right, pk in rows}
    if gone := [pk for pair, pk in held.items() if pair not in same]:
        Tie.objects.filter(pk__in=gone).delete()
    made = [Tie(left_id=left, right_id=right) for left, right in sorted(same - held.keys())]
    Tie.objects.bulk_create(made, batch_size=5000)


def _reachable(start: list[uuid.UUID]) -> dict[uuid.UUID, Node]:
    """`start` and all mentions joined to it by links that hold, by decisions or by clusters."""
    with connection.cursor() as cursor:
        own, otherwise = json.dumps(versions.thresholds()), active_model().threshold
        asked: dict[str, Any] = {"start": start, "thresholds": own, "threshold": otherwise}
        cursor.execute(_REACH.replace("[above]", _ABOVE), asked)
        return {row[0]: Node(*row) for row in cursor.fetchall()}


#: Each link is weighed against the threshold of the version that scored it.
_ABOVE = "weight > coalesce((%(thresholds)s::jsonb ->> model_version)::float8, %(threshold)s)"
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
SELECT m.id, m.submission_id, m.area_id, r.received_at
FROM reach JOIN intelligence_mention m ON m.id = reach.id
JOIN intelligence_report r ON r.id = m.report_id
"""


def _edges(nodes: set[uuid.UUID]) -> dict[Pair, float]:
    """Bits above the threshold of every scored pair within `nodes`."""
    own, otherwise = versions.thresholds(), active_model().threshold
    rows = Link.objects.filter(left__in=nodes, right__in=nodes)
    return {
        (left, right): weight - own.get(version, otherwise)
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


def _solve(
    nodes: Mapping[uuid.UUID, Node],
    edges: Mapping[Pair, float],
    same: set[Pair],
    different: set[Pair],
) -> list[frozenset[uuid.UUID]]:
    return persons.solve(
        active_model(),
        sorted(nodes),
        _within(nodes, edges),
        read=_read,
        must=_inside(nodes, same),
        cannot=_inside(nodes, different),
        apart=_apart(nodes),
    )


Value = TypeVar("Value")


def _within(nodes: Mapping[uuid.UUID, Node], edges: Mapping[Pair, Value]) -> dict[Pair, Value]:
    return {pair: value for pair, value in edges.items() if pair[0] in nodes and pair[1] in nodes}


def _inside(nodes: Mapping[uuid.UUID, Node], pairs: set[Pair]) -> set[Pair]:
    return {pair for pair in pairs if pair[0] in nodes and pair[1] in nodes}


def _apart(nodes: Mapping[uuid.UUID, Node]) -> set[Pair]:
    """Pairs named in one submission: two persons, unless the evidence is overwhelming."""
    by_submission: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for node in nodes.values():
        by_submission[node.submission].append(node.id)
    return {
        _ordered(one, other)
        for together in by_submission.values()
        for place, one in enumerate(together)
        for other in together[place + 1 :]
    }


#: Where the mentions of one cluster stand, given earliest first.
Stand = Callable[[Sequence[uuid.UUID]], dict[uuid.UUID, cores.Standing]]


def _store(
    area: uuid.UUID | None,
    nodes: Mapping[uuid.UUID, Node],
    groups: Sequence[frozenset[uuid.UUID]],
    stand: Stand,
) -> set[uuid.UUID]:
    held = {row.mention_id: row for row in Membership.objects.filter(mention__in=nodes, area=area)}
    before = {mention: row.cluster_id for mention, row in held.items()}
    named = clusters.assign_ids(before, groups, new_id=uuid.uuid4)
    known = set(before.values())
    opened = [Cluster(id=made, area_id=area) for made in named if made not in known]
    Cluster.objects.bulk_create(opened, batch_size=1000)
    changed = _changed(area, nodes, named, stand, held)
    Membership.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["cluster", "core", "status", "bits", "unsure", "since"],
        batch_size=1000,
    )
    ClusterEvent.objects.bulk_create(_events(before, named), batch_size=1000)
    return set(named) | known


def _changed(
    area: uuid.UUID | None,
    nodes: Mapping[uuid.UUID, Node],
    named: Mapping[uuid.UUID, frozenset[uuid.UUID]],
    stand: Stand,
    held: Mapping[uuid.UUID, Membership],
) -> list[Membership]:
    now = timezone.now()
    changed = []
    for cluster, group in named.items():
        order = sorted(group, key=lambda mention: (nodes[mention].received_at, mention))
        for mention, at in stand(order).items():
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
