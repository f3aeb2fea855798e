"""Row-level security: when something was received, and who graded it, is not the login's word.

What a web login stores was received now; what is made from it was received when it was; an alarm
is raised then, and due within the days that a weekend can put between two working hours. A grade
is given in one's own name, at the time at which it is given.
"""

from django.db import migrations

FUNCTIONS = """
-- Is this the visitor's own act, done now? A minute either way: the clocks of the machines differ,
-- and a report that could not be taken for that would harm more.
CREATE FUNCTION ctx.just_now(at timestamptz) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(at BETWEEN transaction_timestamp() - interval '1 minute'
    AND statement_timestamp() + interval '1 minute', false) $$;
CREATE OR REPLACE FUNCTION ctx.stepped(at timestamptz, by uuid) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(by = ctx.person(), false) AND ctx.just_now(at) $$;

-- Was it received at this moment?
CREATE FUNCTION ctx.came(submission uuid, at timestamptz) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM intelligence_submission s
    WHERE s.id = submission AND s.received_at = at) $$;

CREATE FUNCTION ctx.grade_in_own_name() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
  THEN RETURN NEW; END IF;
  IF (NEW.source_evaluation, NEW.intelligence_assessment, NEW.handling_code, NEW.conditions,
        NEW.graded_at, NEW.graded_by_id) IS DISTINCT FROM
      (OLD.source_evaluation, OLD.intelligence_assessment, OLD.handling_code, OLD.conditions,
        OLD.graded_at, OLD.graded_by_id)
    AND NOT ctx.stepped(NEW.graded_at, NEW.graded_by_id)
  THEN
    RAISE insufficient_privilege
      USING MESSAGE = 'permission denied: a report is graded in one''s own name, now';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER graded_in_own_name BEFORE UPDATE ON intelligence_report
  FOR EACH ROW EXECUTE FUNCTION ctx.grade_in_own_name();

REVOKE EXECUTE ON FUNCTION ctx.just_now, ctx.stepped, ctx.came, ctx.grade_in_own_name FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.just_now, ctx.stepped, ctx.came TO cse_profile_web;
"""

#: Policies of 0002, 0009 and 0013, each with the moment added.
STATEMENTS = [
    FUNCTIONS,
    """ALTER POLICY web_adds ON intelligence_submission WITH CHECK (
        agency_id = (SELECT ctx.agency()) AND submitted_by_id = (SELECT ctx.sender())
        AND ctx.just_now(received_at))""",
    """ALTER POLICY web_adds ON intelligence_audience WITH CHECK (
        ctx.made_from(report_id, submission_id) AND ctx.came(submission_id, received_at)
        AND (((SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
            AND (person_id = (SELECT ctx.sender())
              OR (desk = 'own' AND agency_id = (SELECT ctx.agency()))
              OR ctx.due_at(submission_id, desk, agency_id)))
          OR (desk = 'shared' AND (SELECT ctx.may_share()) AND ctx.holds_report(report_id)
            AND ctx.allows_agency(report_id, expires_at))))""",
    """ALTER POLICY web_adds ON intelligence_report WITH CHECK (
        (SELECT ctx.sender()) IS NOT NULL AND ctx.sent_for(submission_id, area_id)
        AND ctx.came(submission_id, received_at)
        AND agency_id = (SELECT ctx.agency())
        AND ((graded_by_id IS NULL AND graded_at IS NULL)
          OR (graded_by_id = (SELECT ctx.person()) AND graded_at = received_at
            AND EXISTS (SELECT 1 FROM partners_agency g
              WHERE g.id = (SELECT ctx.agency()) AND g.kind = 'police'))))""",
    """ALTER POLICY web_adds ON intelligence_alarm WITH CHECK (
        (SELECT ctx.sender()) IS NOT NULL AND ctx.sent(submission_id)
        AND ctx.made_from(report_id, submission_id) AND sender_id = (SELECT ctx.person())
        AND agency_id = (SELECT ctx.agency()) AND acknowledged_at IS NULL
        AND ctx.came(submission_id, raised_at) AND due_at < raised_at + interval '4 days'
        AND hub_id = (SELECT a.hub_id FROM partners_area a JOIN intelligence_submission s
          ON s.area_id = a.id WHERE s.id = submission_id))""",
]


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0016_drafts")]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
