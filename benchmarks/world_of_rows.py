"""A database of a million reports, written by SQL: who may see how many is all that matters in it.

Ids are hashes of a number, so that they are as scattered as random ones and the same each time.
"""

import os
import subprocess
import sys

import psycopg2

from cse_profile.processes import ROOT

#: Keeps reading the foreign keys off while rows are written that cannot break them: this takes
#: the superuser of the embedded server, which no part of the application ever is.
PREPARE = "SET session_replication_role = replica; SET synchronous_commit = off"

PARTNERS = """
INSERT INTO partners_area (id, code, name, referral_route)
  VALUES (md5('area')::uuid, 'dogger', 'Dogger', '');
INSERT INTO partners_agency (id, code, name, kind, referral_route, area_id)
  SELECT md5('agency' || n)::uuid, 'agency-' || n, 'Agency ' || n,
    CASE n WHEN 1 THEN 'police' WHEN 2 THEN 'local_authority' ELSE 'education' END,
    '', md5('area')::uuid
  FROM generate_series(1, 200) n;
UPDATE partners_area SET hub_id = md5('agency2')::uuid;
INSERT INTO partners_sharingagreement (id, agency_id, title, starts_on, expires_on)
  SELECT md5('agreement' || n)::uuid, md5('agency' || n)::uuid, 'Sharing', '2020-01-01',
    '2099-01-01' FROM generate_series(1, 200) n;
INSERT INTO partners_user (id, username, name, email, agency_id, role, password, is_active,
    is_machine, is_superuser, joined_at)
  SELECT md5(r || n)::uuid, r || n, r || n, '', md5('agency' || n)::uuid, r, '!', true, false,
    false, now()
  FROM generate_series(1, 200) n
  CROSS JOIN LATERAL (VALUES ('submitter'), ('lead'), ('analyst'), ('mash')) roles(r)
  WHERE (r = 'analyst') = (n = 1) AND (r = 'mash') = (n = 2);
"""

#: Agency 3 sent the oldest 1 %, agency 4 sent 1 % spread over the years, agency 5 sent 5 %.
SENT = """
CREATE TEMP TABLE sent AS
  SELECT n, md5('submission' || n)::uuid AS submission, md5('report' || n)::uuid AS report,
    '2020-01-01'::timestamptz + n * interval '3 minutes' AS received_at,
    CASE WHEN n <= {rows} / 100 THEN 3 WHEN n % 100 = 1 THEN 4 WHEN n % 20 = 2 THEN 5
      ELSE 6 + n % 190 END AS agency,
    n % 10 < 3 AS names_child
  FROM generate_series(1, {rows}) n;
INSERT INTO intelligence_submission (id, agency_id, submitted_by_id, reference, received_at,
    channel, area_id, information_date, origin_reference, marking, content_hash, idempotency_key)
  SELECT submission, md5('agency' || agency)::uuid, md5('submitter' || agency)::uuid, 'S-' || n,
    received_at, 'api', md5('area')::uuid, received_at::date, '', 'OFFICIAL-SENSITIVE',
    sha256(submission::text::bytea), '' FROM sent;
INSERT INTO intelligence_report (id, submission_id, agency_id, area_id, received_at,
    information_date, source_evaluation, intelligence_assessment, handling_code, conditions,
    names_child, text)
  SELECT report, submission, md5('agency' || agency)::uuid, md5('area')::uuid, received_at,
    received_at::date, '2', 'C', 'P', '{{}}', names_child, '' FROM sent;
INSERT INTO intelligence_queueitem (id, submission_id, queued_at, next_at, done_at, failures, error)
  SELECT md5('item' || n)::uuid, submission, received_at, received_at, received_at, 0, ''
  FROM sent;
"""

#: 30 % are shared with agency 5, whose lead has also sent part of what the agency sent.
ADMITTED = """
INSERT INTO intelligence_audience (id, report_id, submission_id, desk, agency_id, person_id,
    received_at)
  SELECT md5(desk || n)::uuid, report, submission, desk, agency_id, person_id, received_at
  FROM sent CROSS JOIN LATERAL (VALUES
    ('person', NULL, md5(CASE WHEN agency = 5 AND n % 40 = 2 THEN 'lead5'
      ELSE 'submitter' || agency END)::uuid, true),
    ('own', md5('agency' || agency)::uuid, NULL, true),
    ('force', md5('agency1')::uuid, NULL, true),
    ('mash', md5('agency2')::uuid, NULL, names_child),
    ('shared', md5('agency5')::uuid, NULL, n % 10 > 6)
  ) rows(desk, agency_id, person_id, open) WHERE open;
"""


def make_tables() -> None:
    """The roles and the tables, as the owner."""
    for name in ("provision_roles", "migrate"):
        command = [sys.executable, "manage.py", name, "--verbosity", "0"]
        environment = os.environ | {"CSE_PROFILE_LOGIN": "owner"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def superuser() -> str:
    """The address of the embedded server for its superuser."""
    return os.environ["DATABASE_URL"].replace("cse_profile_owner", "postgres")


def run(*statements: str) -> list[tuple[int, ...]]:
    """Run statements as the superuser of the embedded server; return the rows of the last."""
    connection = psycopg2.connect(superuser())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        for statement in statements:
            cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def fill(rows: int) -> None:
    """Write `rows` reports and their audience, and let the server take stock of them."""
    run(PARTNERS, SENT.format(rows=rows), ADMITTED.format(rows=rows), "VACUUM (FREEZE, ANALYZE)")


def admitted() -> int:
    """How many rows the audience has."""
    return run("SELECT count(*) FROM intelligence_audience")[0][0]


def visible_to(name: str) -> int:
    """How many reports this reader may see, counted from how they were written."""
    return run(
        f"""SELECT count(DISTINCT report_id) FROM intelligence_audience a, partners_user u
            WHERE u.username = '{name}' AND (a.person_id = u.id OR (a.agency_id = u.agency_id
              AND ((u.role, a.desk) IN (('lead', 'own'), ('mash', 'mash'), ('analyst', 'force'))
                OR (a.desk = 'shared' AND u.role <> 'submitter'))))"""
    )[0][0]
