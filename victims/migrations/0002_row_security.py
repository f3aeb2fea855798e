"""Row-level security: a profile is seen with its cluster, at the desk of its force."""

from django.db import migrations

STATEMENTS = [
    "ALTER TABLE victims_victimprofile ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE victims_victimprofile FORCE ROW LEVEL SECURITY",
    "CREATE POLICY owner ON victims_victimprofile TO CURRENT_USER USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, UPDATE ON victims_victimprofile TO cse_profile_worker",
    "CREATE POLICY worker_select ON victims_victimprofile FOR SELECT TO cse_profile_worker USING (true)",
    "CREATE POLICY worker_insert ON victims_victimprofile FOR INSERT TO cse_profile_worker WITH CHECK (true)",
    "CREATE POLICY worker_update ON victims_victimprofile FOR UPDATE TO cse_profile_worker USING (true)",
    "GRANT SELECT ON victims_victimprofile TO cse_profile_web",
    """CREATE POLICY web_sees ON victims_victimprofile FOR SELECT TO cse_profile_web
       USING (EXISTS (SELECT 1 FROM intelligence_cluster c WHERE c.id = cluster_id))""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("victims", "0001_initial"),
        ("intelligence", "0002_row_security"),
    ]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
