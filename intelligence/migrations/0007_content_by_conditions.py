"""Row-level security: what a report gives follows its conditions, and the hub's pointer.

Where the conditions close what a report gives to the hub, one function still tells the hub of the
area that a young person is named: by a code and an age, and nothing else.
"""

from django.db import migrations

POINTER = """
CREATE FUNCTION ctx.young_people(report uuid)
  RETURNS TABLE (code text, age_from smallint, age_to smallint, at_risk_now boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT upper(left(replace(m.id::text, '-', ''), 8)), m.age_from, m.age_to,
    coalesce(o.payload #>> '{urgency,child_at_risk_now}' = 'yes', false)
  FROM intelligence_mention m JOIN intelligence_original o ON o.submission_id = m.submission_id
  WHERE m.report_id = report
    AND (m.role IN ('child_at_risk', 'victim') OR m.also && '{child_at_risk,victim}')
    AND 'mash' = ANY (ctx.desks())
    AND EXISTS (SELECT 1 FROM intelligence_audience a WHERE a.report_id = report
      AND a.desk = 'mash' AND a.agency_id = ctx.agency())
  ORDER BY m.ref $$;
REVOKE EXECUTE ON FUNCTION ctx.young_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.young_people TO cse_profile_web;
"""

#: The question is whether it is open: a report that is not found opens nothing.
NOT_CLOSED = """EXISTS (SELECT 1 FROM intelligence_report r
    WHERE r.id = {row} AND NOT r.conditions && '{{{conditions}}}')"""


def content(row):
    to_hub = NOT_CLOSED.format(
        row=row, conditions="sanitised_only,agency_only,named_only,originator_consent"
    )
    by_name = NOT_CLOSED.format(row=row, conditions="sanitised_only")
    return f"""EXISTS (SELECT 1 FROM intelligence_audience a
        WHERE a.report_id = {row} AND a.desk = ANY ('{{force,mash}}')
          AND CASE a.desk WHEN 'force' THEN true WHEN 'mash' THEN {to_hub} END)
      OR (EXISTS (SELECT 1 FROM intelligence_reportgrant g WHERE g.content_object_id = {row}
          AND g.user_id = (SELECT ctx.sender()) AND g.revoked_at IS NULL
          AND (g.expires_at IS NULL OR g.expires_at > now()))
        AND {by_name})"""


STATEMENTS = [
    POINTER,
    *(
        f"ALTER POLICY web_sees ON intelligence_{name} "
        f"USING ({content(f'intelligence_{name}.report_id')})"
        for name in ("statement", "mention", "sighting", "event", "group", "relation")
    ),
]


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0006_uploads_row_security")]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
