"""Open and close offender profiles as clusters change."""

import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from intelligence import people
from intelligence.models import Cluster, Membership
from intelligence.people import Person
from offenders.models import OffenderProfile
from partners.models import User

#: The roles that give a cluster its offender side.
ROLES = ["suspected_offender"]


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster that names suspected offenders; close the others'."""
    touched = set(clusters)
    has_side = Q(mention__role__in=ROLES) | Q(mention__also__overlap=ROLES)
    members = Membership.objects.filter(has_side, cluster__in=touched).exclude(area=None)
    sides = set(members.values_list("cluster_id", flat=True))
    profiles = OffenderProfile.objects.filter(cluster__in=touched)
    profiles.exclude(cluster__in=sides).filter(closed_at=None).update(closed_at=timezone.now())
    profiles.filter(cluster__in=sides).exclude(closed_at=None).update(closed_at=None)
    new = Cluster.objects.filter(pk__in=sides).exclude(pk__in=profiles.values("cluster"))
    OffenderProfile.objects.bulk_create(
        OffenderProfile(cluster=cluster, area_id=cluster.area_id)
        for cluster in new
        if cluster.area_id
    )


def known(*, to: User, after: uuid.UUID | None = None, at_most: int = 26) -> list[Person]:
    """The persons with an offender side that `to` may know of; `after` is the last anchor shown."""
    return people.people(ROLES, to=to, after=after, at_most=at_most)


def has_side(person: Person) -> bool:
    """Does any mention that the viewer may see give this person an offender side?"""
    return any(set(ROLES) & {mention.role, *mention.also} for mention in person.mentions)


def code(person: Person) -> str:
    """What the profile is called, e.g. P-3FA2C1D4."""
    return f"P-{person.code}"
