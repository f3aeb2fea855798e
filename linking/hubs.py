"""Telephones, cars and addresses that many people use who have nothing else to do with each other.

A home's telephone, a taxi office or a hostel ties nobody to anybody. How many use it does not say
so: a telephone passed round a network has as many users. Redundancy does (Latapy and others, 2008,
"Basic notions for the analysis of large two-mode networks"): of the pairs of people who use it, the
share who share something else as well.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from linking.types import Record

Person = TypeVar("Person", bound=Hashable)

#: Fewer users harm little, and say little.
FEWEST = 6
#: Below this redundancy it is a hub; with so many users it is one whatever they share.
REDUNDANT = 0.25
CROWD = 100
#: So many users of one are looked at, so that the cost does not grow with the square of them.
_MOST = 60
#: What is shared with more people than this says nothing of two of them.
_TOO_COMMON = 200
#: The details that may be a hub.
_KINDS = ("phones", "plates", "handles", "addresses")


@dataclass(frozen=True, slots=True)
class Use:
    """How a thing is used: by how many people, and the share of their pairs who share more."""

    users: int
    redundancy: float

    @property
    def hub(self) -> bool:
        """Whether it ties nobody to anybody."""
        return self.users >= CROWD or (self.users >= FEWEST and self.redundancy < REDUNDANT)


def things(records: Iterable[Record]) -> frozenset[str]:
    """What of the records of one person may turn out a hub; what was read in part cannot."""
    return frozenset(
        value
        for record in records
        for kind in _KINDS
        for value in getattr(record, kind)
        if not {"?", "*"} & set(value)
    )


def uses(people: Mapping[Person, Collection[str]]) -> dict[str, Use]:
    """How each thing is used that `FEWEST` people have. `people` says what each person has.

    People are the groups of mentions that are known so far: of mentions a telephone that one man
    was reported with ten times would seem to have ten users.
    """
    users: dict[str, list[Person]] = defaultdict(list)
    for person, had in people.items():
        for thing in had:
            users[thing].append(person)
    telling = {thing for thing, by in users.items() if 1 < len(by) <= _TOO_COMMON}
    others = {person: telling.intersection(had) for person, had in people.items()}
    return {
        thing: Use(len(by), _redundancy(thing, by, others))
        for thing, by in users.items()
        if len(by) >= FEWEST
    }


def found(
    people: Mapping[Person, Collection[str]],
    *,
    declared: Collection[str] = (),
    cleared: Collection[str] = (),
) -> frozenset[str]:
    """The hubs: what people `declared`, and what use shows, except what they `cleared`."""
    shown = {thing for thing, use in uses(people).items() if use.hub}
    return frozenset({*declared, *shown} - set(cleared))


def _redundancy(thing: str, by: list[Person], others: Mapping[Person, set[str]]) -> float:
    """The share of pairs of users who share another thing; of some of them where there are many."""
    pairs = _looked_at(by)
    return sum(bool((others[a] & others[b]) - {thing}) for a, b in pairs) / len(pairs)


def _looked_at(by: list[Person]) -> list[tuple[Person, Person]]:
    step = max(1, len(by) // _MOST)
    return list(combinations(by[::step][:_MOST], 2))
