"""Who may see a report: opened on receipt, and when an agency or a hub joins later."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from intelligence.models import Alarm, Audience, Report, Submission
from partners.models import Agency, Area, User
from partners.policy import Desk


@dataclass(frozen=True)
class Arrived:
    """A new report, and who has it: is the hub alarmed, from whom is it kept, and who keeps it."""

    report: Report
    submission: Submission
    alarmed: bool = False
    kept_from: frozenset[Agency] = frozenset()
    keepers: frozenset[Agency] = frozenset()


def open_on_receipt(arrived: Iterable[Arrived], *, sender: User) -> None:
    """Write the audience of new reports: their sender, the agency's lead, the desk and the hub.

    The hub where a child is named, or where it is alarmed. None of it where the report is kept from
    that agency, but who keeps it there: professional standards, or the designated officer.
    """
    police: dict[uuid.UUID, list[Agency]] = {}
    rows: list[Audience] = []
    for one in arrived:
        report, submission, area = one.report, one.submission, one.report.area
        if area.pk not in police:
            police[area.pk] = list(Agency.objects.filter(area=area, kind=Agency.Kind.POLICE))
        own = [_row(report, submission, Desk.PERSON, person=sender)]
        own.append(_row(report, submission, Desk.OWN, agency=submission.agency))
        own += [_row(report, submission, Desk.FORCE, agency=desk) for desk in police[area.pk]]
        if (report.names_child or one.alarmed) and area.hub_id:
            own.append(_row(report, submission, Desk.MASH, agency=area.hub))
        rows += [row for row in own if row.agency not in one.kept_from]
        rows += [_row(report, submission, Desk.TRUST, agency=keeper) for keeper in one.keepers]
    Audience.objects.bulk_create(rows)


def _row(
    report: Report,
    submission: Submission,
    desk: Desk,
    agency: Agency | None = None,
    person: User | None = None,
) -> Audience:
    return Audience(
        report=report,
        submission=submission,
        desk=desk,
        agency=agency,
        person=person,
        received_at=report.received_at,
    )


def admit(agency: Agency) -> int:
    """Give a police agency, or a hub, that joined later the reports of its area. Counts them.

    Runs as the owner, from `load_agencies`. Doing it again changes nothing.
    """
    opened = 0
    for desk, reports in _due(agency):
        held = Audience.objects.filter(agency=agency, desk=desk).values("report")
        missing = (
            reports.exclude(pk__in=held)
            .exclude(kept_from__agency=agency)
            .select_related("submission")
        )
        rows = [_row(r, r.submission, desk, agency=agency) for r in missing.iterator()]
        opened += len(Audience.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True))
    return opened


def hand_over(area: Area, *, before: Agency | None, to: Agency) -> int:
    """Give the new hub of an area what the last one held, which loses it. Counts its reports.

    Runs as the owner, in the transaction that names it. Alarms that were passed on stay with
    whoever answered them; those that wait are the new hub's to answer.
    """
    if before is not None and before != to:
        of_area = Audience.objects.filter(agency=before, report__area=area)
        held = of_area.filter(desk=Desk.MASH)
        open_to_it = held.exclude(report__kept_from__agency=to)
        open_to_it.exclude(report__in=_of_hub(to)).update(agency=to)
        held.delete()
        alarms = Alarm.objects.filter(hub=before, report__area=area, passed_on_at=None)
        alarms.exclude(report__kept_from__agency=to).update(hub=to)
        # The designated officer goes with the hub, also where a colleague of theirs is named.
        of_area.filter(desk=Desk.TRUST).update(agency=to)
    admit(to)
    return _of_hub(to).count()


def _of_hub(agency: Agency) -> QuerySet[Audience, uuid.UUID]:
    rows = Audience.objects.filter(desk=Desk.MASH, agency=agency)
    return rows.values_list("report_id", flat=True)


def _due(agency: Agency) -> Iterable[tuple[Desk, QuerySet[Report]]]:
    of_area = Report.objects.filter(area=agency.area)
    if agency.is_police:
        yield Desk.FORCE, of_area
    if agency.area.hub_id == agency.pk:
        yield Desk.MASH, of_area.filter(names_child=True)
