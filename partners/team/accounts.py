"""Joiners and leavers: the lead asks for an account and ends one, the administrator makes it.

An account is made at the command line alone, where its password is shown once: the web login may
write no password, role or agency. What it may do is end an account of the lead's own agency, by
one function of the database that does nothing else.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from partners import audit, policy
from partners.models import AccountRequest, Agency, User
from partners.policy import Action, Role

#: Who has not signed in for this long may have left without anybody saying so.
STALE = timedelta(days=90)


@dataclass(frozen=True)
class Member:
    """Somebody who works at the agency, and whether their account looks forgotten."""

    user: User
    stale: bool


class AccountError(Exception):
    """An account cannot be made or changed so; the sentence says why."""


def people(*, of: User) -> QuerySet[User]:
    """Those with an account at the agency that `of` leads; nobody, where they lead none."""
    if not policy.can(of, Action.LEAD_TEAM):
        return User.objects.none()
    return User.objects.filter(agency=of.agency_id, is_machine=False, is_active=True)


def members(*, of: User) -> Sequence[Member]:
    """The same, by name, with those marked who have not been here for a long time."""
    now = timezone.now()
    return [Member(user, _last_seen(user) < now - STALE) for user in people(of=of).order_by("name")]


def _last_seen(user: User) -> datetime:
    return user.last_login or user.joined_at


def roles_for(agency: Agency) -> list[str]:
    """What an account may be that a lead asks for. The desk's are the force's own affair."""
    return [Role.SUBMITTER, Role.LEAD, *([Role.MASH] if agency.is_hub else [])]


@transaction.atomic
def ask(*, by: User, name: str, role: str, why: str) -> AccountRequest:
    """Ask for an account for somebody who joins. Raises NotPermittedError, AccountError."""
    policy.require(by, Action.LEAD_TEAM)
    if role not in roles_for(by.agency):
        raise AccountError("A lead cannot ask for an account of this kind.")
    asked = AccountRequest.objects.create(
        agency=by.agency, name=name, role=role, why=why, asked_by=by
    )
    _record(by, "ask for account", "account request", asked.pk)
    return asked


@transaction.atomic
def end(person: User, *, by: User | None) -> None:
    """End the account of somebody who leaves: they are out at their next click.

    Raises NotPermittedError where `by` does not lead their agency, or it is their own.
    """
    if by is not None:
        policy.require(by, Action.LEAD_TEAM)
        _end_as_lead(person)
    else:
        person.is_active = False
        person.save(update_fields=["is_active"])
    _record(by, "end account", "account", person.pk)


def _end_as_lead(person: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.end_account(%s)", [person.pk])
        (ended,) = cursor.fetchone()
    if not ended:
        raise policy.NotPermittedError("another agency's, their own, or ended")


def waiting(*, to: User) -> QuerySet[AccountRequest]:
    """The requests that an administrator has to settle: those of the agencies of their area."""
    if not policy.can(to, Action.MANAGE_ACCOUNTS):
        return AccountRequest.objects.none()
    return AccountRequest.objects.filter(agency__area=to.agency.area_id, settled_at=None)


@transaction.atomic
def decline(asked: AccountRequest, *, by: User, why: str) -> None:
    """Say why no account is made. Raises NotPermittedError."""
    policy.require(by, Action.MANAGE_ACCOUNTS)
    asked.settled_at, asked.declined = timezone.now(), why
    asked.save(update_fields=["settled_at", "declined"])
    _record(by, "decline account", "account request", asked.pk)


@transaction.atomic
def make(*, agency: Agency, username: str, name: str, role: str) -> tuple[User, str]:
    """An account and its password, which is shown this once. Runs as the owner.

    Raises AccountError.
    """
    if role not in Role.values:
        raise AccountError(f"There is no role “{role}”: choose one of {', '.join(Role.values)}.")
    if User.objects.filter(username=username).exists():
        raise AccountError(f"The user name “{username}” is taken.")
    password = _password()
    user = User.objects.create_user(
        username=username, agency=agency, role=role, password=password, name=name
    )
    _record(None, "make account", "account", user.pk)
    return user, password


@transaction.atomic
def make_asked(asked: AccountRequest, *, username: str) -> tuple[User, str]:
    """The account that a lead asked for. Raises AccountError where that is settled."""
    if asked.settled_at is not None:
        raise AccountError("This request is settled already.")
    user, password = make(agency=asked.agency, username=username, name=asked.name, role=asked.role)
    asked.settled_at, asked.made = timezone.now(), user
    asked.save(update_fields=["settled_at", "made"])
    return user, password


@transaction.atomic
def new_password(user: User) -> str:
    """Another password for somebody who has lost theirs, shown this once. Runs as the owner.

    Whoever was signed in with the old one is out: a session is bound to its hash.
    """
    password = _password()
    user.password = make_password(password)
    user.save(update_fields=["password"])
    _record(None, "give new password", "account", user.pk)
    return password


def _password() -> str:
    """64 random bits, in groups that can be read out."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _record(by: User | None, verb: str, kind: str, pk: uuid.UUID) -> None:
    audit.record(by=by, operation="configuration", verb=verb, object_type=kind, object_ids=[pk])
