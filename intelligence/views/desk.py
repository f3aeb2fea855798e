"""For the intelligence desk: reports, the review queue, and what was set aside."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import (
    answering,
    evaluation,
    intake,
    merging,
    people,
    pointers,
    portrait,
    reports,
    review,
    sent,
    wording,
)
from intelligence.forms import DecisionForm, GradeForm, ReasonForm
from intelligence.models import Decision, Mention, Original, QueueItem, Report, Sighting
from intelligence.models.received import Condition
from intelligence.pseudonyms import NOTHING_HIDDEN, Veil
from intelligence.views import proposals
from partners.models import User
from partners.policy import Action, Level, can, desks
from partners.web import Page, ids_given, number_asked, visible_or_404

#: Proposals on one page.
PAGE = 25
#: What a decision is shown with, of each report.
_OF_REPORT = ("agency", "withdrawal")


class Reports(Page):
    """The reports that this person may see, newest first."""

    policy_action = Action.VIEW_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the place in the list at which the last one ended."""
        page = reports.page(to=self.user, after=request.GET.get("after", ""))
        self.consulted("report", [report.pk for report in page.rows])
        stages = sent.told_as_sender(page.rows, self.user)
        rows = [(report, stages.get(report.pk, "")) for report in page.rows]
        context = {"page": page, "rows": rows}
        return render(request, "intelligence/reports.html", context)


class ReportPage(Page):
    """One report: its grade, what it gives, and at the desk the original."""

    policy_action = Action.VIEW_REPORTS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The report, with the names of young people hidden."""
        return self._show(self._report(pk))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Grade it; or show the names, for the reason given."""
        report = self._report(pk)
        if "show_names" in request.POST:
            asked = ReasonForm(request.POST, prefix="names")
            status = 200 if asked.is_valid() else 400
            return self._show(report, asked=asked, status=status)
        form = GradeForm(request.POST)
        if not form.is_valid():
            return self._show(report, form, status=400)
        told_of = ids_given(request, "closing")
        try:
            evaluation.grade(report, by=self.user, closing=told_of, **form.cleaned_data)
        except evaluation.ClosesOffError as closes:
            return self._show(report, form, closing=closes)
        messages.success(request, f"{report.number} is graded {report.grade}.")
        return redirect("report", pk=pk)

    def _report(self, pk: uuid.UUID) -> Report:
        # Not the submission as well: a reader with whom a report is shared may not see that.
        rows = Report.objects.select_related("agency", "graded_by", "withdrawal")
        return visible_or_404(rows, self.user, pk=pk)

    def _show(
        self,
        report: Report,
        form: GradeForm | None = None,
        asked: ReasonForm | None = None,
        closing: evaluation.ClosesOffError | None = None,
        status: int = 200,
    ) -> HttpResponse:
        mentions = list(Mention.objects.visible_to(self.user).filter(report=report).order_by("ref"))
        reason = _reason(asked)
        kind = "report with names" if reason else "report"
        self.consulted(kind, [report.pk, *(mention.pk for mention in mentions)], reason)
        young = people.young(mentions, self.user)
        hidden = [mention for mention in mentions if mention.pk in young]
        veil = NOTHING_HIDDEN if reason else Veil(hidden)
        may_grade = evaluation.may(Action.GRADE, report, by=self.user)
        stage = sent.told_as_sender([report], self.user).get(report.pk, "")
        original = self._original(report, veil)
        if original:
            self.consulted("original", [report.submission_id], reason)
        context = {
            "report": report,
            "stage": stage,
            "text": "" if stage else veil.text(report.text),
            "people": [
                (
                    mention,
                    veil.called(mention),
                    mention.pk in young,
                    portrait.facts([mention], veil),
                )
                for mention in mentions
            ],
            "hidden": veil.hides_anybody,
            "named": bool(reason),
            "objects": portrait.objects(self._sightings(report), veil),
            "pointers": pointers.for_hub(report, to=self.user),
            "correction": self._first(submission__corrects=report.submission_id),
            "corrected": self._first(submission__corrections=report.submission_id),
            "original": original,
            "conditions": [] if stage else [Condition(code).label for code in report.conditions],
            "form": (form or _suggested(report)) if may_grade else None,
            "asked_of_sender": answering.summary(report.submission_id, to=self.user),
            "closing": closing,
            "asked": asked or ReasonForm(prefix="names"),
            "may": _profiles_open_to(self.user),
        }
        return render(self.request, "intelligence/report.html", context, status=status)

    def _first(self, **of: uuid.UUID) -> Report | None:
        """The newest report of what corrects this one, or of what it corrects, where it is open."""
        rows = Report.objects.visible_to(self.user).filter(**of)
        return rows.order_by("-received_at").first()

    def _sightings(self, report: Report) -> list[Sighting]:
        rows = Sighting.objects.visible_to(self.user).filter(report=report)
        return list(rows.select_related("report__withdrawal").order_by("kind", "ref"))

    def _original(self, report: Report, veil: Veil) -> list[wording.Section]:
        """What was sent, part by part; nothing for those who may not read originals."""
        if not (desks(self.user.role, Level.ORIGINAL) and can(self.user, Action.VIEW_ORIGINALS)):
            return []
        original = Original.objects.visible_to(self.user).filter(pk=report.submission_id).first()
        if original is None:
            return []
        payload = original.payload
        shown = payload if veil is NOTHING_HIDDEN else veil.original(payload)
        return wording.tell(shown)


def _suggested(report: Report) -> GradeForm:
    names = ("source_evaluation", "intelligence_assessment", "handling_code", "conditions")
    return GradeForm(initial={name: getattr(report, name) for name in names})


def _reason(asked: ReasonForm | None) -> str:
    """The reason given to see names; empty where none was, or none that holds."""
    return str(asked.cleaned_data["reason"]) if asked is not None and asked.is_valid() else ""


def _profiles_open_to(user: User) -> dict[str, bool]:
    return {
        "people": can(user, Action.VIEW_PEOPLE),
        "young_people": can(user, Action.VIEW_YOUNG_PEOPLE),
    }


class Review(Page):
    """What workers propose and nobody has decided."""

    policy_action = Action.REVIEW_LINKS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The strongest first; what somebody was not sure of comes last."""
        number = max(1, number_asked(request, "page") or 1)
        start = (number - 1) * PAGE
        found = review.queue(self.user, start=start, at_most=PAGE + 1)
        shown = found[:PAGE]
        self.consulted("proposal", [m.pk for p in shown for m in (*p.mentions, *p.theirs)])
        total = review.waiting(self.user)
        context = {
            "rows": [proposals.row(proposal) for proposal in shown],
            "total": total,
            "capped": total > review.MOST_COUNTED,
            "most": f"{review.MOST_COUNTED:,}",
            "number": number,
            "first": start + 1,
            "more": len(found) > PAGE,
        }
        return render(request, "intelligence/review.html", context)


class ProposalPage(Page):
    """Why these mentions may be the person of a profile, and the decision."""

    policy_action = Action.REVIEW_LINKS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The explanation, with the names of young people hidden."""
        return self._show(pk, DecisionForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Decide; or show the names, for the reason given."""
        if "show_names" in request.POST:
            asked = ReasonForm(request.POST, prefix="names")
            status = 200 if asked.is_valid() else 400
            return self._show(pk, DecisionForm(), asked, status)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._show(pk, form, status=400)
        try:
            act = review.decide(pk, by=self.user, **form.cleaned_data)
        except review.NothingToDecideError:
            messages.info(request, "This was decided already, or has changed since.")
            return redirect("review")
        except review.ContradictionError as contradiction:
            form.add_error("judgement", f"{contradiction} Undo those first, or choose another.")
            return self._show(pk, form, status=409)
        messages.success(request, "Your decision is recorded. The profile follows in a moment.")
        return redirect("decision", act=act)

    def _show(
        self, pk: uuid.UUID, form: DecisionForm, asked: ReasonForm | None = None, status: int = 200
    ) -> HttpResponse:
        try:
            proposal = review.proposal(pk, self.user)
        except review.NothingToDecideError:
            raise Http404 from None
        shown = (*proposal.mentions, *proposal.theirs)
        reason = _reason(asked)
        kind = "proposal with names" if reason else "proposal"
        self.consulted(kind, [mention.pk for mention in shown], reason)
        hidden = proposals.hidden_in(shown, self.user)
        veil = NOTHING_HIDDEN if reason else hidden
        explanation = proposal.explanation
        reported = portrait.accounts(proposal.mentions, self.user, veil)
        known = portrait.accounts(proposal.theirs, self.user, veil)
        if quoted := portrait.quoted(reported, known):
            self.consulted("original", quoted, reason)
        context = {
            "proposal": proposal,
            "explanation": explanation,
            "details": proposals.details(proposal, explanation, veil),
            "mine": veil.called_all(proposal.mentions),
            "theirs": veil.called_all(proposal.theirs),
            "reported": reported,
            "known": known,
            "hidden": hidden.hides_anybody and not reason,
            "named": bool(reason),
            "young": any(mention.is_child for mention in shown),
            "to_confirm": proposal.to_confirm,
            "form": form,
            "asked": asked or ReasonForm(prefix="names"),
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
            .select_related(
                "by",
                *(f"{end}__report__{of}" for end in ("left", "right") for of in _OF_REPORT),
            )
            .order_by("left", "right")
        )
        if not rows:
            raise Http404
        both = {one.pk: one for row in rows for one in (row.left, row.right)}
        self.consulted("decision", sorted(both))
        young = people.young(list(both.values()), self.user)
        veil = proposals.hidden_in(both.values(), self.user)
        undoing = review.undoing(act)
        shown = {pk: (one, veil.called(one), pk in young) for pk, one in both.items()}
        context = {
            "pairs": [(row, (shown[row.left_id], shown[row.right_id])) for row in rows],
            "first": rows[0],
            "title": merging.told(rows),
            "reason": veil.text(rows[0].reason),
            "undoing": undoing,
            "undone_for": veil.text(undoing.reason) if undoing else "",
            "form": form,
            "may": _profiles_open_to(self.user),
        }
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
