"""The log of visitors and vehicles at a home, with its row security: the home's own.

A row is added in one's own name, now, and never changed, but for when it was sent. A worker erases
what was logged 90 days ago, and reads of it only which that is.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_visit"
OF_AGENCY = "agency_id = (SELECT ctx.agency()) AND (SELECT ctx.sender()) IS NOT NULL"
ADDED = "logged_by_id = (SELECT ctx.person()) AND ctx.just_now(logged_at) AND sent_at IS NULL"
OLD = "logged_at < now() - interval '90 days'"

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT, UPDATE (sent_at) ON {TABLE} TO cse_profile_web",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({OF_AGENCY})",
    f"""CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web
        WITH CHECK ({OF_AGENCY} AND {ADDED})""",
    f"""CREATE POLICY web_changes ON {TABLE} FOR UPDATE TO cse_profile_web
        USING ({OF_AGENCY}) WITH CHECK ({OF_AGENCY})""",
    f"GRANT SELECT (id, logged_at), DELETE ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING ({OLD})",
    f"CREATE POLICY worker_delete ON {TABLE} FOR DELETE TO cse_profile_worker USING ({OLD})",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0023_community"),
        ("partners", "0008_strangers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "logged_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("seen_at", models.DateTimeField()),
                ("registration", models.CharField(blank=True, max_length=15)),
                ("vehicle", models.CharField(blank=True, max_length=50)),
                ("called", models.CharField(blank=True, max_length=60)),
                ("description", models.CharField(blank=True, max_length=1000)),
                ("came_for", models.CharField(blank=True, max_length=200)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.agency",
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "-seen_at"], name="visit_newest"),
                    models.Index(fields=["logged_at"], name="visit_oldest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("called", ""),
                            ("description", ""),
                            ("registration", ""),
                            ("vehicle", ""),
                            _negated=True,
                        ),
                        name="visit_says_something",
                    )
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
