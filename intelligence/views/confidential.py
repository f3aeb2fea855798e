"""For services that keep confidences: share what matters, and name nobody who told."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from intelligence import intake, language
from intelligence.confidential import ConfidentialForm, OutreachForm
from intelligence.views.again import Again
from partners.policy import Action


class Confidential(Again):
    """The form of a sexual health service."""

    policy_action = Action.SUBMIT
    form: ClassVar[type[ConfidentialForm]] = ConfidentialForm
    template: ClassVar[str] = "confidential/patient.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        return self._show(self.form(initial={"happened_on": timezone.localdate()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it, or say what is missing."""
        form = self.form(request.POST)
        if self.came_back:
            return self._show(form)
        if not form.is_valid():
            return self._show(form, status=400)
        try:
            receipt = intake.submit(form.payload(), by=self.user)
        except intake.RefusedError as refused:
            for error in refused.errors:
                form.add_error(None, error.message)
            return self._show(form, status=400)
        except intake.ConflictError as error:
            form.add_error(None, error.sentence)
            return self._show(form, status=409)
        return redirect("submission", pk=receipt.submission)

    def _show(self, form: ConfidentialForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "remarks": language.check(str(form["told"].value() or "")),
            "route": self.user.agency.whom_to_call,
        }
        return render(self.request, self.template, context, status=status)


class Outreach(Confidential):
    """The form of outreach to adults."""

    form = OutreachForm
    template = "confidential/outreach.html"
