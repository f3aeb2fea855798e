"""For partners: share a concern, and see what has become of it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from intelligence import (
    alarms,
    answering,
    correcting,
    drafts,
    sent,
    silence,
    withdrawing,
    wording,
)
from intelligence.models import Draft, Original, Question, Submission, Withdrawal
from intelligence.pseudonyms import NOTHING_HIDDEN
from intelligence.views.answering import AnswerForm, asked
from partners.policy import Action, Role
from partners.web import Page, visible_or_404


class Correct(Page):
    """A report begun with what was sent before; sent, it corrects that. The earlier one stays."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """What comes of it."""
        row = self._sent(pk)
        self.consulted("submission", [row.pk])
        return render(request, "intelligence/correct.html", {"row": row})

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Begin it: a draft with the earlier answers."""
        row = self._sent(pk)
        original = visible_or_404(Original.objects.all(), self.user, pk=pk)
        self.consulted("submission", [row.pk])
        draft = drafts.begin(
            by=self.user, way=Draft.Way.STEPS, answers=correcting.answers(original.payload)
        )
        return redirect("draft", pk=draft.pk)

    def _sent(self, pk: uuid.UUID) -> Submission:
        return visible_or_404(Submission.objects.sent_by(self.user), self.user, pk=pk)


class Submissions(Page):
    """What this person, or for a lead this agency, has sent."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page, newest first; `after` is the place in the list at which the last one ended."""
        page = sent.page(to=self.user, after=request.GET.get("after", ""))
        self.consulted("submission", [row.pk for row in page.rows])
        stages = sent.stages(page.rows, self.user)
        context = {
            "rows": [(row, stages[row.pk]) for row in page.rows],
            "after": page.after,
            "of_agency": self.user.role == Role.LEAD,
            "nothing": silence.last_month() if silence.is_open(to=self.user) else None,
        }
        return render(request, "intelligence/submissions.html", context)


class Nothing(Page):
    """One tap: the agency had nothing to share for last month."""

    policy_action = Action.SAY_NOTHING

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say so."""
        month = silence.say(by=self.user)
        messages.success(
            request,
            gettext("Noted: nothing to share for %(month)s. Thank you.")
            % {"month": date_format(month, "F")},
        )
        return redirect("submissions")


class SubmissionPage(Page):
    """The receipt, the words that were sent, and what the desk asks and tells."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One submission of one's own, and for a lead of the agency's.

        Not what a desk may read of others' originals: it does so at the report, where the names
        of young people are hidden.
        """
        own = {"agency": self.user.agency_id}
        if self.user.role != Role.LEAD:
            own["submitted_by"] = self.user.pk
        rows = Submission.objects.select_related("submitted_by")
        row = visible_or_404(rows, self.user, pk=pk, **own)
        self.consulted("submission", [row.pk])
        original = Original.objects.visible_to(self.user).filter(submission=row).first()
        payload: dict[str, Any] = original.payload if original else {}
        told = answering.told(row, to=self.user)
        context = {
            "row": row,
            "stage": sent.stages([row], self.user)[row.pk],
            "sections": wording.tell(payload),
            "advice": alarms.advice(payload, self.user),
            "correction": Submission.objects.sent_by(self.user)
            .filter(corrects=row)
            .order_by("-received_at")
            .first(),
            "outcome": told.outcome,
            "asked": [
                (one, AnswerForm(prefix=str(one.question.pk)))
                for one in asked(told, NOTHING_HIDDEN)
            ],
        }
        return render(request, "intelligence/submission.html", context)


class CopyPage(Page):
    """One's own report on paper, for the record that one's agency keeps of the child."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The copy, of which the log has a number: it leaves the system by the printer."""
        rows = Submission.objects.sent_by(self.user).select_related("submitted_by")
        row = visible_or_404(rows, self.user, pk=pk, submitted_by=self.user.pk)
        original = visible_or_404(Original.objects.all(), self.user, pk=pk)
        number = f"{row.reference}-{timezone.localtime():%y%m%d%H%M%S}"
        self.consulted("submission", [row.pk])
        sent.log_copy(row, number=number, by=self.user)
        context = {
            "row": row,
            "number": number,
            "made_at": timezone.localtime(),
            "sections": wording.tell(original.payload),
        }
        return render(request, "intelligence/copy.html", context)


class WithdrawForm(forms.Form):
    """Why a report is taken back."""

    reason = forms.ChoiceField(
        label=_("Why do you withdraw it?"),
        choices=[
            (code, _(str(words)))
            for code, words in Withdrawal.Reason.choices
            if code != Withdrawal.Reason.CORRECTED
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you withdraw it.")},
    )


class Withdraw(Page):
    """Takes back what one, or for a lead the agency, has sent."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """What comes of it, and the reasons to choose from."""
        return self._show(self._sent(pk), WithdrawForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Take it back."""
        row, form = self._sent(pk), WithdrawForm(request.POST)
        if not form.is_valid():
            return self._show(row, form, status=400)
        withdrawing.withdraw([row.pk], by=self.user, reason=form.cleaned_data["reason"])
        messages.success(request, gettext("Your report is withdrawn."))
        return redirect("submission", pk=pk)

    def _sent(self, pk: uuid.UUID) -> Submission:
        return visible_or_404(Submission.objects.sent_by(self.user), self.user, pk=pk)

    def _show(self, row: Submission, form: WithdrawForm, status: int = 200) -> HttpResponse:
        self.consulted("submission", [row.pk])
        context = {"row": row, "form": form}
        return render(self.request, "intelligence/withdraw.html", context, status=status)


class QuestionPage(Page):
    """One question of the desk, for whoever sent the submission that it is about."""

    policy_action = Action.VIEW_SUBMISSIONS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The question, what was answered, and the form."""
        question = self._question(pk)
        return self._show(question, AnswerForm(prefix=str(pk)))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Answer it."""
        question = self._question(pk)
        form = AnswerForm(request.POST, prefix=str(pk))
        if not form.is_valid():
            return self._show(question, form, status=400)
        answering.answer(question, by=self.user, text=form.cleaned_data["text"])
        messages.success(request, gettext("We have your answer. Thank you."))
        return redirect("submission", pk=question.submission_id)

    def _question(self, pk: uuid.UUID) -> Question:
        rows = Question.objects.told_to(self.user).select_related("submission")
        return visible_or_404(rows, self.user, pk=pk)

    def _show(self, question: Question, form: AnswerForm, status: int = 200) -> HttpResponse:
        row = question.submission
        self.consulted("submission", [row.pk])
        told = asked(answering.told(row, to=self.user), NOTHING_HIDDEN)
        context = {
            "row": row,
            "one": next(one for one in told if one.question == question),
            "form": form,
        }
        return render(self.request, "intelligence/question.html", context, status=status)
