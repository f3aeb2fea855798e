"""Hubs: seen at the desk of the force that said so, changed by its supervisors, in their own name.

A worker reads what is pinned, and writes when it has brought the links up to date.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_hub"
OWN_AREA = "area_id = (SELECT a.area_id FROM partners_agency a WHERE a.id = (SELECT ctx.agency()))"
AT_DESK = f"(SELECT ctx.at_desk()) AND {OWN_AREA}"
BY_SUPERVISOR = f"""(SELECT ctx.role()) = 'supervisor' AND {OWN_AREA}
    AND ctx.stepped(changed_at, changed_by_id) AND applied_at IS NULL"""

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"""GRANT SELECT, INSERT, UPDATE (is_pinned, reason, changed_by_id, changed_at, applied_at)
        ON {TABLE} TO cse_profile_web""",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({AT_DESK})",
    f"""CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web
        WITH CHECK ({BY_SUPERVISOR})""",
    f"""CREATE POLICY web_changes ON {TABLE} FOR UPDATE TO cse_profile_web
        USING ((SELECT ctx.role()) = 'supervisor' AND {OWN_AREA}) WITH CHECK ({BY_SUPERVISOR})""",
    f"GRANT SELECT, UPDATE (applied_at) ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING (true)",
    f"CREATE POLICY worker_update ON {TABLE} FOR UPDATE TO cse_profile_worker USING (true)",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0021_common_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hub",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Telephone number"), ("vehicle", "Registration")],
                        max_length=16,
                    ),
                ),
                ("value", models.CharField(max_length=200)),
                ("is_pinned", models.BooleanField(default=True)),
                ("reason", models.CharField(max_length=500)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.area",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("applied_at", None)),
                        fields=["changed_at"],
                        name="hub_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("is_pinned", True)),
                        fields=["kind", "value"],
                        name="hub_pinned",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "kind", "value"), name="hub_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="hub_for_a_reason"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
