"""For the intelligence desk: reports, the review queue, and what was set aside."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import evaluation, intake, reports, review
from intelligence.forms import DecisionForm, GradeForm, ReasonForm
from intelligence.models import (
    Decision,
    Mention,
    Original,
    QueueItem,
    Report,
    Sighting,
    Statement,
)
from partners.policy import Action, Level, can, desks
from partners.web import Page, number_asked, visible_or_404

#: Proposals on one page.
PAGE = 25


class Reports(Page):
    """The reports that this person may see, newest first."""

    policy_action = Action.VIEW_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the place in the list at which the last one ended."""
        page = reports.page(to=self.user, after=request.GET.get("after", ""))
        self.consulted("report", [report.pk for report in page.rows])
        return render(request, "intelligence/reports.html", {"page": page})


class ReportPage(Page):
    """One report: its grade, what it gives, and at the desk the original."""

    policy_action = Action.VIEW_REPORTS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The report."""
        return self._show(self._report(pk))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Grade it."""
        report = self._report(pk)
        form = GradeForm(request.POST)
        if not form.is_valid():
            return self._show(report, form, status=400)
        evaluation.grade(report, by=self.user, **form.cleaned_data)
        messages.success(request, f"{report.number} is graded {report.grade}.")
        return redirect("report", pk=pk)

    def _report(self, pk: uuid.UUID) -> Report:
        # Not the submission as well: a reader with whom a report is shared may not see that.
        rows = Report.objects.select_related("agency")
        return visible_or_404(rows, self.user, pk=pk)

    def _show(
        self, report: Report, form: GradeForm | None = None, status: int = 200
    ) -> HttpResponse:
        mentions = list(Mention.objects.visible_to(self.user).filter(report=report).order_by("ref"))
        self.consulted("report", [report.pk, *(mention.pk for mention in mentions)])
        names = ("source_evaluation", "intelligence_assessment", "handling_code", "conditions")
        initial = {name: getattr(report, name) for name in names}
        of_report = {"report": report}
        original = None
        if desks(self.user.role, Level.ORIGINAL) and can(self.user, Action.VIEW_ORIGINALS):
            sent = Original.objects.visible_to(self.user).filter(pk=report.submission_id).first()
            original = sent.payload if sent else None
        context = {
            "report": report,
            "mentions": mentions,
            "sightings": Sighting.objects.visible_to(self.user).filter(**of_report).order_by("ref"),
            "statements": Statement.objects.visible_to(self.user).filter(**of_report),
            "original": original,
            "form": (form or GradeForm(initial=initial)) if can(self.user, Action.GRADE) else None,
        }
        return render(self.request, "intelligence/report.html", context, status=status)


class Review(Page):
    """What workers propose and nobody has decided."""

    policy_action = Action.REVIEW_LINKS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The strongest first; what somebody was not sure of comes last."""
        found = review.queue(self.user)
        number = max(1, number_asked(request, "page") or 1)
        shown = found[(number - 1) * PAGE : number * PAGE]
        self.consulted("proposal", [m.pk for proposal in shown for m in proposal.mentions])
        context = {
            "proposals": shown,
            "total": len(found),
            "number": number,
            "more": len(found) > number * PAGE,
        }
        return render(request, "intelligence/review.html", context)


class ProposalPage(Page):
    """Why these mentions may be the person of a profile, and the decision."""

    policy_action = Action.REVIEW_LINKS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The explanation."""
        return self._show(pk, DecisionForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Decide, and go on to the next."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._show(pk, form, status=400)
        try:
            act = review.decide(pk, by=self.user, **form.cleaned_data)
        except review.NothingToDecideError:
            messages.success(request, "This was decided already, or has changed since.")
            return redirect("review")
        except review.ContradictionError as contradiction:
            form.add_error("judgement", f"{contradiction} Undo those first, or choose another.")
            return self._show(pk, form, status=409)
        messages.success(request, "Your decision is recorded. The profile follows in a moment.")
        return redirect("decision", act=act)

    def _show(self, pk: uuid.UUID, form: DecisionForm, status: int = 200) -> HttpResponse:
        try:
            proposal = review.proposal(pk, self.user)
        except review.NothingToDecideError:
            raise Http404 from None
        shown = (*proposal.mentions, *proposal.theirs)
        self.consulted("proposal", [mention.pk for mention in shown])
        context = {
            "proposal": proposal,
            "explanation": proposal.explanation,
            "shown": shown,
            "form": form,
        }
        return render(self.request, "intelligence/proposal.html", context, status=status)


class DecisionPage(Page):
    """What was decided, and how to take it back."""

    policy_action = Action.REVIEW_LINKS

    def get(self, request: HttpRequest, act: uuid.UUID) -> HttpResponse:
        """One act."""
        return self._show(act, ReasonForm())

    def post(self, request: HttpRequest, act: uuid.UUID) -> HttpResponse:
        """Undo it."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(act, form, status=400)
        try:
            review.undo(act, by=self.user, reason=form.cleaned_data["reason"])
        except review.NothingToDecideError:
            raise Http404 from None
        except review.ContradictionError:
            form.add_error(None, "An older decision would hold again and contradict a later one.")
            return self._show(act, form, status=409)
        messages.success(request, "The decision is taken back. The profile follows in a moment.")
        return redirect("decision", act=act)

    def _show(self, act: uuid.UUID, form: ReasonForm, status: int = 200) -> HttpResponse:
        rows = list(
            Decision.objects.visible_to(self.user)
            .filter(act=act)
            .select_related("by", "left__report", "right__report")
        )
        if not rows:
            raise Http404
        self.consulted("decision", sorted({i for row in rows for i in (row.left_id, row.right_id)}))
        context = {"rows": rows, "first": rows[0], "undoing": review.undoing(act), "form": form}
        return render(self.request, "intelligence/decision.html", context, status=status)


class Parked(Page):
    """Submissions that failed five times, with the reason."""

    policy_action = Action.RETRY_PARKED

    def get(self, request: HttpRequest) -> HttpResponse:
        """The oldest first."""
        rows = (
            QueueItem.objects.visible_to(self.user)
            .exclude(parked_at=None)
            .select_related("submission__agency")
            .order_by("parked_at")
        )
        self.consulted("submission", [row.submission_id for row in rows])
        return render(request, "intelligence/parked.html", {"rows": rows})


class Retry(Page):
    """Puts one back in the queue."""

    policy_action = Action.RETRY_PARKED

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Try again."""
        rows = QueueItem.objects.exclude(parked_at=None)
        intake.retry(visible_or_404(rows, self.user, pk=pk), by=self.user)
        messages.success(request, "It is back in the queue.")
        return redirect("parked")
