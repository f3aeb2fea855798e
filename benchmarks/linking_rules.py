"""Does linking keep its rules at size? People's decisions, and the time that an explanation takes.

Decisions are drawn from what is true of a world: pairs that are one person, and pairs that look
like one and are not. Each must hold in the groups, by whatever path its mentions hang together.
"""

import random
import statistics
import time
from collections.abc import Mapping, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks import linking_data
from benchmarks.linking_data import Label
from linking import batch, memory
from linking.explain import explain
from linking.model import Model, default
from linking.score import score_pair
from linking.types import Record

DECISIONS = 5000
#: Pairs of which the explanation is timed.
_EXPLAINED = 2000
Pairs = list[tuple[int, int]]


class Kept(NamedTuple):
    """How many decisions of each kind were made, and how many of them do not hold.

    `by_components`: how many would not if links and decisions were joined by connected components.
    """

    same: int
    different: int
    broken: int
    by_components: int


def report(submissions: int, seed: int, folder: Path) -> str:
    """The lines of the table of rules."""
    source = folder / "rules.jsonl"
    linking_data.world("hard", submissions, seed, source)
    ids, records = linking_data.mentions(source)
    labels = linking_data.world_labels("hard", submissions, seed)
    kept = decisions(default(), records, [labels[name] for name in ids], seed)
    median, slow = explained(default(), records)
    return (
        f"- {kept.same:,} pairs decided the same and {kept.different:,} decided different on hard:"
        f" {kept.broken} broken. Connected components of the same links would break"
        f" {kept.by_components:,}.\n"
        f"- Comparing two mentions and explaining it: {median:.2f} ms, 95 in 100 within"
        f" {slow:.2f} ms."
    )


def decisions(model: Model, records: Sequence[Record], labels: Sequence[Label], seed: int) -> Kept:
    """Link with decisions that are true, and count those that do not hold."""
    chance = random.Random(seed)
    left, right = memory.candidates(records)
    weights = batch.weigh(model, batch.compare(records, left, right))
    alike = list(zip(left.tolist(), right.tolist(), strict=True))
    apart = [pair for pair in alike if labels[pair[0]].person != labels[pair[1]].person]
    same = _drawn(chance, _one_person(labels))
    different = _drawn(chance, apart)
    groups = memory.group(
        model,
        records,
        left,
        right,
        weights,
        must=[(records[a].id, records[b].id) for a, b in same],
        cannot=[(records[a].id, records[b].id) for a, b in different],
    )
    home = {mention: number for number, group in enumerate(groups) for mention in group}
    broken = _broken([home[record.id] for record in records], same, different)
    above = weights > model.threshold
    ends = np.array([*zip(left[above], right[above], strict=True), *same]).reshape(-1, 2).T
    joined = coo_matrix((np.ones(ends.shape[1]), tuple(ends)), shape=(len(records),) * 2)
    _, parts = connected_components(joined, directed=False)
    return Kept(len(same), len(different), broken, _broken(parts.tolist(), same, different))


def _one_person(labels: Sequence[Label]) -> Pairs:
    told: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        told.setdefault(label.person, []).append(place)
    return [pair for places in told.values() for pair in combinations(places, 2)]


def _drawn(chance: random.Random, pairs: Pairs) -> Pairs:
    return chance.sample(pairs, min(DECISIONS, len(pairs)))


def _broken(home: Sequence[int] | Mapping[int, int], same: Pairs, different: Pairs) -> int:
    torn = sum(home[one] != home[other] for one, other in same)
    return torn + sum(home[one] == home[other] for one, other in different)


def explained(model: Model, records: Sequence[Record]) -> tuple[float, float]:
    """Milliseconds to compare two mentions and explain it: the median, and the 95th percentile."""
    left, right = memory.candidates(records)
    taken = []
    for one, other in islice(zip(left.tolist(), right.tolist(), strict=True), _EXPLAINED):
        started = time.perf_counter()
        explain(score_pair(model, records[one], records[other]), model)
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
