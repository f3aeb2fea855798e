"""Faults in what a person is answered.

Every wall is watched: a fault turns the test red that is named here. A test that nothing can turn
red guards nothing.
"""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from intelligence import intake
from intelligence.models import Submission
from partners import policy, web
from tests import test_canary, test_twins, twins
from tests.factories import submission
from tests.sabotage.faults import SEES, break_database, loosen

pytestmark = pytest.mark.django_db


def told_of(*roles: str) -> list[str]:
    """What is wrong with the crawl of people of these roles."""
    with transaction.atomic():
        crawls, _ = test_canary.crawl_all(25, submissions=3, roles=roles)
        transaction.set_rollback(True)
    return test_canary.problems(crawls)


def test_a_word_that_leaks_is_found(monkeypatch):
    """Named: test_no_answer_holds_a_word_of_a_hidden_row_and_what_is_shown_is_logged."""
    monkeypatch.setattr(policy.PolicyQuerySet, "visible_to", lambda rows, user: rows.all())
    loosen(*SEES)
    assert any("of a hidden row" in line for line in told_of("submitter"))


def test_a_page_that_shows_and_is_not_logged_is_found(monkeypatch):
    """Named: test_no_answer_holds_a_word_of_a_hidden_row_and_what_is_shown_is_logged."""
    monkeypatch.setattr(web.audit, "record", lambda **row: None)
    assert any("the log does not name" in line for line in told_of("submitter"))


def test_a_receipt_that_tells_of_others_is_found(monkeypatch):
    """Named: test_partners_cannot_tell_whether_others_reported_the_same_people."""
    fate = twins.Fate(monkeypatch)
    break_database(test_twins.ANY_TIME)
    plain = intake.Receipt.as_json.fget
    break_database("ALTER POLICY web_sees ON intelligence_submission USING (true)")

    def telling(receipt: intake.Receipt) -> dict[str, str]:
        return plain(receipt) | {"held": str(Submission._base_manager.count())}

    monkeypatch.setattr(intake.Receipt, "as_json", property(telling))
    monkeypatch.setattr(test_twins, "_addresses", lambda: iter([reverse("api-submissions")]))
    others = (twins.WITHIN, twins.BASE)
    assert test_twins.tellings(fate, ("teacher",), (twins.BASE,), others)


def test_a_reference_that_is_found_across_agencies_is_found(cast, submit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ctx.receipt'::regproc)")
        whole = cursor.fetchone()[0]
    loose = whole.replace("s.agency_id = agency AND s.agency_id = ctx.agency()", "true")
    assert loose != whole
    with connection.cursor() as cursor:
        cursor.execute(loose)
    payload = submission()
    receipts = [submit(payload, by=by).submission for by in (cast.teacher, cast.nurse)]
    assert receipts[0] == receipts[1], "tests/intelligence: two agencies may use one reference"
