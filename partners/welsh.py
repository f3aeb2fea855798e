"""Welsh: the pages that speak it, and the switch in the header.

A page speaks one language from top to bottom, so Welsh is on for pages whose words are all in the
catalogue (`locale/cy`) and for no others: a page half in each is read badly by a screen reader and
by people. Whoever chose Welsh is told so on the others. Chosen with a button, kept in a cookie; no
browser's preference decides for whoever sits at a shared computer.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

#: Names of the pages that speak Welsh.
PAGES = frozenset(
    {
        "begin",
        "danger",
        "nothing-to-share",  # shows nothing; what it says is shown on the next page
        "question",
        "quick",
        "submission",
        "submissions",
        "withdraw",
    }
)
WELSH, ENGLISH = "cy", settings.LANGUAGE_CODE
_KEPT_FOR = 365 * 24 * 3600

Answer = Callable[[HttpRequest], HttpResponseBase]


def is_wanted(request: HttpRequest) -> bool:
    """Did whoever asks choose Welsh?"""
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == WELSH


def is_spoken(request: HttpRequest) -> bool:
    """Is this a page that speaks Welsh?"""
    match = request.resolver_match
    failed = getattr(request, "shows_an_error", False)
    return match is not None and match.view_name in PAGES and not failed


class WelshMiddleware:
    """Each request in one language, whatever the last in this thread was in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in English, until the page is known."""
        translation.activate(ENGLISH)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or ENGLISH)
        translation.activate(ENGLISH)
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """The page is known: Welsh, where it speaks it and was asked to."""
        if is_wanted(request) and is_spoken(request):
            translation.activate(WELSH)

    def process_exception(self, request: HttpRequest, _: Exception) -> None:
        """What is refused or not found is told in English, and offers no other language: the
        address would tell a hidden page from a missing one.
        """
        request.shows_an_error = True  # type: ignore[attr-defined]
        translation.activate(ENGLISH)


@method_decorator(login_not_required, name="dispatch")
class Switch(View):
    """The button in the header: the same page in the other language."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the choice and go back to where it was made, or to the first page."""
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = "/"
        response = HttpResponseRedirect(back)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            WELSH if request.POST.get("language") == WELSH else ENGLISH,
            max_age=_KEPT_FOR,
            httponly=True,
            samesite="Strict",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response
