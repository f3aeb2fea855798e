"""Open and close victim profiles as clusters change."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Max, Q
from django.utils import timezone

from intelligence import people
from intelligence.models import Cluster, Membership
from intelligence.people import Person
from partners.models import User
from victims.models import VictimProfile

#: The roles that give a cluster its victim side.
ROLES = ["child_at_risk", "victim"]


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster with a child at risk or a victim; close the others'.

    Runs inside the turn of `resolution.wait_for_turn`, which keeps numbers from being given twice.
    """
    touched = set(clusters)
    has_side = Q(mention__role__in=ROLES) | Q(mention__also__overlap=ROLES)
    members = Membership.objects.filter(has_side, cluster__in=touched).exclude(area=None)
    sides = set(members.values_list("cluster_id", flat=True))
    profiles = VictimProfile.objects.filter(cluster__in=touched)
    profiles.exclude(cluster__in=sides).filter(closed_at=None).update(closed_at=timezone.now())
    profiles.filter(cluster__in=sides).exclude(closed_at=None).update(closed_at=None)
    new = Cluster.objects.filter(pk__in=sides).exclude(pk__in=profiles.values("cluster"))
    by_area: dict[uuid.UUID, list[Cluster]] = defaultdict(list)
    for cluster in new.order_by("opened_at", "pk"):
        if cluster.area_id is not None:
            by_area[cluster.area_id].append(cluster)
    for area, clusters_of_area in by_area.items():
        _open(area, clusters_of_area)


def _open(area: uuid.UUID, clusters: list[Cluster]) -> None:
    held = VictimProfile.objects.filter(area=area).aggregate(last=Max("number"))["last"] or 0
    VictimProfile.objects.bulk_create(
        VictimProfile(cluster=cluster, area_id=area, number=number)
        for number, cluster in enumerate(clusters, start=held + 1)
    )


def known(
    *, to: User, after: int | None = None, at_most: int = 26
) -> list[tuple[VictimProfile, Person]]:
    """The open profiles of `to`'s force that `to` may know of, from the number below `after` on.

    Numbers are the force's own, so that the list tells nothing of another's.
    """
    visible = Membership.objects.visible_to(to).filter(
        Q(mention__role__in=ROLES) | Q(mention__also__overlap=ROLES)
    )
    rows = VictimProfile.objects.filter(
        closed_at=None, area=to.agency.area_id, cluster__in=visible.values("cluster")
    ).select_related("area")
    if after is not None:
        rows = rows.filter(number__lt=after)
    shown = list(rows.order_by("-number")[:at_most])
    persons = {
        person.cluster: person for person in people.people([r.cluster_id for r in shown], to)
    }
    return [(row, persons[row.cluster_id]) for row in shown if row.cluster_id in persons]


def of(person: Person) -> VictimProfile | None:
    """The open profile of a person whom the viewer may know, where there is one."""
    return VictimProfile.objects.filter(cluster=person.cluster, closed_at=None).first()
