"""How right a linker is. The only module that puts clusters and labels together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from benchmarks.linking_data import Label

Clusters = Mapping[str, int]
Labels = Mapping[str, Label]


class Measure(NamedTuple):
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


class _Overlap:
    """How many rows each cluster and person have, and have in common."""

    def __init__(self, clusters: Clusters, labels: Labels) -> None:
        self.both: Counter[tuple[int, str]] = Counter()
        self.clusters: Counter[int] = Counter()
        self.persons: Counter[str] = Counter()
        for row, cluster in clusters.items():
            person = labels[row].person
            self.both[cluster, person] += 1
            self.clusters[cluster] += 1
            self.persons[person] += 1


def pairwise(clusters: Clusters, labels: Labels) -> Measure:
    """Of the pairs put together, how many are one person; of those that are, how many were."""
    seen = _Overlap(clusters, labels)
    right = _pairs(seen.both.values())
    return Measure(
        _share(right, _pairs(seen.clusters.values())), _share(right, _pairs(seen.persons.values()))
    )


def b_cubed(clusters: Clusters, labels: Labels) -> Measure:
    """For a row: how much of its cluster is right, how much of its person is in it; the mean."""
    seen = _Overlap(clusters, labels)
    precision = recall = 0.0
    for (cluster, person), count in seen.both.items():
        precision += count * count / seen.clusters[cluster]
        recall += count * count / seen.persons[person]
    size = len(clusters)
    return Measure(_share(precision, size), _share(recall, size))


def _share(part: float, whole: float) -> float:
    """A share of nothing is all of it."""
    return part / whole if whole else 1.0


def never_named_alike(clusters: Clusters, labels: Labels) -> tuple[float, int]:
    """The share of people joined at least once whom no two agencies ever named alike; how many.

    They are those whom several agencies tell of, and of whom no two tell the same full name.
    Joined: at least one pair of mentions of two agencies is in one cluster.
    """
    told: dict[str, list[str]] = defaultdict(list)
    for row in clusters:
        told[labels[row].person].append(row)
    joined = total = 0
    for rows in told.values():
        pairs = [
            (one, other)
            for one, other in combinations(rows, 2)
            if labels[one].agency != labels[other].agency
        ]
        alike = (
            bool(labels[a].told_as) and labels[a].told_as == labels[b].told_as for a, b in pairs
        )
        if pairs and not any(alike):
            total += 1
            joined += any(clusters[one] == clusters[other] for one, other in pairs)
    return _share(joined, total), total


#: The heritage of a name, and whose it is.
Named = tuple[str, str]
#: Pairs put together of a heritage's names from which its rate is shown.
_ENOUGH = 200


def heritage_rates(clusters: Clusters, labels: Labels) -> dict[str, float]:
    """Of the pairs put together in which a name of a heritage stands, the share that is wrong."""
    groups: dict[int, Counter[Named]] = defaultdict(Counter)
    for row, cluster in clusters.items():
        groups[cluster][labels[row].heritage, labels[row].person] += 1
    put: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for members in groups.values():
        _count(members, put, wrong)
    return {name: wrong[name] / count for name, count in sorted(put.items()) if count >= _ENOUGH}


def _count(members: Counter[Named], put: Counter[str], wrong: Counter[str]) -> None:
    """Add the pairs of one cluster to those of the heritage of either side."""
    for (heritage, _), count in members.items():
        put[heritage] += count * (count - 1) // 2
    for (one, mine), (other, theirs) in combinations(members.items(), 2):
        for heritage in {one[0], other[0]}:
            put[heritage] += mine * theirs
            wrong[heritage] += mine * theirs * (one[1] != other[1])


def by_word(scored: Sequence[tuple[str, str, str]], labels: Labels) -> dict[str, tuple[float, int]]:
    """For each strength word: the share of the pairs called so that are one person; how many."""
    put: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one, other, word in scored:
        put[word] += 1
        right[word] += labels[one].person == labels[other].person
    return {word: (right[word] / count, count) for word, count in put.items()}
