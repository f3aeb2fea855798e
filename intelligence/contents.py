"""From an original to statements, mentions, sightings, events and relations.

Every id follows from the submission and the ref, so that running this again writes the same rows.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import h3
from django.utils.dateparse import parse_datetime

from intelligence.models import (
    Event,
    Group,
    Mention,
    Original,
    Relation,
    Report,
    Sighting,
    Statement,
)
from intelligence.models.contents import Content, content_id
from linking import normalise
from linking.types import Record

Given = dict[str, Any]

#: H3 resolution at which places are kept: cells of about 0.1 square kilometres.
CELL_RESOLUTION = 9
#: What Mention has columns for; the rest of a person goes to `details`.
_COLUMNS = (
    "given_names",
    "family_name",
    "nicknames",
    "date_of_birth",
    "age_from",
    "age_to",
    "gender",
    "offender_level",
    "role_status",
    "victim_status",
    "vulnerabilities",
    "description",
    "role",
    "also",
    "how_many",
)


@dataclass
class Contents:
    """The rows that some submissions give, ready to be stored."""

    mentions: list[Mention] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    others: dict[type[Content], list[Content]] = field(default_factory=dict)

    def add(self, row: Content) -> None:
        """Put `row` with its kind."""
        self.others.setdefault(type(row), []).append(row)


def store(originals: Sequence[Original], reports: dict[uuid.UUID, Report]) -> list[Record]:
    """Write what these originals give; return a comparable record for each person mentioned."""
    contents = Contents()
    for original in originals:
        _read(contents, original.payload, reports[original.submission_id])
    Mention.objects.bulk_create(
        contents.mentions,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["record"],
        batch_size=1000,
    )
    for kind, rows in contents.others.items():
        kind._base_manager.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return contents.records


def _read(contents: Contents, payload: Given, report: Report) -> None:
    _read_people(contents, payload, report)
    for given in payload.get("statements", []):
        contents.add(Statement(**_base(report, given["ref"]), **_optional(given, _STATEMENT)))
    for sighting in _sightings(payload, report):
        contents.add(sighting)
    for given in payload.get("events", []):
        contents.add(_event(given, report))
    for given in payload.get("groups", []):
        contents.add(Group(**_base(report, given["ref"]), **_optional(given, _GROUP)))
    for place, given in enumerate(payload.get("relations", [])):
        contents.add(_relation(given, given.get("ref") or f"#{place}", report))


_STATEMENT = ("text", "basis", "about", "when", "origin_reference", "provenance", "grading")
_GROUP = ("kind", "name", "how_many")


def _base(report: Report, ref: str) -> Given:
    return {
        "id": content_id(report.submission_id, ref),
        "report": report,
        "submission_id": report.submission_id,
        "ref": ref,
    }


def _optional(given: Given, names: Iterable[str]) -> Given:
    return {name: given[name] for name in names if name in given}


def _read_people(contents: Contents, payload: Given, report: Report) -> None:
    people = payload.get("persons", [])
    ids = {given["ref"]: content_id(report.submission_id, given["ref"]) for given in people}
    records = normalise.records(payload, report.submission_id, str(report.area_id), ids)
    contents.records += records
    by_ref = {record.ref: record for record in records}
    for given in people:
        rest = {name: value for name, value in given.items() if name not in {*_COLUMNS, "ref"}}
        contents.mentions.append(
            Mention(
                **_base(report, given["ref"]),
                area_id=report.area_id,
                received_at=report.received_at,
                details=rest,
                record=by_ref[given["ref"]].to_json(),
                **_optional(given, _COLUMNS),
            )
        )


def _sightings(payload: Given, report: Report) -> Iterable[Sighting]:
    for given in payload.get("phones", []):
        yield _sighting(report, "phone", given, normalise.phone(given["number"]))
    for given in payload.get("vehicles", []):
        yield _sighting(report, "vehicle", given, normalise.plate(given.get("registration", "")))
    for given in payload.get("online_accounts", []):
        handle = given.get("handle") or given.get("display_name") or given.get("url", "")
        normal = normalise.handle(given["platform"], handle)
        yield _sighting(report, "online_account", given, normal)
    for given in payload.get("places", []):
        yield _place(report, given)


def _sighting(report: Report, kind: str, given: Given, normal: normalise.Normal) -> Sighting:
    return Sighting(
        **_base(report, given["ref"]),
        kind=kind,
        given=given,
        normal=normal.value[:200],
        problem=(normal.problem or "")[:200],
    )


def _place(report: Report, given: Given) -> Sighting:
    sighting = _sighting(report, "place", given, normalise.postcode(given.get("postcode", "")))
    if "latitude" in given:
        sighting.latitude = given["latitude"]
        sighting.longitude = given["longitude"]
        sighting.cell = h3.latlng_to_cell(given["latitude"], given["longitude"], CELL_RESOLUTION)
    return sighting


def _event(given: Given, report: Report) -> Event:
    known = {"ref", "kind", "started_at", "ended_at", "place"}
    return Event(
        **_base(report, given["ref"]),
        kind=given["kind"],
        started_at=_moment(given.get("started_at")),
        ended_at=_moment(given.get("ended_at")),
        place_ref=given.get("place", ""),
        details={name: value for name, value in given.items() if name not in known},
    )


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def _relation(given: Given, ref: str, report: Report) -> Relation:
    return Relation(
        **_base(report, ref),
        from_ref=given["from"],
        to_ref=given["to"],
        **_optional(given, ("kind", "when", "note")),
    )
