"""Who bears an API token. Imported by the framework's settings, so it imports none of its views."""

import hashlib
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from rest_framework import exceptions, permissions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partners.models import ApiToken, User

Answer = Callable[[HttpRequest], HttpResponseBase]


class TokenMiddleware:
    """Sign the bearer of an API token in before the context is set."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, as the bearer."""
        if request.path.startswith("/api/"):
            # A session cookie opens no API: a page on another site could ride on it.
            request.user = _bearer(request) or AnonymousUser()
        return self.get_response(request)


def _bearer(request: HttpRequest) -> User | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "token" or not secret:
        return None
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user__agency__area")
        .filter(digest=hashlib.sha256(secret.strip().encode()).digest(), revoked_at=None)
        .filter(expires_at__gt=now, user__is_active=True)
        .first()
    )
    return token.user if token else None


class ApiTokenAuthentication(BaseAuthentication):
    """Tells the framework who `TokenMiddleware` let in."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The bearer, or None. A token that is not good is refused, never taken for nobody."""
        user = request._request.user
        if isinstance(user, User):
            return user, None
        if request.headers.get("Authorization"):
            raise exceptions.AuthenticationFailed("This token is not valid.", code="token_invalid")
        return None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Token"


class DenyAll(permissions.BasePermission):
    """The framework's default here: whatever does not go through `Api` is closed."""

    def has_permission(self, request: Request, view: object) -> bool:
        """No."""
        return False
