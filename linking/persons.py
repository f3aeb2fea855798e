"""From scored pairs to persons, with a second look inside each group.

A chain joins mentions that share no key and so were never scored: one after another has a detail
in common with the next, and the ends may be two people of other names and other ages. So after
each grouping the pairs inside a group that nobody scored are compared, and where their details
conflict, that counts against the group, and all is grouped anew. So does what only the whole group
can tell: that it holds two people of one name (`linking.namesakes`).
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np

from linking import batch, clusters, namesakes
from linking.model import Model
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]
#: Gives the records of these mentions.
Read = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Record]]

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
    nodes: Sequence[uuid.UUID],
    edges: Mapping[Pair, float],
    *,
    read: Read,
    must: Collection[Pair] = (),
    cannot: Collection[Pair] = (),
    apart: Collection[Pair] = (),
    settled: Collection[Collection[uuid.UUID]] = (),
) -> list[frozenset[uuid.UUID]]:
    """Group `nodes` into persons: `linking.clusters.solve`, with conflicts inside groups counted.

    Those `settled` together stay so, and are not looked at again: `settled` has no overlaps.

    `edges` are bits above the threshold by pair, lower id first. The same groups whatever the
    order, and for each component alone as for all. Raises ValueError as `clusters.solve` does.
    """
    held = dict(edges)
    known = {*edges, *must, *apart}
    parted: set[Pair] = set()
    home = {node: number for number, group in enumerate(settled) for node in group}
    tied = [pair for group in settled for pair in pairwise(sorted(group))]
    for look in range(_LOOKS + 1):
        groups = clusters.solve(
            nodes, held, must=[*must, *tied], cannot=cannot, apart=apart, unseen=model.unseen
        )
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
        held.update(_conflicts(model, fresh, read))
        held.update({pair: held.get(pair, 0.0) + namesakes.APART for pair in two})
        parted |= two
    return groups


def _namesakes(groups: Iterable[frozenset[uuid.UUID]], read: Read) -> set[Pair]:
    large = namesakes.large(groups)
    return namesakes.apart(large, read(set(chain.from_iterable(large)))) if large else set()


def _inside(group: frozenset[uuid.UUID]) -> Iterable[Pair]:
    order = sorted(group)
    for place, one in enumerate(order):
        for other in order[place + 1 : place + 1 + _NEXT]:
            yield one, other


def _conflicts(model: Model, pairs: Sequence[Pair], read: Read) -> dict[Pair, float]:
    """Bits against each pair whose details conflict by more than nobody's having looked."""
    if not pairs:
        return {}
    found = read(set(chain.from_iterable(pairs)))
    records = list(found.values())
    place = {record.id: number for number, record in enumerate(records)}
    left, right = np.array([(place[a], place[b]) for a, b in pairs], dtype=np.int64).T
    # Without the prior: that they share no key was known already, and is worth `unseen`.
    said = _SHARE * (batch.weigh(model, batch.compare(records, left, right)) - model.prior)
    return {
        pair: bits for pair, bits in zip(pairs, said.tolist(), strict=True) if bits < model.unseen
    }
