"""For residential staff: log who comes to the home in seconds, and send what matters of a shift."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from intelligence import exchange, intake, language, visits
from intelligence.confirming import ConfirmForm
from intelligence.models import Visit
from intelligence.questions import Given
from intelligence.views.again import Again
from linking import normalise
from partners.policy import Action
from partners.web import Page

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})
_TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-5"})


class VisitForm(forms.Form):
    """One row: when, which car, who, for whom."""

    day = forms.DateField(
        label="Day",
        widget=_DAY,
        error_messages={"invalid": "Enter a real date.", "required": "Enter the day."},
    )
    time = forms.TimeField(
        label="Time",
        widget=_TIME,
        error_messages={"invalid": "Enter a time like 21:30.", "required": "Enter about when."},
    )
    registration = forms.CharField(
        label="Registration",
        help_text="Put ? for what you did not see.",
        max_length=15,
        required=False,
        widget=forms.TextInput(attrs={"class": "pi-vrm", "autocomplete": "off"}),
    )
    vehicle = forms.CharField(label="Make, colour", max_length=50, required=False)
    called = forms.CharField(label="Name or nickname", max_length=60, required=False)
    description = forms.CharField(
        label="Who was it, and what did they do?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    came_for = forms.CharField(
        label="Who did they come for?",
        help_text="The young person, as you call them. Divide by commas.",
        max_length=200,
        required=False,
    )

    def clean_registration(self) -> str:
        """A registration that can be looked for, or none."""
        said = str(self.cleaned_data["registration"])
        if said and (problem := normalise.plate(said).problem):
            raise forms.ValidationError(problem)
        return said

    def clean(self) -> Given:
        """Something was seen, and it has been."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not any(
            said.get(name) for name in ("registration", "vehicle", "called", "description")
        ):
            self.add_error("description", "Say who or what you saw: one word is enough.")
        if said.get("day") and said.get("time"):
            at = timezone.make_aware(datetime.combine(said["day"], said["time"]))
            said["seen_at"] = at
            if at > timezone.now() + timedelta(minutes=5):
                self.add_error("day", "This lies in the future. Enter when it was.")
            elif at.year < exchange.EARLIEST:
                self.add_error("day", f"Enter a day after {exchange.EARLIEST}.")
        return said


def _asked(request: HttpRequest) -> datetime:
    """The moment whose shift is asked for; now where none is."""
    text = request.GET.get("shift", "")[:40]
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1970 <= at.year <= 2100:
        return timezone.now()
    return at


class Visits(Again):
    """One shift of the log, and a row to add."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The shift that is asked for, or the one that runs."""
        now = timezone.localtime()
        form = VisitForm(initial={"day": now.date(), "time": now.time().replace(second=0)})
        return self._show(form, _asked(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add the row, and show the shift that it lies in."""
        form = VisitForm(request.POST)
        if self.came_back:
            return self._show(form, _asked(request))
        if not form.is_valid():
            return self._show(form, _asked(request), status=400)
        row = visits.log(by=self.user, said=form.cleaned_data)
        messages.success(request, "Logged. Nothing is sent yet.")
        return redirect(_address("visits", row.seen_at))

    def _show(self, form: VisitForm, at: datetime, status: int = 200) -> HttpResponse:
        begins, ends = visits.shift(at)
        rows = visits.seen(begins, ends, to=self.user)
        self.consulted("visit", [row.pk for row in rows])
        earlier = visits.before(begins, to=self.user)
        later = visits.after(ends, to=self.user)
        context = {
            "form": form,
            "rows": [(row, visits.words(row)) for row in rows],
            "begins": begins,
            "ends": ends,
            "before": _address("visits", earlier.seen_at) if earlier else "",
            "after": _address("visits", later.seen_at) if later else "",
            "now": reverse("visits") if ends <= timezone.now() else "",
            "send": _address("visits-send", begins),
            "route": self.user.agency.whom_to_call,
        }
        return render(self.request, "intelligence/visits.html", context, status=status)


def _address(name: str, at: datetime) -> str:
    return f"{reverse(name)}?shift={at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"


class VisitsSend(Page):
    """Choose rows of one shift, and send them as one report."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The rows of the shift, those ticked that were not sent before."""
        rows = self._rows(request)
        return self._show(rows, self._form(rows, None)) if rows else redirect("visits")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send what is ticked, and nothing else."""
        rows = self._rows(request)
        if not rows:
            return redirect("visits")
        form = self._form(rows, request.POST)
        if not form.is_valid():
            return self._show(rows, form, status=400)
        kept = set(form.cleaned_data["keep"])
        ticked = [row for row in rows if str(row.pk) in kept]
        payload = form.payload(visits.always(ticked, by=self.user))
        try:
            receipt = visits.send(ticked, payload, by=self.user)
        except intake.RefusedError as refused:
            form.add_errors(refused.errors)
            return self._show(rows, form, status=400)
        except intake.ConflictError as error:
            form.add_error(None, error.sentence)
            return self._show(rows, form, status=409)
        return redirect("submission", pk=receipt.submission)

    def _rows(self, request: HttpRequest) -> list[Visit]:
        return visits.seen(*visits.shift(_asked(request)), to=self.user)

    def _form(self, rows: list[Visit], data: Any) -> ConfirmForm:
        unsent = [str(row.pk) for row in rows if row.sent_at is None]
        initial = {"how_known": "first_hand", "keep": unsent}
        return ConfirmForm(data, items=visits.items(rows), initial=initial)

    def _show(self, rows: list[Visit], form: ConfirmForm, status: int = 200) -> HttpResponse:
        self.consulted("visit", [row.pk for row in rows])
        context = {
            "form": form,
            "back": _address("visits", rows[0].seen_at),
            "sent": any(row.sent_at for row in rows),
            "remarks": language.check("\n".join(visits.words(row) for row in rows)),
            "route": self.user.agency.whom_to_call,
        }
        return render(self.request, "intelligence/visits_send.html", context, status=status)
