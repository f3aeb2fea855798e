"""A session ends while somebody types: nothing of it is lost, and nobody else reads it.

What they post then is sealed into the page at which they sign in again, and opened by the page it
was meant for. Nothing is stored, and only whoever wrote it can open it, within the hour.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render

from partners import audit
from partners.models import User
from partners.sign_in import SignInForm
from partners.web import Page

#: Seconds for which what was typed can be opened again.
OPENS_FOR = 60 * 60
#: Fields that say who writes a form, hold what was sealed, or belong to one page only.
WRITER, SEALED = "writer", "sealed"
_OF_THE_PAGE = ("csrfmiddlewaretoken", WRITER, SEALED)


@dataclass(frozen=True)
class Typed:
    """What was typed, and for which address."""

    address: str
    answers: str  #: as a browser encodes a form


def _box() -> Fernet:
    key = hashlib.sha256(b"typed:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(request: HttpRequest) -> str:
    """What this request posts, for its writer alone to open."""
    answers = request.POST.copy()
    writer = answers.get(WRITER, "")
    for name in _OF_THE_PAGE:
        answers.pop(name, None)
    held = {"writer": writer, "address": request.get_full_path(), "answers": answers.urlencode()}
    return _box().encrypt(json.dumps(held).encode()).decode()


def unseal(sealed: str, *, by: User) -> Typed | None:
    """What `by` had typed; None where it is another's, too old, or was not sealed by us."""
    try:
        held = json.loads(_box().decrypt(sealed.encode(), ttl=OPENS_FOR))
    except (InvalidToken, ValueError):
        return None
    return Typed(held["address"], held["answers"]) if held["writer"] == str(by.pk) else None


class Writing(Page):
    """A page on which one writes at length: what is typed outlives the session."""

    keeps_typed: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; what was sealed is taken for posted, and looked at first by its writer."""
        if SEALED in request.POST and isinstance(request.user, User):
            typed = unseal(request.POST[SEALED], by=request.user)
            answers = QueryDict(typed.answers if typed else "", mutable=True)
            self.look_first(answers)
            request.POST = answers  # type: ignore[assignment]
        return super().dispatch(request, *args, **kwargs)

    def look_first(self, answers: QueryDict) -> None:
        """Make of what was to be done with the answers that they are kept, and shown."""


class SignInFirst(LoginRequiredMiddleware):
    """Asks to sign in; where somebody was writing, with what they wrote kept."""

    def handle_no_permission(  # type: ignore[override]  # a page too, not only a redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """The page at which one signs in."""
        view = getattr(view_func, "view_class", None)
        writes = request.method == "POST" and getattr(view, "keeps_typed", False)
        if writes and "hide" in (request.POST.get("go"), *request.POST):
            return redirect("away")
        if not writes or WRITER not in request.POST or "keep" in request.POST:
            answer: HttpResponseBase = super().handle_no_permission(request, view_func)
            return answer
        context = {
            "form": SignInForm(request),
            "next": request.get_full_path(),
            "sealed": seal(request),
            "ended": True,
        }
        return render(request, "partners/sign_in.html", context)


def hide(request: HttpRequest) -> HttpResponse:
    """End the session, and show a page that says nothing."""
    if isinstance(request.user, User):
        audit.record(
            by=request.user, operation="authentication", verb="hide screen", object_type="session"
        )
    logout(request)
    response = redirect("away")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
