"""What stands before every form: danger, a crime and a child at risk go elsewhere first."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intelligence.questions import ReportForm
from partners.policy import Action
from partners.web import Page

#: Who may have been told, by code.
TOLD = dict(ReportForm.base_fields["referral"].choices)  # type: ignore[attr-defined]
#: The forms that lie behind the gate.
FORMS = ("quick", "submit")


class GateForm(forms.Form):
    """The one question of the gate."""

    referral = forms.ChoiceField(
        label=_("Have you told someone who must act?"),
        help_text=_("A safeguarding referral, or a call to police. It is never too late for one."),
        widget=forms.RadioSelect,
        choices=[
            ("none", _("No, or not yet")),
            ("not_needed", _("It does not need that")),
            *((code, words) for code, words in TOLD.items() if code),
        ],
        error_messages={"required": _("Choose an answer. “No, or not yet” is fine.")},
    )


class Gate(Page):
    """Where to go first, and that nobody watches this service round the clock."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; once its question is answered, the form that was chosen."""
        going = request.GET.get("go")
        form = GateForm(request.GET if going else None)
        if going in FORMS and form.is_valid():
            return redirect(f"{reverse(going)}?referral={form.cleaned_data['referral']}")
        context = {"form": form, "route": self.user.agency.whom_to_call}
        status = 400 if form.errors else 200
        return render(request, "intelligence/gate.html", context, status=status)


def passed(request: HttpRequest) -> bool:
    """Did this request for an empty form come through the gate?"""
    return GateForm(request.GET).is_valid()


def told(request: HttpRequest) -> str:
    """Who was told, as the forms ask it; empty for nobody."""
    code = request.GET.get("referral", "")
    return code if code in TOLD else ""
