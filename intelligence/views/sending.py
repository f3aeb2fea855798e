"""For partners: share a concern, and see what has become of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import exchange, intake, wording
from intelligence.forms import SubmissionForm
from intelligence.models import Original, QueueItem, Report, Submission
from partners.models import User
from partners.policy import Action, Role
from partners.web import Page, page_number, visible_or_404

#: Submissions on one page.
PAGE = 25


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
            return _show(request, _conflicting(form), status=409)
        return redirect("submission", pk=receipt.submission)


def _conflicting(form: SubmissionForm) -> SubmissionForm:
    """The form with the reference that was used before told, or replaced where it was ours."""
    if form.report.cleaned_data["own_reference"]:
        used = "You have used this reference before for something else. Choose another."
        form.add_errors([exchange.Error("/reference", "conflict", used)])
        return form
    again = form.as_new()
    again.report.add_error(
        None,
        "You sent this form before, with other answers, and we have those. To send these as a "
        "report of its own, press “Send to police” again.",
    )
    return again


def _show(request: HttpRequest, form: SubmissionForm, status: int = 200) -> HttpResponse:
    return render(request, "intelligence/submit.html", {"form": form}, status=status)


def _own(user: User) -> QuerySet[Submission]:
    """What `user` sent, and for a lead the agency: not what a desk may read of others' originals.

    The two marks follow from the way of the submission itself. Nothing here depends on whether
    it matched anything, or on what others sent.
    """
    rows = Submission.objects.visible_to(user).filter(agency=user.agency_id)
    if user.role != Role.LEAD:
        rows = rows.filter(submitted_by=user)
    mine = {"submission": OuterRef("pk")}
    return rows.select_related("submitted_by").annotate(
        is_graded=Exists(Report.objects.filter(**mine).exclude(graded_at=None)),
        is_taken_up=Exists(QueueItem.objects.filter(**mine).exclude(done_at=None)),
    )


class Submissions(Page):
    """What this person, or for a lead this agency, has sent."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest first."""
        number = page_number(request)
        start = (number - 1) * PAGE
        rows = list(_own(self.user).order_by("-received_at", "-pk")[start : start + PAGE + 1])
        self.consulted("submission", [row.pk for row in rows[:PAGE]])
        context = {
            "rows": rows[:PAGE],
            "number": number,
            "more": len(rows) > PAGE,
            "of_agency": self.user.role == Role.LEAD,
        }
        return render(request, "intelligence/submissions.html", context)


class SubmissionPage(Page):
    """The receipt, and the words that were sent."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One submission."""
        row = visible_or_404(_own(self.user), self.user, pk=pk)
        self.consulted("submission", [row.pk])
        original = Original.objects.visible_to(self.user).filter(submission=row).first()
        payload: dict[str, Any] = original.payload if original else {}
        context = {
            "row": row,
            "sections": wording.tell(payload),
            "advice": intake.advice(payload),
        }
        return render(request, "intelligence/submission.html", context)
