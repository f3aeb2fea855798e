"""Keys of the API that an agency's lead makes and ends on a page."""

import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from partners import context, roster
from partners.models import ApiToken, AuditEvent
from partners.policy import NotPermittedError
from tests.conftest import WebClient, as_web

NEW = {"name": "Pupil records", "scopes": ["send", "read"], "days": "90"}
ADDRESS = "/api/v1/submissions/"


@pytest.fixture
def lead(cast, sign_in):
    """The head's browser; the school has its machine user, as `load_agencies` makes it."""
    roster.machine(cast.school)
    return sign_in(cast.head)


def made(lead: WebClient) -> str:
    """A new key, as the page shows it."""
    page = lead.post("/team/keys/", NEW).content.decode()
    found = re.search(r'pi-mono pi-break">([\w-]{43})<', page)
    assert found, page
    return found[1]


def asked(key: str) -> int:
    """What the API answers to this key."""
    return WebClient().get(ADDRESS, headers={"Authorization": f"Token {key}"}).status_code


def test_a_key_is_shown_once_opens_the_api_and_can_be_ended(cast, lead):
    key = made(lead)
    assert asked(key) == 200
    assert key not in lead.get("/team/keys/").content.decode()

    lead.post(f"/team/keys/{ApiToken.objects.get().pk}/end/")
    assert asked(key) == 401
    verbs = AuditEvent.objects.filter(actor=cast.head.pk, object_type="token")
    assert {"issue token", "end token"} <= set(verbs.values_list("verb", flat=True))


def test_a_key_lasts_as_long_as_was_chosen(lead):
    made(lead)
    left = ApiToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < left <= timedelta(days=90)


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["all"]}, {"days": "9000"}, {"name": ""}]
)
def test_a_key_without_bounds_is_refused(lead, wrong):
    assert lead.post("/team/keys/", NEW | wrong).status_code == 400
    assert not ApiToken.objects.exists()


def test_an_agency_that_is_not_set_up_for_keys_is_told_so(cast, sign_in):
    page = sign_in(cast.head).post("/team/keys/", NEW)

    assert page.status_code == 400
    assert "ask the administrator" in page.content.decode()


def test_a_lead_makes_and_ends_keys_of_their_own_agency_only(cast):
    token, _ = roster.issue_token(cast.clinic, by=None)

    with pytest.raises(NotPermittedError):
        roster.issue_token(cast.clinic, by=cast.head)
    with pytest.raises(NotPermittedError):
        roster.end_token(token, by=cast.head)
    with pytest.raises(NotPermittedError):
        roster.issue_token(cast.school, by=cast.teacher)


@pytest.mark.parametrize(
    ("of", "by"), [("clinic", "head"), ("school", "teacher"), ("school", "administrator")]
)
def test_the_database_takes_no_key_but_of_the_leads_own_agency(cast, of, by):
    machine = roster.machine(getattr(cast, of))
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), as_web(), context.acting_as(getattr(cast, by)):
        _insert(machine)


def test_the_database_takes_no_key_that_acts_as_a_person(cast):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), as_web(), context.acting_as(cast.head):
        _insert(cast.teacher)


@pytest.mark.parametrize("by", ["nurse", "teacher", "administrator"])
def test_the_database_lets_nobody_else_end_a_key(cast, by):
    token, _ = roster.issue_token(cast.school, by=None)
    with transaction.atomic(), as_web(), context.acting_as(getattr(cast, by)):
        changed = ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    assert changed == 0


def _insert(user):
    ApiToken.objects.create(
        user=user, digest=b"0" * 32, expires_at=timezone.now() + timedelta(days=1)
    )
