"""That sealing has begun, and with which key: so that the loss of the seals shows.

The key and the seals lie outside the database. A database that was never sealed and one whose
seals were taken away looked the same; this table tells them apart.
"""

from django.db import migrations

TABLE = """
CREATE TABLE partners_sealingbegun (
  key text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'),
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE partners_sealingbegun ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_sealingbegun FORCE ROW LEVEL SECURITY;
REVOKE ALL ON partners_sealingbegun FROM PUBLIC, cse_profile_web;
GRANT SELECT, INSERT (key) ON partners_sealingbegun TO cse_profile_worker;
CREATE POLICY owner ON partners_sealingbegun TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY worker_adds ON partners_sealingbegun FOR INSERT TO cse_profile_worker
  WITH CHECK (true);
CREATE POLICY worker_sees ON partners_sealingbegun FOR SELECT TO cse_profile_worker USING (true);
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_token_scopes_and_pace")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE partners_sealingbegun")]
