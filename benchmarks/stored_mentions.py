"""A database in which a million mentions are stored and linked, for measuring what one more costs.

One world of `synthetic` is told again and again: each time of other people, with other telephones,
cars, accounts and birthdays, under the same names, nicknames and places. So what is rare stays rare
and what is common grows with the whole, as it does in life. Who is whom is taken from the world's
truth: each person is a cluster, tied by a few links to each mention.
"""

import io
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import psycopg2

import synthetic
from benchmarks import world_of_rows
from linking import keys, normalise
from linking.model import default
from linking.types import Record

#: Submissions of the world that is told again and again; so many of its last ones are new.
WORLD = 40_000
NEW = 4000
SEED = 4
#: Links to each mention from those of the same person before it.
LINKS = 3

Payload = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One mention of the world, and who it is."""

    record: Record
    role: str
    person: int


def world(areas: dict[str, uuid.UUID]) -> tuple[list[Told], list[Payload]]:
    """The mentions to store, and the submissions to send, each with its `agency`."""
    made = synthetic.make("hard", submissions=WORLD + NEW, seed=SEED)
    area_of = {agency.code: agency.force_area for agency in made.agencies}
    stored: list[Told] = []
    new: list[Payload] = []
    for number, told in enumerate(made.told()):
        payload = {"agency": told.agency, **told.payload}
        if number >= WORLD:
            new.append(payload)
            continue
        area = str(areas[payload.get("force_area", area_of[told.agency])])
        submission = uuid.uuid4()
        ids = {person["ref"]: uuid.uuid4() for person in payload["persons"]}
        records = normalise.records(payload, submission, area, ids)
        for record, (_, who) in zip(records, told.people, strict=True):
            stored.append(Told(record, record.role, who.number))
    return stored, new


def again(told: Sequence[Told], number: int) -> Iterator[Told]:
    """The same of other people. `number` is 0 for the world as it is."""
    chance = random.Random(number)
    submissions: dict[uuid.UUID, uuid.UUID] = {}
    for one in told:
        record = one.record
        if number:
            own = submissions.setdefault(record.submission, _id(chance))
            record = replace(record, id=_id(chance), submission=own, **_others(record, number))
        yield Told(record, one.role, one.person + number * 10_000_000)


def _id(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def _others(record: Record, number: int) -> dict[str, Any]:
    """What another person of the same name has."""
    days = timedelta(days=37 * number)
    letters = str.maketrans("ABCDEFGHJKLMNPRSTUVWXYZ", _turned(number))
    return {
        "phones": tuple(f"{p[:3]}{number:02d}{p[5:]}" for p in record.phones),
        "plates": tuple(mark.translate(letters) for mark in record.plates),
        "handles": tuple(f"{handle}{number}" for handle in record.handles),
        "identifiers": tuple(f"{value}{number}" for value in record.identifiers),
        "addresses": tuple(f"{number} {address}" for address in record.addresses),
        "origin": f"{record.origin}{number}" if record.origin else "",
        "born_from": _earlier(record.born_from, days),
        "born_to": _earlier(record.born_to, days),
    }


def _earlier(day: date | None, days: timedelta) -> date | None:
    return day - days if day else None


def _turned(number: int) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    turn = number % len(letters)
    return letters[turn:] + letters[:turn]


def fill(told: Iterable[Told], connection: Any) -> int:
    """Store these mentions, with keys, links, clusters and profiles; how many. One transaction."""
    rows = list(told)
    _copy(connection, "stored", MENTION, map(_mention, rows))
    _copy(connection, "held", "key bigint, mention uuid", _keys(rows))
    groups: dict[int, list[Record]] = defaultdict(list)
    for one in rows:
        groups[one.person].append(one.record)
    _copy(connection, "tied", "one uuid, other uuid", _links(groups.values()))
    _copy(connection, "grouped", "mention uuid, area uuid, whole uuid, own uuid", _homes(groups))
    with connection.cursor() as cursor:
        cursor.execute(STORE, {"version": default().version, "bits": default().threshold + 6})
    connection.commit()
    return len(rows)


MENTION = "id uuid, submission uuid, area uuid, ref text, role text, record jsonb"


def _mention(one: Told) -> tuple[Any, ...]:
    record = one.record
    body = json.dumps(record.to_json(), separators=(",", ":"))
    return record.id, record.submission, record.area, record.ref, one.role, body


def _keys(rows: Iterable[Told]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        for key in keys.keys(one.record):
            yield key, one.record.id


def _links(groups: Iterable[Sequence[Record]]) -> Iterator[tuple[Any, ...]]:
    for group in groups:
        for place, record in enumerate(group):
            for other in group[max(0, place - LINKS) : place]:
                if record.submission != other.submission:
                    yield min(record.id, other.id), max(record.id, other.id)


def _homes(groups: dict[int, list[Record]]) -> Iterator[tuple[Any, ...]]:
    for group in groups.values():
        whole = uuid.uuid4()
        own: dict[str, uuid.UUID] = defaultdict(uuid.uuid4)
        for record in group:
            yield record.id, record.area, whole, own[record.area]


def _copy(connection: Any, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    text = io.StringIO()
    for row in rows:
        text.write("\t".join(str(value).replace("\\", "\\\\") for value in row) + "\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}; CREATE TEMP TABLE {name} ({columns})")
        cursor.copy_expert(f"COPY {name} FROM STDIN", text)


#: From the rows as they are written here to those of the application.
STORE = """
CREATE TEMP TABLE IF NOT EXISTS sender AS
  SELECT DISTINCT ON (a.area_id) a.area_id, a.id AS agency, u.id AS person
  FROM partners_agency a JOIN partners_user u ON u.agency_id = a.id AND u.is_machine
  ORDER BY a.area_id, a.code;
CREATE TEMP TABLE sent ON COMMIT DROP AS
  SELECT submission, area, md5('report' || submission)::uuid AS report, agency, person,
    '2020-01-01'::timestamptz + random() * interval '6 years' AS received_at
  FROM (SELECT DISTINCT ON (submission) submission, area FROM stored) s
  JOIN sender ON area_id = area;
INSERT INTO intelligence_submission (id, agency_id, submitted_by_id, reference, received_at,
    channel, area_id, information_date, origin_reference, marking, content_hash, idempotency_key)
  SELECT submission, agency, person, submission, received_at, 'api', area, received_at::date, '',
    'OFFICIAL-SENSITIVE', sha256(submission::text::bytea), '' FROM sent;
INSERT INTO intelligence_report (id, submission_id, agency_id, area_id, received_at,
    information_date, source_evaluation, intelligence_assessment, handling_code, conditions,
    names_child, text)
  SELECT report, submission, agency, area, received_at, received_at::date, '2', 'C', 'P', '{}',
    false, '' FROM sent;
INSERT INTO intelligence_mention (id, ref, report_id, submission_id, area_id, received_at, role,
    also, how_many, given_names, family_name, nicknames, date_of_birth, gender, offender_level,
    role_status, victim_status, vulnerabilities, description, details, record)
  SELECT m.id, m.ref, s.report, m.submission, m.area, s.received_at, m.role, '{}', 1, '', '', '{}',
    '', '', '', '', '', '{}', '', '{}', m.record FROM stored m JOIN sent s USING (submission);
INSERT INTO intelligence_mentionkey (key, mention_id) SELECT DISTINCT key, mention FROM held;
INSERT INTO intelligence_link (id, left_id, right_id, weight, detail, model_version, scored_at)
  SELECT gen_random_uuid(), one, other, %(bits)s, '{}', %(version)s, now() FROM tied;
INSERT INTO intelligence_cluster (id, area_id, opened_at)
  SELECT DISTINCT whole, NULL::uuid, now() FROM grouped
  UNION ALL SELECT DISTINCT own, area, now() FROM grouped;
INSERT INTO intelligence_membership (id, mention_id, area_id, cluster_id, core, status, since, bits,
    unsure)
  SELECT gen_random_uuid(), mention, area, cluster, mention,
    CASE WHEN row_number() OVER (PARTITION BY cluster ORDER BY mention) = 1 THEN 'accepted'
      ELSE 'proposed' END, now(), 6, false
  FROM (SELECT mention, NULL::uuid AS area, whole AS cluster FROM grouped
    UNION ALL SELECT mention, area, own FROM grouped) rows;
"""


def connect() -> Any:
    """The superuser of the embedded server, with reading of foreign keys off."""
    connection = psycopg2.connect(world_of_rows.superuser())
    with connection.cursor() as cursor:
        cursor.execute(world_of_rows.PREPARE)
    connection.commit()
    return connection
