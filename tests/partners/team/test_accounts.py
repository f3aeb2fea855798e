"""Joiners and leavers of an agency, as its lead and the administrator see them."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from partners import context
from partners.models import AccountRequest, AuditEvent, User
from partners.policy import NotPermittedError, Role
from partners.team import accounts
from tests.conftest import WebClient, as_web
from tests.factories import submission

JOINER = {"name": "Una Vale", "role": "submitter", "why": "Teaches year 9, extension 12."}


def run(command: str, *arguments: str, **options: Any) -> str:
    """What a command printed, without the line's end."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def test_a_lead_asks_the_administrator_makes_and_the_person_signs_in(cast, sign_in):
    lead = sign_in(cast.head)
    assert lead.post("/team/", JOINER).status_code == 302

    waiting = sign_in(cast.administrator).get("/accounts/").content.decode()
    asked = AccountRequest.objects.get()
    assert "Una Vale" in waiting
    assert f"create_account USERNAME --request {asked.pk}" in waiting

    password = run("create_account", "una", request=asked.pk)
    new = WebClient()
    new.post("/sign-in/", {"username": "una", "password": password})
    assert "Practitioner, Silverpit School" in new.get("/").content.decode()
    assert 'Made: <span class="pi-mono">una</span>' in lead.get("/team/").content.decode()
    with pytest.raises(CommandError, match="settled already"):
        run("create_account", "una2", request=asked.pk)


def test_a_request_that_is_declined_says_why(cast, sign_in):
    lead = sign_in(cast.head)
    lead.post("/team/", JOINER)
    asked = AccountRequest.objects.get()
    administrator = sign_in(cast.administrator)
    empty = administrator.post(f"/accounts/{asked.pk}/", {"why": ""})
    administrator.post(f"/accounts/{asked.pk}/", {"why": "Nobody there knows them."})

    assert empty.status_code == 400
    assert 'href="#id_why"' in empty.content.decode()
    assert 'id="id_why"' in empty.content.decode()
    assert "Declined: Nobody there knows them." in lead.get("/team/").content.decode()
    assert "Nobody asks for one." in administrator.get("/accounts/").content.decode()


def test_an_administrator_of_another_area_reads_no_request(cast, sign_in):
    sign_in(cast.head).post("/team/", JOINER)
    there = User.objects.create_user(
        username="there", role=Role.ADMINISTRATOR, agency=cast.neighbour.agency
    )

    assert "Una Vale" not in sign_in(there).get("/accounts/").content.decode()


def test_whoever_leaves_is_out_at_their_next_click(cast, sign_in):
    leaver = sign_in(cast.teacher)
    assert leaver.get("/").status_code == 200
    sign_in(cast.head).post(f"/team/{cast.teacher.pk}/end/")

    assert leaver.get("/").status_code == 302
    assert AuditEvent.objects.filter(verb="end account", actor=cast.head.pk).exists()


def test_what_a_leaver_sent_stays_with_the_lead(cast, sign_in, submit):

    receipt = submit(submission(), by=cast.teacher)
    lead = sign_in(cast.head)
    lead.post(f"/team/{cast.teacher.pk}/end/")

    assert lead.get(f"/submissions/{receipt.submission}/").status_code == 200


def test_accounts_not_used_for_90_days_are_marked(cast, sign_in):
    now = timezone.now()
    User.objects.filter(pk=cast.teacher.pk).update(last_login=now - timedelta(days=91))
    User.objects.filter(pk=cast.colleague.pk).update(last_login=now - timedelta(days=89))
    marked = {one.user.username for one in accounts.members(of=cast.head) if one.stale}

    assert marked == {"teacher"}
    assert "1 account has not been used for 90 days" in (
        sign_in(cast.head).get("/team/").content.decode()
    )


@pytest.mark.parametrize("whose", ["head", "nurse", "administrator"])
def test_the_database_ends_nobodys_account_but_of_ones_own_agency_and_not_ones_own(cast, whose):
    person = getattr(cast, whose)
    refused = pytest.raises(NotPermittedError)
    with refused, transaction.atomic(), as_web(), context.acting_as(cast.head):
        accounts.end(person, by=cast.head)
    assert User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize("who", ["colleague", "analyst", "administrator"])
def test_the_database_lets_nobody_but_a_lead_end_an_account(cast, who):
    acting = context.acting_as(getattr(cast, who))
    with transaction.atomic(), as_web(), acting, connection.cursor() as cursor:
        cursor.execute("SELECT ctx.end_account(%s)", [cast.teacher.pk])
        assert cursor.fetchone() == (False,)


def test_the_database_takes_no_request_in_another_agencys_name(cast):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), as_web(), context.acting_as(cast.head):
        AccountRequest.objects.create(
            agency=cast.clinic, name="A", role="lead", why="b", asked_by=cast.head
        )


def test_a_lead_asks_for_no_account_at_the_desk(cast, sign_in):
    response = sign_in(cast.head).post("/team/", JOINER | {"role": "analyst"})

    assert response.status_code == 400
    with pytest.raises(accounts.AccountError):
        accounts.ask(by=cast.head, **(JOINER | {"role": "analyst"}))
    assert not AccountRequest.objects.exists()


def test_an_account_is_ended_and_given_another_password_at_the_command_line(cast):
    password = run("end_account", "teacher", "--new-password")
    user = User.objects.get(username="teacher")
    assert user.check_password(password)

    assert run("end_account", "teacher") == "The account of Teacher has ended."
    with pytest.raises(CommandError, match="Nobody signs in as “teacher”"):
        run("end_account", "teacher")


def test_a_taken_user_name_is_told(cast):
    with pytest.raises(CommandError, match="is taken"):
        run("create_account", "teacher", agency="silverpit-school", role="lead", name="T")
