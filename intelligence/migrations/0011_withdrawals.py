"""What a sender takes back: marked for everybody who has the report, and put back in the queue.

Added by who sent it, or the lead of their agency; no login may change or remove a row. Files that
were sent can be taken back as a whole.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_withdrawal"
SEES = f"EXISTS (SELECT 1 FROM intelligence_report r WHERE r.id = {TABLE}.report_id)"
ADDS = f"""withdrawn_by_id = (SELECT ctx.sender()) AND EXISTS (
    SELECT 1 FROM intelligence_audience a
    WHERE a.report_id = {TABLE}.report_id AND a.desk IN ('person', 'own'))"""

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT ON {TABLE} TO cse_profile_web",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({SEES})",
    f"CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web WITH CHECK ({ADDS})",
    f"GRANT SELECT ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING (true)",
    # A lead puts back in the queue what a colleague sent, once they have withdrawn it.
    f"""ALTER POLICY web_adds ON intelligence_queueitem WITH CHECK (
        ((SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id))
        OR ctx.holds_submission(submission_id)
        OR EXISTS (SELECT 1 FROM {TABLE} w JOIN intelligence_report r ON r.id = w.report_id
          WHERE r.submission_id = intelligence_queueitem.submission_id
            AND w.withdrawn_by_id = (SELECT ctx.sender())))""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0010_alarms_without_reference"),
        ("partners", "0004_routes_and_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="intelligence.report",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("mistake", "It was sent by mistake"),
                            ("wrong", "What it says is wrong"),
                            ("twice", "It was sent twice"),
                            ("not_ours", "It was not ours to share"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="upload",
            name="upload_finished_at_some_time",
        ),
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("matching", "Waiting for you to match its columns"),
                    ("checking", "Being checked"),
                    ("checked", "Checked: nothing is sent yet"),
                    ("importing", "Being sent"),
                    ("done", "Sent"),
                    ("cancelled", "Cancelled"),
                    ("undone", "Taken back"),
                ],
                default="matching",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at__isnull", False),
                        ("state__in", ("done", "cancelled", "undone")),
                    ),
                    models.Q(
                        models.Q(("state__in", ("done", "cancelled", "undone")), _negated=True),
                        ("finished_at", None),
                    ),
                    _connector="OR",
                ),
                name="upload_finished_at_some_time",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="withdrawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["mistake", "wrong", "twice", "not_ours"])),
                name="withdrawn_for_a_reason_of_the_list",
            ),
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
