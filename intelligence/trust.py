"""Somebody in a position of trust: a report that names them is kept from where they work.

It goes to professional standards where they work for the police, and to the designated officer of
the area (LADO) otherwise. Their own agency sees nothing of it: not its lead, not its colleagues,
not the desk where that is the police, not the hub where that is the council.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F

from intelligence import exchange
from intelligence.models import KeptFrom, Report, Submission
from partners.models import Agency, Area

Payload = dict[str, Any]

#: What a person may be that concerns their employer.
POSITIONS = frozenset({"works_with_children", "police", "licensed_driver", "other"})
#: Said of where they work: at none of the partner agencies.
ELSEWHERE = "elsewhere"
KEPT = "Somebody whom this report names works there. It is kept from that agency."


def trusted(payload: Payload) -> list[Payload]:
    """The persons of a submission who are in a position of trust."""
    return [one for one in payload.get("persons", ()) if one.get("position_of_trust") in POSITIONS]


def check(payload: Payload) -> list[exchange.Error]:
    """Agencies that are named and that nobody knows: to guess would be to tell the wrong one."""
    named = [
        (place, one["works_for"])
        for place, one in enumerate(payload.get("persons", ()))
        if one.get("works_for", ELSEWHERE) != ELSEWHERE
    ]
    known = (
        set(
            Agency.objects.filter(code__in={code for _, code in named}).values_list(
                "code", flat=True
            )
        )
        if named
        else set()
    )
    return [
        exchange.Error(
            f"/persons/{place}/works_for",
            "unknown_agency",
            f"There is no partner agency “{code}”. Leave it out where you do not know.",
        )
        for place, code in named
        if code not in known
    ]


def employers(payload: Payload, *, sender: Agency, area: Area) -> set[Agency]:
    """The agencies from which a submission is kept.

    Where nobody said for whom somebody works, that is the police of the area for police, and
    otherwise the agency that sends it: it is more often a colleague than not.
    """
    found: set[Agency] = set()
    for one in trusted(payload):
        code = one.get("works_for")
        if code == ELSEWHERE:
            continue
        if code:
            found |= set(Agency.objects.filter(code=code))
        elif one["position_of_trust"] == "police":
            found |= set(_police(area))
        elif not sender.is_police:
            found.add(sender)
    return found


def keepers(payload: Payload, kept_from: Iterable[Agency], *, area: Area) -> set[Agency]:
    """The agencies whose professional standards, or designated officer, have the report."""
    people = trusted(payload)
    of_police = any(one["position_of_trust"] == "police" for one in people)
    told = set(_police(area)) if of_police or any(one.is_police for one in kept_from) else set()
    others = any(one["position_of_trust"] != "police" for one in people)
    return told | ({area.hub} if others and area.hub else set())


def _police(area: Area) -> Iterable[Agency]:
    return Agency.objects.filter(area=area, kind=Agency.Kind.POLICE)


def keep_from(report: Report, submission: Submission, agencies: Collection[Agency]) -> None:
    """Write down from whom a report is kept, before anybody is let in."""
    if not agencies:
        return
    KeptFrom.objects.bulk_create(
        KeptFrom(report=report, submission=submission, agency=agency) for agency in agencies
    )


def is_kept_from(report: Report, agency: Agency) -> bool:
    """Is the report kept from this agency? Asked at a desk that has it."""
    return KeptFrom.objects.filter(report=report, agency=agency).exists()


def apart_from_linking(submissions: Iterable[Any]) -> set[Any]:
    """Those of these submissions that a desk of their area may not see: the persons of a force's
    profiles are put together from what its desk sees, and nothing else. Asked by a worker.
    """
    rows = KeptFrom.objects.filter(
        submission__in=submissions,
        agency__kind=Agency.Kind.POLICE,
        agency__area=F("report__area"),
    )
    return set(rows.values_list("submission_id", flat=True))
