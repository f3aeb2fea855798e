"""Row-level security: a profile is seen with its cluster, at the desk of its force."""

from django.db import migrations

STATEMENTS = [
    "ALTER TABLE offenders_offenderprofile ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE offenders_offenderprofile FORCE ROW LEVEL SECURITY",
    "CREATE POLICY owner ON offenders_offenderprofile TO CURRENT_USER USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, UPDATE ON offenders_offenderprofile TO cse_profile_worker",
    "CREATE POLICY worker_select ON offenders_offenderprofile FOR SELECT TO cse_profile_worker USING (true)",
    "CREATE POLICY worker_insert ON offenders_offenderprofile FOR INSERT TO cse_profile_worker WITH CHECK (true)",
    "CREATE POLICY worker_update ON offenders_offenderprofile FOR UPDATE TO cse_profile_worker USING (true)",
    "GRANT SELECT ON offenders_offenderprofile TO cse_profile_web",
    """CREATE POLICY web_sees ON offenders_offenderprofile FOR SELECT TO cse_profile_web
       USING (EXISTS (SELECT 1 FROM intelligence_cluster c WHERE c.id = cluster_id))""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("offenders", "0001_initial"),
        ("intelligence", "0002_row_security"),
    ]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
