"""Model versions, read at the desks and put in force by supervisors; and what others say of a pair.

A worker writes down the model that came with the code, and nothing else of a version. What a
version holds is never changed: no login may write the columns that hold it.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

VERSION = "intelligence_modelversion"
OTHER = "intelligence_otherscore"
BY_SUPERVISOR = "(SELECT ctx.role()) = 'supervisor'"

STATEMENTS = [
    *(
        statement
        for table in (VERSION, OTHER)
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
        )
    ),
    f"GRANT SELECT, UPDATE (state, changed_at, changed_by_id) ON {VERSION} TO cse_profile_web",
    f"""CREATE POLICY web_sees ON {VERSION} FOR SELECT TO cse_profile_web
        USING ((SELECT ctx.at_desk()))""",
    f"""CREATE POLICY web_changes ON {VERSION} FOR UPDATE TO cse_profile_web
        USING ({BY_SUPERVISOR})
        WITH CHECK ({BY_SUPERVISOR} AND changed_by_id = (SELECT ctx.person()))""",
    f"GRANT SELECT, INSERT ON {VERSION} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {VERSION} FOR SELECT TO cse_profile_worker USING (true)",
    f"""CREATE POLICY worker_adds ON {VERSION} FOR INSERT TO cse_profile_worker
        WITH CHECK (number = 0 AND state = 'active' AND comparison IS NULL)""",
    f"GRANT SELECT, INSERT, DELETE ON {OTHER} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {OTHER} FOR SELECT TO cse_profile_worker USING (true)",
    f"CREATE POLICY worker_adds ON {OTHER} FOR INSERT TO cse_profile_worker WITH CHECK (true)",
    f"CREATE POLICY worker_deletes ON {OTHER} FOR DELETE TO cse_profile_worker USING (true)",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0018_urgent_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                ("version", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("shadow", "Shadow"),
                            ("active", "Active"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=7,
                    ),
                ),
                ("document", models.JSONField()),
                ("threshold", models.FloatField()),
                ("facts", models.JSONField(default=dict)),
                ("comparison", models.JSONField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["active", "shadow"])),
                        fields=("state",),
                        name="one_active_and_one_shadow",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), _negated=True),
                            ("changed_by", None),
                            _connector="OR",
                        ),
                        name="a_draft_was_put_in_force_by_nobody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number", 0),
                            models.Q(("state", "active"), _negated=True),
                            ("comparison__isnull", False),
                            _connector="OR",
                        ),
                        name="in_force_once_compared",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OtherScore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "version",
                        "left_id",
                        "right_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("weight", models.FloatField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "left",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="intelligence.mention",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="intelligence.mention",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("left__lt", models.F("right"))),
                        name="other_lower_first",
                    )
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
