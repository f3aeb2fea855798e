"""Faults in the log, in the context's end, and in signing in.

Every wall is watched: a fault turns the test red that is named here. A test that nothing can turn
red guards nothing.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from partners import audit, context, sessions, sign_in, web
from tests import worlds
from tests.factories import submission
from tests.partners import test_audit, test_context, test_sign_in, test_web
from tests.sabotage.faults import break_database, red

pytestmark = pytest.mark.django_db


def test_a_log_row_that_goes_with_its_error_page_is_found(cast, sign_in, submit, monkeypatch):
    monkeypatch.setattr(web, "_write_down", lambda request, status: None)
    red(
        test_web.test_what_an_error_page_shows_is_logged_although_its_work_is_undone,
        cast,
        sign_in,
        submit,
    )
    red(test_web.test_a_refusal_is_logged_with_who_what_and_which, cast, sign_in, submit)


def test_a_page_that_shows_without_a_log_is_found(cast, sign_in, submit, monkeypatch):
    monkeypatch.setattr(web.audit, "record", lambda **row: None)
    red(test_web.test_without_the_log_no_page_shows_a_person, cast, sign_in, submit)


def test_a_seal_that_leaves_a_column_out_is_found(tmp_path, monkeypatch, transactional_db):
    monkeypatch.setattr(audit, "_ROWS", audit._ROWS.replace("reason,", "'' AS reason,"))
    break_database("DELETE FROM partners_auditevent")
    directory = tmp_path / "audit"
    for number in range(30):
        audit.record(by=None, operation="combination", verb=f"v{number}", object_type="o")
    audit.seal(directory)
    red(test_audit.test_any_change_to_a_sealed_row_is_found_and_the_row_named, directory)


def test_a_context_that_outlives_its_request_is_found(monkeypatch, transactional_db):
    def for_the_session(user: Any, lifetime: int = context.LIFETIME) -> None:
        with connection.cursor() as cursor:
            signed = context.sign(user, lifetime)
            cursor.execute("SELECT set_config('app.ctx', %s, false)", [signed])

    cast = test_context.make_cast()
    worlds.send(submission(), cast.teacher)
    monkeypatch.setattr(context, "set_local", for_the_session)
    try:
        with pytest.raises(AssertionError):
            test_context.test_a_request_sees_its_own_rows_and_leaves_nothing_to_the_next(
                cast.teacher
            )
    finally:
        break_database("SELECT set_config('app.ctx', '', false)")


@pytest.mark.parametrize(
    ("of", "name", "fault", "test", "fixtures"),
    [
        (
            sign_in,
            "count_failure",
            lambda of: None,
            test_sign_in.test_after_five_wrong_passwords_even_the_right_one_is_not_taken,
            ("cast",),
        ),
        (
            sign_in,
            "_device",
            lambda name, visitor: visitor.COOKIES.get("device", ""),
            test_sign_in.test_a_forged_device_counts_as_any_other,
            ("cast",),
        ),
        (
            sign_in,
            "_device",
            lambda name, visitor: "",
            test_sign_in.test_a_stranger_cannot_lock_a_person_out_of_their_own_browser,
            ("cast",),
        ),
        (
            sign_in.SignInForm,
            "confirm_login_allowed",
            lambda form, user: None,
            test_sign_in.test_the_machine_of_an_agency_and_people_who_left_get_the_same_answer_as_a_wrong_password,
            ("cast",),
        ),
        (
            sessions,
            "kept",
            lambda key: key,
            test_sign_in.test_the_table_of_sessions_gives_no_session_away,
            ("cast", "sign_in"),
        ),
        (
            sessions.SessionStore,
            "cycle_key",
            lambda session: None,
            test_sign_in.test_signing_in_changes_the_key_of_the_session,
            ("cast",),
        ),
        (
            sessions.SessionStore,
            "flush",
            lambda session: None,
            test_sign_in.test_signing_out_ends_the_session_and_clears_what_the_browser_kept,
            ("cast", "sign_in"),
        ),
    ],
)
def test_a_fault_in_signing_in_turns_its_test_red(
    request, monkeypatch, of, name, fault, test, fixtures
):
    values = [request.getfixturevalue(fixture) for fixture in fixtures]
    monkeypatch.setattr(of, name, fault)
    red(test, *values)


def test_a_longest_session_that_is_forgotten_is_found(cast, sign_in, monkeypatch):
    monkeypatch.setattr(sessions, "LONGEST", 10**9)
    with monkeypatch.context() as patch:
        red(
            test_sign_in.test_a_session_ends_after_ten_hours_however_busy,
            cast,
            sign_in,
            SimpleNamespace(setattr=patch.setattr),
        )
