"""How each mention of a cluster stands: of the profile, or proposed to it, and how strongly."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intelligence.models import Membership

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Standing:
    """One mention in its cluster.

    `core` names the mentions decided to be one person with it. Of a core that is proposed,
    `bits` is the strongest link to the profile, in bits above the threshold of the model (0 where
    only a chain ties them), and `unsure` says that somebody has looked and could not tell.
    """

    core: uuid.UUID
    status: str
    bits: float = 0.0
    unsure: bool = False


def standings(
    order: Sequence[uuid.UUID],
    *,
    same: set[Pair],
    unsure: set[Pair],
    edges: Mapping[Pair, float],
) -> dict[uuid.UUID, Standing]:
    """Where the mentions of one cluster stand; `order` has them earliest first.

    The largest core is the profile, the earliest where two are as large.
    """
    cores = _cores(order, same)
    principal = max(cores, key=lambda core: len(cores[core]))  # the earliest of the largest
    found = {}
    for core, mentions in cores.items():
        standing = Standing(core, Membership.Status.ACCEPTED)
        if core != principal:
            standing = proposed(core, mentions, cores[principal], unsure=unsure, edges=edges)
        found.update(dict.fromkeys(mentions, standing))
    return found


def _cores(order: Sequence[uuid.UUID], same: set[Pair]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The mentions decided to be one, by the earliest of them; earliest first."""
    parent = {mention: mention for mention in order}

    def root(mention: uuid.UUID) -> uuid.UUID:
        while parent[mention] != mention:
            mention = parent[mention]
        return mention

    rank = {mention: place for place, mention in enumerate(order)}
    for left, right in same:
        if left in parent and right in parent:
            first, second = sorted((root(left), root(right)), key=rank.__getitem__)
            parent[second] = first
    cores: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for mention in order:
        cores[root(mention)].append(mention)
    return cores


def proposed(
    core: uuid.UUID,
    mine: Sequence[uuid.UUID],
    profile: Sequence[uuid.UUID],
    *,
    unsure: set[Pair],
    edges: Mapping[Pair, float],
) -> Standing:
    """Where the mentions of a core stand that is proposed to the profile of these mentions."""
    pairs = [(min(one, other), max(one, other)) for one in mine for other in profile]
    scored = [pair for pair in pairs if pair in edges]
    best = max(scored, key=lambda pair: (edges[pair], pair), default=None)
    return Standing(
        core,
        Membership.Status.PROPOSED,
        bits=edges[best] if best else 0.0,
        unsure=any(pair in unsure for pair in pairs),
    )
