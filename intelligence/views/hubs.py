"""Hubs, for the supervisor: what is pinned, why, and how much it is used."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import hubs
from intelligence.forms import ReasonForm
from intelligence.models import Hub
from partners.policy import Action
from partners.web import Page, visible_or_404


class HubForm(ReasonForm):
    """What is to weigh nothing."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Hub.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    value = forms.CharField(
        label="The number or the registration",
        max_length=40,
        error_messages={"required": "Give the number or the registration."},
    )
    field_order = ("kind", "value", "reason")


class Hubs(Page):
    """Everything that the desk has said of hubs, and a form to pin another."""

    policy_action = Action.MANAGE_MODELS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list and the form."""
        return self._show(HubForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Pin one."""
        form = HubForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=400)
        said = form.cleaned_data
        try:
            hubs.pin(said["kind"], said["value"], by=self.user, reason=said["reason"])
        except hubs.UnclearError as unclear:
            form.add_error("value", str(unclear))
            return self._show(form, status=400)
        messages.success(request, "It is pinned. What was linked by it is weighed anew.")
        return redirect("hubs")

    def _show(self, form: HubForm, status: int = 200) -> HttpResponse:
        rows = Hub.objects.visible_to(self.user).select_related("changed_by")
        shown = list(rows.order_by("-is_pinned", "-changed_at")[:200])
        self.consulted("hub", [row.pk for row in shown])
        context = {"rows": [(row, hubs.use(row, to=self.user)) for row in shown], "form": form}
        return render(self.request, "intelligence/hubs.html", context, status=status)


class HubPage(Page):
    """One of them: let it count again, or pin it again."""

    policy_action = Action.MANAGE_MODELS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """What it is, and the question."""
        return self._show(self._row(pk), ReasonForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Turn it round."""
        row = self._row(pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(row, form, status=400)
        pin = not row.is_pinned
        hubs.change(row, is_pinned=pin, by=self.user, reason=form.cleaned_data["reason"])
        done = "It is pinned" if pin else "It counts again"
        messages.success(request, f"{done}. What was linked by it is weighed anew.")
        return redirect("hubs")

    def _row(self, pk: uuid.UUID) -> Hub:
        return visible_or_404(Hub.objects.select_related("changed_by"), self.user, pk=pk)

    def _show(self, row: Hub, form: ReasonForm, status: int = 200) -> HttpResponse:
        self.consulted("hub", [row.pk])
        context = {"row": row, "use": hubs.use(row, to=self.user), "form": form}
        return render(self.request, "intelligence/hub.html", context, status=status)
