"""Shares and grants that can be ended and made again, and that keep to the conditions.

The desk that a report is before sees whom it was let out to, and may end it. Nobody lets it out
past its conditions, nor makes what has ended hold again but by sharing anew. What was let out
earlier and the conditions forbid is ended here, and written in the log.
"""

from django.conf import settings
from django.db import migrations, models

HELD = "(SELECT ctx.at_desk()) AND ctx.holds_report({report})"

#: Written apart from `evaluation.py`. Functions with the owner's rights, because the policy of a
#: report asks the very tables whose policies call these. They let out whether its conditions
#: forbid something, of a report whose id one knows, and nothing else.
ALLOWS = """
-- Do the grade, text and conditions of the report let an agency have it until then?
CREATE FUNCTION ctx.allows_agency(report uuid, until timestamptz) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_report r WHERE r.id = report
    AND r.graded_at IS NOT NULL AND r.text <> ''
    AND NOT r.conditions && '{agency_only,named_only,originator_consent}'
    AND (until IS NOT NULL OR NOT r.conditions && '{time_limited}')) $$;

-- Do its conditions let this person have it by name until then?
CREATE FUNCTION ctx.allows_person(report uuid, person uuid, until timestamptz) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_report r, partners_user u
    JOIN partners_agency g ON g.id = u.agency_id
    WHERE r.id = report AND u.id = person
      AND (until IS NOT NULL OR NOT r.conditions && '{time_limited}')
      AND (NOT r.conditions && '{agency_only,originator_consent}' OR g.id = r.agency_id
        OR (g.kind = 'police' AND g.area_id = r.area_id))) $$;

REVOKE EXECUTE ON FUNCTION ctx.allows_agency, ctx.allows_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.allows_agency, ctx.allows_person TO cse_profile_web;
"""
AGENCY_ALLOWED = "ctx.allows_agency(report_id, expires_at)"
PERSON_ALLOWED = "ctx.allows_person(content_object_id, user_id, expires_at)"

#: The visitor's agency, where the visitor's role sees anything through that desk of it.
AGENCY_AT = "(SELECT ctx.agency() WHERE '{desk}' = ANY (ctx.desks()))"

STATEMENTS = [
    ALLOWS,
    # The desk asks last: a list of what is shared with it is read without.
    f"""ALTER POLICY web_sees ON intelligence_audience USING (CASE desk
        WHEN 'person' THEN person_id = (SELECT ctx.sender())
        WHEN 'shared' THEN CASE
          WHEN (expires_at IS NULL OR expires_at > now())
            AND agency_id = {AGENCY_AT.format(desk="shared")}
            AND (SELECT ctx.may_receive()) THEN true
          ELSE {HELD.format(report="report_id")} END
        WHEN 'force' THEN agency_id = {AGENCY_AT.format(desk="force")}
        WHEN 'own' THEN agency_id = {AGENCY_AT.format(desk="own")}
        WHEN 'mash' THEN agency_id = {AGENCY_AT.format(desk="mash")} END)""",
    f"""ALTER POLICY web_adds ON intelligence_audience WITH CHECK (
        ctx.made_from(report_id, submission_id)
        AND (((SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
            AND (desk IN ('force', 'mash') OR person_id = (SELECT ctx.sender())
              OR (desk = 'own' AND agency_id = (SELECT ctx.agency()))))
          OR (desk = 'shared' AND (SELECT ctx.may_share()) AND ctx.holds_report(report_id)
            AND {AGENCY_ALLOWED})))""",
    f"""ALTER POLICY web_changes ON intelligence_audience
        USING (desk = 'shared' AND {HELD.format(report="report_id")})
        WITH CHECK (desk = 'shared' AND {HELD.format(report="report_id")}
          AND (expires_at <= now() OR ((SELECT ctx.may_share()) AND {AGENCY_ALLOWED})))""",
    f"""ALTER POLICY web_sees ON intelligence_reportgrant USING (
        user_id = (SELECT ctx.sender()) OR ({HELD.format(report="content_object_id")}))""",
    f"""ALTER POLICY web_adds ON intelligence_reportgrant WITH CHECK (
        (SELECT ctx.may_share()) AND ctx.holds_report(content_object_id)
        AND granted_by_id = (SELECT ctx.person()) AND revoked_at IS NULL AND {PERSON_ALLOWED})""",
    f"""ALTER POLICY web_changes ON intelligence_reportgrant
        USING ({HELD.format(report="content_object_id")})
        WITH CHECK ({HELD.format(report="content_object_id")} AND revoked_at IS NOT NULL)""",
    f"""WITH ended AS (
          UPDATE intelligence_audience SET expires_at = now()
          WHERE desk = 'shared' AND (expires_at IS NULL OR expires_at > now())
            AND NOT {AGENCY_ALLOWED} RETURNING report_id, agency_id)
        INSERT INTO partners_auditevent (operation, actor_name, role, verb, object_type, object_ids,
          reason, detail)
        SELECT 'disclosure', 'system', '', 'end share of report', 'report', ARRAY[report_id],
          'Its conditions do not allow it.',
          jsonb_build_object('recipients', jsonb_build_array(g.code))
        FROM ended JOIN partners_agency g ON g.id = agency_id""",
    f"""WITH ended AS (
          UPDATE intelligence_reportgrant SET revoked_at = now()
          WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            AND NOT {PERSON_ALLOWED} RETURNING content_object_id, user_id)
        INSERT INTO partners_auditevent (operation, actor_name, role, verb, object_type, object_ids,
          reason, detail)
        SELECT 'disclosure', 'system', '', 'close report to a person', 'report',
          ARRAY[content_object_id], 'Its conditions do not allow it.',
          jsonb_build_object('recipients', jsonb_build_array(user_id))
        FROM ended""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("intelligence", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterUniqueTogether(name="reportgrant", unique_together=set()),
        migrations.AddConstraint(
            model_name="reportgrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("user", "permission", "content_object"),
                name="reportgrant_stands_once",
            ),
        ),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
