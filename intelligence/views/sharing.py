"""For the desk: who has a report, until when, and how to let others in or to end it."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from intelligence import evaluation
from intelligence.forms import ReasonForm
from intelligence.models import Audience, Report, ReportGrant
from intelligence.models.received import Condition
from partners import policy
from partners.models import Agency, User
from partners.policy import Action, can
from partners.team import agreements
from partners.web import Page, visible_or_404


class TextForm(forms.Form):
    """The text that others may be shown."""

    text = forms.CharField(
        label="Text that may be shared",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Leave out what points to whoever told us, and what the reader does not need.",
        error_messages={"required": "Write the text that others may be shown."},
    )


class UntilForm(forms.Form):
    """Why a report is let out, and for how long."""

    reason = forms.CharField(
        label="Why they need it",
        max_length=500,
        error_messages={"required": "Give a reason. It is kept with your name."},
    )
    until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave it empty where there is no end.",
    )

    def clean_until(self) -> datetime | None:
        """The end of that day, which may not be over."""
        last = self.cleaned_data["until"]
        if last is None:
            return None
        if last < timezone.localdate():
            raise forms.ValidationError("The last day is over already. Choose a later one.")
        return timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))


class ShareForm(UntilForm):
    """An agency to share a report with."""

    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.order_by("name"),
        empty_label="Choose",
        error_messages={"required": "Choose an agency."},
    )
    field_order = ("agency", "reason", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        paused = agreements.without(agency.queryset)
        agency.label_from_instance = lambda one: (
            f"{one.name} (receives nothing: no current agreement)" if one in paused else one.name
        )


class OpenForm(UntilForm):
    """A person to open a report to by name."""

    person = forms.CharField(
        label="User name",
        max_length=64,
        error_messages={"required": "Give the user name of the person."},
    )
    field_order = ("person", "reason", "until")

    def clean_person(self) -> User:
        """Somebody who is here, and who reads reports."""
        rows = User.objects.filter(is_active=True, is_machine=False).select_related("agency")
        found = rows.filter(username=self.cleaned_data["person"]).first()
        reached = found is not None and policy.is_reached_by_name(found)
        if found is None or not reached or not can(found, Action.VIEW_REPORTS):
            raise forms.ValidationError("Nobody of that user name can be shown reports.")
        return found


def _sanitise(report: Report, by: User, said: Mapping[str, Any]) -> str:
    evaluation.sanitise(report, by=by, text=said["text"])
    return "The text is saved."


def _share(report: Report, by: User, said: Mapping[str, Any]) -> str:
    to, reason, until = said["agency"], said["reason"], said["until"]
    evaluation.share(report, to=to, by=by, reason=reason, expires_at=until)
    return f"{report.number} is shared with {to.name}."


def _open(report: Report, by: User, said: Mapping[str, Any]) -> str:
    to, reason, until = said["person"], said["reason"], said["until"]
    evaluation.open_to(report, to=to, by=by, reason=reason, expires_at=until)
    return f"{report.number} is open to {to.name}."


_Act = Callable[[Report, User, Mapping[str, Any]], str]
#: What the page does: by the name of its button, the form that is sent and the work.
_ACTS: Mapping[str, tuple[type[forms.Form], _Act]] = {
    "sanitise": (TextForm, _sanitise),
    "share": (ShareForm, _share),
    "open": (OpenForm, _open),
}


class Sharing(Page):
    """Who has a report from the desk."""

    policy_action = Action.GRADE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Who has it, and the forms to let others in."""
        return self._show(self._report(pk))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Let somebody in, write the text, or end what was let out."""
        report = self._report(pk)
        if "end" in request.POST:
            return self._end(report, request.POST["end"])
        name = next((name for name in _ACTS if name in request.POST), None)
        if name is None:
            return self._show(report, status=400)
        made, work = _ACTS[name]
        form = made(request.POST, prefix=name)
        if form.is_valid():
            try:
                messages.success(request, work(report, self.user, form.cleaned_data))
            except evaluation.NotShareableError as why:
                form.add_error(None, str(why))
            else:
                return redirect("sharing", pk=pk)
        return self._show(report, {name: form}, status=400)

    def _end(self, report: Report, asked: str) -> HttpResponse:
        having = evaluation.recipients(report, by=self.user)
        rows: dict[str, Audience | ReportGrant] = {
            **{str(row.pk): row for row in having.agencies},
            **{str(row.pk): row for row in having.people},
        }
        if asked not in rows:  # it has ended since the page was shown
            messages.info(self.request, "That had ended already.")
            return redirect("sharing", pk=report.pk)
        form = ReasonForm(self.request.POST, prefix=asked)
        if not form.is_valid():
            return self._show(report, {asked: form}, status=400)
        row, reason = rows[asked], form.cleaned_data["reason"]
        if isinstance(row, Audience):
            evaluation.unshare(row, by=self.user, reason=reason)
        else:
            evaluation.close_to(row, by=self.user, reason=reason)
        messages.success(self.request, "Their access has ended. Tell them yourself.")
        return redirect("sharing", pk=report.pk)

    def _report(self, pk: uuid.UUID) -> Report:
        rows = Report.objects.held_by(self.user).select_related("agency", "area__hub", "withdrawal")
        return visible_or_404(rows, self.user, pk=pk)

    def _show(
        self, report: Report, sent: Mapping[str, forms.Form] | None = None, status: int = 200
    ) -> HttpResponse:
        self.consulted("report sharing", [report.pk])
        given = dict(sent or {})
        having = evaluation.recipients(report, by=self.user)
        text = TextForm(prefix="sanitise", initial={"text": report.text})
        may_share = can(self.user, Action.SHARE) and not report.is_withdrawn
        context = {
            "report": report,
            "conditions": [Condition(code).label for code in report.conditions],
            "agencies": [(row, _ending(row, given)) for row in having.agencies],
            "people": [(row, _ending(row, given)) for row in having.people],
            "hub": report.area.hub if report.names_child else None,
            "sanitise": given.get("sanitise", text),
            "share": given.get("share", ShareForm(prefix="share")) if may_share else None,
            "open": given.get("open", OpenForm(prefix="open")) if may_share else None,
            "sent": next(iter(given.values()), None),
        }
        return render(self.request, "intelligence/sharing.html", context, status=status)


def _ending(row: Audience | ReportGrant, given: Mapping[str, forms.Form]) -> forms.Form:
    return given.get(str(row.pk), ReasonForm(prefix=str(row.pk)))
