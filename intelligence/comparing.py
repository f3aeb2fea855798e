"""What a version of the model would change, before anybody puts it in force.

Everything that stands is linked twice in memory, with the active model and with the other, by the
same keys and bound by the same decisions; what is kept of it are counts.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone

from intelligence import hubs, resolution, versions
from intelligence.models import Decision, Link, Mention, ModelVersion, OtherScore
from linking import batch, calibrate, memory
from linking.batch import Columns, Floats, Ints
from linking.calibrate import Decided
from linking.model import Model
from linking.types import Record

Tell = Callable[[str], None]
#: Gives the weight of every pair: `batch.weigh`, or what does the same in bulk.
Weigh = Callable[[Model, Columns], Floats]
#: What a comparison does, in order.
STEPS = ("reading", "comparing pairs", "grouping with the active model", "grouping with the other")


def standing() -> list[Record]:
    """The record of every mention that was not withdrawn."""
    rows = Mention.objects.filter(report__withdrawal=None).order_by("pk")
    return [Record.from_json(row) for row in rows.values_list("record", flat=True)]


def decided() -> list[Decided]:
    """Every pair that people have judged the same or different, as decisions stand now."""
    same, different = resolution.standing(Decision.objects.all())
    pairs = [(pair, True) for pair in sorted(same)]
    pairs += [(pair, False) for pair in sorted(different - same)]
    wanted = {mention for pair, _ in pairs for mention in pair}
    rows = Mention.objects.filter(pk__in=wanted).values_list("record", flat=True)
    found = {record.id: record for record in map(Record.from_json, rows)}
    return [Decided(found[one], found[other], judged) for (one, other), judged in pairs]


@dataclass(frozen=True)
class _World:
    """What both models are asked of."""

    records: Sequence[Record]
    left: Ints
    right: Ints
    columns: Columns
    judged: Sequence[Decided]

    def decided(self, *, same: bool) -> list[memory.Pair]:
        """The pairs judged so whose mentions both stand."""
        known = {record.id for record in self.records}
        pairs = [(d.left.id, d.right.id) for d in self.judged if d.same == same]
        return [pair for pair in pairs if known >= set(pair)]


def compare(
    row: ModelVersion, *, tell: Tell = lambda _: None, weigh: Weigh = batch.weigh
) -> dict[str, Any]:
    """Compare a version with the active one, and keep the counts with it."""
    other, active = map(hubs.weighing, (versions.named(row.pk), versions.in_force()))
    tell(STEPS[0])
    records, judged = standing(), decided()
    tell(STEPS[1])
    pairs = memory.candidates(records)
    world = _World(records, *pairs, batch.compare(records, *pairs), judged)
    tell(STEPS[2])
    before, was = _linked(active, world, weigh)
    tell(STEPS[3])
    after, now = _linked(other, world, weigh)
    found = {
        "with": versions.active().version,
        "at": timezone.now().isoformat(),
        "mentions": len(records),
        "pairs": len(world.left),
        "links": int(after.sum()),
        "links_before": int(before.sum()),
        "gained": int((after & ~before).sum()),
        "lost": int((before & ~after).sum()),
        **_changed(was, now),
        "decided": len(judged),
        "active": worth(active, judged),
        "other": worth(other, judged),
        "shadow": beside(row.pk, other.threshold),
    }
    ModelVersion.objects.filter(pk=row.pk).update(comparison=found)
    return found


Groups = list[frozenset[uuid.UUID]]


def _linked(model: Model, world: _World, weigh: Weigh) -> tuple[np.ndarray[Any, Any], Groups]:
    """Which pairs are links, and who is grouped with whom, decisions included."""
    weights = weigh(model, world.columns)
    groups = memory.group(
        model,
        world.records,
        world.left,
        world.right,
        weights,
        must=world.decided(same=True),
        cannot=world.decided(same=False),
    )
    return weights > model.threshold, groups


def _changed(was: Groups, now: Groups) -> dict[str, int]:
    """Groups of several mentions: how many there are, how many come and how many go."""
    before = {group for group in was if len(group) > 1}
    after = {group for group in now if len(group) > 1}
    return {
        "clusters": len(after),
        "clusters_before": len(before),
        "clusters_new": len(after - before),
        "clusters_gone": len(before - after),
        "mentions_moved": len({mention for group in before ^ after for mention in group}),
    }


def worth(model: Model, judged: Sequence[Decided]) -> dict[str, Any]:
    """Precision and recall of a model's threshold against decided pairs, as counts."""
    bits, same = calibrate.weights(model, judged)
    found = calibrate.worth(bits, same, model.threshold)
    return {
        "threshold": found.threshold,
        "above": found.above,
        "same_above": found.same_above,
        "same": found.same,
    }


def beside(version: str, threshold: float) -> dict[str, int]:
    """What a version said as the shadow of the pairs that came meanwhile, beside their links."""
    said = OtherScore.objects.filter(version=version).values_list("left_id", "right_id", "weight")
    links = {(left, right): weight > threshold for left, right, weight in said}
    own, otherwise = versions.thresholds(), versions.active().threshold
    mentions = {mention for pair in links for mention in pair}
    rows = Link.objects.filter(left__in=mentions, right__in=mentions)
    held = {
        (left, right): weight > own.get(by, otherwise)
        for left, right, weight, by in rows.values_list(
            "left_id", "right_id", "weight", "model_version"
        )
    }
    both = links.keys() & held.keys()
    return {
        "scored": len(both),
        "gained": sum(links[pair] and not held[pair] for pair in both),
        "lost": sum(held[pair] and not links[pair] for pair in both),
    }
