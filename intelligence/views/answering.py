"""For the desk: ask whoever sent a report, read what they answered, and tell them the outcome."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intelligence import answering, people
from intelligence.models import Answer, Mention, Question, Report, Submission
from intelligence.models.answers import Phrase
from intelligence.pseudonyms import Veil
from partners.models import User
from partners.policy import Action
from partners.web import Page, visible_or_404


class QuestionForm(forms.Form):
    """What the desk wants to know."""

    text = forms.CharField(
        label="Your question",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=(
            "Ask about their own report. Do not say what else is held, or that anybody else has "
            "told us something, and do not ask them to find anything out."
        ),
        error_messages={"required": "Write the question."},
    )


class OutcomeForm(forms.Form):
    """What became of the report, in a phrase that is safe to say."""

    phrase = forms.ChoiceField(
        label="What they are told",
        choices=Phrase.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they are told."},
    )


class AnswerForm(forms.Form):
    """What whoever sent a report answers."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("“I do not know” is an answer. Say only what you know already."),
        error_messages={"required": _("Write your answer. “I do not know” is one.")},
    )


@dataclass(frozen=True)
class Asked:
    """A question as a page shows it, with the answers to it."""

    question: Question
    text: str
    answers: list[tuple[Answer, str]]


def asked(conversation: answering.Conversation, veil: Veil) -> list[Asked]:
    """The questions and answers, in the words that the veil leaves."""
    return [
        Asked(
            question,
            veil.text(question.text),
            [(one, veil.text(one.text)) for one in question.answers.all()],
        )
        for question in conversation.questions
    ]


def _ask(submission: Submission, by: User, said: Mapping[str, Any]) -> answering.Told:
    return answering.ask(submission, by=by, text=said["text"])


def _release(submission: Submission, by: User, said: Mapping[str, Any]) -> answering.Told:
    return answering.release(submission, by=by, phrase=said["phrase"])


_Act = Callable[[Submission, User, Mapping[str, Any]], answering.Told]
#: What the page does: by the name of its button, the form that is sent and the work.
_ACTS: Mapping[str, tuple[type[forms.Form], _Act]] = {
    "ask": (QuestionForm, _ask),
    "release": (OutcomeForm, _release),
}


class AnswerSender(Page):
    """Questions, answers and the outcome of one report."""

    policy_action = Action.ANSWER

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """What was asked and answered, and both forms."""
        return self._show(self._report(pk))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Ask them, or tell them the outcome."""
        report = self._report(pk)
        name = next((name for name in _ACTS if name in request.POST), None)
        if name is None:
            return self._show(report, status=400)
        made, work = _ACTS[name]
        form = made(request.POST, prefix=name)
        if not form.is_valid():
            return self._show(report, {name: form}, status=400)
        told = work(report.submission, self.user, form.cleaned_data)
        messages.success(request, f"Kept. {_when(told)}")
        return redirect("answer-sender", pk=pk)

    def _report(self, pk: uuid.UUID) -> Report:
        rows = Report.objects.held_by(self.user).select_related("agency", "submission")
        return visible_or_404(rows, self.user, pk=pk)

    def _show(
        self, report: Report, sent: Mapping[str, forms.Form] | None = None, status: int = 200
    ) -> HttpResponse:
        given = dict(sent or {})
        mentions = list(Mention.objects.visible_to(self.user).filter(report=report))
        young = people.young(mentions, self.user)
        veil = Veil([mention for mention in mentions if mention.pk in young])
        conversation = answering.conversation(report.submission, to=self.user)
        self.consulted("answers", [report.pk, *(one.pk for one in conversation.questions)])
        context = {
            "report": report,
            "asked": asked(conversation, veil),
            "outcome": conversation.outcome,
            "now": timezone.now(),
            "due": answering.due(report.submission),
            "ask": given.get("ask", QuestionForm(prefix="ask")),
            "release": given.get("release", OutcomeForm(prefix="release")),
            "sent": next(iter(given.values()), None),
        }
        return render(self.request, "intelligence/answering.html", context, status=status)


def _when(told: answering.Told) -> str:
    if told.shown_from <= timezone.now():
        return "They can see it now."
    return "They see it once a day has gone by since the report came in."
