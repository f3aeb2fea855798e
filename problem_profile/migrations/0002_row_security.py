"""Row-level security: releases are read by the roles that view them, and written by the owner."""

from django.db import migrations

TABLES = ["problem_profile_release", "problem_profile_figure"]
READERS = "'commissioner', 'analyst', 'supervisor', 'intelligence_officer'"


def statements():
    for table in TABLES:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        yield f"GRANT SELECT ON {table} TO cse_profile_web"
        yield (
            f"CREATE POLICY web_sees ON {table} FOR SELECT TO cse_profile_web "
            f"USING ((SELECT ctx.role()) IN ({READERS}))"
        )


class Migration(migrations.Migration):
    dependencies = [("problem_profile", "0001_initial"), ("partners", "0003_audit")]
    operations = [migrations.RunSQL(list(statements()), migrations.RunSQL.noop)]
