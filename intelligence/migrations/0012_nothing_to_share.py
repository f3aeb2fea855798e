"""An agency's word that it had nothing to share for a month: seen and said by its own people.

No login may change or remove a row.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_nothingtoshare"
OF_AGENCY = "agency_id = (SELECT ctx.agency()) AND (SELECT ctx.sender()) IS NOT NULL"
SAID_BY = "said_by_id = (SELECT ctx.person()) AND (SELECT ctx.role()) IN ('submitter', 'lead')"

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT ON {TABLE} TO cse_profile_web",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({OF_AGENCY})",
    f"""CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web
        WITH CHECK ({OF_AGENCY} AND {SAID_BY})""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0011_withdrawals"),
        ("partners", "0005_token_scopes_and_pace"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NothingToShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                (
                    "said_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.agency",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "month"), name="nothing_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="nothing_of_a_whole_month"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
