"""Who bears an API token. Imported by the framework's settings, so it imports none of its views."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from rest_framework import exceptions, permissions, throttling
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partners import health, pace
from partners.models import ApiToken, User
from partners.policy import Action

#: What a token with a scope may do, where its bearer may do it at all.
OPENS = {
    ApiToken.Scope.SEND: frozenset({Action.SUBMIT}),
    ApiToken.Scope.READ: frozenset({Action.VIEW_SUBMISSIONS}),
}


def scope_for(action: Action | None) -> ApiToken.Scope | None:
    """The scope that a token needs for `action`; None where no token opens it."""
    return next((scope for scope, opened in OPENS.items() if action in opened), None)


Answer = Callable[[HttpRequest], HttpResponseBase]


class TokenMiddleware:
    """Sign the bearer of an API token in before the context is set, and count the request.

    Not in the request's transaction: an answer of 400 or more undoes that, and must count.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, as the bearer."""
        if request.path.startswith("/api/"):
            # A session cookie opens no API: a page on another site could ride on it.
            try:
                token = _token(request)
                too_often = pace.ask(token) if token else None
            except (OperationalError, InterfaceError) as error:
                return health.unavailable(request, error)
            request.user = token.user if token else AnonymousUser()
            borne(request, token, too_often)
        return self.get_response(request)


def borne(request: Any, token: ApiToken | None, too_often: pace.TooOften | None) -> None:
    """Keep what the framework asks for later with the request."""
    request.api_token, request.too_often = token, too_often


def _token(request: HttpRequest) -> ApiToken | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "token" or not secret:
        return None
    now = timezone.now()
    return (
        ApiToken.objects.select_related("user__agency__area")
        .filter(digest=hashlib.sha256(secret.strip().encode()).digest(), revoked_at=None)
        .filter(expires_at__gt=now, user__is_active=True)
        .first()
    )


class ApiTokenAuthentication(BaseAuthentication):
    """Tells the framework who `TokenMiddleware` let in."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The bearer and the token, or None. One that is not good is never taken for nobody."""
        token: ApiToken | None = getattr(request._request, "api_token", None)
        if token is not None:
            return token.user, token
        if request.headers.get("Authorization"):
            raise exceptions.AuthenticationFailed("This token is not valid.", code="token_invalid")
        return None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Token"


class TooOftenError(exceptions.APIException):
    """429, with the seconds to wait: the framework makes `Retry-After` of `wait`."""

    status_code = 429
    default_code = "throttled"

    def __init__(self, request: HttpRequest) -> None:
        told: pace.TooOften = request.too_often  # type: ignore[attr-defined]
        self.wait = told.wait
        super().__init__(told.sentence)


class Pace(throttling.BaseThrottle):
    """Refuses what `TokenMiddleware` found to be asked too often."""

    def allow_request(self, request: Request, view: object) -> bool:
        """May this request go on?"""
        return getattr(request._request, "too_often", None) is None


class DenyAll(permissions.BasePermission):
    """The framework's default here: whatever does not go through `Api` is closed."""

    def has_permission(self, request: Request, view: object) -> bool:
        """No."""
        return False
