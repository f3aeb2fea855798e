"""Open and close victim profiles as clusters change."""

import uuid
from collections.abc import Iterable

from django.utils import timezone

from intelligence import people
from intelligence.models import Cluster
from intelligence.models.contents import names_child
from intelligence.people import Person
from partners import policy
from partners.models import User
from victims.models import VictimProfile


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster with a child or victim; close the others'."""
    touched = set(clusters)
    found = people.anchors(touched, having=names_child("mention__"))
    closed = VictimProfile.objects.filter(cluster__in=touched - set(found), closed_at=None)
    closed.update(closed_at=timezone.now())
    areas = dict(Cluster.objects.filter(pk__in=found).values_list("pk", "area_id"))
    VictimProfile.objects.bulk_create(
        [
            VictimProfile(
                cluster_id=cluster, area_id=areas[cluster], anchor=anchor, anchored_at=anchored_at
            )
            for cluster, (anchor, anchored_at) in found.items()
        ],
        update_conflicts=True,
        unique_fields=["cluster"],
        update_fields=["anchor", "anchored_at", "closed_at"],
    )


def known(*, to: User, after: uuid.UUID | None = None, at_most: int = 26) -> list[Person]:
    """The persons with a victim side that `to` may know of; `after` is the last anchor shown."""
    if policy.at_desk(to):
        return people.of_force(VictimProfile.objects.all(), to=to, after=after, at_most=at_most)
    return people.people(names_child(), to=to, after=after, at_most=at_most)


def has_side(person: Person) -> bool:
    """Does a report of this person, as far as they are known for certain, name a child?"""
    return person.is_young


def code(person: Person) -> str:
    """What a young person is called until a reason is given to see the name, e.g. YP-3FA2C1D4."""
    return f"YP-{person.code}"
