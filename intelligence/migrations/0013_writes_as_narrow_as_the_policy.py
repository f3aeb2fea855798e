"""Row-level security: what a web login writes is held as narrowly as the policy holds it.

A sender opens a report to the desk and the hub of its own area only, grades it only where their
agency is police, and files it under the area that it was sent for. What was withdrawn is let out
to nobody anew. An alarm is answered in one's own name, at the time at which it is answered.
"""

from django.db import migrations

FUNCTIONS = """
-- Did the visitor send this for that area? Asked while storing it.
CREATE FUNCTION ctx.sent_for(submission uuid, area uuid) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_submission s
    WHERE s.id = submission AND s.area_id = area AND s.submitted_by_id = ctx.sender()
      AND s.agency_id = ctx.agency()) $$;

-- Is what the visitor sent due at this desk of this agency: the police, or the hub, of its area?
CREATE FUNCTION ctx.due_at(submission uuid, desk text, agency uuid) RETURNS boolean LANGUAGE sql
  STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_submission s
    JOIN partners_area a ON a.id = s.area_id JOIN partners_agency g ON g.id = due_at.agency
    WHERE s.id = submission AND s.submitted_by_id = ctx.sender() AND s.agency_id = ctx.agency()
      AND CASE due_at.desk WHEN 'force' THEN g.kind = 'police' AND g.area_id = a.id
        WHEN 'mash' THEN a.hub_id = g.id ELSE false END) $$;

CREATE OR REPLACE FUNCTION ctx.allows_agency(report uuid, until timestamptz) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_report r WHERE r.id = report
    AND r.graded_at IS NOT NULL AND r.text <> ''
    AND NOT EXISTS (SELECT 1 FROM intelligence_withdrawal w WHERE w.report_id = r.id)
    AND NOT r.conditions && '{agency_only,named_only,originator_consent}'
    AND (until IS NOT NULL OR NOT r.conditions && '{time_limited}')) $$;

CREATE OR REPLACE FUNCTION ctx.allows_person(report uuid, person uuid, until timestamptz)
  RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_report r, partners_user u
    JOIN partners_agency g ON g.id = u.agency_id
    WHERE r.id = report AND u.id = person
      AND NOT EXISTS (SELECT 1 FROM intelligence_withdrawal w WHERE w.report_id = r.id)
      AND (until IS NOT NULL OR NOT r.conditions && '{time_limited}')
      AND (NOT r.conditions && '{agency_only,originator_consent}' OR g.id = r.agency_id
        OR (g.kind = 'police' AND g.area_id = r.area_id))) $$;

-- May the visitor have made this step of an alarm, now? A minute either way: the clocks of the
-- machines differ, and an alarm that could not be answered for that would harm more.
CREATE FUNCTION ctx.stepped(at timestamptz, by uuid) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(by = ctx.person() AND at BETWEEN statement_timestamp() - interval '1 minute'
    AND statement_timestamp() + interval '1 minute', false) $$;

-- A trigger, because a policy does not see which step is new. The owner is let past: it repairs.
CREATE FUNCTION ctx.answer_in_own_name() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
  THEN RETURN NEW; END IF;
  IF ((NEW.acknowledged_at, NEW.acknowledged_by_id)
        IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id)
      AND NOT (OLD.acknowledged_at IS NULL
        AND ctx.stepped(NEW.acknowledged_at, NEW.acknowledged_by_id)))
    OR ((NEW.taken_at, NEW.taken_by_id) IS DISTINCT FROM (OLD.taken_at, OLD.taken_by_id)
      AND NOT ctx.stepped(NEW.taken_at, NEW.taken_by_id))
    OR ((NEW.passed_on_at, NEW.passed_on_by_id, NEW.passed_on_to)
        IS DISTINCT FROM (OLD.passed_on_at, OLD.passed_on_by_id, OLD.passed_on_to)
      AND NOT ctx.stepped(NEW.passed_on_at, NEW.passed_on_by_id))
  THEN
    RAISE insufficient_privilege
      USING MESSAGE = 'permission denied: an alarm is answered once, in one''s own name, now';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER answered_in_own_name BEFORE UPDATE ON intelligence_alarm
  FOR EACH ROW EXECUTE FUNCTION ctx.answer_in_own_name();

REVOKE EXECUTE ON FUNCTION ctx.sent_for, ctx.due_at, ctx.stepped, ctx.answer_in_own_name
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.sent_for, ctx.due_at, ctx.stepped TO cse_profile_web;
"""

STATEMENTS = [
    FUNCTIONS,
    """ALTER POLICY web_adds ON intelligence_audience WITH CHECK (
        ctx.made_from(report_id, submission_id)
        AND (((SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
            AND (person_id = (SELECT ctx.sender())
              OR (desk = 'own' AND agency_id = (SELECT ctx.agency()))
              OR ctx.due_at(submission_id, desk, agency_id)))
          OR (desk = 'shared' AND (SELECT ctx.may_share()) AND ctx.holds_report(report_id)
            AND ctx.allows_agency(report_id, expires_at))))""",
    """ALTER POLICY web_adds ON intelligence_report WITH CHECK (
        (SELECT ctx.sender()) IS NOT NULL AND ctx.sent_for(submission_id, area_id)
        AND agency_id = (SELECT ctx.agency())
        AND (graded_by_id IS NULL OR (graded_by_id = (SELECT ctx.person())
          AND EXISTS (SELECT 1 FROM partners_agency g
            WHERE g.id = (SELECT ctx.agency()) AND g.kind = 'police'))))""",
]


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0012_nothing_to_share")]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
