"""A chain of mentions joins nobody whose details conflict."""

import uuid
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from linking import clusters, model, persons
from tests.linking.strategies import person, records

MODEL = model.default()


def mention(number, **details):
    return replace(person(**details), id=uuid.UUID(int=number))


def solve(found, edges, **decided):
    by_id = {record.id: record for record in found}
    return persons.solve(
        MODEL, sorted(by_id), edges, read=lambda ids: {i: by_id[i] for i in ids}, **decided
    )


def born(year):
    return {"born_from": date(year, 3, 4), "born_to": date(year, 3, 4)}


def chain(**last):
    """Three mentions of which the middle one is tied to each, and the ends were never compared."""
    found = [
        mention(1, given_names=("maria",), family_name="khan", gender="female", **born(2009)),
        mention(2, nicknames=("tazz",)),
        mention(3, **last),
    ]
    return found, {(found[0].id, found[1].id): 4.0, (found[1].id, found[2].id): 4.0}


def test_a_chain_whose_ends_conflict_is_broken():
    found, edges = chain(given_names=("derek",), family_name="stone", gender="male", **born(1971))

    assert len(clusters.solve([r.id for r in found], edges)) == 1
    assert len(solve(found, edges)) == 2


def test_a_chain_whose_ends_say_nothing_of_one_another_holds():
    found, edges = chain(plates=("QX00ABC",))

    assert len(solve(found, edges)) == 1


def test_a_decision_holds_a_chain_whose_ends_conflict():
    found, edges = chain(given_names=("derek",), family_name="stone", gender="male", **born(1971))
    ids = [record.id for record in found]

    assert len(solve(found, edges, must=[(ids[0], ids[1]), (ids[1], ids[2])])) == 1


@st.composite
def scored(draw):
    """Mentions, and bits for some of their pairs."""
    found = draw(st.lists(records(), min_size=2, max_size=14, unique_by=lambda r: r.id))
    ids = sorted(record.id for record in found)
    places = st.tuples(st.integers(0, len(ids) - 1), st.integers(0, len(ids) - 1))
    wanted = places.filter(lambda pair: pair[0] < pair[1])
    bits = draw(st.dictionaries(wanted, st.floats(-5, 12), max_size=30))
    return found, {(ids[one], ids[other]): weight for (one, other), weight in bits.items()}


@given(scored(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_what_is_given_changes_nothing(world, chance):
    found, edges = world
    mixed, pairs = list(found), list(edges.items())
    chance.shuffle(mixed)
    chance.shuffle(pairs)

    assert solve(mixed, dict(pairs)) == solve(found, edges)


def test_the_work_grows_with_a_group_and_not_with_its_square():
    pairs = [len(list(persons._inside(frozenset(range(size))))) for size in (20, 400, 800)]

    assert pairs[0] == 190
    assert pairs[2] < 2.2 * pairs[1]


@given(scored())
@settings(max_examples=50, deadline=None)
def test_numbers_in_the_order_of_ids_give_the_groups_of_the_ids(world):
    found, edges = world
    order = sorted(found, key=lambda record: record.id)
    number = {record.id: place for place, record in enumerate(order)}

    groups = persons.solve(
        MODEL,
        range(len(order)),
        {(number[one], number[other]): bits for (one, other), bits in edges.items()},
        read=lambda wanted: {place: order[place] for place in wanted},
    )

    assert [frozenset(order[place].id for place in group) for group in groups] == solve(
        found, edges
    )


@given(scored())
@settings(max_examples=50, deadline=None)
def test_mentions_that_nothing_joins_change_nothing_for_one_another(world):
    found, edges = world
    parts = clusters.components(
        sorted(record.id for record in found), (pair for pair, bits in edges.items() if bits > 0)
    )
    alone = []
    for part in set(parts.values()):
        some = [record for record in found if parts[record.id] == part]
        ids = {record.id for record in some}
        alone += solve(some, {pair: bits for pair, bits in edges.items() if ids >= set(pair)})

    assert sorted(alone, key=min) == solve(found, edges)
