"""Alarms to the safeguarding hub, with their row security."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

#: The hub that was alarmed; its lead where nobody acknowledged it within the working hour.
SEES = """hub_id = (SELECT ctx.agency()) AND CASE (SELECT ctx.role())
    WHEN 'mash' THEN true
    WHEN 'lead' THEN due_at <= now() AND (acknowledged_at IS NULL OR acknowledged_at > due_at)
    ELSE false END"""
#: Raised by whoever sent the report, at the hub of its area, and answered by nobody yet.
ADDS = """(SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
    AND ctx.made_from(report_id, submission_id) AND sender_id = (SELECT ctx.person())
    AND agency_id = (SELECT ctx.agency()) AND acknowledged_at IS NULL
    AND hub_id = (SELECT a.hub_id FROM partners_area a JOIN intelligence_submission s
      ON s.area_id = a.id WHERE s.id = submission_id)"""
ANSWERS = """acknowledged_at, acknowledged_by_id, taken_at, taken_by_id, passed_on_at,
    passed_on_by_id, passed_on_to"""
TABLE = "intelligence_alarm"
SECURITY = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT, UPDATE ({ANSWERS}) ON {TABLE} TO cse_profile_web",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({SEES})",
    f"CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web WITH CHECK ({ADDS})",
    f"""CREATE POLICY web_changes ON {TABLE} FOR UPDATE TO cse_profile_web
        USING ({SEES} AND passed_on_at IS NULL) WITH CHECK ({SEES})""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0008_answers"),
        ("partners", "0004_routes_and_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=64)),
                ("why", models.CharField(blank=True, max_length=1000)),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("passed_on_at", models.DateTimeField(null=True)),
                ("passed_on_to", models.CharField(blank=True, max_length=200)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="partners.agency",
                    ),
                ),
                (
                    "passed_on_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarm",
                        to="intelligence.report",
                    ),
                ),
                (
                    "sender",
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
                        related_name="+",
                        to="intelligence.submission",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("passed_on_at", None)),
                        fields=["hub", "raised_at"],
                        name="alarm_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("raised_at"))),
                        name="alarm_is_due_after_it_is_raised",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("acknowledged_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_acknowledged_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_at", None), ("taken_by", None)),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("taken_at__isnull", False),
                                ("taken_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_taken_by_someone_after_it_was_acknowledged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("passed_on_at", None), ("passed_on_by", None), ("passed_on_to", "")
                            ),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("passed_on_at__isnull", False),
                                ("passed_on_by__isnull", False),
                                models.Q(("passed_on_to", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_passed_on_by_someone_to_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SECURITY, migrations.RunSQL.noop),
    ]
