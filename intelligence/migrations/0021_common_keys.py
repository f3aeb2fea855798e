"""Keys that too many mentions share: written by the workers, read by no web login."""

import django.utils.timezone
from django.db import migrations, models

TABLE = "intelligence_commonkey"

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING (true)",
    f"CREATE POLICY worker_insert ON {TABLE} FOR INSERT TO cse_profile_worker WITH CHECK (true)",
    f"CREATE POLICY worker_update ON {TABLE} FOR UPDATE TO cse_profile_worker USING (true)",
]


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0020_corrected")]

    operations = [
        migrations.CreateModel(
            name="CommonKey",
            fields=[
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("mentions", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
