"""What the desk asks and tells whoever sent a submission, and what they answer.

Row-level security holds to the first day too: nothing can be written that would be shown to who
sent it sooner than 24 hours after the receipt. No login may change or remove a row.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SHOWN = "{table}.shown_from <= statement_timestamp()"


def told(table):
    """At the desk at once; to who sent it, and their lead, once it is due."""
    return f"""EXISTS (SELECT 1 FROM intelligence_audience a
        WHERE a.submission_id = {table}.submission_id AND (a.desk = 'force'
          OR (a.desk IN ('person', 'own') AND {SHOWN.format(table=table)})))"""


def by_the_desk(table, person):
    return f"""{person} = (SELECT ctx.person()) AND ctx.holds_submission({table}.submission_id)
        AND EXISTS (SELECT 1 FROM intelligence_submission s WHERE s.id = {table}.submission_id
          AND {table}.shown_from >= s.received_at + interval '24 hours')"""


#: For each table: who sees, and who adds.
RULES = {
    "intelligence_question": (
        told("intelligence_question"),
        by_the_desk("intelligence_question", "asked_by_id"),
    ),
    "intelligence_answer": (
        "EXISTS (SELECT 1 FROM intelligence_question q WHERE q.id = question_id)",
        f"""answered_by_id = (SELECT ctx.sender()) AND EXISTS (
            SELECT 1 FROM intelligence_question q
            JOIN intelligence_audience a ON a.submission_id = q.submission_id
              AND a.desk IN ('person', 'own')
            WHERE q.id = question_id AND {SHOWN.format(table="q")})""",
    ),
    "intelligence_outcome": (
        told("intelligence_outcome"),
        by_the_desk("intelligence_outcome", "released_by_id"),
    ),
}


def statements():
    for table, (sees, adds) in RULES.items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        yield f"GRANT SELECT, INSERT ON {table} TO cse_profile_web"
        yield f"CREATE POLICY web_sees ON {table} FOR SELECT TO cse_profile_web USING ({sees})"
        yield (
            f"CREATE POLICY web_adds ON {table} FOR INSERT TO cse_profile_web WITH CHECK ({adds})"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0007_content_by_conditions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("shown_from", models.DateTimeField()),
                ("text", models.CharField(max_length=1000)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="intelligence.submission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("text", models.TextField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="intelligence.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "phrase",
                    models.CharField(
                        choices=[
                            ("used", "Your report was used. Thank you."),
                            (
                                "passed_to_care",
                                "Your report was passed on to people who keep children safe. Thank you.",
                            ),
                            (
                                "passed_to_team",
                                "Your report was passed on to another police team. Thank you.",
                            ),
                            (
                                "passed_to_force",
                                "Your report was passed on to the police of another area. Thank you.",
                            ),
                            (
                                "not_enough",
                                "There was not enough to go on this time. We keep it: a part can help later. Thank you.",
                            ),
                            (
                                "not_for_police",
                                "We read your report. There is nothing for police to do now. Thank you for telling us.",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "released_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("shown_from", models.DateTimeField()),
                (
                    "released_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="intelligence.submission",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phrase__in",
                                [
                                    "used",
                                    "passed_to_care",
                                    "passed_to_team",
                                    "passed_to_force",
                                    "not_enough",
                                    "not_for_police",
                                ],
                            )
                        ),
                        name="outcome_in_a_phrase_of_the_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shown_from__gte", models.F("released_at"))),
                        name="outcome_shown_once_released",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_from__gte", models.F("asked_at"))),
                name="question_shown_once_asked",
            ),
        ),
        migrations.RunSQL(list(statements()), migrations.RunSQL.noop),
    ]
