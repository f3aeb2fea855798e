"""What a token of the API may do, for how long, and how often."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from partners import roster
from partners.models import ApiPace, ApiToken, AuditEvent
from tests.conftest import WebClient
from tests.factories import submission

ADDRESS = "/api/v1/submissions/"


def issued(agency: Any, *scopes: str) -> tuple[ApiToken, dict[str, str]]:
    """A token of this agency, and the header that carries it."""
    token, key = roster.issue_token(agency, by=None, scopes=scopes or ("send", "read"))
    return token, {"Authorization": f"Token {key}"}


def send(header: dict[str, str], content: object = None) -> Any:
    body = json.dumps(content or submission())
    return WebClient().post(ADDRESS, body, content_type="application/json", headers=header)


def read(header: dict[str, str]) -> Any:
    return WebClient().get(ADDRESS, headers=header)


def said(response: Any) -> tuple[str, str]:
    """The code and the sentence of an error."""
    error = response.json()["errors"][0]
    return error["code"], error["message"]


@pytest.mark.parametrize(
    ("scope", "sent", "seen"), [("send", 201, 403), ("read", 403, 200)], ids=["send", "read"]
)
def test_a_token_does_what_it_was_issued_for_and_nothing_else(cast, scope, sent, seen):
    _, header = issued(cast.school, scope)

    assert [send(header).status_code, read(header).status_code] == [sent, seen]


def test_a_token_that_may_not_is_told_which_scope_it_lacks(cast):
    _, header = issued(cast.school, "send")

    assert said(read(header)) == (
        "scope",
        "This token may not do that: it was issued without “read”.",
    )
    refused = AuditEvent.objects.get(operation="denial")
    assert (refused.verb, refused.detail) == ("GET api-submissions", {"status": 403})


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_at": timezone.now() - timedelta(days=1)},
        {"expires_at": timezone.now() + timedelta(days=3700)},
    ],
    ids=["no scope", "unknown scope", "ends before it begins", "for ever"],
)
def test_the_database_refuses_a_token_without_bounds(cast, changes):
    token, _ = issued(cast.school)

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(**changes)


def test_the_web_login_changes_nothing_of_a_token_but_that_it_has_ended(cast):
    issued(cast.school)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.attname FROM pg_attribute a
               WHERE a.attrelid = 'partners_apitoken'::regclass AND a.attnum > 0
                 AND has_column_privilege('cse_profile_web', a.attrelid, a.attnum, 'UPDATE')"""
        )
        assert cursor.fetchall() == [("revoked_at",)]
        cursor.execute(
            "SELECT has_table_privilege('cse_profile_web', 'partners_apitoken', 'DELETE')"
        )
        assert cursor.fetchall() == [(False,)]


def test_a_token_that_asks_too_often_waits_and_is_told_how_long(cast, settings):
    settings.API_A_MINUTE = {"token": 3, "agency": 100}
    _, header = issued(cast.school)
    answers = [send(header) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert answers[3].headers["Retry-After"] == "20"
    assert said(answers[3]) == (
        "throttled",
        (
            "This token may ask 3 times a minute. Wait 20 seconds, then send the same again: "
            "nothing of this request was stored."
        ),
    )
    ApiPace.objects.update(due=F("due") - timedelta(seconds=20))
    assert [send(header).status_code, send(header).status_code] == [201, 429]


def test_what_is_refused_for_its_content_counts_and_what_is_refused_for_its_pace_does_not(
    cast, settings
):
    settings.API_A_MINUTE = {"token": 2, "agency": 100}
    _, header = issued(cast.school)
    bad = submission(information_date="soon")

    assert [send(header, bad).status_code for _ in range(4)] == [400, 400, 429, 429]
    ApiPace.objects.update(due=F("due") - timedelta(seconds=30))
    assert send(header).status_code == 201


def test_the_tokens_of_one_agency_share_its_limit_and_no_other_agency_does(cast, settings):
    settings.API_A_MINUTE = {"token": 3, "agency": 4}
    (_, one), (_, two), (_, other) = (
        issued(cast.school),
        issued(cast.school),
        issued(cast.clinic),
    )

    assert [read(one).status_code for _ in range(3)] == [200] * 3
    assert [read(two).status_code for _ in range(2)] == [200, 429]
    assert said(read(two))[1].startswith("Your agency may ask 4 times a minute.")
    assert read(other).status_code == 200


def test_a_token_that_is_not_good_counts_for_nobody(cast):
    assert read({"Authorization": "Token wrong"}).status_code == 401
    assert not ApiPace.objects.exists()
