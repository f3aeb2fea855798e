"""How many rows of a file say that a child is at risk now: told before anything is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0017_moments_and_names_by_the_server")]
    operations = [
        migrations.AddField("upload", "urgent", models.PositiveIntegerField(default=0)),
        migrations.RunSQL(
            "GRANT UPDATE (urgent) ON intelligence_upload TO cse_profile_web",
            migrations.RunSQL.noop,
        ),
    ]
