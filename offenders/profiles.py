"""Open and close offender profiles as clusters change."""

import uuid
from collections.abc import Iterable

from django.utils import timezone

from intelligence import people
from intelligence.models import Cluster
from intelligence.models.contents import names_child, names_suspect
from intelligence.people import Person
from offenders.models import OffenderProfile
from partners import policy
from partners.models import User


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster with a suspected offender; close the others'.

    None for a child, whatever some report says they did (docs/adr/0018).
    """
    touched = set(clusters)
    found = people.anchors(
        touched, having=names_suspect("mention__"), lacking=names_child("mention__")
    )
    closed = OffenderProfile.objects.filter(cluster__in=touched - set(found), closed_at=None)
    closed.update(closed_at=timezone.now())
    areas = dict(Cluster.objects.filter(pk__in=found).values_list("pk", "area_id"))
    OffenderProfile.objects.bulk_create(
        [
            OffenderProfile(
                cluster_id=cluster, area_id=areas[cluster], anchor=anchor, anchored_at=anchored_at
            )
            for cluster, (anchor, anchored_at) in found.items()
        ],
        update_conflicts=True,
        unique_fields=["cluster"],
        update_fields=["anchor", "anchored_at", "closed_at"],
    )


def known(*, to: User, after: uuid.UUID | None = None, at_most: int = 26) -> list[Person]:
    """The persons with an offender side that `to` may know of; `after` is the last anchor shown."""
    if policy.at_desk(to):
        return people.of_force(OffenderProfile.objects.all(), to=to, after=after, at_most=at_most)
    return people.people(names_suspect(), names_child(), to=to, after=after, at_most=at_most)


def has_side(person: Person) -> bool:
    """Is this person, as far as they are known for certain, a suspect and no child?"""
    return person.is_suspect and not person.is_young


def code(person: Person) -> str:
    """What the profile is called, e.g. P-3FA2C1D4."""
    return f"P-{person.code}"
