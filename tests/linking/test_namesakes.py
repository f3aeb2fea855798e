"""Two people of one name are told apart by what the whole group says."""

import uuid
from dataclasses import replace
from datetime import date
from itertools import combinations

from linking import memory, model, namesakes, persons
from tests.linking.strategies import person

MODEL = model.default()
NAME = {"given_names": ("keira",), "family_name": "morrison", "gender": "female", "area": "dogger"}


def told(day: str, number: int, **details: object):
    born = date.fromisoformat(day)
    said = {**NAME, "places": ("silverpit academy",), **details}
    return [person(born_from=born, born_to=born, **said) for _ in range(number)]


def apart(found):
    by_id = {record.id: record for record in found}
    return namesakes.apart([frozenset(by_id)], by_id)


def test_days_that_several_reports_give_each_are_two_people():
    first, second = told("2010-09-28", 3), told("2010-12-17", 2)

    assert len(apart(first + second)) == 6


def test_two_people_of_one_name_whom_undated_reports_chain_together_come_apart():
    first, second = told("2010-09-28", 4), told("2010-12-17", 4)
    loose = [person(**NAME, places=("silverpit academy",)) for _ in range(4)]

    groups = memory.link(MODEL, first + second + loose)

    for one, other in ((a.id, b.id) for a in first for b in second):
        assert not any({one, other} <= group for group in groups)
    for side in (first, second):
        assert any({record.id for record in side} <= group for group in groups)


def test_a_day_that_one_report_gives_may_be_its_mistake():
    assert not apart(told("2010-09-28", 4) + told("2010-12-17", 1))


def test_one_report_that_names_a_day_twice_settles_nothing():
    one, again = told("2010-12-17", 2)

    assert not apart([*told("2010-09-28", 4), one, replace(again, submission=one.submission)])


def test_slips_of_the_pen_are_one_day():
    assert not apart(told("2010-09-08", 3) + told("2010-08-09", 3) + told("2010-09-18", 2))


def test_a_person_of_two_names_may_have_two_birthdays():
    other = told("1992-02-02", 2, given_names=("destiny",), family_name="stone")

    assert not apart(told("1990-09-28", 2) + other)


def test_a_decision_holds_against_two_birthdays():
    first, second = told("2010-09-28", 2), told("2010-12-17", 2)
    found = [*first, *second]
    by_id = {record.id: record for record in found}
    every = dict.fromkeys(combinations(sorted(by_id), 2), 9.0)
    must = [tuple(sorted((first[0].id, second[0].id)))]

    def solve(**decided: list[tuple[uuid.UUID, uuid.UUID]]):
        return persons.solve(
            MODEL, sorted(by_id), every, read=lambda ids: {i: by_id[i] for i in ids}, **decided
        )

    assert len(solve()) == 2
    joined = next(group for group in solve(must=must) if first[0].id in group)
    assert second[0].id in joined
