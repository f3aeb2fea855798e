"""Profiles rest on what people have decided: anchor each on the person whose side it is.

Before, a mention that was only proposed gave its whole cluster a side, so that a child could be
listed as a suspected offender. What no longer has a side is closed; nothing new has one.
"""

from django.db import migrations

STATEMENTS = """
CREATE TEMPORARY TABLE sides ON COMMIT DROP AS
SELECT DISTINCT ON (one.cluster_id) one.cluster_id, m.id AS anchor, m.received_at
FROM intelligence_membership one JOIN intelligence_mention m ON m.id = one.mention_id
WHERE one.area_id IS NOT NULL AND one.core = one.mention_id
  AND EXISTS (SELECT 1 FROM intelligence_membership o JOIN intelligence_mention s
    ON s.id = o.mention_id WHERE o.core = one.core AND o.area_id = one.area_id
    AND (s.role = 'suspected_offender' OR 'suspected_offender' = ANY (s.also))
    AND s.role_status <> 'discounted')
  AND NOT EXISTS (SELECT 1 FROM intelligence_membership o JOIN intelligence_mention s
    ON s.id = o.mention_id WHERE o.core = one.core AND o.area_id = one.area_id
    AND (s.role IN ('child_at_risk', 'victim')
      OR s.also && ARRAY['child_at_risk', 'victim']::varchar[]))
ORDER BY one.cluster_id, one.status, m.received_at, m.id;
UPDATE offenders_offenderprofile p SET anchor = s.anchor, anchored_at = s.received_at
  FROM sides s WHERE s.cluster_id = p.cluster_id;
UPDATE offenders_offenderprofile SET closed_at = now()
  WHERE closed_at IS NULL AND cluster_id NOT IN (SELECT cluster_id FROM sides);
DROP TABLE sides;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offenders", "0002_row_security"),
        ("intelligence", "0002_row_security"),
    ]
    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
