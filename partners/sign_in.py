"""Who may sign in, and how often a wrong password may be tried.

Wrong passwords are counted in the database, for a name together with a device. A browser in which
somebody has signed in before holds a signed cookie that says so, and is counted by itself; all
other browsers together. So guessing is slowed, a stranger cannot lock a person out of their own
browser, and a council behind one network address is not one visitor. Names that do not exist are
counted alike: the answers tell nothing of who has an account.
"""

import hashlib
import unicodedata
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partners.models import SignInFailure, User

#: Wrong passwords for one name on one device within the window; then it must pass.
ALLOWED = 5
WINDOW = timedelta(minutes=15)

_COOKIE = "device"
_KNOWN_FOR = timedelta(days=90)


class SignInForm(AuthenticationForm):
    """Name and password, in our words. Machine users and people who have left are not told apart
    from a wrong password.
    """

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.visitor = request
        self.fields["username"].label = "User name"
        self.error_messages |= {
            "invalid_login": (
                "That user name and password do not go together. Check both and try again."
            ),
            "too_many": (
                "That user name has been tried too often. Wait 15 minutes and try again, "
                "or ask the person who looks after your accounts."
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Try the password, where it may be tried."""
        name = self.cleaned_data.get("username")
        if name and not may_try(bucket(name, self.visitor)):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse a machine user, which sends with a token only."""
        if not user.is_active or user.is_machine:
            raise self.get_invalid_login_error()


def bucket(name: str, visitor: HttpRequest) -> bytes:
    """32 bytes that stand for a name on this device."""
    name = unicodedata.normalize("NFKC", name)
    return hashlib.sha256(f"{_device(name, visitor)}:{name}".encode()).digest()


def _device(name: str, visitor: HttpRequest) -> str:
    """The id of a device that `name` has signed in on before; empty for any other."""
    try:
        known = signing.loads(visitor.COOKIES.get(_COOKIE, ""), salt="device", max_age=_KNOWN_FOR)
    except signing.BadSignature:
        return ""
    return str(known["device"]) if known["name"] == name else ""


def may_try(of: bytes) -> bool:
    """May a password be tried now? Not after `ALLOWED` failures, nor beside another try."""
    with connection.cursor() as cursor:
        # Tries made at once would each find the count of before.
        number = int.from_bytes(of[:8], "big", signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        alone = bool(cursor.fetchone()[0])
    return alone and _failures(of).count() < ALLOWED


def _failures(of: bytes) -> QuerySet[SignInFailure]:
    return SignInFailure.objects.filter(bucket=of, at__gt=timezone.now() - WINDOW)


def count_failure(of: bytes) -> None:
    """Remember a wrong password, and forget what is too old to count."""
    SignInFailure.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    SignInFailure.objects.create(bucket=of)


def succeeded(user: User, visitor: HttpRequest, response: HttpResponse) -> None:
    """Forget the failures of this device, and know it again."""
    of = bucket(user.username, visitor)
    SignInFailure.objects.filter(bucket=of).delete()
    device = _device(user.username, visitor) or uuid.uuid4().hex
    response.set_cookie(
        _COOKIE,
        signing.dumps({"name": user.username, "device": device}, salt="device"),
        max_age=_KNOWN_FOR,
        secure=visitor.is_secure(),
        httponly=True,
        samesite="Strict",
    )
