"""For the safeguarding hub: alarms, and what is done about each."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import alarms, pointers
from intelligence.models import Alarm, Report
from partners.policy import Action
from partners.web import Page, visible_or_404

#: Alarms shown that were passed on, the newest first.
SETTLED = 20
_WITH = ("sender", "agency", "acknowledged_by", "taken_by", "passed_on_by")


class PassOnForm(forms.Form):
    """Who acts now."""

    to = forms.CharField(
        label="Passed on to",
        help_text="Who acts now, like “duty social worker, by telephone”. It ends the alarm.",
        max_length=200,
        error_messages={"required": "Say to whom it was passed on."},
    )


def _ids(*shown: Alarm) -> list[uuid.UUID]:
    """What the log names: each alarm, and the report that it tells of."""
    return [pk for alarm in shown for pk in (alarm.pk, alarm.report_id)]


class _OfHub(Page):
    def _reports(self, *shown: Alarm) -> dict[uuid.UUID, Report]:
        """Those of their reports that are open to the reader: not each is to a hub's lead."""
        rows = Report.objects.visible_to(self.user).select_related("withdrawal")
        return rows.in_bulk([alarm.report_id for alarm in shown])


class Alarms(_OfHub):
    """What waits for the hub, the oldest first, and what was passed on lately."""

    policy_action = Action.ANSWER_ALARMS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Both lists."""
        rows = Alarm.objects.visible_to(self.user).select_related(*_WITH)
        waiting = list(rows.waiting().order_by("raised_at", "pk"))
        settled = list(rows.exclude(passed_on_at=None).order_by("-passed_on_at", "pk")[:SETTLED])
        self.consulted("alarm", _ids(*waiting, *settled))
        reports = self._reports(*waiting, *settled)
        context = {
            "waiting": [(alarm, reports.get(alarm.report_id)) for alarm in waiting],
            "settled": [(alarm, reports.get(alarm.report_id)) for alarm in settled],
        }
        return render(request, "intelligence/alarms.html", context)


class AlarmPage(_OfHub):
    """One alarm: whom to call, and three steps."""

    policy_action = Action.ANSWER_ALARMS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The alarm as it stands."""
        return self._show(request, pk, PassOnForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Acknowledge, take or pass on."""
        alarm = self._alarm(pk)
        form = PassOnForm(request.POST)
        try:
            if "pass_on" in request.POST:
                if not form.is_valid():
                    return self._show(request, pk, form, status=400)
                alarms.pass_on(alarm, to=form.cleaned_data["to"], by=self.user)
            elif "take" in request.POST:
                alarms.take(alarm, by=self.user)
            else:
                alarms.acknowledge(alarm, by=self.user)
        except alarms.SettledError:
            messages.info(request, "Somebody passed this alarm on before you.")
        return redirect("alarm", pk=pk)

    def _alarm(self, pk: uuid.UUID) -> Alarm:
        rows = Alarm.objects.select_related(*_WITH)
        return visible_or_404(rows, self.user, pk=pk)

    def _show(
        self, request: HttpRequest, pk: uuid.UUID, form: PassOnForm, status: int = 200
    ) -> HttpResponse:
        alarm = self._alarm(pk)
        self.consulted("alarm", _ids(alarm))
        report = self._reports(alarm).get(alarm.report_id)
        context = {
            "alarm": alarm,
            "form": form,
            "report": report,
            "why": alarms.told_why(alarm, report, to=self.user),
            "pointers": pointers.for_hub(report, to=self.user) if report else None,
        }
        return render(request, "intelligence/alarm.html", context, status=status)
