"""Whom to call about a child at risk, and the places that people of an area know."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_audit")]
    operations = [
        migrations.AddField(
            "area",
            "referral_route",
            models.CharField(blank=True, default="", max_length=300),
            False,
        ),
        migrations.AddField(
            "agency",
            "referral_route",
            models.CharField(blank=True, default="", max_length=300),
            False,
        ),
        migrations.CreateModel(
            name="LocalPlace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="partners.area",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "name"), name="place_once_an_area")
                ]
            },
        ),
        # A public list: nobody restricts it.
        migrations.RunSQL(
            "GRANT SELECT ON partners_localplace TO cse_profile_web", migrations.RunSQL.noop
        ),
    ]
