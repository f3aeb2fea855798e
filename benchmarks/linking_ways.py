"""One way of linking one file, in a process of its own: `benchmarks.linking` starts it.

    python -m benchmarks.linking_ways WAY DATA FILE OUT

Reads the rows of FILE, which holds no label, links them, and writes to OUT as JSON: the clusters of
the rows under each of the way's clusterings, the seconds from reading to clusters, the peak memory.
"""

import json
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks import linking_data
from linking import clusters, keys, memory, score
from linking.model import Model, default
from linking.train import train
from linking.types import Record

#: Thresholds of the match weight among which the scorer looks for Splink's best.
THRESHOLDS = (-2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
#: Splink's own, chosen before anything was measured.
DEFAULT, GAEC_DEFAULT = 4, 0
#: Mentions of which the words for every pair are looked at.
DRAWN = 3000
GAEC_THRESHOLDS = (0, 2, 4, 6)

Clusters = list[int]


def main() -> int:
    way, data, source, target = sys.argv[1:]
    started = time.perf_counter()
    ids, records = linking_data.rows(data, Path(source))
    found = WAYS[way](data, Path(source), ids, records, started)
    found["ids"] = ids
    found["rows"] = len(ids)
    found.setdefault("peak", _peak())
    Path(target).write_text(json.dumps(found), encoding="utf-8")
    return 0


Answer = dict[str, Any]


def _engine(
    data: str, path: Path, ids: Sequence[str], records: list[Record], started: float
) -> Answer:
    """This project's linker: the model that ships for mentions, one of its own for other files."""
    return _linked(
        train(records) if data in linking_data.PUBLIC else default(), ids, records, started
    )


def _trained(
    data: str, path: Path, ids: Sequence[str], records: list[Record], started: float
) -> Answer:
    """This project's linker with a model learnt from the mentions themselves, without labels."""
    return _linked(train(records), ids, records, started)


def _linked(model: Model, ids: Sequence[str], records: list[Record], started: float) -> Answer:
    groups = memory.link(model, records)
    found = {
        "clusterings": {"": _numbered(records, groups)},
        "seconds": {"": time.perf_counter() - started},
        "peak": _peak(),
    }
    return {**found, "words": list(_words(model, ids, records))}


def _peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _words(
    model: Model, ids: Sequence[str], records: Sequence[Record]
) -> Iterator[tuple[str, str, str]]:
    """The word for each pair that an analyst may be shown of some mentions drawn by chance."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in keys.keys(record):
            holders[key].append(place)
    drawn = random.Random(1).sample(range(len(records)), min(DRAWN, len(records)))
    pairs = {
        (min(place, other), max(place, other))
        for place in drawn
        for key in keys.keys(records[place])
        if len(holders[key]) <= keys.COMMON
        for other in holders[key]
        if records[other].submission != records[place].submission
    }
    for one, other in sorted(pairs):
        weight = score.score_pair(model, records[one], records[other]).weight
        yield ids[one], ids[other], model.strength(weight)


def _numbered(records: Sequence[Record], groups: Sequence[Any]) -> Clusters:
    group_of = {record: place for place, group in enumerate(groups) for record in group}
    return [group_of[record.id] for record in records]


def _splink(
    data: str, path: Path, ids: Sequence[str], records: list[Record], started: float
) -> Answer:
    """Splink's pairs; connected components at each threshold; our clustering of the same pairs."""
    from benchmarks import linking_splink

    place = {name: number for number, name in enumerate(ids)}
    pairs = [
        (place[one], place[other], weight)
        for one, other, weight in linking_splink.edges(data, path, ids, records)
        if records[place[one]].submission != records[place[other]].submission
    ]
    linked = time.perf_counter() - started
    clusterings = {}
    seconds = {}
    for threshold in THRESHOLDS:
        before = time.perf_counter()
        name = f"components {threshold}"
        clusterings[name] = _components(len(ids), pairs, threshold)
        seconds[name] = linked + time.perf_counter() - before
    for threshold in GAEC_THRESHOLDS:
        before = time.perf_counter()
        name = f"GAEC {threshold}"
        clusterings[name] = _gaec(records, pairs, threshold)
        seconds[name] = linked + time.perf_counter() - before
    return {"clusterings": clusterings, "seconds": seconds}


Pairs = list[tuple[int, int, float]]


def _components(size: int, pairs: Pairs, threshold: float) -> Clusters:
    kept = np.array([pair[:2] for pair in pairs if pair[2] > threshold], dtype=np.int64)
    one, other = kept.reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(one)), (one, other)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    return [int(label) for label in labels]


def _gaec(records: Sequence[Record], pairs: Pairs, threshold: float) -> Clusters:
    edges = {
        (records[one].id, records[other].id): weight - threshold for one, other, weight in pairs
    }
    groups = clusters.solve(
        [record.id for record in records], edges, apart=memory.together(records)
    )
    return _numbered(records, groups)


def _exact(
    data: str, path: Path, ids: Sequence[str], records: list[Record], started: float
) -> Answer:
    """The same full name; and the same full name and birthday. Who lacks them stands alone."""
    clusterings = {
        "name": _same([(r.full_name,) if r.full_name else None for r in records]),
        "name and birthday": _same(
            [
                (r.full_name, str(r.born_from))
                if r.full_name and r.born_from and r.born_from == r.born_to
                else None
                for r in records
            ]
        ),
    }
    seconds = time.perf_counter() - started
    return {"clusterings": clusterings, "seconds": dict.fromkeys(clusterings, seconds)}


def _same(keys: Sequence[tuple[str, ...] | None]) -> Clusters:
    numbers: dict[tuple[str, ...], int] = {}
    return [
        len(keys) + place if key is None else numbers.setdefault(key, len(numbers))
        for place, key in enumerate(keys)
    ]


WAYS = {"engine": _engine, "trained": _trained, "splink": _splink, "exact": _exact}

if __name__ == "__main__":
    sys.exit(main())
