"""The API as a partner's own system meets it: over HTTP, with a token, row security included."""

import copy
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from intelligence import exchange
from intelligence.models import Audience, Original, QueueItem, Report, Submission
from partners.models import ApiToken
from tests.conftest import WebClient
from tests.factories import joined, submission, suspect, with_car, with_phone

ADDRESS = "/api/v1/submissions/"
SECRET = "an-invented-token"


def token(user: Any, secret: str = SECRET, **changes: Any) -> dict[str, str]:
    """A token of `user`, as the header that carries it."""
    ApiToken.objects.create(
        **{
            "user": user,
            "digest": hashlib.sha256(secret.encode()).digest(),
            "created_at": timezone.now() - timedelta(days=1),
            "expires_at": timezone.now() + timedelta(days=1),
        }
        | changes
    )
    return {"Authorization": f"Token {secret}"}


def post(content: object, headers: dict[str, str], **more: str) -> Any:
    """Send JSON, or bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content)
    return WebClient().post(ADDRESS, body, content_type="application/json", headers=headers | more)


def pointers(response: Any) -> set[str]:
    return {error["pointer"] for error in response.json()["errors"]}


@pytest.fixture
def key(cast: Any) -> dict[str, str]:
    """The header of the school's token."""
    return token(cast.teacher)


def stored() -> tuple[int, ...]:
    """How many rows there are of everything that a receipt stands for."""
    models = (Submission, Original, Report, Audience, QueueItem)
    return tuple(model._base_manager.count() for model in models)


def test_a_submission_is_answered_with_a_receipt(key):
    payload = submission()
    response = post(payload, key)

    assert response.status_code == 201
    assert response.json()["reference"] == payload["reference"]
    assert response.json()["status"] == "received"
    assert Submission.objects.get(pk=response.json()["id"]).channel == "api"


def test_the_same_again_gets_the_same_receipt_and_other_content_a_conflict(key):
    payload = submission()
    first = post(payload, key)
    again = post(payload, key)
    other = post(payload | {"narrative": "Something else."}, key)

    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    assert again.json() == first.json()
    assert other.json()["errors"][0]["code"] == "conflict"
    assert Submission.objects.count() == 1


def test_an_idempotency_key_stands_for_one_content(key):
    first = post(submission(), key, **{"Idempotency-Key": "k1"})
    other = post(submission(), key, **{"Idempotency-Key": "k1"})

    assert [first.status_code, other.status_code] == [201, 409]


@pytest.mark.parametrize("sent", ["k" * 129, "a b", "naïve"])
def test_a_key_that_would_have_to_be_cut_or_guessed_is_refused(key, sent):
    response = post(submission(), key, **{"Idempotency-Key": sent})

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "bad_key")
    assert Submission.objects.count() == 0


def test_more_than_5_mebibytes_are_answered_413(key):
    response = post(b'"' + b"a" * exchange.MOST_BYTES + b'"', key)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "too_large")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_that_is_not_offered_is_answered_405_with_those_that_are(key, method):
    response = getattr(WebClient(), method)(ADDRESS, headers=key)

    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_the_description_says_how_every_request_may_be_refused(db):
    described = WebClient().get("/api/v1/schema/").json()
    codes = {
        (method, path): set(operation["responses"])
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    always = {"401", "403", "406", "429", "503"}

    assert codes == {
        ("get", ADDRESS): always | {"200"},
        ("post", ADDRESS): always | {"200", "201", "400", "409", "413", "415"},
        ("get", f"{ADDRESS}{{id}}/"): always | {"200", "404"},
    }


def test_an_array_is_answered_item_by_item_in_its_order(key):
    good, bad = submission(), submission(information_date="soon")
    response = post([good, bad, good, good | {"narrative": "Else."}], key)

    assert response.status_code == 200
    assert [item["status"] for item in response.json()] == [201, 400, 200, 409]
    assert response.json()[0]["receipt"]["id"] == response.json()[2]["receipt"]["id"]
    assert response.json()[1]["errors"][0]["pointer"] == "/information_date"
    assert Submission.objects.count() == 1


def test_an_array_of_more_than_500_is_refused_whole(key):
    response = post([submission()] * 501, key)

    assert response.status_code == 400
    assert Submission.objects.count() == 0


def test_every_error_comes_with_its_pointer(key):
    payload = submission(
        persons=[suspect(date_of_birth="1999-02-30", age_from=20, age_to=10), {"ref": "p1"}],
        phones=[{"ref": "ph1", "number": ""}],
        relations=[{"from": "p1", "kind": "uses", "to": "nobody"}],
        grading={"source_evaluation": "1", "intelligence_assessment": "A", "handling_code": "P"},
        surprise=True,
    )
    response = post(payload, key)

    assert response.status_code == 400
    assert pointers(response) >= {
        "/persons/0/date_of_birth",
        "/persons/0/age_to",
        "/persons/1/role",
        "/persons/1/ref",
        "/phones/0/number",
        "/relations/0/to",
        "/grading",
        "/surprise",
    }
    assert stored() == (0,) * 5


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"{", "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b'{"reference": "a", "reference": "b"}', "duplicate_key"),
        (b'{"reference": NaN}', "not_a_number"),
        (b'{"reference": "a\\u0000b"}', "bad_text"),
        (b'{"reference": "\\ud800"}', "bad_text"),
        (b"[" * 40 + b"]" * 40, "too_deep"),
        (b'{"reference": ' + b"9" * 5000 + b"}", "not_json"),
    ],
)
def test_what_is_not_plain_json_is_refused_with_a_code(key, body, code):
    response = post(body, key)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, code)


def test_another_kind_of_body_is_refused(key):
    response = WebClient().post(ADDRESS, {"reference": "a"}, headers=key)

    assert response.status_code == 415
    assert response.json()["errors"][0]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Token wrong"}, {"Authorization": "x"}])
def test_without_a_good_token_nothing_is_taken(cast, header):
    response = post(submission(), header)

    assert response.status_code == 401
    assert stored() == (0,) * 5


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_leaves(cast):
    now = timezone.now()
    expired = token(cast.teacher, "one", expires_at=now)
    revoked = token(cast.teacher, "two", revoked_at=now)
    left = token(cast.colleague, "three")
    cast.colleague.is_active = False
    cast.colleague.save()

    assert [post(submission(), key).status_code for key in (expired, revoked, left)] == [401] * 3


def test_a_session_opens_no_door_of_the_api(cast, sign_in):
    assert sign_in(cast.teacher).get(ADDRESS).status_code == 401


def test_a_role_that_sends_nothing_is_refused(cast):
    assert post(submission(), token(cast.auditor)).status_code == 403


def test_a_partner_sees_what_became_of_its_own_submissions_only(cast, key):
    mine = post(submission(), key).json()
    other = token(cast.nurse, "of the clinic")
    theirs = post(submission(), other).json()

    def seen(pk: str) -> int:
        return WebClient().get(f"{ADDRESS}{pk}/", headers=key).status_code

    assert [seen(mine["id"]), seen(theirs["id"])] == [200, 404]
    listed = WebClient().get(ADDRESS, headers=key).json()
    assert [row["id"] for row in listed] == [mine["id"]]


def test_the_description_is_openapi_whose_references_all_resolve(db):
    response = WebClient().get("/api/v1/schema/")
    described = response.json()

    assert response.status_code == 200
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {ADDRESS, f"{ADDRESS}{{id}}/"}
    found = references(described)
    assert {f"#/components/schemas/{name}" for name in ("Submission", "Person", "Receipt")} <= set(
        found
    )
    for ref in found:
        part: Any = described
        for step in ref.removeprefix("#/").split("/"):
            part = part[step]


def references(part: Any) -> list[str]:
    """Every `$ref` below `part`."""
    if isinstance(part, list):
        return [ref for row in part for ref in references(row)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [ref for value in part.values() for ref in references(value)]


WHOLE = submission(
    **joined(
        {"persons": [suspect(given_names="Tariq", nicknames=["Taz"], date_of_birth="1990-04-02")]},
        with_phone(),
        with_car(),
        {"places": [{"ref": "pl1", "kind": "hot_spot", "name": "Arcade"}]},
        {"events": [{"ref": "e1", "kind": "meeting", "place": "pl1"}]},
        {"statements": [{"ref": "s1", "text": "Seen.", "basis": "observed", "about": ["p1"]}]},
    ),
    urgency={"child_at_risk_now": "no"},
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=8), st.integers(), max_size=3),
    st.sampled_from(["", "p1", "0001-01-01", "9999-12-31", "🚗", "a" * 10_000]),
)


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything below `part`."""
    items = part.items() if isinstance(part, dict) else enumerate(part)
    found = []
    for name, value in items:
        found.append((*path, name))
        if isinstance(value, dict | list):
            found += places(value, (*path, name))
    return found


@given(st.lists(st.tuples(st.sampled_from(places(WHOLE)), JUNK), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_taken_whole_or_refused_whole(key, changes):
    payload = copy.deepcopy(WHOLE)
    for path, junk in changes:
        target: Any = payload
        for step in path[:-1]:
            whole = isinstance(target, dict) and step in target
            whole = whole or (
                isinstance(target, list) and isinstance(step, int) and len(target) > step
            )
            target = target[step] if whole else None
        last = path[-1]
        there = isinstance(target, list) and isinstance(last, int) and len(target) > last
        if isinstance(target, dict) or there:
            target[last] = junk
    before = stored()
    response = post(payload, key)

    if response.status_code == 400:
        assert response.json()["errors"]
        assert all(set(e) == {"pointer", "code", "message"} for e in response.json()["errors"])
        assert stored() == before
    else:
        assert response.status_code in {200, 201, 409}
        assert Draft202012Validator(exchange.SCHEMA).is_valid(payload)
