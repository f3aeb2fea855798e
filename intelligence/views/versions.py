"""The versions of the linking model, for the supervisor: what each would change, and the choice."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import monitoring, versions
from intelligence.forms import ReasonForm
from intelligence.models import ModelVersion
from partners.policy import Action
from partners.web import Page, visible_or_404

State = ModelVersion.State
_CHOICES = {
    State.SHADOW: "Let it score beside the active version, as the shadow",
    State.ACTIVE: "Put it in force",
    State.RETIRED: "Set it aside",
}
_DONE = {
    State.SHADOW: "Version {} scores beside the active one from now on.",
    State.ACTIVE: "Version {} is in force. It scores what comes from now on.",
    State.RETIRED: "Version {} is set aside.",
}


class StepForm(ReasonForm):
    """What is to become of a version."""

    to = forms.ChoiceField(
        label="What should become of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what should become of it."},
    )
    field_order = ("to", "reason")

    def __init__(self, row: ModelVersion, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        steps = versions.STEPS[row.state]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (state, words) for state, words in _CHOICES.items() if state in steps
        ]


class Models(Page):
    """Every version, how right judged links were, and whether for everybody alike."""

    policy_action = Action.MANAGE_MODELS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest version first."""
        judged = monitoring.judged(self.user)
        self.consulted("links judged", [])
        context = {
            "rows": ModelVersion.objects.visible_to(self.user)
            .defer("document")
            .select_related("changed_by"),
            "judged": len(judged) if len(judged) >= monitoring.FEWEST else 0,
            "words": monitoring.by_word(judged),
            "steps": monitoring.steps(judged),
            "gaps": monitoring.gaps(judged, self.user),
            "fewest": monitoring.FEWEST,
        }
        return render(request, "intelligence/models.html", context)


class ModelPage(Page):
    """One version: how it was made, what it would change, and the choice."""

    policy_action = Action.MANAGE_MODELS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The version."""
        row = self._row(pk)
        return self._show(row, StepForm(row))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Take the step that was chosen."""
        row = self._row(pk)
        form = StepForm(row, request.POST)
        if not form.is_valid():
            return self._show(row, form, status=400)
        to = State(form.cleaned_data["to"])
        try:
            versions.change(row.pk, to, by=self.user, reason=form.cleaned_data["reason"])
        except versions.StepError as error:
            form.add_error("to", str(error))
            return self._show(row, form, status=409)
        messages.success(request, _DONE[to].format(row.number))
        return redirect("models")

    def _row(self, pk: uuid.UUID) -> ModelVersion:
        rows = ModelVersion.objects.defer("document").select_related("changed_by")
        return visible_or_404(rows, self.user, version__startswith=pk.hex)

    def _show(self, row: ModelVersion, form: StepForm, status: int = 200) -> HttpResponse:
        context = {
            "row": row,
            "form": form,
            "can_step": bool(versions.STEPS[row.state]),
            "found": row.comparison,
            "worths": _worths(row),
        }
        return render(self.request, "intelligence/model.html", context, status=status)


def _worths(row: ModelVersion) -> list[tuple[str, dict[str, float | None]]]:
    """Precision and recall against decided pairs, of this version and of the active one."""
    if not row.comparison:
        return []
    return [
        (name, _worth(row.comparison[key]))
        for name, key in (("This version", "other"), ("The active version then", "active"))
    ]


def _worth(found: dict[str, float]) -> dict[str, float | None]:
    enough = monitoring.FEWEST
    return {
        "precision": 100 * found["same_above"] / found["above"]
        if found["above"] >= enough
        else None,
        "recall": 100 * found["same_above"] / found["same"] if found["same"] >= enough else None,
    }
