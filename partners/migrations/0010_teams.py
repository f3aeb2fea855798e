"""What an agency's lead does on pages: asks for accounts, ends them, makes and ends keys."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

STATEMENTS = """
-- Who asked for an account: the leads of the agency, and the administrators of its force area.
CREATE FUNCTION ctx.in_area(agency uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM partners_agency a JOIN partners_agency b ON b.area_id = a.area_id
    WHERE a.id = in_area.agency AND b.id = ctx.agency()) $$;

ALTER TABLE partners_accountrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_accountrequest FORCE ROW LEVEL SECURITY;
REVOKE ALL ON partners_accountrequest FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (settled_at, declined) ON partners_accountrequest
  TO cse_profile_web;
CREATE POLICY owner ON partners_accountrequest TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY web_sees ON partners_accountrequest FOR SELECT TO cse_profile_web
  USING (((SELECT ctx.role()) = 'lead' AND agency_id = (SELECT ctx.agency()))
    OR ((SELECT ctx.role()) = 'administrator' AND ctx.in_area(agency_id)));
CREATE POLICY web_asks ON partners_accountrequest FOR INSERT TO cse_profile_web
  WITH CHECK ((SELECT ctx.role()) = 'lead' AND agency_id = (SELECT ctx.agency())
    AND asked_by_id = (SELECT ctx.person()) AND settled_at IS NULL);
CREATE POLICY web_declines ON partners_accountrequest FOR UPDATE TO cse_profile_web
  USING ((SELECT ctx.role()) = 'administrator' AND ctx.in_area(agency_id) AND settled_at IS NULL)
  WITH CHECK (settled_at IS NOT NULL AND declined <> '');

-- Keys are read by everybody, before there is a context: only their SHA-256 is there. They are made
-- for the machine user of one's own agency, for ten years at the most (a constraint), and ended.
ALTER TABLE partners_apitoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_apitoken FORCE ROW LEVEL SECURITY;
GRANT INSERT, UPDATE (revoked_at) ON partners_apitoken TO cse_profile_web;
CREATE POLICY owner ON partners_apitoken TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY web_sees ON partners_apitoken FOR SELECT TO cse_profile_web USING (true);
CREATE POLICY worker_sees ON partners_apitoken FOR SELECT TO cse_profile_worker USING (true);
CREATE POLICY web_issues ON partners_apitoken FOR INSERT TO cse_profile_web
  WITH CHECK ((SELECT ctx.role()) = 'lead' AND revoked_at IS NULL AND EXISTS (
    SELECT 1 FROM partners_user u WHERE u.id = user_id AND u.is_machine
      AND u.agency_id = (SELECT ctx.agency())));
CREATE POLICY web_ends ON partners_apitoken FOR UPDATE TO cse_profile_web
  USING ((SELECT ctx.role()) = 'lead' AND revoked_at IS NULL AND EXISTS (
    SELECT 1 FROM partners_user u WHERE u.id = user_id
      AND u.agency_id = (SELECT ctx.agency())))
  WITH CHECK (revoked_at IS NOT NULL);

-- A lead ends the account of somebody of their agency who leaves, and nobody's password, role or
-- agency: so no right on the table, which row security could not narrow to one column.
CREATE FUNCTION ctx.end_account(person uuid) RETURNS boolean LANGUAGE sql VOLATILE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH ended AS (
    UPDATE partners_user u SET is_active = false
    WHERE u.id = end_account.person AND ctx.role() = 'lead' AND u.agency_id = ctx.agency()
      AND u.id <> ctx.person() AND u.is_active AND NOT u.is_machine
    RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM ended) $$;
REVOKE EXECUTE ON FUNCTION ctx.end_account(uuid), ctx.in_area(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.end_account(uuid), ctx.in_area(uuid) TO cse_profile_web;
"""

UNDO = """
DROP FUNCTION ctx.end_account(uuid);
DROP POLICY owner ON partners_apitoken;
DROP POLICY web_sees ON partners_apitoken;
DROP POLICY worker_sees ON partners_apitoken;
DROP POLICY web_issues ON partners_apitoken;
DROP POLICY web_ends ON partners_apitoken;
ALTER TABLE partners_apitoken NO FORCE ROW LEVEL SECURITY;
ALTER TABLE partners_apitoken DISABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE (revoked_at) ON partners_apitoken FROM cse_profile_web;
DROP POLICY web_sees ON partners_accountrequest;
DROP POLICY web_declines ON partners_accountrequest;
DROP FUNCTION ctx.in_area(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0009_professional_standards"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="name",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="purpose",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="review_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="signed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review_on", None),
                    models.Q(
                        ("review_on__gte", models.F("starts_on")),
                        ("review_on__lte", models.F("expires_on")),
                    ),
                    _connector="OR",
                ),
                name="agreement_is_reviewed_while_it_holds",
            ),
        ),
        migrations.CreateModel(
            name="AccountRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "role",
                    models.CharField(
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
                ("why", models.CharField(max_length=300)),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("declined", models.CharField(blank=True, max_length=300)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.agency",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("declined", ""), ("made", None), ("settled_at", None)),
                            models.Q(
                                ("declined", ""),
                                ("made__isnull", False),
                                ("settled_at__isnull", False),
                            ),
                            models.Q(
                                ("made", None),
                                ("settled_at__isnull", False),
                                models.Q(("declined", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="request_is_settled_one_way",
                    )
                ]
            },
        ),
        migrations.RunSQL(STATEMENTS, UNDO),
    ]
