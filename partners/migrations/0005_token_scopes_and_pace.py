"""What a token may do, that it ends, and how often it may ask."""

import datetime

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models

import partners.models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0004_routes_and_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiPace",
            fields=[
                ("subject", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("due", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("send", "Send submissions"), ("read", "Read what became of them")],
                    max_length=8,
                ),
                default=partners.models.every_scope,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__contained_by", ["send", "read"]), ("scopes__len__gt", 0)
                ),
                name="token_scopes_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__gt", models.F("created_at")),
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(days=3660))
                        ),
                    ),
                ),
                name="token_ends_within_ten_years",
            ),
        ),
        # Not the rest of a token: the web login changes who may ask as little as who they are.
        migrations.RunSQL(
            "GRANT SELECT, INSERT, UPDATE ON partners_apipace TO cse_profile_web",
            migrations.RunSQL.noop,
        ),
    ]
