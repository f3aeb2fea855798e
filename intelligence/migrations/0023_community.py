"""What people without an account write, with its row security.

A visitor without a context adds a message that waits, of now, for an area that is open for it, and
reads nothing. The desk of the area's police reads it, and settles it once, in its own name. A
worker erases what was settled 90 days ago, and reads of it only which that is.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = "intelligence_communitymessage"
WAITING = """outcome = '' AND why = '' AND settled_at IS NULL AND settled_by_id IS NULL
    AND submission_id IS NULL"""
WRITTEN = f"""ctx.claims() IS NULL AND {WAITING} AND ctx.just_now(received_at)
    AND EXISTS (SELECT 1 FROM partners_area a WHERE a.id = area_id AND a.community_id IS NOT NULL)"""
AT_DESK = f"""(SELECT ctx.at_desk()) AND EXISTS (SELECT 1 FROM partners_agency g
    WHERE g.id = (SELECT ctx.agency()) AND g.kind = 'police' AND g.area_id = {TABLE}.area_id)"""
SETTLED = "outcome <> '' AND settled_by_id = (SELECT ctx.person()) AND ctx.just_now(settled_at)"
OLD = "settled_at < now() - interval '90 days'"

STATEMENTS = [
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"""GRANT SELECT, INSERT,
        UPDATE (text, place, day, outcome, settled_at, settled_by_id, why, submission_id)
        ON {TABLE} TO cse_profile_web""",
    f"CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING ({AT_DESK})",
    f"CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web WITH CHECK ({WRITTEN})",
    f"""CREATE POLICY web_changes ON {TABLE} FOR UPDATE TO cse_profile_web
        USING ({AT_DESK} AND outcome = '') WITH CHECK ({AT_DESK} AND {SETTLED})""",
    f"GRANT SELECT (id, settled_at), DELETE ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING ({OLD})",
    f"CREATE POLICY worker_delete ON {TABLE} FOR DELETE TO cse_profile_worker USING ({OLD})",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0022_hubs"),
        ("partners", "0008_strangers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CommunityMessage",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("reference", models.CharField(max_length=20)),
                ("tag", models.BinaryField(max_length=32)),
                ("returning", models.BooleanField(default=False)),
                ("doubtful", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True)),
                ("place", models.CharField(blank=True, max_length=300)),
                ("day", models.CharField(blank=True, max_length=200)),
                (
                    "how_known",
                    models.CharField(
                        choices=[
                            ("first_hand", "I saw or heard it myself"),
                            (
                                "child_about_self",
                                "It happened to me, or a young person told me about themselves",
                            ),
                            ("told_by_another", "Somebody else told me"),
                            ("not_known", "I would rather not say, or do not know"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        choices=[
                            ("parent_or_carer", "A parent, carer or relative"),
                            ("member_of_public", "A neighbour, customer, friend or passer-by"),
                            ("another_professional", "Somebody who came across it at work"),
                            ("anonymous", "I would rather not say"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "at_risk",
                    models.CharField(
                        choices=[("no", "No"), ("yes", "Yes"), ("not_known", "I do not know")],
                        max_length=10,
                    ),
                ),
                ("referral", models.CharField(blank=True, max_length=12)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waiting to be read"),
                            ("accepted", "Taken in as a report"),
                            ("set_aside", "Set aside"),
                        ],
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=500)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.area",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="intelligence.submission",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "")),
                        fields=["area", "received_at"],
                        name="message_waiting",
                    ),
                    models.Index(fields=["area", "-settled_at"], name="message_settled"),
                    models.Index(fields=["tag"], name="message_tag"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", ""),
                                ("settled_at", None),
                                ("settled_by", None),
                                ("why", ""),
                            ),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="message_settled_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "accepted"), _negated=True),
                            models.Q(("day", ""), ("place", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="message_taken_in_is_emptied",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "set_aside"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_set_aside_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
