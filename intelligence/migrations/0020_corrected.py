"""A correction takes the place of what it corrects, which stays on record as a withdrawal does."""

from django.db import migrations, models

REASONS = [
    ("mistake", "It was sent by mistake"),
    ("wrong", "What it says is wrong"),
    ("twice", "It was sent twice"),
    ("not_ours", "It was not ours to share"),
    ("corrected", "A correction took its place"),
]
NAME = "withdrawn_for_a_reason_of_the_list"
#: What was corrected before corrections had any effect.
MARK = """
INSERT INTO intelligence_withdrawal (report_id, reason, withdrawn_by_id, withdrawn_at)
  SELECT DISTINCT ON (r.id) r.id, 'corrected', s.submitted_by_id, s.received_at
  FROM intelligence_submission s JOIN intelligence_report r ON r.submission_id = s.corrects_id
  ORDER BY r.id, s.received_at ON CONFLICT DO NOTHING;
INSERT INTO intelligence_queueitem (id, submission_id, queued_at, next_at, failures, error)
  SELECT gen_random_uuid(), r.submission_id, now(), now(), 0, ''
  FROM intelligence_withdrawal w JOIN intelligence_report r ON r.id = w.report_id
  WHERE w.reason = 'corrected';
"""


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0019_model_versions")]
    operations = [
        migrations.AlterField(
            "withdrawal", "reason", models.CharField(choices=REASONS, max_length=10)
        ),
        migrations.RemoveConstraint("withdrawal", NAME),
        migrations.AddConstraint(
            "withdrawal",
            models.CheckConstraint(
                name=NAME, condition=models.Q(reason__in=[reason for reason, _ in REASONS])
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
