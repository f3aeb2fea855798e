"""A report that names somebody in a position of trust is kept from where they work.

Restrictive policies: whatever another policy lets in, nobody is let in past these. Professional
standards, and the designated officer, come through a desk of their own.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

TABLE = "intelligence_keptfrom"
FUNCTIONS = """
-- Is this report kept from that agency?
CREATE FUNCTION ctx.kept_from(report uuid, agency uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_keptfrom k
    WHERE k.report_id = kept_from.report AND k.agency_id = kept_from.agency) $$;

-- May the visitor hand what they sent to that agency's professional standards, or designated
-- officer: is it the police, or the hub, of the area?
CREATE FUNCTION ctx.keeps_trust(submission uuid, agency uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_submission s
    JOIN partners_area a ON a.id = s.area_id JOIN partners_agency g ON g.id = keeps_trust.agency
    WHERE s.id = submission AND s.submitted_by_id = ctx.sender() AND s.agency_id = ctx.agency()
      AND ((g.kind = 'police' AND g.area_id = a.id) OR a.hub_id = g.id)) $$;

CREATE OR REPLACE FUNCTION ctx.desks() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT CASE ctx.role()
    WHEN 'lead' THEN '{own,shared}'::text[]
    WHEN 'mash' THEN '{mash,shared}'::text[]
    WHEN 'analyst' THEN '{force,shared}'::text[]
    WHEN 'supervisor' THEN '{force,shared}'::text[]
    WHEN 'intelligence_officer' THEN '{force,shared}'::text[]
    WHEN 'standards' THEN '{trust}'::text[]
    ELSE '{}'::text[] END $$;

REVOKE EXECUTE ON FUNCTION ctx.kept_from, ctx.keeps_trust FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.kept_from, ctx.keeps_trust TO cse_profile_web;
"""

#: The visitor's agency, where the visitor's role sees anything through that desk of it.
AGENCY_AT = "(SELECT ctx.agency() WHERE '{desk}' = ANY (ctx.desks()))"
#: The question is whether it is open: a report that is not found opens nothing.
NOT_CLOSED = """EXISTS (SELECT 1 FROM intelligence_report r
    WHERE r.id = {row} AND NOT r.conditions && '{{{conditions}}}')"""
SENT = """EXISTS (SELECT 1 FROM intelligence_audience a
    WHERE a.submission_id = {row} AND a.desk = ANY ('{{person,own,force,trust}}'))"""


def content(row):
    to_hub = NOT_CLOSED.format(
        row=row, conditions="sanitised_only,agency_only,named_only,originator_consent"
    )
    by_name = NOT_CLOSED.format(row=row, conditions="sanitised_only")
    return f"""EXISTS (SELECT 1 FROM intelligence_audience a
        WHERE a.report_id = {row} AND a.desk = ANY ('{{force,mash,trust}}')
          AND CASE a.desk WHEN 'mash' THEN {to_hub} ELSE true END)
      OR (EXISTS (SELECT 1 FROM intelligence_reportgrant g WHERE g.content_object_id = {row}
          AND g.user_id = (SELECT ctx.sender()) AND g.revoked_at IS NULL
          AND (g.expires_at IS NULL OR g.expires_at > now()))
        AND {by_name})"""


STATEMENTS = [
    FUNCTIONS,
    f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY owner ON {TABLE} TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT ON {TABLE} TO cse_profile_web",
    f"""CREATE POLICY web_sees ON {TABLE} FOR SELECT TO cse_profile_web USING (
        (SELECT ctx.at_desk()) AND EXISTS (SELECT 1 FROM intelligence_audience a
          WHERE a.report_id = {TABLE}.report_id AND a.desk = 'force'))""",
    f"""CREATE POLICY web_adds ON {TABLE} FOR INSERT TO cse_profile_web WITH CHECK (
        (SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
        AND ctx.made_from(report_id, submission_id))""",
    f"GRANT SELECT ON {TABLE} TO cse_profile_worker",
    f"CREATE POLICY worker_select ON {TABLE} FOR SELECT TO cse_profile_worker USING (true)",
    # The desk asks last: a list of what is shared with it is read without.
    f"""ALTER POLICY web_sees ON intelligence_audience USING (CASE desk
        WHEN 'person' THEN person_id = (SELECT ctx.sender())
        WHEN 'shared' THEN CASE
          WHEN (expires_at IS NULL OR expires_at > now())
            AND agency_id = {AGENCY_AT.format(desk="shared")}
            AND (SELECT ctx.may_receive()) THEN true
          ELSE (SELECT ctx.at_desk()) AND ctx.holds_report(report_id) END
        WHEN 'force' THEN agency_id = {AGENCY_AT.format(desk="force")}
        WHEN 'own' THEN agency_id = {AGENCY_AT.format(desk="own")}
        WHEN 'mash' THEN agency_id = {AGENCY_AT.format(desk="mash")}
        WHEN 'trust' THEN agency_id = {AGENCY_AT.format(desk="trust")} END)""",
    """CREATE POLICY web_hands_to_trust ON intelligence_audience FOR INSERT TO cse_profile_web
        WITH CHECK (desk = 'trust' AND ctx.made_from(report_id, submission_id)
          AND ctx.came(submission_id, received_at) AND ctx.keeps_trust(submission_id, agency_id))""",
    """CREATE POLICY kept_from_where_they_work ON intelligence_audience AS RESTRICTIVE FOR INSERT
        TO cse_profile_web
        WITH CHECK (desk IN ('person', 'trust') OR NOT ctx.kept_from(report_id, agency_id))""",
    """CREATE POLICY kept_from_who_works_there ON intelligence_reportgrant AS RESTRICTIVE FOR INSERT
        TO cse_profile_web WITH CHECK (NOT ctx.kept_from(content_object_id,
          (SELECT u.agency_id FROM partners_user u WHERE u.id = user_id)))""",
    """CREATE POLICY kept_from_the_hub ON intelligence_alarm AS RESTRICTIVE FOR INSERT
        TO cse_profile_web WITH CHECK (NOT ctx.kept_from(report_id, hub_id))""",
    *(
        f"ALTER POLICY web_sees ON intelligence_{name} "
        f"USING ({SENT.format(row=f'intelligence_{name}.{column}')})"
        for name, column in (
            ("submission", "id"),
            ("original", "submission_id"),
            ("queueitem", "submission_id"),
        )
    ),
    *(
        f"ALTER POLICY web_sees ON intelligence_{name} "
        f"USING ({content(f'intelligence_{name}.report_id')})"
        for name in ("statement", "mention", "sighting", "event", "group", "relation")
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0024_visits"),
        ("partners", "0009_professional_standards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="audience",
            name="desk",
            field=models.CharField(
                choices=[
                    ("person", "Sent it"),
                    ("own", "Agency that sent it"),
                    ("force", "Intelligence desk of the police force area"),
                    ("mash", "Safeguarding hub of the area"),
                    ("shared", "Shared with the agency"),
                    ("trust", "Professional standards, or the designated officer, of the area"),
                ],
                max_length=6,
            ),
        ),
        migrations.CreateModel(
            name="KeptFrom",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
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
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_from",
                        to="intelligence.report",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "agency"), name="kept_from_once")
                ],
            },
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
