"""From pairs to persons, bound by what people decided."""

import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linking import clusters

NODES = [uuid.UUID(int=number + 1) for number in range(14)]
places = st.integers(0, len(NODES) - 1)
pairs = (
    st.tuples(places, places)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: (NODES[pair[0]], NODES[pair[1]]))
)
edges = st.dictionaries(pairs, st.floats(-12, 12), max_size=40)


def consistent(decided, truth):
    """Of these pairs, those the same in `truth`, and the others: decisions without a quarrel."""
    same = {pair for pair in decided if truth[NODES.index(pair[0])] == truth[NODES.index(pair[1])]}
    return same, decided - same


def name_of(groups):
    return {node: place for place, group in enumerate(groups) for node in group}


@given(edges, st.sets(pairs, max_size=30), st.lists(st.integers(0, 4), min_size=14, max_size=14))
@settings(max_examples=300, deadline=None)
def test_what_people_decided_always_holds(found, decided, truth):
    must, cannot = consistent(decided, truth)
    home = name_of(clusters.solve(NODES, found, must=must, cannot=cannot))

    assert all(home[one] == home[other] for one, other in must)
    assert all(home[one] != home[other] for one, other in cannot)
    assert set(home) == set(NODES)


@given(edges, st.sets(pairs, max_size=10), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_what_is_given_changes_nothing(found, apart, chance):
    mixed = list(found.items())
    chance.shuffle(mixed)
    nodes = list(NODES)
    chance.shuffle(nodes)

    assert clusters.solve(nodes, dict(mixed), apart=apart) == clusters.solve(
        NODES, found, apart=apart
    )


@given(edges)
@settings(max_examples=200, deadline=None)
def test_solving_each_component_alone_is_solving_all(found):
    whole = clusters.solve(NODES, found)
    alone = [
        group
        for component in _components(found)
        for group in clusters.solve(
            sorted(component),
            {pair: bits for pair, bits in found.items() if set(pair) <= component},
        )
    ]

    assert sorted(alone, key=min) == whole


def _components(found):
    home = {node: frozenset({node}) for node in NODES}
    for (one, other), bits in found.items():
        if bits > 0 and home[one] != home[other]:
            both = home[one] | home[other]
            home.update(dict.fromkeys(both, both))
    return set(home.values())


def test_ten_thousand_decisions_are_kept():
    chance = random.Random(1)
    nodes = [uuid.UUID(int=number + 1) for number in range(3000)]
    truth = {node: chance.randrange(300) for node in nodes}
    by_person: dict[int, list[uuid.UUID]] = {}
    for node in nodes:
        by_person.setdefault(truth[node], []).append(node)
    same: set[tuple[uuid.UUID, uuid.UUID]] = set()
    different: set[tuple[uuid.UUID, uuid.UUID]] = set()
    while len(same) < 5000 or len(different) < 5000:
        one = chance.choice(nodes)
        other = chance.choice(by_person[truth[one]])
        if one < other and len(same) < 5000:
            same.add((one, other))
        other = chance.choice(nodes)
        if one < other and truth[one] != truth[other] and len(different) < 5000:
            different.add((one, other))
    noise = {}
    for _ in range(20_000):
        one, other = sorted(chance.sample(nodes, 2))
        noise[one, other] = chance.uniform(-5, 10)
    home = name_of(clusters.solve(nodes, noise, must=same, cannot=different))

    assert sum(home[one] != home[other] for one, other in same) == 0
    assert sum(home[one] == home[other] for one, other in different) == 0


def test_decisions_that_contradict_one_another_are_refused():
    a, b, c = NODES[:3]
    with pytest.raises(ValueError, match="contradict"):
        clusters.solve([a, b, c], {}, must=[(a, b), (b, c)], cannot=[(a, c)])


def test_the_chain_that_a_decision_contradicts_is_shown():
    assert clusters.contradiction([(1, 2), (2, 3)], [], (1, 3, "different")) == [1, 2, 3]
    assert clusters.contradiction([(1, 2)], [(1, 3)], (2, 3, "same")) == [1, 2, 3]
    assert clusters.contradiction([(1, 2)], [(1, 3)], (2, 4, "same")) is None


def test_overwhelming_evidence_joins_two_mentions_of_one_submission():
    pair = NODES[0], NODES[1]

    assert len(clusters.solve(NODES[:2], {pair: 11.0}, apart=[pair])) == 2
    assert len(clusters.solve(NODES[:2], {pair: 13.0}, apart=[pair])) == 1


@given(edges, edges)
@settings(max_examples=100, deadline=None)
def test_a_group_keeps_the_name_of_the_group_it_shares_most_with(before, after):
    held = {
        node: f"c{place}"
        for place, group in enumerate(clusters.solve(NODES, before))
        for node in group
    }
    groups = clusters.solve(NODES, after)
    fresh = iter(range(1000))
    named = clusters.assign_ids(held, groups, new_id=lambda: f"new{next(fresh)}")

    assert sorted(named.values(), key=min) == groups
    for name, group in named.items():
        assert name.startswith("new") or any(held[node] == name for node in group)
    assert (
        clusters.assign_ids(
            {node: name for name, group in named.items() for node in group},
            groups,
            new_id=lambda: "none",
        )
        == named
    )
