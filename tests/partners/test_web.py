"""What every door does: refuse alike, log, keep nothing in a cache, and stay closed in doubt."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from intelligence import intake
from intelligence.models import Report
from partners import audit, web
from partners.models import AuditEvent, Role, User
from tests.conftest import WebClient
from tests.factories import child, submission

pytestmark = pytest.mark.django_db


def denials() -> list[tuple[str, str, int]]:
    rows = AuditEvent.objects.filter(operation="denial").order_by("seq")
    return [(row.actor_name, row.verb, row.detail["status"]) for row in rows]


def test_a_refusal_is_logged_with_who_what_and_which(cast, sign_in, submit):
    theirs = submit(submission(), by=cast.nurse)
    client = sign_in(cast.teacher)
    client.get(f"/submissions/{theirs.submission}/")
    client.get("/reports/")

    assert denials() == [("teacher", "GET submission", 404), ("teacher", "GET reports", 403)]
    row = AuditEvent.objects.filter(operation="denial").order_by("seq")[0]
    assert row.object_ids == [theirs.submission]


def test_a_bad_token_is_logged_and_a_strangers_wrong_address_is_not(cast):
    WebClient().get("/no-such-page/")
    WebClient().get("/api/v1/submissions/", headers={"Authorization": "Token wrong"})

    assert denials() == [("system", "GET api-submissions", 401)]


def test_what_an_error_page_shows_is_logged_although_its_work_is_undone(cast, sign_in, submit):
    sent = submit(submission(persons=[child()]), by=cast.teacher)
    report = Report.objects.get(submission=sent.submission)
    response = sign_in(cast.analyst).post(f"/reports/{report.pk}/", {"handling_code": "X"})

    assert response.status_code == 400
    shown = AuditEvent.objects.filter(operation="consultation", actor=cast.analyst.pk)
    assert report.pk in shown.get(verb="view report").object_ids


def test_without_the_log_no_page_shows_a_person(cast, sign_in, submit):
    sent = submit(submission(narrative="Zebrafinch"), by=cast.teacher)
    client = sign_in(cast.teacher)
    address = f"/submissions/{sent.submission}/"
    assert b"Zebrafinch" in client.get(address).content
    with connection.cursor() as cursor:
        cursor.execute(
            "REVOKE INSERT (operation, actor, actor_name, agency, role, verb, object_type, "
            "object_ids, reason, detail) ON partners_auditevent FROM cse_profile_web"
        )
    response = client.get(address)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert b"Zebrafinch" not in response.content


@pytest.mark.parametrize("address", ["/submissions/", "/api/v1/submissions/"])
def test_a_database_that_is_away_is_a_503_that_asks_to_try_again(
    cast, sign_in, monkeypatch, address
):
    def gone(*args: object, **options: object) -> None:
        raise OperationalError("server closed the connection: password is 'Zebrafinch'")

    client = sign_in(cast.teacher)
    monkeypatch.setattr(audit, "record", gone)
    token = {"Authorization": "Token x"}
    response = client.get(address, headers=token if "api" in address else {})

    assert response.status_code == 503
    assert b"Zebrafinch" not in response.content
    if "api" in address:
        assert response.json()["errors"][0]["code"] == "unavailable"


def test_the_process_answers_livez_without_the_database(db, monkeypatch):
    monkeypatch.setattr(web.transaction, "atomic", lambda: 1 / 0)
    assert Client().get("/livez").status_code == 200


EVERYWHERE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "address", ["/", "/sign-in/", "/danger/", "/no-such-page/", "/api/v1/submissions/", "/readyz"]
)
def test_every_answer_is_kept_by_nobody_and_framed_by_nobody(cast, sign_in, address):
    for client in (WebClient(), sign_in(cast.teacher)):
        headers = client.get(address).headers
        found = {name: headers.get(name, "") for name in EVERYWHERE}
        found["Cache-Control"] = "no-store" * ("no-store" in found["Cache-Control"])
        assert found == EVERYWHERE
        rules = headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules
        assert "frame-ancestors 'none'" in rules
        assert "unsafe" not in rules
        assert "http:" not in rules.replace("https:", "")


def test_a_form_from_another_site_is_refused_at_every_door(cast):
    client = WebClient(enforce_csrf_checks=True)
    client.force_login(cast.supervisor)
    for address in ("/submissions/new/", "/sign-out/", "/sign-in/", "/review/decisions/x/"):
        response = client.post(address, {"reference": "forged"})
        assert response.status_code in {403, 404}, address
    assert not Report.objects.exists()


@pytest.mark.parametrize("number", ["²", "٣", "-1", "1e9", "9" * 40, "x", "1.5", " 1", ""])
def test_a_number_that_is_none_is_taken_for_nothing(cast, sign_in, number):
    assert sign_in(cast.auditor).get("/audit/", {"before": number}).status_code == 200
    assert sign_in(cast.analyst).get("/review/", {"page": number}).status_code == 200


@pytest.mark.parametrize("place", ["²", "x" * 300, "0001-01-01T00:00:00+14:00_" + "0" * 32, "_"])
def test_a_place_in_a_list_that_is_none_is_taken_for_its_start(cast, sign_in, place):
    for address in ("/reports/", "/people/", "/young-people/"):
        assert sign_in(cast.analyst).get(address, {"after": place}).status_code == 200


def test_a_receipt_costs_the_same_questions_whatever_is_held(
    cast, submit, process, django_assert_num_queries
):
    """Neither its words nor its time may tell whether somebody is known already."""
    first = submission(persons=[child(given_names="Una")])
    with connection.execute_wrapper(counting := Counter()):
        fresh = submit(first, by=cast.teacher)
    process()
    known = first | {"reference": "another", "narrative": first["narrative"]}
    with connection.execute_wrapper(again := Counter()):
        matched = submit(known, by=cast.nurse)

    assert counting.statements == again.statements
    shown = [receipt.as_json for receipt in (fresh, matched)]
    assert [set(answer) for answer in shown] == [{"id", "reference", "status", "received_at"}] * 2
    assert {answer["status"] for answer in shown} == {"received"}


class Counter:
    """Counts the statements that are executed within it."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def test_nudging_the_workers_waits_for_the_commit(cast, submit, monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(intake, "nudge", lambda: heard.append("now"))
    submit(submission(), by=cast.teacher)
    assert heard == []


def test_each_role_has_a_way_in(cast, sign_in):
    cast.standards = User.objects.create_user(
        username="standards", role=Role.STANDARDS, agency=cast.force, name="Standards"
    )
    roles = {Role(person.role) for person in vars(cast).values() if hasattr(person, "role")}
    assert roles == set(Role)
    for person in vars(cast).values():
        if hasattr(person, "role"):
            assert sign_in(person).get("/").status_code == 200, person.username
