"""The schema `ctx`: what row-level security asks about the visitor, in one place."""

from django.db import migrations

from partners import context

FUNCTIONS = """
CREATE SCHEMA ctx;
CREATE TABLE ctx.pads (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
REVOKE ALL ON ctx.pads FROM PUBLIC;
GRANT USAGE ON SCHEMA ctx TO cse_profile_web, cse_profile_worker;

-- The verified claims {person, agency, role, expiry}, or NULL. HMAC is nested from the core
-- function sha256, because pgcrypto is not everywhere.
CREATE FUNCTION ctx.claims() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whole text := current_setting('app.ctx', true);
  part text[];
  inner_pad bytea; outer_pad bytea;
BEGIN
  -- '' and not NULL once a SET LOCAL has ended.
  IF whole IS NULL OR whole = '' THEN RETURN NULL; END IF;
  part := string_to_array(whole, '|');
  IF array_length(part, 1) <> 5 OR part[4] !~ '^[0-9]{1,12}$' THEN RETURN NULL; END IF;
  SELECT p.inner_pad, p.outer_pad INTO inner_pad, outer_pad FROM ctx.pads p;
  IF encode(sha256(outer_pad || sha256(inner_pad ||
       convert_to(array_to_string(part[1:4], '|'), 'UTF8'))), 'hex') IS DISTINCT FROM part[5]
  THEN RETURN NULL; END IF;
  -- Not now(), which stands still from the beginning of the transaction.
  IF to_timestamp(part[4]::bigint) < statement_timestamp() THEN RETURN NULL; END IF;
  RETURN part[1:4];
END $$;

CREATE FUNCTION ctx.person() RETURNS uuid LANGUAGE sql STABLE
  AS $$ SELECT (ctx.claims())[1]::uuid $$;
CREATE FUNCTION ctx.agency() RETURNS uuid LANGUAGE sql STABLE
  AS $$ SELECT (ctx.claims())[2]::uuid $$;
CREATE FUNCTION ctx.role() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT (ctx.claims())[3] $$;

CREATE FUNCTION ctx.at_desk() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(ctx.role() IN ('analyst', 'supervisor', 'intelligence_officer'), false) $$;

CREATE FUNCTION ctx.may_share() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(ctx.role() IN ('supervisor', 'intelligence_officer'), false) $$;

-- The desks of the visitor's agency through which the visitor's role sees anything.
CREATE FUNCTION ctx.desks() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT CASE ctx.role()
    WHEN 'lead' THEN '{own,shared}'::text[]
    WHEN 'mash' THEN '{mash,shared}'::text[]
    WHEN 'analyst' THEN '{force,shared}'::text[]
    WHEN 'supervisor' THEN '{force,shared}'::text[]
    WHEN 'intelligence_officer' THEN '{force,shared}'::text[]
    ELSE '{}'::text[] END $$;

-- The roles that see their own submissions.
CREATE FUNCTION ctx.sender() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN ctx.role() IN ('submitter', 'lead', 'mash', 'analyst', 'supervisor',
    'intelligence_officer', 'investigator') THEN ctx.person() END $$;

-- An agency receives while it has a current sharing agreement.
CREATE FUNCTION ctx.may_receive() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM partners_sharingagreement s WHERE s.agency_id = ctx.agency()
    AND (now() AT TIME ZONE 'Europe/London')::date BETWEEN s.starts_on AND s.expires_on) $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ctx FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ctx TO cse_profile_web, cse_profile_worker;

-- What nobody restricts: who the partners are. Signing in reads these before there is a context.
GRANT SELECT ON partners_area, partners_agency, partners_sharingagreement, partners_user,
  partners_apitoken, django_content_type, auth_permission, auth_group, auth_group_permissions,
  partners_user_groups, partners_user_user_permissions
  TO cse_profile_web, cse_profile_worker;
-- Not the password: a statement slipped into a page could open any account.
GRANT UPDATE (last_login) ON partners_user TO cse_profile_web;
GRANT SELECT, INSERT, DELETE ON partners_signinfailure TO cse_profile_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO cse_profile_web;
GRANT SELECT ON django_migrations TO cse_profile_web, cse_profile_worker;
"""


def install_key(apps, schema_editor):
    context.install_key()


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP SCHEMA ctx CASCADE"),
        migrations.RunPython(install_key, migrations.RunPython.noop),
    ]
