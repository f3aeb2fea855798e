"""Row-level security of uploads: each seen by who sent it, and its headings by their agency."""

from django.db import migrations

OWN_UPLOAD = "sent_by_id = (SELECT ctx.sender())"
OF_OWN_UPLOAD = f"""EXISTS (SELECT 1 FROM intelligence_upload u
    WHERE u.id = upload_id AND u.{OWN_UPLOAD})"""
OF_AGENCY = "agency_id = (SELECT ctx.agency()) AND (SELECT ctx.sender()) IS NOT NULL"

#: For each table: who sees, who adds, the columns that may change, and what a worker may do.
RULES = {
    "intelligence_upload": (
        OWN_UPLOAD,
        f"{OWN_UPLOAD} AND agency_id = (SELECT ctx.agency())",
        "columns, how_known, information_date, done, state, finished_at",
        ("SELECT",),
    ),
    "intelligence_uploadrow": (
        OF_OWN_UPLOAD,
        OF_OWN_UPLOAD,
        "cells, outcome, wrong, submission_id",
        ("SELECT", "DELETE"),
    ),
    "intelligence_knownheading": (OF_AGENCY, OF_AGENCY, "field", ()),
}


def statements():
    for table, (sees, adds, columns, worker) in RULES.items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        yield f"GRANT SELECT, INSERT, UPDATE ({columns}) ON {table} TO cse_profile_web"
        yield f"CREATE POLICY web_sees ON {table} FOR SELECT TO cse_profile_web USING ({sees})"
        yield (
            f"CREATE POLICY web_adds ON {table} FOR INSERT TO cse_profile_web WITH CHECK ({adds})"
        )
        yield (
            f"CREATE POLICY web_changes ON {table} FOR UPDATE TO cse_profile_web "
            f"USING ({sees}) WITH CHECK ({adds})"
        )
        for right in worker:
            yield f"GRANT {right} ON {table} TO cse_profile_worker"
            yield (
                f"CREATE POLICY worker_{right.lower()} ON {table} FOR {right} "
                "TO cse_profile_worker USING (true)"
            )


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0005_uploads")]
    operations = [migrations.RunSQL(list(statements()), migrations.RunSQL.noop)]
