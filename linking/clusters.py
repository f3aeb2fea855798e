"""From scored pairs to persons: greedy additive edge contraction (GAEC) with people's decisions.

Correlation clustering: join the two groups whose pairs speak most strongly for it, add up what
their members say of every other group, and go on while anything speaks for a join. Decisions are
hard: pairs judged the same are joined first, and groups that hold a pair judged different are
never joined, by whatever path.
"""

import heapq
import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from linking.types import Mention

Node = TypeVar("Node", bound=Hashable)
Name = TypeVar("Name", bound=Hashable)

#: Bits against joining two persons of one submission, beside what their details say.
APART = -12.0


class _Groups:
    """Groups being contracted: `near[a][b]` are the bits for joining `a` and `b`."""

    def __init__(self, count: int) -> None:
        self.members: dict[int, list[int]] = {place: [place] for place in range(count)}
        self.near: dict[int, dict[int, float]] = {place: {} for place in range(count)}
        self.forbidden: dict[int, set[int]] = {place: set() for place in range(count)}
        self.pairs: dict[int, dict[int, int]] = {place: {} for place in range(count)}

    def add(self, one: int, other: int, bits: float) -> None:
        for a, b in ((one, other), (other, one)):
            self.near[a][b] = self.near[a].get(b, 0.0) + bits
            self.pairs[a][b] = self.pairs[a].get(b, 0) + 1

    def forbid(self, one: int, other: int) -> None:
        self.forbidden[one].add(other)
        self.forbidden[other].add(one)

    def worth(self, one: int, other: int, unseen: float) -> float:
        """Bits for joining: what was scored, and a penalty for each pair that was not."""
        pairs = len(self.members[one]) * len(self.members[other])
        return self.near[one][other] + unseen * (pairs - self.pairs[one][other])

    def join(self, kept: int, gone: int) -> None:
        """Fold `gone` into `kept`."""
        self.members[kept] += self.members.pop(gone)
        for other, bits in self.near.pop(gone).items():
            del self.near[other][gone]
            count = self.pairs[other].pop(gone)
            if other != kept:
                for a, b in ((kept, other), (other, kept)):
                    self.near[a][b] = self.near[a].get(b, 0.0) + bits
                    self.pairs[a][b] = self.pairs[a].get(b, 0) + count
        del self.pairs[gone]
        for other in self.forbidden.pop(gone):
            self.forbidden[other].discard(gone)
            if other != kept:
                self.forbid(kept, other)


def solve(
    nodes: Sequence[Mention],
    edges: Mapping[tuple[Mention, Mention], float],
    *,
    must: Iterable[tuple[Mention, Mention]] = (),
    cannot: Iterable[tuple[Mention, Mention]] = (),
    apart: Iterable[tuple[Mention, Mention]] = (),
    unseen: float = -0.5,
) -> list[frozenset[Mention]]:
    """Group `nodes` into persons; the same groups whatever the order of what is given.

    `edges` are bits above the threshold; `unseen` bits count for each pair never scored. Raises
    ValueError where `must` and `cannot` contradict one another: refuse such decisions at entry.
    """
    order = sorted(nodes)
    place = {node: number for number, node in enumerate(order)}
    groups = _Groups(len(order))
    # Numbers stand in the order of their ids, and are compared and looked up much faster.
    for one, other, bits in sorted((place[a], place[b], bits) for (a, b), bits in edges.items()):
        groups.add(one, other, bits)
    for one, other in _placed(place, apart):
        groups.add(one, other, APART)
    for one, other in _placed(place, cannot):
        groups.forbid(one, other)
    _join_decided(groups, _placed(place, must))
    _contract(groups, unseen)
    found = [frozenset(order[number] for number in members) for members in groups.members.values()]
    return sorted(found, key=min)


def components(
    nodes: Iterable[Mention], joined: Iterable[tuple[Mention, Mention]]
) -> dict[Mention, int]:
    """The number of the part that each node is in: nothing joins one part to another."""
    place = {node: number for number, node in enumerate(nodes)}
    now = list(range(len(place)))
    for one, other in joined:
        kept, gone = sorted((_root(now, place[one]), _root(now, place[other])))
        now[gone] = kept
    return {node: _root(now, number) for node, number in place.items()}


def _root(now: list[int], number: int) -> int:
    while now[number] != number:
        now[number] = number = now[now[number]]
    return number


def _placed(
    place: Mapping[Mention, int], pairs: Iterable[tuple[Mention, Mention]]
) -> list[tuple[int, int]]:
    return sorted({(place[one], place[other]) for one, other in pairs})


def _join_decided(groups: _Groups, must: Sequence[tuple[int, int]]) -> None:
    now = list(range(len(groups.members)))
    for one, other in must:
        kept, gone = sorted((_root(now, one), _root(now, other)))
        if kept == gone:
            continue
        if gone in groups.forbidden[kept]:
            raise ValueError("decisions contradict one another")
        groups.join(kept, gone)
        now[gone] = kept


def _contract(groups: _Groups, unseen: float) -> None:
    heap: list[tuple[float, int, int]] = []

    def push(one: int, others: Iterable[int]) -> None:
        for other in others:
            bits = groups.worth(one, other, unseen)
            if bits > 0 and other not in groups.forbidden[one]:
                heapq.heappush(heap, (-bits, min(one, other), max(one, other)))

    for one, near in groups.near.items():
        push(one, (other for other in near if one < other))
    while heap:
        bits, kept, gone = heapq.heappop(heap)
        if gone not in groups.near.get(kept, {}) or gone in groups.forbidden[kept]:
            continue
        if -bits != groups.worth(kept, gone, unseen):
            continue  # stale: the groups have grown since, and were pushed again
        groups.join(kept, gone)
        push(kept, sorted(groups.near[kept]))


def contradiction(
    same: Iterable[tuple[Node, Node]],
    different: Iterable[tuple[Node, Node]],
    new: tuple[Node, Node, str],
) -> list[Node] | None:
    """The chain of mentions that a new judgement contradicts, or None.

    Judging two mentions different contradicts a path of SAME between them; judging them the same
    contradicts a DIFFERENT pair of which one is tied to each. The chain runs along that path.
    """
    one, other, judgement = new
    near: dict[Node, set[Node]] = defaultdict(set)
    for a, b in same:
        near[a].add(b)
        near[b].add(a)
    if judgement == "different":
        return _path(near, one, other)
    near[one].add(other)
    near[other].add(one)
    for a, b in different:
        chain = _path(near, a, b)
        if chain is not None:
            return chain
    return None


def _path(near: Mapping[Node, set[Node]], start: Node, end: Node) -> list[Node] | None:
    came: dict[Node, Node | None] = {start: None}
    edge = [start]
    while edge:
        following = []
        for node in edge:
            if node == end:
                return _back(came, end)
            for step in near.get(node, ()):
                if step not in came:
                    came[step] = node
                    following.append(step)
        edge = following
    return None


def _back(came: Mapping[Node, Node | None], end: Node) -> list[Node]:
    chain: list[Node] = []
    at: Node | None = end
    while at is not None:
        chain.append(at)
        at = came[at]
    return chain[::-1]


def assign_ids(
    before: Mapping[uuid.UUID, Name],
    groups: Sequence[frozenset[uuid.UUID]],
    *,
    new_id: Callable[[], Name],
) -> dict[Name, frozenset[uuid.UUID]]:
    """Name each group: it keeps the id of the cluster that it shares most mentions with.

    An id goes to one group only, the one with the greatest overlap; the rest get new ids.
    """
    overlaps: dict[tuple[int, Name], int] = defaultdict(int)
    for number, group in enumerate(groups):
        for mention in group:
            if mention in before:
                overlaps[number, before[mention]] += 1
    ranked = sorted(
        overlaps.items(),
        key=lambda item: (-item[1], min(groups[item[0][0]]), str(item[0][1])),
    )
    names: dict[int, Name] = {}
    taken: set[Name] = set()
    for (number, name), _ in ranked:
        if number not in names and name not in taken:
            names[number] = name
            taken.add(name)
    return {
        names[number] if number in names else new_id(): group for number, group in enumerate(groups)
    }
