"""Open and close offender profiles as clusters change."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Max, Q
from django.utils import timezone

from intelligence.models import Cluster, Membership
from offenders.models import OffenderProfile

#: The roles that give a cluster its offender side.
ROLES = ["suspected_offender"]


def rebuild(clusters: Iterable[uuid.UUID]) -> None:
    """Open a profile for each force's cluster that names suspected offenders; close the others'.

    Runs inside the turn of `resolution.wait_for_turn`, which keeps numbers from being given twice.
    """
    touched = set(clusters)
    has_side = Q(mention__role__in=ROLES) | Q(mention__also__overlap=ROLES)
    members = Membership.objects.filter(has_side, cluster__in=touched).exclude(area=None)
    sides = set(members.values_list("cluster_id", flat=True))
    profiles = OffenderProfile.objects.filter(cluster__in=touched)
    profiles.exclude(cluster__in=sides).filter(closed_at=None).update(closed_at=timezone.now())
    profiles.filter(cluster__in=sides).exclude(closed_at=None).update(closed_at=None)
    new = Cluster.objects.filter(pk__in=sides).exclude(pk__in=profiles.values("cluster"))
    by_area: dict[uuid.UUID | None, list[Cluster]] = defaultdict(list)
    for cluster in new.order_by("opened_at", "pk"):
        by_area[cluster.area_id].append(cluster)
    for area, clusters_of_area in by_area.items():
        _open(area, clusters_of_area)


def _open(area: uuid.UUID | None, clusters: list[Cluster]) -> None:
    held = OffenderProfile.objects.filter(area=area).aggregate(last=Max("number"))["last"] or 0
    OffenderProfile.objects.bulk_create(
        OffenderProfile(cluster=cluster, area_id=area, number=number)
        for number, cluster in enumerate(clusters, start=held + 1)
    )
