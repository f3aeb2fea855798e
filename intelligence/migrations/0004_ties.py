"""What decisions come to, apart from who made them and why: the desk alone reads those."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

STATEMENTS = [
    "ALTER TABLE intelligence_tie ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE intelligence_tie FORCE ROW LEVEL SECURITY",
    "CREATE POLICY owner ON intelligence_tie TO CURRENT_USER USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, DELETE ON intelligence_tie TO cse_profile_worker",
    "CREATE POLICY worker_select ON intelligence_tie FOR SELECT TO cse_profile_worker USING (true)",
    "CREATE POLICY worker_insert ON intelligence_tie FOR INSERT TO cse_profile_worker WITH CHECK (true)",
    "CREATE POLICY worker_delete ON intelligence_tie FOR DELETE TO cse_profile_worker USING (true)",
    "GRANT SELECT ON intelligence_tie TO cse_profile_web",
    """CREATE POLICY web_sees ON intelligence_tie FOR SELECT TO cse_profile_web USING (
       EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = left_id)
       AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = right_id))""",
    # An undoing is seen with its decision, and so is closed with it.
    """ALTER POLICY web_sees ON intelligence_decision USING ((SELECT ctx.at_desk())
       AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = left_id)
       AND EXISTS (SELECT 1 FROM intelligence_mention m WHERE m.id = right_id))""",
    # What stands now of the decisions made before there were ties: the latest of each pair.
    """INSERT INTO intelligence_tie (id, left_id, right_id)
       SELECT gen_random_uuid(), left_id, right_id FROM (
         SELECT DISTINCT ON (left_id, right_id) left_id, right_id, judgement
         FROM intelligence_decision d
         WHERE NOT EXISTS (SELECT 1 FROM intelligence_undoing u WHERE u.act = d.act)
         ORDER BY left_id, right_id, at DESC, id DESC) latest
       WHERE judgement = 'same'""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0003_shares_that_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tie",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "left",
                    models.ForeignKey(
                        db_index=False,
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
                        condition=models.Q(("left__lt", models.F("right"))), name="tie_lower_first"
                    ),
                    models.UniqueConstraint(fields=("left", "right"), name="tie_once"),
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
