"""Signing in and out: what it takes, what it leaves behind, and how often one may guess."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners import roster, sessions, sign_in
from partners.models import AuditEvent, SignInFailure
from tests.conftest import PASSWORD, WebClient

pytestmark = pytest.mark.django_db


def enter(client: Client, name: str = "teacher", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/submissions/").status_code == 200


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))


def test_a_name_and_its_password_open_the_way_in(cast):
    client = WebClient()
    response = enter(client)

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert is_in(client)
    assert "sign in" in verbs()


def test_signing_in_changes_the_key_of_the_session(cast):
    """A session that somebody else planted would otherwise become the person's."""
    client = WebClient()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    enter(client)

    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != planted
    stranger = WebClient()
    stranger.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(stranger)


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(cast, sign_in):
    client = sign_in(cast.teacher)
    stolen = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    response = client.post("/sign-out/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    stranger = WebClient()
    stranger.cookies[django_settings.SESSION_COOKIE_NAME] = stolen
    assert not is_in(stranger)
    assert verbs()[-1] == "sign out"


def test_nobody_is_signed_out_by_a_link(cast, sign_in):
    client = sign_in(cast.teacher)
    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)


def test_whoever_has_left_is_out_at_the_next_request(cast, sign_in):
    client = sign_in(cast.teacher)
    assert is_in(client)
    cast.teacher.is_active = False
    cast.teacher.save()

    assert not is_in(client)


def test_a_new_password_ends_older_sessions(cast, sign_in):
    client = sign_in(cast.teacher)
    cast.teacher.set_password("another-long-invented-password")
    cast.teacher.save()

    assert not is_in(client)


def test_a_role_that_is_changed_holds_from_the_next_request(cast, sign_in):
    client = sign_in(cast.supervisor)
    assert client.get("/parked/").status_code == 200
    cast.supervisor.role = "analyst"
    cast.supervisor.save()

    assert client.get("/parked/").status_code == 403


def test_the_cookies_are_kept_from_scripts_and_from_other_sites(cast):
    client = WebClient()
    client.get("/sign-in/")
    enter(client)

    names = {django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME, "device"}
    assert names <= set(client.cookies)
    for name in names:
        cookie = client.cookies[name]
        assert (name, bool(cookie["httponly"]), cookie["samesite"]) == (name, True, "Strict")


def test_outside_the_demonstration_cookies_travel_encrypted_only():
    from importlib import import_module  # the fixture of the tests has changed the settings in use

    plain = import_module("cse_profile.settings")
    assert plain.SESSION_COOKIE_SECURE
    assert plain.CSRF_COOKIE_SECURE
    assert plain.SECURE_HSTS_SECONDS >= 31_536_000


def test_the_table_of_sessions_gives_no_session_away(cast, sign_in):
    """Whoever reads the table, in a backup or through a slip in a page, holds no key."""
    client = sign_in(cast.teacher)
    held = Session.objects.get()
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    assert held.session_key == sessions.kept(key) != key
    stranger = WebClient()
    stranger.cookies[django_settings.SESSION_COOKIE_NAME] = held.session_key
    assert not is_in(stranger)


def test_a_session_ends_after_ten_hours_however_busy(cast, sign_in, monkeypatch):
    client = sign_in(cast.teacher)
    began = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: began + 10 * 3600 - 5)
    assert is_in(client)
    monkeypatch.setattr(sessions.time, "time", lambda: began + 10 * 3600 + 5)
    assert not is_in(client)


def test_an_idle_session_ends_after_half_an_hour(cast, sign_in):
    client = sign_in(cast.teacher)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_in(client)
    assert django_settings.SESSION_COOKIE_AGE == 30 * 60


def test_the_machine_of_an_agency_and_people_who_left_get_the_same_answer_as_a_wrong_password(cast):
    machine = roster.machine(cast.school)
    machine.set_password(PASSWORD)
    machine.save()
    cast.nurse.is_active = False
    cast.nurse.save()

    def answer(name: str, password: str = PASSWORD) -> tuple[int, str]:
        response = enter(WebClient(), name, password)
        return response.status_code, response.context["form"].non_field_errors().as_text()

    wrong = answer("teacher", "wrong")
    assert answer("nobody-at-all") == answer("nurse") == answer(machine.username) == wrong
    assert wrong[0] == 200


def test_the_address_to_go_on_to_may_not_lead_elsewhere(cast):
    for away in ("https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)"):
        assert enter(WebClient(), next=away).headers["Location"] == "/"
    assert enter(WebClient(), next="/reports/").headers["Location"] == "/reports/"


def test_short_and_common_passwords_are_refused():
    for bad in ("short-one", "password123456"):
        with pytest.raises(ValidationError):
            validate_password(bad)


# Guessing.


def guesses_taken(name: str = "teacher", at_most: int = 12) -> int:
    """How many wrong passwords may be tried before the right one is not taken either."""
    for tried in range(at_most):
        if enter(WebClient(), name, f"wrong-{tried}").status_code == 429:
            return tried
    return at_most


def test_after_five_wrong_passwords_even_the_right_one_is_not_taken(cast):
    assert guesses_taken() == sign_in.ALLOWED == 5
    assert enter(WebClient()).status_code == 429
    assert "POST sign-in" in verbs()


def test_a_name_that_does_not_exist_is_counted_alike(cast):
    assert guesses_taken("nobody-at-all") == guesses_taken("teacher")


def test_one_name_that_is_shut_shuts_no_other(cast):
    guesses_taken("teacher")
    assert enter(WebClient(), "colleague").status_code == 302


def test_a_stranger_cannot_lock_a_person_out_of_their_own_browser(cast):
    own = WebClient()
    enter(own)
    own.post("/sign-out/")
    guesses_taken()

    assert enter(WebClient()).status_code == 429
    assert enter(own).status_code == 302


def test_a_known_browser_may_not_guess_for_ever_either(cast):
    own = WebClient()
    enter(own)
    own.post("/sign-out/")
    answers = [enter(own, password="wrong").status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_forged_device_counts_as_any_other(cast):
    known = WebClient()
    enter(known, "colleague")
    guesses_taken()
    for forged in ("", "x", "a:b:c", known.cookies["device"].value):
        client = WebClient()
        client.cookies["device"] = forged
        assert enter(client).status_code == 429


def test_it_opens_again_after_a_quarter_of_an_hour_and_old_failures_are_forgotten(cast):
    guesses_taken()
    SignInFailure.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))

    assert enter(WebClient(), "colleague", "wrong").status_code == 200
    assert SignInFailure.objects.count() == 1
    assert enter(WebClient()).status_code == 302


def test_what_is_counted_is_no_name(cast):
    enter(WebClient(), "a-name-typed", "wrong")
    assert b"a-name-typed" not in bytes(SignInFailure.objects.get().bucket)
    assert not AuditEvent.objects.filter(detail__icontains="a-name-typed").exists()


def test_a_form_that_is_not_filled_in_counts_for_nothing(cast):
    enter(WebClient(), "teacher", "")
    enter(WebClient(), "", "")
    assert not SignInFailure.objects.exists()
