"""From scored pairs to persons, with a second look inside each group.

A chain joins mentions that share no key and so were never scored: one after another has a detail
in common with the next, and the ends may be two people of other names and other ages. So after
each grouping the pairs inside a group that nobody scored are compared, and where their details
conflict, that counts against the group, and all is grouped anew. So does what only the whole group
can tell: that it holds two people of one name (`linking.namesakes`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import Generic

import numpy as np

from linking import batch, clusters, namesakes
from linking.model import Model
from linking.types import Mention, Record

#: Gives the records of these mentions.
Read = Callable[[Collection[Mention]], Mapping[Mention, Record]]

#: Looks inside the groups. Nearly all is found at the first.
_LOOKS = 3
#: Each mention of a group is compared with so many that follow it in order of id: a larger group
#: is sampled, so that the cost grows with its size and not with the square.
_NEXT = 60
#: The share of a conflict that counts. Some of what a record says against a group was counted with
#: the pairs that were scored; counted whole, it splits people whose details change (worlds of
#: 2,000 submissions, seeds 21 and 22: recall 0.005 lower at the same precision).
_SHARE = 0.5


def solve(
    model: Model,
    nodes: Sequence[Mention],
    edges: Mapping[tuple[Mention, Mention], float],
    *,
    read: Read[Mention],
    must: Collection[tuple[Mention, Mention]] = (),
    cannot: Collection[tuple[Mention, Mention]] = (),
    apart: Collection[tuple[Mention, Mention]] = (),
    settled: Collection[Collection[Mention]] = (),
) -> list[frozenset[Mention]]:
    """Group `nodes` into persons: `linking.clusters.solve`, with conflicts inside groups counted.

    Those `settled` together stay so, and are not looked at again: `settled` has no overlaps.

    `edges` are bits above the threshold by pair, lower id first. The same groups whatever the
    order, and for each component alone as for all. Raises ValueError as `clusters.solve` does.
    """
    held = dict(edges)
    known = {*edges, *must, *apart}
    parted: set[tuple[Mention, Mention]] = set()
    home = {node: number for number, group in enumerate(settled) for node in group}
    tied: list[tuple[Mention, Mention]] = [
        pair for group in settled for pair in pairwise(sorted(group))
    ]
    parts = _Parts[Mention](model, nodes, held, [*must, *tied], cannot, apart)
    moved = set(nodes)
    for look in range(_LOOKS + 1):
        groups = parts.solve(moved)
        fresh = [
            (one, other)
            for group in groups
            for one, other in _inside(group)
            if (one, other) not in known and (one not in home or home[one] != home.get(other))
        ]
        two = _namesakes(groups, read) - parted
        if not (fresh or two) or look == _LOOKS:
            break
        known.update(fresh)
        said = _conflicts(model, fresh, read)
        said.update({p: said.get(p, held.get(p, 0.0)) + namesakes.APART for p in two})
        held.update(said)
        parted |= two
        moved = set(chain.from_iterable(said))
    return sorted(parts.groups(), key=min)


#: Pairs inside each part.
_ByPart = dict[int, list[tuple[Mention, Mention]]]


class _Parts(Generic[Mention]):
    """Mentions in parts that nothing joins, each solved alone, and anew only when it changed."""

    def __init__(
        self,
        model: Model,
        nodes: Sequence[Mention],
        held: Mapping[tuple[Mention, Mention], float],
        must: Collection[tuple[Mention, Mention]],
        cannot: Collection[tuple[Mention, Mention]],
        apart: Collection[tuple[Mention, Mention]],
    ) -> None:
        joined = chain((pair for pair, bits in held.items() if bits > 0), must)
        self._part: dict[Mention, int] = clusters.components(nodes, joined)
        self._held: Mapping[tuple[Mention, Mention], float] = held
        self._unseen = model.unseen
        self._nodes: dict[int, list[Mention]] = defaultdict(list)
        for node in nodes:
            self._nodes[self._part[node]].append(node)
        self._must: _ByPart[Mention] = self._by_part(must)
        self._cannot: _ByPart[Mention] = self._by_part(cannot)
        self._apart: _ByPart[Mention] = self._by_part(apart)
        self._found: dict[int, list[frozenset[Mention]]] = {}

    def _by_part(self, pairs: Iterable[tuple[Mention, Mention]]) -> _ByPart[Mention]:
        found: _ByPart[Mention] = defaultdict(list)
        for one, other in pairs:
            if self._part[one] == self._part[other]:
                found[self._part[one]].append((one, other))
        return found

    def solve(self, moved: Iterable[Mention]) -> list[frozenset[Mention]]:
        """The groups of the parts in which these mentions are, as the bits held now have it."""
        changed = sorted({self._part[node] for node in moved})
        edges = self._by_part(self._held)
        for part in changed:
            nodes = self._nodes[part]
            self._found[part] = (
                clusters.solve(
                    nodes,
                    {pair: self._held[pair] for pair in edges[part]},
                    must=self._must[part],
                    cannot=self._cannot[part],
                    apart=self._apart[part],
                    unseen=self._unseen,
                )
                if len(nodes) > 1
                else [frozenset(nodes)]
            )
        return [group for part in changed for group in self._found[part]]

    def groups(self) -> list[frozenset[Mention]]:
        """Everybody's."""
        return list(chain.from_iterable(self._found.values()))


def _namesakes(
    groups: Iterable[frozenset[Mention]], read: Read[Mention]
) -> set[tuple[Mention, Mention]]:
    large = namesakes.large(groups)
    return namesakes.apart(large, read(set(chain.from_iterable(large)))) if large else set()


def _inside(group: frozenset[Mention]) -> Iterable[tuple[Mention, Mention]]:
    order = sorted(group)
    for place, one in enumerate(order):
        for other in order[place + 1 : place + 1 + _NEXT]:
            yield one, other


def _conflicts(
    model: Model, pairs: Sequence[tuple[Mention, Mention]], read: Read[Mention]
) -> dict[tuple[Mention, Mention], float]:
    """Bits against each pair whose details conflict by more than nobody's having looked."""
    if not pairs:
        return {}
    found = read(set(chain.from_iterable(pairs)))
    place = {mention: number for number, mention in enumerate(found)}
    left, right = np.array([(place[a], place[b]) for a, b in pairs], dtype=np.int64).T
    compared = batch.compare(list(found.values()), left, right)
    # Without the prior: that they share no key was known already, and is worth `unseen`.
    said = _SHARE * (batch.weigh(model, compared) - model.prior)
    return {
        pair: bits for pair, bits in zip(pairs, said.tolist(), strict=True) if bits < model.unseen
    }
