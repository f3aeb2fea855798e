"""Tell the database, for one transaction, who is asking. Without it a web login sees no row.

The context is one signed setting, `app.ctx`, in the form `person|agency|role|expiry|mac`. The
database checks the mac (HMAC-SHA-256) with a key that the web login cannot read, so that no
statement slipped into a page can raise its own role. It is set with SET LOCAL only: behind a
pooler, anything longer-lived would be the next visitor's.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import User

#: Seconds a context holds. A request that lasts longer sees nothing more.
LIFETIME = 120
_BLOCK = 64


def key() -> bytes:
    """The 32-byte signing key, derived from the secret key of the installation."""
    return hashlib.sha256(b"context:" + settings.SECRET_KEY.encode()).digest()


def pads() -> tuple[bytes, bytes]:
    """The inner and outer pad of HMAC-SHA-256 (RFC 2104), which the database keeps."""
    padded = key().ljust(_BLOCK, b"\x00")
    return bytes(b ^ 0x36 for b in padded), bytes(b ^ 0x5C for b in padded)


def sign(user: "User | AnonymousUser", lifetime: int = LIFETIME) -> str:
    """The signed context of `user`; empty for a visitor who has not signed in."""
    if user.is_anonymous or not user.is_active:
        return ""
    claims = f"{user.pk}|{user.agency_id}|{user.role}|{int(time.time()) + lifetime}"
    return f"{claims}|{hmac.new(key(), claims.encode(), 'sha256').hexdigest()}"


def set_local(user: "User | AnonymousUser", lifetime: int = LIFETIME) -> None:
    """Set the context for the rest of the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.ctx', %s, true)", [sign(user, lifetime)])


@contextmanager
def acting_as(user: "User", lifetime: int = LIFETIME) -> Iterator[None]:
    """One transaction in which the database knows that `user` is asking."""
    with transaction.atomic():
        set_local(user, lifetime)
        yield
        # Inside a larger transaction (a test) the setting would outlive this block. A failure
        # undoes it by itself.
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.ctx', '', true)")


@contextmanager
def lent(*, to: "User", by: "User") -> Iterator[None]:
    """Within the transaction of `by`: the database is told that `to`, a machine user, is asking.

    For what a person does in the name of somebody who has no account, and for nothing else. Raises
    ValueError for a user whom somebody could sign in as.
    """
    if not to.is_machine:
        raise ValueError("Only a machine user lends its name.")
    set_local(to)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            set_local(by)


def install_key() -> None:
    """Put the signing key where the database's own functions find it. Runs as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ctx.pads")
        cursor.execute("INSERT INTO ctx.pads (inner_pad, outer_pad) VALUES (%s, %s)", pads())
