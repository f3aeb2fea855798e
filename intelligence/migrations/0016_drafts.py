"""Reports begun and not sent, with their row security: the writer's alone.

A worker erases what has grown old, and reads of it only when it was saved.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_draft"
OWN = "written_by_id = (SELECT ctx.sender())"
OLD = "saved_at < now() - interval '14 days'"

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT, DELETE, UPDATE (answers, saved_at) ON {TABLE} TO cse_profile_web",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({OWN})",
    f"CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web WITH CHECK ({OWN})",
    f"""CREATE POLICY web_changes ON {TABLE} FOR UPDATE TO cse_profile_web
        USING ({OWN}) WITH CHECK ({OWN})""",
    f"CREATE POLICY web_erases ON {TABLE} FOR DELETE TO cse_profile_web USING ({OWN})",
    f"GRANT SELECT (id, saved_at), DELETE ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING ({OLD})",
    f"CREATE POLICY worker_delete ON {TABLE} FOR DELETE TO cse_profile_worker USING ({OLD})",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0015_receipts_of_what_stands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("steps", "In steps"), ("box", "In one box")], max_length=5
                    ),
                ),
                (
                    "begun_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answers", models.JSONField(default=dict)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["written_by", "-saved_at"], name="draft_newest"),
                    models.Index(fields=["saved_at"], name="draft_oldest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("saved_at__gte", models.F("begun_at"))),
                        name="draft_saved_after_it_was_begun",
                    )
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
