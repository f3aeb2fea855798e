"""For partners: share a concern, and see what has become of it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import exchange, intake, sent
from intelligence.forms import SubmissionForm
from intelligence.models import Submission
from partners.policy import Action
from partners.web import Page, visible_or_404


class Submit(Page):
    """The one-page form."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        return _show(request, SubmissionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it; or show it again, with one more row or with what is wrong."""
        form = SubmissionForm(request.POST)
        if name := request.POST.get("add_row"):
            return _show(request, form.with_row(name))
        if not form.is_valid():
            return _show(request, form, status=400)
        try:
            receipt = intake.submit(form.payload(), by=self.user)
        except intake.RefusedError as refused:
            form.add_errors(refused.errors)
            return _show(request, form, status=400)
        except intake.ConflictError:
            used = "You have used this reference before for something else. Choose another."
            form.add_errors([exchange.Error("/reference", "conflict", used)])
            return _show(request, form, status=409)
        messages.success(request, f"Received. Your reference is {receipt.reference}.")
        return redirect("submission", pk=receipt.submission)


def _show(request: HttpRequest, form: SubmissionForm, status: int = 200) -> HttpResponse:
    return render(request, "intelligence/submit.html", {"form": form}, status=status)


class Submissions(Page):
    """What this person, or for a lead this agency, has sent."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page, newest first; `after` is the place in the list at which the last one ended."""
        page = sent.page(to=self.user, after=request.GET.get("after", ""))
        self.consulted("submission", [row.pk for row in page.rows])
        context = {"rows": page.rows, "after": page.after}
        return render(request, "intelligence/submissions.html", context)


class SubmissionPage(Page):
    """The receipt, and the words that were sent."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One submission."""
        row = visible_or_404(Submission.objects.select_related("agency"), self.user, pk=pk)
        self.consulted("submission", [row.pk])
        payload = row.original.payload
        context = {"row": row, "payload": payload, "advice": intake.advice(payload)}
        return render(request, "intelligence/submission.html", context)
