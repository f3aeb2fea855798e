"""Missing episodes and the interviews after them, with their row security.

An agency's people read and write its own. The hub of the area reads the episodes of its area,
their clock above all, and no interview: those are a child's words, and go by a report. A worker
erases what nobody has changed for a year, and reads of it only which that is.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

EPISODE, INTERVIEW = "victims_missingepisode", "victims_returninterview"
OWN = "agency_id = (SELECT ctx.agency()) AND (SELECT ctx.sender()) IS NOT NULL"
OF_HUB = """(SELECT ctx.role()) = 'mash' AND EXISTS (SELECT 1 FROM partners_area a
    WHERE a.id = area_id AND a.hub_id = (SELECT ctx.agency()))"""
ADDED = f"""recorded_by_id = (SELECT ctx.person()) AND EXISTS (SELECT 1 FROM partners_agency g
    WHERE g.id = (SELECT ctx.agency()) AND g.area_id = {EPISODE}.area_id)"""
OF_OWN = f"""EXISTS (SELECT 1 FROM {EPISODE} e WHERE e.id = episode_id AND e.{OWN})"""
OLD = "changed_at < now() - interval '365 days'"
OF_OLD = f"EXISTS (SELECT 1 FROM {EPISODE} e WHERE e.id = episode_id AND e.{OLD})"
CHANGES = """changed_at, given_names, family_name, date_of_birth, missing_since, missing_from,
    circumstances, risk, police_reference, returned_at, found_where, returned_how, interview,
    offered_by, refused_by, why_not, held_at, held_by, sent_at"""
SAYS = "where_was, with_whom, travelled, led_up, hurt, wants, push, pull, came_up"

#: For each table: who sees, who adds, who changes what, what a worker reads, and what is old.
RULES = (
    (EPISODE, f"({OWN}) OR ({OF_HUB})", f"{OWN} AND {ADDED}", OWN, CHANGES, "id, changed_at", OLD),
    (INTERVIEW, OF_OWN, OF_OWN, OF_OWN, SAYS, "episode_id", OF_OLD),
)


def statements():
    for table, sees, adds, changes, columns, read, old in RULES:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        yield f"GRANT SELECT, INSERT, UPDATE ({columns}) ON {table} TO cse_profile_web"
        yield f"CREATE POLICY web_sees ON {table} FOR SELECT TO cse_profile_web USING ({sees})"
        yield (
            f"CREATE POLICY web_adds ON {table} FOR INSERT TO cse_profile_web WITH CHECK ({adds})"
        )
        yield (
            f"CREATE POLICY web_changes ON {table} FOR UPDATE TO cse_profile_web "
            f"USING ({changes}) WITH CHECK ({changes})"
        )
        yield f"GRANT SELECT ({read}), DELETE ON {table} TO cse_profile_worker"
        yield f"CREATE POLICY worker_select ON {table} FOR SELECT TO cse_profile_worker USING ({old})"
        yield f"CREATE POLICY worker_delete ON {table} FOR DELETE TO cse_profile_worker USING ({old})"


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0006_sealing_begun"),
        ("victims", "0003_persons_known_for_certain"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MissingEpisode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("given_names", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(blank=True, max_length=100)),
                ("date_of_birth", models.CharField(blank=True, max_length=10)),
                ("missing_since", models.DateTimeField()),
                ("missing_from", models.CharField(blank=True, max_length=300)),
                ("circumstances", models.CharField(blank=True, max_length=2000)),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_apparent_risk", "No apparent risk"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                        ],
                        max_length=20,
                    ),
                ),
                ("police_reference", models.CharField(blank=True, max_length=64)),
                ("returned_at", models.DateTimeField(null=True)),
                ("found_where", models.CharField(blank=True, max_length=300)),
                ("returned_how", models.CharField(blank=True, max_length=300)),
                (
                    "interview",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not offered yet"),
                            ("offered", "Offered"),
                            ("held", "Held"),
                            ("refused", "Offered and refused"),
                            ("not_offered", "Will not be offered"),
                        ],
                        max_length=12,
                    ),
                ),
                ("offered_by", models.CharField(blank=True, max_length=100)),
                (
                    "refused_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("young_person", "The young person"),
                            ("carer", "A parent or carer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why_not", models.CharField(blank=True, max_length=1000)),
                ("held_at", models.DateTimeField(null=True)),
                ("held_by", models.CharField(blank=True, max_length=100)),
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
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.area",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnInterview",
            fields=[
                (
                    "episode",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="said",
                        serialize=False,
                        to="victims.missingepisode",
                    ),
                ),
                ("where_was", models.CharField(blank=True, max_length=2000)),
                ("with_whom", models.CharField(blank=True, max_length=2000)),
                ("travelled", models.CharField(blank=True, max_length=1000)),
                ("led_up", models.CharField(blank=True, max_length=2000)),
                ("hurt", models.CharField(blank=True, max_length=2000)),
                ("wants", models.CharField(blank=True, max_length=2000)),
                (
                    "push",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("family", "Difficulties or change in the family"),
                                ("domestic_abuse", "Domestic abuse at home"),
                                ("abuse_or_neglect", "Abuse or neglect"),
                                ("substances", "Drugs or alcohol at home"),
                                ("school", "Problems at school"),
                                ("bullying", "Bullying"),
                                ("isolation", "Feeling alone or not listened to"),
                                ("placement", "Where they live does not suit them"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "pull",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("family_or_friends", "Family or friends elsewhere"),
                                (
                                    "boyfriend_or_girlfriend",
                                    "Someone described as a boyfriend or girlfriend",
                                ),
                                ("contact", "Somebody who contacts or collects them"),
                                ("peer_pressure", "Pressure from others their age"),
                                ("parties", "Parties"),
                                ("substances", "Drugs or alcohol on offer"),
                                ("gifts", "Money, gifts or a place to stay"),
                            ],
                            max_length=24,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("came_up", models.JSONField(default=dict)),
            ],
        ),
        migrations.AddIndex(
            model_name="missingepisode",
            index=models.Index(fields=["agency", "-missing_since"], name="missing_of_agency"),
        ),
        migrations.AddIndex(
            model_name="missingepisode",
            index=models.Index(fields=["area", "-missing_since"], name="missing_of_area"),
        ),
        migrations.AddIndex(
            model_name="missingepisode",
            index=models.Index(fields=["changed_at"], name="missing_oldest"),
        ),
        migrations.AddConstraint(
            model_name="missingepisode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned_at", None),
                    ("returned_at__gte", models.F("missing_since")),
                    _connector="OR",
                ),
                name="missing_before_the_return",
            ),
        ),
        migrations.AddConstraint(
            model_name="missingepisode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interview", ""), ("returned_at__isnull", False), _connector="OR"
                ),
                name="interview_after_the_return",
            ),
        ),
        migrations.AddConstraint(
            model_name="missingepisode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held_at__gte", models.F("returned_at")),
                        ("interview", "held"),
                        models.Q(("held_by", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("interview", "held"), _negated=True),
                        ("held_at", None),
                        ("held_by", ""),
                    ),
                    _connector="OR",
                ),
                name="interview_held_by_someone_after_the_return",
            ),
        ),
        migrations.AddConstraint(
            model_name="missingepisode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("interview", "refused"), models.Q(("refused_by", ""), _negated=True)),
                    models.Q(models.Q(("interview", "refused"), _negated=True), ("refused_by", "")),
                    _connector="OR",
                ),
                name="interview_refused_by_someone",
            ),
        ),
        migrations.RunSQL(list(statements()), migrations.RunSQL.noop),
    ]
