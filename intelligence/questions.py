"""What the report asks once; `rows` and its neighbours have what it asks of each person and object.

Plain words; anything may be left open. `sheet.Sheet` puts them together.
"""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

Given = dict[str, Any]

_YES_NO = [("", "Not asked"), ("yes", "Yes"), ("no", "No"), ("not_known", "I do not know")]


class Questions(forms.Form):
    """A form that can show what was typed without judging it: one more row was asked for."""

    #: What a row of a list is called, e.g. `Phone 2`; empty for what is asked once.
    title = ""

    def __init__(self, *args: Any, judged: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.judged = judged

    def full_clean(self) -> None:
        """Find what is wrong, unless nobody has asked yet."""
        super().full_clean()
        if not self.judged:
            self._errors = ErrorDict()


class ReportForm(Questions):
    """What is asked once for the whole report."""

    narrative = forms.CharField(
        label="What have you seen, heard or been told?",
        help_text=(
            "Say what happened, where, when and how often. Keep what you saw apart from what you "
            "think. Nicknames, places, phones and cars help most, also in part."
        ),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    child_words = forms.CharField(
        label="Did a young person tell you? Write it in their own words",
        help_text="As close to what was said as you can.",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    information_date = forms.DateField(
        label="When was this, or when did you learn of it?",
        help_text="Leave it as it is for today.",
        # In the form that a date control of a browser reads, whatever the language.
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={
            "invalid": "Enter a real date, like 2026-03-27.",
            "required": "Enter the day, or today’s date if you do not know it.",
        },
    )
    how_known = forms.ChoiceField(
        label="How do you know?",
        widget=forms.RadioSelect,
        choices=[
            ("first_hand", "I saw or heard it myself"),
            ("child_about_self", "The young person told me"),
            ("told_by_another", "Somebody else told me"),
            ("told_and_corroborated", "Somebody told me, and something else supports it"),
            ("not_known", "I do not know where it comes from"),
            ("suspected_false", "I have reason to doubt it"),
        ],
        error_messages={"required": "Tell us how you know, so that we can weigh it."},
    )
    corroboration = forms.CharField(
        label="What else supports it?",
        max_length=2000,
        required=False,
    )
    source_history = forms.ChoiceField(
        label="Has whoever told you been right before?",
        required=False,
        choices=[
            ("", "Nobody told me, or I cannot say"),
            ("proved_right_before", "Yes, before"),
            ("first_time", "This is the first time"),
            ("reason_to_doubt", "I have reason to doubt them"),
        ],
    )
    risk_if_shared = forms.BooleanField(
        label="Sharing this could put someone at risk, or show who told",
        help_text="We will hold it back and take out what points to anyone.",
        required=False,
    )
    who_else_knows = forms.CharField(
        label="Who else knows this?",
        help_text="If few people know, sharing it may show who told.",
        max_length=1000,
        required=False,
    )
    sharing_conditions = forms.CharField(
        label="Is there anything police must not do with this?",
        help_text="For example: do not visit the family before speaking to us.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    child_at_risk_now = forms.ChoiceField(
        label="Is a child at risk right now?",
        widget=forms.RadioSelect,
        choices=[("no", "No"), ("yes", "Yes"), ("not_known", "I do not know")],
        error_messages={"required": "Say whether a child is at risk now. “I do not know” is fine."},
    )
    why_at_risk = forms.CharField(
        label="Why, and what have you done about it?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    referral = forms.ChoiceField(
        label="Have you told someone who must act?",
        required=False,
        choices=[
            ("", "No, or not yet"),
            ("999", "Yes: 999"),
            ("101", "Yes: 101"),
            ("social_care", "Yes: children's social care"),
            ("lado", "Yes: the designated officer (LADO)"),
            ("other", "Yes: somebody else"),
        ],
    )
    referral_reference = forms.CharField(
        label="The reference they gave you",
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    child_aware = forms.ChoiceField(
        label="Does the young person know that you are sharing this?",
        required=False,
        choices=_YES_NO,
    )
    carer_aware = forms.ChoiceField(
        label="Does a parent or carer know?",
        help_text="Do not tell anyone if that could put a child at risk.",
        required=False,
        choices=_YES_NO,
    )
    own_reference = forms.CharField(
        label="Your own reference (optional)",
        help_text="If your agency has one for this. Otherwise we give you one.",
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    #: The reference of this sheet of paper, made when it is first shown: sending twice is one.
    sheet = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    #: The reference of an earlier submission that this one corrects.
    corrects = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean(self) -> Given:
        """An answer that belongs to another is asked for together with it."""
        said = super().clean() or self.cleaned_data
        if said.get("how_known") == "told_and_corroborated" and not said.get("corroboration"):
            self.add_error("corroboration", "Say what else supports it.")
        if said.get("referral_reference") and not said.get("referral"):
            self.add_error("referral", "Say who gave you the reference.")
        return said
