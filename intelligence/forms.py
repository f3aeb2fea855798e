"""The desk's forms: a grade, a decision, a reason."""

from django import forms
from django.db.models import TextChoices

from intelligence.models.received import Assessment, Condition, Handling, Source
from intelligence.models.resolved import Decision
from intelligence.questions import Given


def _coded(label: str, of: type[TextChoices]) -> forms.ChoiceField:
    """One of a few, each with the code that people at the desk know it by."""
    choices = [(value, f"{value}: {words}") for value, words in of.choices]
    required = {"required": f"Choose the {label.lower()}."}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=required
    )


class GradeForm(forms.Form):
    """The 3x5x2 grade of a report."""

    source_evaluation = _coded("Source evaluation", Source)
    intelligence_assessment = _coded("Intelligence assessment", Assessment)
    handling_code = _coded("Handling code", Handling)
    conditions = forms.MultipleChoiceField(
        label="Conditions, with code C",
        choices=Condition.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.CharField(label="Why, if you change it", max_length=500, required=False)

    def clean(self) -> Given:
        """Code C says which conditions; code P has none."""
        said = super().clean() or self.cleaned_data
        if said.get("handling_code") == Handling.CONDITIONS and not said.get("conditions"):
            self.add_error("conditions", "Choose at least one condition for handling code C.")
        if said.get("handling_code") == Handling.PERMITTED:
            said["conditions"] = []
        return said


class DecisionForm(forms.Form):
    """Whether a report describes the person of a profile."""

    judgement = forms.ChoiceField(
        label="Is this the same person?",
        widget=forms.RadioSelect,
        choices=[
            (Decision.Judgement.SAME, "Yes, link them"),
            (Decision.Judgement.DIFFERENT, "No, keep them apart"),
            (Decision.Judgement.UNSURE, "Not sure yet"),
        ],
        error_messages={"required": "Choose an answer. “Not sure yet” is one."},
    )
    reason = forms.CharField(
        label="Reason", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """Why something is done that will be looked at later."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        error_messages={"required": "Give a reason. It is kept with your name."},
    )
