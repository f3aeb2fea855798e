"""How to reach an agency, and somebody at work: what the hub needs where a child is at risk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_sealing_begun")]
    operations = [
        migrations.AddField(
            "agency", "contact", models.CharField(blank=True, default="", max_length=300)
        ),
        migrations.AddField(
            "user", "telephone", models.CharField(blank=True, default="", max_length=30)
        ),
    ]
