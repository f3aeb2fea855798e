"""Row security: only its correction has a report stand no longer as corrected.

And a receipt for what was corrected stays good: its words were taken in, and the correction stands
for them. A file that is imported once more finds each of its lines known.
"""

from django.db import migrations

RECEIPT = """
CREATE OR REPLACE FUNCTION ctx.receipt(agency uuid, sent_reference text, sent_key text, hash bytea)
  RETURNS TABLE (submission uuid, reference text, received_at timestamptz, same boolean,
    withdrawn boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.reference::text, s.received_at, s.content_hash = hash,
    EXISTS (SELECT 1 FROM intelligence_report r JOIN intelligence_withdrawal w
      ON w.report_id = r.id WHERE r.submission_id = s.id AND w.reason <> 'corrected')
  FROM intelligence_submission s
  WHERE s.agency_id = agency AND s.agency_id = ctx.agency()
    AND (s.reference = sent_reference OR (sent_key <> '' AND s.idempotency_key = sent_key))
  ORDER BY s.received_at $$;
"""
ADDS = """
ALTER POLICY web_adds ON intelligence_withdrawal WITH CHECK (
  withdrawn_by_id = (SELECT ctx.sender()) AND EXISTS (
    SELECT 1 FROM intelligence_audience a
    WHERE a.report_id = intelligence_withdrawal.report_id AND a.desk IN ('person', 'own'))
  AND (reason <> 'corrected' OR EXISTS (
    SELECT 1 FROM intelligence_submission s JOIN intelligence_report r
      ON r.submission_id = s.corrects_id
    WHERE r.id = intelligence_withdrawal.report_id AND s.submitted_by_id = (SELECT ctx.sender()))))
"""


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0025_positions_of_trust")]
    operations = [migrations.RunSQL([RECEIPT, ADDS], migrations.RunSQL.noop)]
