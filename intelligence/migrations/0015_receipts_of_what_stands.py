"""The receipt an agency already has for a reference says whether that was taken back since."""

from django.db import migrations

RECEIPT = """
DROP FUNCTION ctx.receipt(uuid, text, text, bytea);
CREATE FUNCTION ctx.receipt(agency uuid, sent_reference text, sent_key text, hash bytea)
  RETURNS TABLE (submission uuid, reference text, received_at timestamptz, same boolean,
    withdrawn boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.reference::text, s.received_at, s.content_hash = hash,
    EXISTS (SELECT 1 FROM intelligence_report r JOIN intelligence_withdrawal w
      ON w.report_id = r.id WHERE r.submission_id = s.id)
  FROM intelligence_submission s
  WHERE s.agency_id = agency AND s.agency_id = ctx.agency()
    AND (s.reference = sent_reference OR (sent_key <> '' AND s.idempotency_key = sent_key))
  ORDER BY s.received_at $$;
REVOKE EXECUTE ON FUNCTION ctx.receipt(uuid, text, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.receipt(uuid, text, text, bytea)
  TO cse_profile_web, cse_profile_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0014_uploads_that_fail")]
    operations = [migrations.RunSQL(RECEIPT, migrations.RunSQL.noop)]
