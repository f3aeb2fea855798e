"""In whose name people without an account are taken in, and how often one network may write."""

import django.db.models.deletion
from django.db import migrations, models

#: What was before, and that somebody unknown has written a message.
LOG = """
ALTER POLICY web_adds ON partners_auditevent
  WITH CHECK ((actor = (SELECT ctx.person()) AND agency = (SELECT ctx.agency())
      AND role = (SELECT ctx.role())
      AND actor_name = (SELECT u.username FROM partners_user u WHERE u.id = actor))
    OR (actor IS NULL AND agency IS NULL AND role = '' AND actor_name = 'system'
      AND (operation IN ('authentication', 'denial')
        OR (operation = 'collection' AND object_type = 'message'))
      AND (SELECT ctx.person()) IS NULL));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_how_to_reach_them"),
    ]

    operations = [
        migrations.CreateModel(
            name="StrangerPace",
            fields=[
                ("subject", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("due", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="area",
            name="community",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="partners.agency",
            ),
        ),
        migrations.RunSQL(LOG, migrations.RunSQL.noop),
        migrations.RunSQL(
            """GRANT SELECT, INSERT, UPDATE, DELETE ON partners_strangerpace TO cse_profile_web;
            GRANT SELECT, DELETE ON partners_strangerpace TO cse_profile_worker""",
            migrations.RunSQL.noop,
        ),
    ]
