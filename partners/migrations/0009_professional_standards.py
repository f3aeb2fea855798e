"""Professional standards and designated officers: who is told of somebody in a position of trust."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0008_strangers")]
    operations = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("submitter", "Practitioner"),
                    ("lead", "Agency lead"),
                    ("mash", "Safeguarding hub"),
                    ("analyst", "Police analyst"),
                    ("supervisor", "Analyst supervisor"),
                    ("intelligence_officer", "Intelligence officer"),
                    ("investigator", "Investigator"),
                    ("commissioner", "Commissioner"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                    ("standards", "Professional standards or designated officer"),
                ],
                max_length=20,
            ),
        ),
    ]
