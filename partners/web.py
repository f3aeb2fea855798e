"""The doors: the transaction and context around every request, and what every page goes through."""

import contextlib
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.decorators import classonlymethod
from django.views import View
from rest_framework import exceptions, permissions, viewsets
from rest_framework.request import Request

from partners import audit, context, health, policy
from partners.models import ApiToken, User
from partners.policy import Action, OwnQuerySet, PolicyQuerySet
from partners.tokens import ApiTokenAuthentication, Pace, TooOftenError, scope_for

Answer = Callable[[HttpRequest], HttpResponseBase]
M = TypeVar("M", bound=models.Model)


class NoStoreMiddleware:
    """No answer is kept by a browser or a proxy: the next person at this screen is another."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and let nobody keep it."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ContextMiddleware:
    """One transaction a request, in which the database knows who asks.

    Not ATOMIC_REQUESTS: that ends before a template is rendered, and the page would come out
    empty. An answer of 400 or more undoes what was written. What such an answer showed, and what
    was refused, is written down afterwards, in a transaction of its own: where that fails, or
    where the database is away, nothing is shown.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within the context."""
        if request.path == "/livez":  # answers also while the database does not
            return self.get_response(request)
        try:
            response = self._answer(request)
            if response.status_code >= 400:
                _write_down(request, response.status_code)
        except (OperationalError, InterfaceError, audit.NotRecordedError) as error:
            return health.unavailable(request, error)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view that could not reach the database, or not write the log, shows nothing."""
        if isinstance(exception, OperationalError | InterfaceError | audit.NotRecordedError):
            return health.unavailable(request, exception)
        return None

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        with transaction.atomic():
            context.set_local(request.user)
            response = self.get_response(request)
            if getattr(response, "streaming", False) and not _is_file(response):
                raise ImproperlyConfigured("a lazy answer would be read after its context ended")
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response


def _is_file(response: HttpResponseBase) -> bool:
    return getattr(response, "file_to_stream", None) is not None


#: Answers that refuse somebody: not signed in, not permitted, hidden or missing.
_REFUSALS = frozenset({401, 403, 404})


def _write_down(request: HttpRequest, status: int) -> None:
    """What an answer whose transaction is undone has shown, and that it refused somebody.

    A stranger's wrong address is nobody's refusal: it would only fill the log.
    """
    by = request.user if isinstance(request.user, User) else None
    shown: list[dict[str, Any]] = getattr(request, "consulted", [])
    known = by is not None or "Authorization" in request.headers
    refused = status == 429 or (status in _REFUSALS and known)
    if status >= 500 or not (shown or refused):
        return
    with transaction.atomic():
        context.set_local(request.user)
        for row in shown:
            audit.record(**row)
        if refused:
            _write_refusal(request, by, status)


def _write_refusal(request: HttpRequest, by: User | None, status: int) -> None:
    match = request.resolver_match
    asked = match.kwargs.values() if match else ()
    audit.record(
        by=by,
        operation="denial",
        verb=f"{request.method} {match.view_name if match else 'unknown address'}"[:200],
        object_type="address",
        object_ids=[value for value in asked if isinstance(value, uuid.UUID)],
        detail={"status": status},
    )


def visible_or_404(rows: "PolicyQuerySet[M] | OwnQuerySet[M]", user: User, **lookup: object) -> M:
    """The one row that `user` may see. The same 404 whether it is hidden or does not exist."""
    row = rows.visible_to(user).filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def number_asked(request: HttpRequest, name: str) -> int | None:
    """The whole number that an address gives as `name`; None where it gives none that is sane."""
    text = request.GET.get(name, "")
    # Not isdigit(): it takes superscripts, which int() refuses.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def id_asked(request: HttpRequest, name: str) -> uuid.UUID | None:
    """The id that an address gives as `name`; None where it gives none."""
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def ids_given(request: HttpRequest, name: str) -> set[uuid.UUID]:
    """The ids that a form sends as `name`, without what is none."""
    found = set()
    for text in request.POST.getlist(name):
        with contextlib.suppress(ValueError):
            found.add(uuid.UUID(text))
    return found


class Page(View):
    """A page: it names the action it stands for, and refuses whoever may not take it."""

    policy_action: ClassVar[Action]

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Refuse at start a page that declares no action."""
        if not isinstance(getattr(cls, "policy_action", None), Action):
            raise ImproperlyConfigured(f"{cls.__name__} declares no policy_action")
        return super().as_view(**initkwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, once the policy agrees."""
        policy.require(request.user, self.policy_action)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        """The person asking: signed in, since the policy agreed."""
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def consulted(self, kind: str, ids: list[uuid.UUID], reason: str = "") -> None:
        """Write down that these rows were shown (s.62 consultation), in this transaction."""
        row: dict[str, Any] = {
            "by": self.user,
            "operation": "consultation",
            "verb": f"view {kind}",
            "object_type": kind,
            "object_ids": ids,
            "reason": reason,
        }
        audit.record(**row)
        # Read by the middleware where the answer is an error, which undoes the row.
        self.request.consulted = [*getattr(self.request, "consulted", ()), row]  # type: ignore[attr-defined]


class Declared(permissions.BasePermission):
    """Open when the person may take the action declared for this operation, and the token too."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask the policy, then the token."""
        action = view.policy_actions.get(view.action)
        if action is None or not policy.can(request.user, action):
            return False
        needed = scope_for(action)
        self.code = "scope"
        self.message = f"This token may not do that: it was issued without “{needed}”."
        return isinstance(request.auth, ApiToken) and needed in request.auth.scopes


class Api(viewsets.ViewSet):
    """The base of every API viewset: each operation declares its action, or is refused."""

    authentication_classes = (ApiTokenAuthentication,)
    permission_classes = (Declared,)
    throttle_classes = (Pace,)
    policy_actions: ClassVar[dict[str, Action]] = {}

    @property
    def user(self) -> User:
        """The bearer of the token: let in, since the policy agreed."""
        user = self.request.user
        if not isinstance(user, User):
            raise exceptions.NotAuthenticated
        return user

    @classonlymethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """Refuse at start an operation that declares no action, or one that no token opens."""
        names = set((actions or {}).values())
        undeclared = {name for name in names if not scope_for(cls.policy_actions.get(name))}
        if undeclared:
            raise ImproperlyConfigured(f"{cls.__name__} declares no action for {undeclared}")
        return super().as_view(actions, **initkwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a method that is not offered, whoever asks; then what the framework checks."""
        if self.action not in self.policy_actions:
            raise exceptions.MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Say how long to wait, in words and in the header."""
        raise TooOftenError(request._request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one 404 page, and for programs the one 404 answer."""
    if request.path.startswith("/api/"):
        error = {"pointer": "", "code": "not_found", "message": "Not found."}
        return JsonResponse({"errors": [error]}, status=404)
    return render(request, "404.html", status=404)
