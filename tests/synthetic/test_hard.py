"""The hard world: what makes people alike, and one person unlike themselves, is in it."""

from collections import Counter, defaultdict
from datetime import date
from functools import cache

import pytest
from scipy.stats import chi2_contingency

import synthetic
from linking import normalise
from synthetic.people import CHILD, SUSPECT


@cache
def told(name="hard", submissions=2500, seed=1):
    """The submissions of a world, made once for all the tests that look at it."""
    return list(synthetic.make(name, submissions=submissions, seed=seed).told())


@cache
def people(name="hard"):
    """Everybody who is met, once each: their children's carers left out."""
    met = {who.number: who for report in told(name) for _, who in report.people}
    return [who for who in met.values() if who.side in {CHILD, SUSPECT}]


def alike(name, *details):
    """How many people have all these details in common with somebody else."""
    having = Counter(tuple(getattr(who, detail) for detail in details) for who in people(name))
    return sum(count for count in having.values() if count > 1) / having.total()


def numbers_told(name):
    """The people behind each whole telephone number that is told of somebody."""
    users = defaultdict(set)
    for report in told(name):
        who = dict(report.people)
        number = {p["ref"]: p["number"] for p in report.payload.get("phones", [])}
        for row in report.payload.get("relations", []):
            if row["to"] in number and row["from"] in who:
                users[normalise.phone(number[row["to"]]).value].add(who[row["from"]].number)
    return {value: numbers for value, numbers in users.items() if not {"?", "*"} & set(value)}


def test_many_bear_the_whole_name_of_somebody_else():
    assert alike("hard", "given", "family") > 3 * alike("easy", "given", "family")
    assert alike("hard", "given", "family") > 0.06


def test_relatives_live_in_one_home_and_some_have_one_birthday():
    assert alike("hard", "home") > 5 * alike("easy", "home")
    assert alike("hard", "home", "family") > 5 * alike("easy", "home", "family")
    assert 0.005 < alike("hard", "home", "born") < alike("hard", "home")


def test_some_are_born_in_the_month_of_a_brother_or_sister():
    born = defaultdict(set)
    for who in people():
        born[who.home, who.born.month].add(who.born)

    assert sum(len(days) > 1 for days in born.values()) > 20


def test_a_home_s_children_are_reached_on_one_telephone():
    children = {
        (seed, who.number): who
        for seed in range(1, 5)
        for report in told("hard", 2500, seed)
        for _, who in report.people
        if who.line and who.side == CHILD
    }
    together = Counter((seed, who.line, who.home) for (seed, _), who in children.items())

    assert max(together.values()) >= 5


def test_a_few_numbers_have_very_many_users_and_most_have_one():
    users = sorted((len(found) for found in numbers_told("hard").values()), reverse=True)

    assert users[0] > 15
    assert users[0] > 2 * users[3]
    assert sum(count == 1 for count in users) > 0.5 * len(users)


def test_hard_shares_numbers_that_easy_does_not():
    shared = {
        name: sum(len(found) > 1 for found in numbers_told(name).values()) / len(numbers_told(name))
        for name in ("easy", "hard")
    }

    assert shared["hard"] > 2 * shared["easy"]


def test_drivers_of_one_firm_share_its_cars():
    drivers = defaultdict(set)
    for who in people():
        for driven in who.cars:
            drivers[driven.mark].add(who.number)

    assert max(map(len, drivers.values())) >= 3


def test_a_child_is_tied_to_the_car_of_whoever_is_with_it():
    kinds = Counter(
        row["kind"]
        for report in told()
        for row in report.payload.get("relations", [])
        if row["to"].startswith("v")
    )

    assert kinds["passenger_in"] > 30


def test_a_suspect_with_a_second_name_is_told_of_under_both():
    names = defaultdict(set)
    for report in told():
        for person, (_, who) in zip(report.payload["persons"], report.people, strict=True):
            if who.alias and "family_name" in person:
                names[who.number].add(person["family_name"].lower()[:3])

    both = sum(len(found) > 1 for found in names.values())
    assert both > 0.15 * len(names)
    assert {who.side for who in people() if who.alias} == {SUSPECT}


def test_some_take_another_telephone_each_month():
    burners = [who for who in people() if len(who.phones) > 2]

    assert len(burners) > 20
    for who in burners:
        assert len({who.phone_on(day) for day in range(365)}) == 12
        assert who.phone_on(0) == who.phone_on(30) != who.phone_on(31)


def test_some_move():
    movers = [who for who in people() if who.later_home]

    assert 0.05 < len(movers) / len(people()) < 0.2
    assert all(who.home_on(who.moves) == who.later_home for who in movers)
    assert all(who.home_on(who.moves - 1) == who.home for who in movers)


def test_some_are_told_of_in_the_role_of_the_other_side():
    roles = Counter(
        (who.side, person["role"] in {"child_at_risk", "victim"})
        for report in told()
        for person, (_, who) in zip(report.payload["persons"], report.people, strict=True)
    )

    assert 0.005 < roles[SUSPECT, True] / (roles[SUSPECT, True] + roles[SUSPECT, False]) < 0.05


def test_reports_come_late():
    late = [r.payload for r in told() if "learned_on" in r.payload]
    days = [r.payload.get("learned_on", r.payload["information_date"]) for r in told()]

    assert 0.1 < len(late) / len(told()) < 0.4
    assert all(row["learned_on"] > row["information_date"] for row in late)
    assert days == sorted(days)
    assert date.fromisoformat(days[-1]) <= synthetic.LAST_DAY


def test_one_event_is_not_always_said_to_be_one():
    """Beside those that share an origin, some reports of one event name none."""
    named = defaultdict(set)
    for report in told():
        key = report.payload["information_date"], frozenset(w.number for _, w in report.people)
        named[key].add(report.payload.get("origin_reference"))

    assert sum(None in origins and len(origins) > 1 for origins in named.values()) > 20


def test_hard_tells_nothing_of_some_by_which_they_could_be_known_again():
    def poor(name):
        found = total = 0
        for report in told(name):
            tied = {
                row["from"]
                for row in report.payload.get("relations", [])
                if row["to"][:2] in {"ph", "v1", "o1"} or row["kind"] == "lives_at"
            }
            for person in report.payload["persons"]:
                total += 1
                named = {"family_name", "identifiers"} & set(person)
                found += not named and person["ref"] not in tied
        return found / total

    assert poor("hard") > 4 * poor("easy")


def test_heritage_is_independent_of_role_in_the_hard_world_too():
    """Counted once for a home, because brothers and sisters have one heritage: p > 0.01."""
    counted = {}
    for seed in range(30, 36):
        for report in told("hard", 2000, seed):
            for _, who in report.people:
                if who.side in {CHILD, SUSPECT}:
                    counted[seed, who.home] = who.heritage, who.side
    counts = Counter(counted.values())
    heritages = sorted({heritage for heritage, _ in counts})
    table = [[counts[heritage, side] for heritage in heritages] for side in (CHILD, SUSPECT)]

    assert len(counted) > 4000
    assert len(heritages) == 10
    assert chi2_contingency(table).pvalue > 0.01


def test_the_few_names_are_as_common_among_children_as_among_suspects():
    common = [name for name, _ in Counter(who.family for who in people()).most_common(25)]
    shares = []
    for side in (CHILD, SUSPECT):
        names = [who.family for who in people() if who.side == side]
        shares.append(sum(name in common for name in names) / len(names))

    assert shares[0] == pytest.approx(shares[1], rel=0.35)
