"""Signing in and out, the way in for each role, and what stands at the foot of every page."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from partners import audit, context, returning, sign_in
from partners.models import AuditEvent, User
from partners.policy import Action
from partners.sign_in import SignInForm
from partners.web import Page, number_asked

#: Rows of the log on one page.
PAGE = 50


class SignIn(LoginView):
    """Name and password; in the demonstration also the story that can be tried."""

    template_name = "partners/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post"]  # noqa: RUF012 - the base declares it so

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, know the device again, and write it down in the name of who has."""
        user = form.get_user()
        response = super().form_valid(form)
        if typed := returning.unseal(self.request.POST.get(returning.SEALED, ""), by=user):
            context_ = {"address": typed.address, "sealed": self.request.POST[returning.SEALED]}
            response = render(self.request, "partners/return.html", context_)
        context.set_local(user)
        audit.record(by=user, operation="authentication", verb="sign in", object_type="session")
        sign_in.succeeded(user, self.request, response)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say so, count it, and write down that somebody tried. 429 once it is too often."""
        if form.has_error(NON_FIELD_ERRORS, "too_many"):
            return self.render_to_response(self.get_context_data(form=form), status=429)
        if form.has_error(NON_FIELD_ERRORS, "invalid_login"):
            sign_in.count_failure(sign_in.bucket(form.cleaned_data["username"], self.request))
        audit.record(
            by=None, operation="authentication", verb="sign in refused", object_type="session"
        )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page tells."""
        told = {
            "demo": settings.DEMO,
            "sealed": self.request.POST.get(returning.SEALED, ""),
            "ended": "ended" in self.request.GET,
        }
        return super().get_context_data(**kwargs) | told


class SignOut(View):
    """Ends the session."""

    http_method_names = ["post"]  # noqa: RUF012 - the base declares it so

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign out and go to the sign-in page."""
        if isinstance(request.user, User):
            audit.record(
                by=request.user, operation="authentication", verb="sign out", object_type="session"
            )
        logout(request)
        response = redirect("sign-in")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


@method_decorator(login_not_required, name="dispatch")
class Away(View):
    """Hides the screen: ends the session, and shows a page that says nothing."""

    http_method_names = ["get", "post"]  # noqa: RUF012 - the base declares it so

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page that says nothing."""
        return render(request, "partners/away.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hide; also for somebody whose session has ended already."""
        return returning.hide(request)


class Log(Page):
    """The log, for the auditor; looking at it is itself logged."""

    policy_action = Action.READ_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of rows, newest first; `before` is the number of the last row seen."""
        rows = AuditEvent.objects.order_by("-seq")
        before = number_asked(request, "before")
        if before is not None:
            rows = rows.filter(seq__lt=before)
        operation = request.GET.get("operation", "")
        if operation in AuditEvent.Operation.values:
            rows = rows.filter(operation=operation)
        who = request.GET.get("who", "").replace("\0", "")[:64]
        if who:
            rows = rows.filter(actor_name=who)
        shown = list(rows[: PAGE + 1])
        audit.record(by=self.user, operation="consultation", verb="read the log", object_type="log")
        shown_page = {
            "rows": shown[:PAGE],
            "older": _older(operation, who, shown[PAGE - 1]) if len(shown) > PAGE else "",
            "operations": AuditEvent.Operation.choices,
            "operation": operation,
            "who": who,
        }
        return render(request, "partners/log.html", shown_page)


def _older(operation: str, who: str, last: AuditEvent) -> str:
    """The query of the page after the one that ends with `last`."""
    return urlencode({"operation": operation, "who": who, "before": last.seq})


@method_decorator(login_not_required, name="dispatch")
class Words(View):
    """A page of words that anybody may read."""

    template = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The words."""
        return render(request, self.template)
