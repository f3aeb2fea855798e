"""Row-level security: the second wall, written apart from `partners/policy.py`.

Each login of the application sees and writes what these policies say and nothing else; without
a context a web login sees no row. FORCE, because the owner of a table is otherwise exempt; the
owner has a policy of its own for migrations.
"""

from django.db import migrations

#: Tables that hold intelligence.
TABLES = [
    f"intelligence_{name}"
    for name in (
        "submission",
        "original",
        "sourceidentity",
        "report",
        "gradechange",
        "reportgrant",
        "audience",
        "queueitem",
        "statement",
        "mention",
        "sighting",
        "event",
        "group",
        "relation",
        "mentionkey",
        "link",
        "decision",
        "undoing",
        "cluster",
        "membership",
        "clusterevent",
    )
]

FUNCTIONS = """
-- Did the visitor send this? Asked while storing it, when no audience shows it yet.
CREATE FUNCTION ctx.sent(submission uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_submission s
    WHERE s.id = submission AND s.submitted_by_id = ctx.sender()
      AND s.agency_id = ctx.agency()) $$;

-- Was this report made from this submission? An audience row that named another would open that
-- to whoever writes it.
CREATE FUNCTION ctx.made_from(report uuid, submission uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_report r
    WHERE r.id = report AND r.submission_id = submission) $$;

-- Is this submission, or report, before the visitor's desk?
CREATE FUNCTION ctx.holds_submission(submission uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ctx.at_desk() AND EXISTS (SELECT 1 FROM intelligence_audience a
    WHERE a.submission_id = submission AND a.desk = 'force' AND a.agency_id = ctx.agency()) $$;
CREATE FUNCTION ctx.holds_report(report uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ctx.at_desk() AND EXISTS (SELECT 1 FROM intelligence_audience a
    WHERE a.report_id = report AND a.desk = 'force' AND a.agency_id = ctx.agency()) $$;

-- Are both mentions of a pair before the visitor's desk? One that was only opened to the visitor
-- by name is not theirs to judge.
CREATE FUNCTION ctx.holds_pair(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*) = 2 AND bool_and(ctx.holds_report(m.report_id))
  FROM intelligence_mention m WHERE m.id IN (one, other) $$;
CREATE FUNCTION ctx.holds_act(decided uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(bool_and(ctx.holds_pair(d.left_id, d.right_id)), false)
  FROM intelligence_decision d WHERE d.act = decided $$;

-- The receipt an agency already has for a reference or a key: this, and nothing else of what a
-- colleague sent. Answers for the visitor's own agency only.
CREATE FUNCTION ctx.receipt(agency uuid, sent_reference text, sent_key text, hash bytea)
  RETURNS TABLE (submission uuid, reference text, received_at timestamptz, same boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.reference::text, s.received_at, s.content_hash = hash
  FROM intelligence_submission s
  WHERE s.agency_id = agency AND s.agency_id = ctx.agency()
    AND (s.reference = sent_reference OR (sent_key <> '' AND s.idempotency_key = sent_key))
  ORDER BY s.received_at $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ctx FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ctx TO cse_profile_web, cse_profile_worker;
"""

#: Every (select ...) below is evaluated once a statement, not once a row.
IN_AUDIENCE = """EXISTS (SELECT 1 FROM intelligence_audience a
    WHERE a.{column} = {row} AND a.desk = ANY ('{{{desks}}}'))"""

GRANTED = """EXISTS (SELECT 1 FROM intelligence_reportgrant g WHERE g.content_object_id = {row}
    AND g.user_id = (SELECT ctx.sender()) AND g.revoked_at IS NULL
    AND (g.expires_at IS NULL OR g.expires_at > now()))"""


def in_audience(column, row, desks):
    return IN_AUDIENCE.format(column=column, row=row, desks=desks)


def content(row):
    return f"{in_audience('report_id', row, 'force,mash')} OR {GRANTED.format(row=row)}"


#: The visitor's agency, where the visitor's role sees anything through that desk of it.
AGENCY_AT = "(SELECT ctx.agency() WHERE '{desk}' = ANY (ctx.desks()))"

#: What a web login may see, table by table.
SEES = {
    # CASE, not OR: from an OR the planner makes bitmaps of the whole index ranges, and a list is
    # no longer read in its order. Each (SELECT ...) is run when the first row of its desk comes.
    "intelligence_audience": f"""CASE desk
        WHEN 'person' THEN person_id = (SELECT ctx.sender())
        WHEN 'shared' THEN (expires_at IS NULL OR expires_at > now())
          AND agency_id = {AGENCY_AT.format(desk="shared")}
          AND (SELECT ctx.may_receive())
        WHEN 'force' THEN agency_id = {AGENCY_AT.format(desk="force")}
        WHEN 'own' THEN agency_id = {AGENCY_AT.format(desk="own")}
        WHEN 'mash' THEN agency_id = {AGENCY_AT.format(desk="mash")} END""",
    "intelligence_reportgrant": """user_id = (SELECT ctx.sender())
        OR ((SELECT ctx.may_share()) AND ctx.holds_report(content_object_id))""",
    "intelligence_submission": in_audience(
        "submission_id", "intelligence_submission.id", "person,own,force"
    ),
    "intelligence_original": in_audience(
        "submission_id", "intelligence_original.submission_id", "person,own,force"
    ),
    "intelligence_sourceidentity": in_audience(
        "submission_id", "intelligence_sourceidentity.submission_id", "person"
    ),
    # Through whichever desk: to name them all would be to look for each of them.
    "intelligence_report": """EXISTS (SELECT 1 FROM intelligence_audience a
        WHERE a.report_id = intelligence_report.id) OR """
    + GRANTED.format(row="intelligence_report.id"),
    "intelligence_gradechange": """(SELECT ctx.at_desk())
        AND """
    + in_audience("report_id", "intelligence_gradechange.report_id", "force"),
    "intelligence_queueitem": in_audience(
        "submission_id", "intelligence_queueitem.submission_id", "person,own,force"
    ),
    **{
        f"intelligence_{name}": content(f"intelligence_{name}.report_id")
        for name in ("statement", "mention", "sighting", "event", "group", "relation")
    },
    "intelligence_link": """(SELECT ctx.at_desk())
        AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = left_id)
        AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = right_id)""",
    "intelligence_decision": """
        EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = left_id)
        AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = right_id)""",
    "intelligence_undoing": """EXISTS (SELECT 1 FROM intelligence_decision d
        WHERE d.act = intelligence_undoing.act)""",
    "intelligence_membership": """area_id IS NOT NULL
        AND (SELECT ctx.at_desk())
        AND EXISTS (SELECT 1 FROM intelligence_mention m JOIN intelligence_audience a
          ON a.report_id = m.report_id AND a.desk = 'force' WHERE m.id = mention_id)""",
    "intelligence_cluster": """area_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM intelligence_membership m WHERE m.cluster_id = intelligence_cluster.id)""",
    "intelligence_clusterevent": """(SELECT ctx.at_desk()) AND EXISTS (
        SELECT 1 FROM intelligence_cluster c WHERE c.id = cluster_id)""",
}

SENT = "(SELECT ctx.sender()) IS NOT NULL AND ctx.sent({row})"

#: What a web login may add. Everything else is the workers'.
ADDS = {
    "intelligence_submission": """agency_id = (SELECT ctx.agency())
        AND submitted_by_id = (SELECT ctx.sender())""",
    "intelligence_original": SENT.format(row="submission_id"),
    "intelligence_sourceidentity": SENT.format(row="submission_id"),
    "intelligence_report": f"""{SENT.format(row="submission_id")}
        AND agency_id = (SELECT ctx.agency())
        AND (graded_by_id IS NULL OR graded_by_id = (SELECT ctx.person()))""",
    "intelligence_queueitem": f"""{SENT.format(row="submission_id")}
        OR ctx.holds_submission(submission_id)""",
    "intelligence_audience": f"""ctx.made_from(report_id, submission_id)
        AND (({SENT.format(row="submission_id")} AND (desk IN ('force', 'mash') OR person_id = (SELECT ctx.sender())
            OR (desk = 'own' AND agency_id = (SELECT ctx.agency()))))
          OR (desk = 'shared' AND (SELECT ctx.may_share()) AND ctx.holds_report(report_id)))""",
    "intelligence_gradechange": "ctx.holds_report(report_id) AND by_id = (SELECT ctx.person())",
    "intelligence_reportgrant": """(SELECT ctx.may_share())
        AND ctx.holds_report(content_object_id) AND granted_by_id = (SELECT ctx.person())
        AND revoked_at IS NULL""",
    "intelligence_decision": """(SELECT ctx.at_desk()) AND by_id = (SELECT ctx.person())
        AND ctx.holds_pair(left_id, right_id)""",
    "intelligence_undoing": """(SELECT ctx.at_desk()) AND by_id = (SELECT ctx.person())
        AND ctx.holds_act(act)""",
}

#: What a web login may change, and in which columns.
CHANGES = {
    "intelligence_report": (
        """source_evaluation, intelligence_assessment, handling_code, conditions,
        graded_by_id, graded_at, text""",
        "ctx.holds_report(id)",
    ),
    "intelligence_queueitem": (
        "next_at, failures, parked_at",
        "(SELECT ctx.role()) = 'supervisor' AND ctx.holds_submission(submission_id)",
    ),
    "intelligence_audience": (
        "expires_at",
        "desk = 'shared' AND (SELECT ctx.may_share()) AND ctx.holds_report(report_id)",
    ),
    "intelligence_reportgrant": (
        "revoked_at",
        "(SELECT ctx.may_share()) AND ctx.holds_report(content_object_id)",
    ),
}

#: What a worker may do to each table beyond reading it. It never deletes what was received.
WORKER = {
    "intelligence_queueitem": "UPDATE",
    **{
        f"intelligence_{name}": "INSERT, UPDATE, DELETE"
        for name in (
            "statement",
            "mention",
            "sighting",
            "event",
            "group",
            "relation",
            "mentionkey",
            "link",
            "membership",
            "cluster",
        )
    },
    "intelligence_clusterevent": "INSERT",
}
#: What a worker does not even read.
NOT_FOR_WORKERS = {"intelligence_sourceidentity", "intelligence_reportgrant"}


def statements():
    yield FUNCTIONS
    for table in TABLES:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        if table not in NOT_FOR_WORKERS:
            rights = f"SELECT, {WORKER[table]}" if table in WORKER else "SELECT"
            yield f"GRANT {rights} ON {table} TO cse_profile_worker"
            for right in rights.split(", "):
                yield worker_policy(table, right)
    for table, condition in SEES.items():
        yield f"GRANT SELECT ON {table} TO cse_profile_web"
        yield f"CREATE POLICY web_sees ON {table} FOR SELECT TO cse_profile_web USING ({condition})"
    for table, condition in ADDS.items():
        yield f"GRANT INSERT ON {table} TO cse_profile_web"
        yield (
            f"CREATE POLICY web_adds ON {table} FOR INSERT TO cse_profile_web "
            f"WITH CHECK ({condition})"
        )
    for table, (columns, condition) in CHANGES.items():
        yield f"GRANT UPDATE ({columns}) ON {table} TO cse_profile_web"
        yield (
            f"CREATE POLICY web_changes ON {table} FOR UPDATE TO cse_profile_web "
            f"USING ({condition}) WITH CHECK ({condition})"
        )


def worker_policy(table, right):
    name = f"worker_{right.lower()}"
    rule = "WITH CHECK (true)" if right == "INSERT" else "USING (true)"
    return f"CREATE POLICY {name} ON {table} FOR {right} TO cse_profile_worker {rule}"


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0001_initial"),
        ("partners", "0003_audit"),
    ]
    operations = [migrations.RunSQL(list(statements()), migrations.RunSQL.noop)]
