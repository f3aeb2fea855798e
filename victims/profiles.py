"""Open and close victim profiles as clusters change."""

import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from intelligence import people
from intelligence.models import Cluster, Membership
from intelligence.people import Person
from partners import policy
from partners.models import User
from victims.models import VictimProfile

#: The roles that give a cluster its victim side.
ROLES = ["child_at_risk", "victim"]


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster with a child or victim; close the others'."""
    touched = set(clusters)
    has_side = Q(mention__role__in=ROLES) | Q(mention__also__overlap=ROLES)
    members = Membership.objects.filter(has_side, cluster__in=touched).exclude(area=None)
    sides = set(members.values_list("cluster_id", flat=True))
    closed = VictimProfile.objects.filter(cluster__in=touched - sides, closed_at=None)
    closed.update(closed_at=timezone.now())
    areas = dict(Cluster.objects.filter(pk__in=sides).values_list("pk", "area_id"))
    VictimProfile.objects.bulk_create(
        [
            VictimProfile(
                cluster_id=cluster, area_id=areas[cluster], anchor=anchor, anchored_at=anchored_at
            )
            for cluster, (anchor, anchored_at) in people.anchors(sides).items()
        ],
        update_conflicts=True,
        unique_fields=["cluster"],
        update_fields=["anchor", "anchored_at", "closed_at"],
    )


def known(*, to: User, after: uuid.UUID | None = None, at_most: int = 26) -> list[Person]:
    """The persons with a victim side that `to` may know of; `after` is the last anchor shown."""
    if policy.at_desk(to):
        return people.of_force(VictimProfile.objects.all(), to=to, after=after, at_most=at_most)
    return people.people(ROLES, to=to, after=after, at_most=at_most)


def has_side(person: Person) -> bool:
    """Does any mention that the viewer may see give this person a victim side?"""
    return any(set(ROLES) & {mention.role, *mention.also} for mention in person.mentions)


def code(person: Person) -> str:
    """What a young person is called until a reason is given to see the name, e.g. YP-3FA2C1D4."""
    return f"YP-{person.code}"
