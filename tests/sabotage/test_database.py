"""Faults in the database's wall, and in the policy beside it.

Every wall is watched: a fault turns the test red that is named here. A test that nothing can turn
red guards nothing.
"""

from typing import Any

import pytest
from django.db import DataError, connection, models, transaction

from intelligence.models import Submission
from partners import policy
from partners.policy import Desk, Level
from tests import test_visibility, worlds
from tests.factories import child, submission
from tests.partners import test_policy
from tests.sabotage.faults import SEES, Named, break_database, loosen, red

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    """One that has a row of every table, with one person of each role and force to look at it."""
    made = worlds.make_world(13, submissions=10)
    made.people = list({(p.role, p.agency.area_id): p for p in made.people}.values())
    return made


def test_a_row_policy_that_is_loosened_is_found_for_every_table(world):
    """Named: test_visibility.test_policy_database_and_oracle_agree."""
    unseen = []
    for name in SEES:
        with transaction.atomic():
            loosen(name)
            told = test_visibility.disagreements(world, [name])
            if not any(line.startswith(f"database on {name} ") for line in told):
                unseen.append(name)
            transaction.set_rollback(True)
    assert unseen == []


@pytest.mark.audit
def test_a_scope_that_is_loosened_is_found_at_every_level(world, monkeypatch):
    """Named: test_visibility.test_policy_database_and_oracle_agree."""
    for level in Level:
        with monkeypatch.context() as patch:
            patch.setitem(policy._LEVEL_DESKS, level, frozenset(Desk))
            told = test_visibility.disagreements(world)
            assert level == Level.REPORT or any("policy on" in line for line in told), level
    with monkeypatch.context() as patch:
        patch.setattr(policy.PolicyQuerySet, "visible_to", lambda rows, user: rows.all())
        assert any("policy on" in line for line in test_visibility.disagreements(world))


def opened(world: worlds.World) -> bool:
    """Does a bad context open anything? One that is believed and cannot be read is told too."""
    try:
        return bool(test_visibility.opened_without_a_good_context(world, ["Report"]))
    except DataError:
        return True


def test_a_context_that_is_not_verified_is_found(world):
    """Named: test_without_a_good_context_no_restricted_table_shows_a_row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ctx.claims'::regproc)")
        whole = cursor.fetchone()[0]
    checks = {
        "the mac": "IS DISTINCT FROM part[5]\n  THEN RETURN NULL",
        "the expiry": "< statement_timestamp() THEN RETURN NULL",
    }
    for what, check in checks.items():
        assert whole.count(check) == 1, what
        with transaction.atomic():
            break_database(whole.replace(check, check.replace("RETURN NULL", "NULL")))
            assert opened(world), what
            transaction.set_rollback(True)


CATALOGUE: list[tuple[str, Named, tuple[Any, ...]]] = [
    (
        "ALTER TABLE intelligence_mention NO FORCE ROW LEVEL SECURITY",
        test_visibility.test_every_table_that_holds_intelligence_forces_row_security_with_a_policy_for_each_right,
        (),
    ),
    (
        "ALTER TABLE victims_victimprofile DISABLE ROW LEVEL SECURITY",
        test_visibility.test_every_table_that_holds_intelligence_forces_row_security_with_a_policy_for_each_right,
        (),
    ),
    (
        "CREATE TABLE intelligence_new (id int)",
        test_visibility.test_every_table_that_holds_intelligence_forces_row_security_with_a_policy_for_each_right,
        (),
    ),
    (
        "GRANT DELETE ON intelligence_link TO cse_profile_web",
        test_visibility.test_every_table_that_holds_intelligence_forces_row_security_with_a_policy_for_each_right,
        (),
    ),
    (
        "CREATE POLICY everybody ON intelligence_report FOR SELECT USING (true)",
        test_visibility.test_no_policy_is_open_to_everybody_or_to_every_command,
        (),
    ),
    (
        "CREATE VIEW short_cut AS SELECT * FROM intelligence_report",
        test_visibility.test_no_view_stands_between_the_logins_and_row_security,
        (),
    ),
    (
        "CREATE MATERIALIZED VIEW short_cut AS SELECT * FROM intelligence_report",
        test_visibility.test_no_view_stands_between_the_logins_and_row_security,
        (),
    ),
    (
        "CREATE FUNCTION ctx.more() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        test_visibility.test_functions_with_the_owners_rights_are_few_pinned_and_closed_to_the_public,
        (),
    ),
    (
        "ALTER FUNCTION ctx.claims() RESET search_path",
        test_visibility.test_functions_with_the_owners_rights_are_few_pinned_and_closed_to_the_public,
        (),
    ),
    (
        "GRANT EXECUTE ON FUNCTION ctx.role() TO PUBLIC",
        test_visibility.test_the_public_may_call_nothing_of_the_context,
        (),
    ),
    (
        "GRANT SELECT ON ctx.pads TO cse_profile_web",
        test_visibility.test_the_key_of_the_context_is_read_by_no_login,
        (),
    ),
    (
        "GRANT CREATE ON SCHEMA public TO cse_profile_web",
        test_visibility.test_the_logins_own_nothing_and_are_exempt_from_nothing,
        (),
    ),
    (
        "GRANT SELECT ON guardian_userobjectpermission TO cse_profile_web",
        test_visibility.test_the_generic_tables_of_guardian_are_closed_to_the_logins,
        (),
    ),
    (
        "GRANT UPDATE (verb) ON partners_auditevent TO cse_profile_web",
        test_visibility.test_no_login_may_change_or_remove_a_row_of_the_log,
        ("cse_profile_web", "UPDATE"),
    ),
    (
        "GRANT DELETE ON partners_auditevent TO cse_profile_worker",
        test_visibility.test_no_login_may_change_or_remove_a_row_of_the_log,
        ("cse_profile_worker", "DELETE"),
    ),
    (
        "GRANT UPDATE ON intelligence_original TO cse_profile_worker",
        test_visibility.test_no_login_may_change_what_was_sent_or_decided,
        ("cse_profile_worker", "intelligence_original"),
    ),
]


@pytest.mark.parametrize(
    ("fault", "test", "values"), CATALOGUE, ids=[fault.lower()[:60] for fault, *_ in CATALOGUE]
)
def test_a_fault_in_the_catalogue_turns_its_test_red(fault, test, values):
    break_database(fault)
    red(test, *values)


#: Policies of what a web login may write, each loosened.
WRITES = [
    "ALTER POLICY web_adds ON intelligence_audience WITH CHECK (true)",
    "ALTER POLICY web_adds ON intelligence_gradechange WITH CHECK (true)",
    "ALTER POLICY web_adds ON intelligence_reportgrant WITH CHECK (true)",
    "ALTER POLICY web_adds ON intelligence_undoing WITH CHECK (true)",
    "ALTER POLICY web_adds ON partners_auditevent WITH CHECK (true)",
    "GRANT UPDATE (password) ON partners_user TO cse_profile_web",
    "GRANT UPDATE (role) ON partners_user TO cse_profile_web",
    "GRANT SELECT ON ctx.pads TO cse_profile_web",
]


def test_a_right_to_write_that_is_loosened_is_found(cast, submit, process):
    """Named: test_policy.test_the_database_refuses_what_slips_past_the_policy."""
    mine = submit(submission(), by=cast.teacher)
    theirs = submit(submission(persons=[child()]), by=cast.nurse)
    process()
    for fault in WRITES:
        with transaction.atomic():
            break_database(fault)
            assert test_policy.accepted_attempts(cast, mine, theirs), fault
            transaction.set_rollback(True)


def test_a_decision_in_anothers_name_is_found(cast, submit, process):
    break_database("ALTER POLICY web_adds ON intelligence_decision WITH CHECK (true)")
    red(
        test_policy.test_a_decision_is_made_in_ones_own_name_about_what_is_before_ones_own_desk,
        cast,
        submit,
        process,
    )


def test_an_index_that_spans_agencies_is_found(monkeypatch):
    spanning = models.UniqueConstraint(name="once", fields=["reference"])
    monkeypatch.setattr(Submission._meta, "constraints", [*Submission._meta.constraints, spanning])
    red(test_visibility.test_no_unique_index_of_a_restricted_table_tells_one_agency_of_another)
