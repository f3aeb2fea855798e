"""Two people of one name who were taken for one.

Pairs cannot tell: each mention of Keira Morrison agrees with each other one in name, age, place and
area, and so much agreement drowns the days of birth. The whole group can: where several reports
give one day and several another, neither day is a slip of the pen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, combinations, product

from linking.compare import day_level, family_name, given_name
from linking.types import Mention, Record

#: Bits against a pair of mentions that give two birthdays which are both settled: hardly any
#: agreement outweighs it, and a decision does.
APART = -40.0
#: So many submissions give one day of birth before it is settled.
_SETTLED = 2
#: Levels at which two days are not one day mistaken.
_TWO_DAYS = frozenset({"near", "different day"})


def apart(
    groups: Iterable[Collection[Mention]], records: Mapping[Mention, Record]
) -> set[tuple[Mention, Mention]]:
    """The pairs inside a group, lower id first, whose days of birth are both settled, and are two.

    People who go by two names are let be: both their names and their birthdays may be two.
    """
    return {
        (min(pair), max(pair))
        for group in groups
        for pair in _of_two_days({mention: records[mention] for mention in group})
        if not _two_names(records[pair[0]], records[pair[1]])
    }


def large(groups: Iterable[frozenset[Mention]]) -> list[frozenset[Mention]]:
    """The groups in which two days of birth can be settled."""
    return [group for group in groups if len(group) >= 2 * _SETTLED]


def _of_two_days(records: Mapping[Mention, Record]) -> Iterator[tuple[Mention, Mention]]:
    told: dict[date, list[Mention]] = defaultdict(list)
    for mention, record in records.items():
        if record.born_from and record.born_from == record.born_to:
            told[record.born_from].append(mention)
    settled = [
        day
        for day, by in told.items()
        if len({records[mention].submission for mention in by}) >= _SETTLED
    ]
    for mine, theirs in combinations(_without_slips(settled), 2):
        for one, other in product(mine, theirs):
            yield from product(told[one], told[other])


def _without_slips(days: Iterable[date]) -> list[list[date]]:
    """The days in groups, each with those that may be slips of it, and slips of those."""
    found: list[list[date]] = []
    for day in sorted(days):
        near = [group for group in found if any(day_level(day, o) not in _TWO_DAYS for o in group)]
        found = [group for group in found if group not in near]
        found.append([day, *chain.from_iterable(near)])
    return found


def _two_names(left: Record, right: Record) -> bool:
    given, family = given_name(left, right), family_name(left, right)
    return bool(given and family and given.level == family.level == "different")
