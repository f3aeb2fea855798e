"""A thing that many strangers use ties nobody to anybody."""

from dataclasses import replace

from linking import hubs, memory, model
from tests.linking.strategies import person

LINE = "+447700900001"


def strangers(number):
    """People who share one telephone and nothing else."""
    return {who: {LINE, f"car {who}"} for who in range(number)}


def network(number):
    """People who pass one telephone round, and drive one another's cars."""
    return {
        who: {LINE, f"car {who // 2}", f"car {(who + 1) // 2}", "flat"} for who in range(number)
    }


def test_a_telephone_of_strangers_is_a_hub():
    assert hubs.found(strangers(6)) == {LINE}


def test_five_users_are_too_few_to_say():
    assert not hubs.found(strangers(5))


def test_a_telephone_passed_round_a_network_is_none():
    assert not hubs.found(network(12))
    assert hubs.uses(network(12))[LINE] == hubs.Use(12, 1.0)


def test_a_crowd_is_a_hub_whatever_it_shares():
    assert LINE in hubs.found(network(100))


def test_what_people_say_of_a_thing_holds():
    assert hubs.found(strangers(3), declared=["taxi office"]) == {"taxi office"}
    assert not hubs.found(strangers(20), cleared=[LINE])


def test_the_work_does_not_grow_with_the_square_of_the_users():
    assert len(hubs._looked_at(list(range(5000)))) == len(hubs._looked_at(list(range(60)))) == 1770


def test_things_read_in_part_are_nobodys():
    records = [person(phones=("*0001", LINE), plates=("QX??ABC",), addresses=("1 pier rd",))]

    assert hubs.things(records) == {LINE, "1 pier rd"}


def test_a_hub_added_to_five_thousand_people_links_nobody():
    people = [person(given_names=(f"name{who}",)) for who in range(5000)]
    tied = [replace(one, phones=(LINE,)) for one in people]
    known = replace(model.default(), hubs=hubs.found({r.id: hubs.things([r]) for r in tied}))

    left, _ = memory.candidates(tied)

    assert all(len(group) == 1 for group in memory.link(known, tied))
    assert len(left) < 500 * len(tied)
