"""The log. Append-only by what the logins may do, not by a trigger that a login could switch off."""

from django.db import migrations

TABLE = """
CREATE TABLE partners_auditevent (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  operation text NOT NULL CHECK (operation IN ('collection', 'alteration', 'consultation',
    'disclosure', 'combination', 'erasure', 'authentication', 'denial', 'configuration')),
  actor uuid,
  actor_name text NOT NULL,
  agency uuid,
  role text NOT NULL,
  verb text NOT NULL,
  object_type text NOT NULL,
  object_ids uuid[] NOT NULL DEFAULT '{}',
  reason text NOT NULL DEFAULT '',
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX auditevent_seq ON partners_auditevent (seq);
CREATE INDEX auditevent_xid ON partners_auditevent (xid, seq);
CREATE INDEX auditevent_actor ON partners_auditevent (actor, seq);
CREATE INDEX auditevent_objects ON partners_auditevent USING gin (object_ids);

ALTER TABLE partners_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_auditevent FORCE ROW LEVEL SECURITY;
REVOKE ALL ON partners_auditevent FROM PUBLIC;
GRANT INSERT (operation, actor, actor_name, agency, role, verb, object_type, object_ids, reason,
  detail) ON partners_auditevent TO cse_profile_web, cse_profile_worker;
GRANT SELECT ON partners_auditevent TO cse_profile_web, cse_profile_worker;
CREATE POLICY owner ON partners_auditevent TO CURRENT_USER USING (true) WITH CHECK (true);
-- A web login writes in the name of who is asking, or in nobody's before anybody has signed in.
CREATE POLICY web_adds ON partners_auditevent FOR INSERT TO cse_profile_web
  WITH CHECK ((actor = (SELECT ctx.person()) AND agency = (SELECT ctx.agency())
      AND role = (SELECT ctx.role())
      AND actor_name = (SELECT u.username FROM partners_user u WHERE u.id = actor))
    OR (actor IS NULL AND agency IS NULL AND role = '' AND actor_name = 'system'
      AND operation IN ('authentication', 'denial') AND (SELECT ctx.person()) IS NULL));
CREATE POLICY web_sees ON partners_auditevent FOR SELECT TO cse_profile_web
  USING ((SELECT ctx.role()) = 'auditor');
-- Workers write in nobody's name, and read in order to seal.
CREATE POLICY worker_adds ON partners_auditevent FOR INSERT TO cse_profile_worker
  WITH CHECK (actor IS NULL);
CREATE POLICY worker_sees ON partners_auditevent FOR SELECT TO cse_profile_worker USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_context")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE partners_auditevent")]
