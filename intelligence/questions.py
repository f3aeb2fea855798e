"""What the report asks once; `rows` and its neighbours have what it asks of each person and object.

Plain words; anything may be left open. `sheet.Sheet` puts them together.
"""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

Given = dict[str, Any]

_YES_NO = [
    ("", _("Not asked")),
    ("yes", _("Yes")),
    ("no", _("No")),
    ("not_known", _("I do not know")),
]


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
        label=_("What have you seen, heard or been told?"),
        help_text=_(
            "Say what happened, where, when and how often. Keep what you saw apart from what you "
            "think. Nicknames, places, phones and cars help most, also in part."
        ),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    child_words = forms.CharField(
        label=_("Did a young person tell you? Write it in their own words"),
        help_text=_("As close to what was said as you can."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    information_date = forms.DateField(
        label=_("When was this, or when did you learn of it?"),
        help_text=_("Leave it as it is for today."),
        # In the form that a date control of a browser reads, whatever the language.
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={
            "invalid": _("Enter a real date, like 2026-03-27."),
            "required": _("Enter the day, or today’s date if you do not know it."),
        },
    )
    how_known = forms.ChoiceField(
        label=_("How do you know?"),
        widget=forms.RadioSelect,
        choices=[
            ("first_hand", _("I saw or heard it myself")),
            ("child_about_self", _("The young person told me")),
            ("told_by_another", _("Somebody else told me")),
            ("told_and_corroborated", _("Somebody told me, and something else supports it")),
            ("not_known", _("I do not know where it comes from")),
            ("suspected_false", _("I have reason to doubt it")),
        ],
        error_messages={"required": _("Tell us how you know, so that we can weigh it.")},
    )
    corroboration = forms.CharField(
        label=_("What else supports it?"),
        max_length=2000,
        required=False,
    )
    source_history = forms.ChoiceField(
        label=_("Has whoever told you been right before?"),
        required=False,
        choices=[
            ("", _("Nobody told me, or I cannot say")),
            ("proved_right_before", _("Yes, before")),
            ("first_time", _("This is the first time")),
            ("reason_to_doubt", _("I have reason to doubt them")),
        ],
    )
    risk_if_shared = forms.BooleanField(
        label=_("Sharing this could put someone at risk, or show who told"),
        help_text=_("We will hold it back and take out what points to anyone."),
        required=False,
    )
    who_else_knows = forms.CharField(
        label=_("Who else knows this?"),
        help_text=_("If few people know, sharing it may show who told."),
        max_length=1000,
        required=False,
    )
    sharing_conditions = forms.CharField(
        label=_("Is there anything police must not do with this?"),
        help_text=_("For example: do not visit the family before speaking to us."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    child_at_risk_now = forms.ChoiceField(
        label=_("Is a child at risk right now?"),
        widget=forms.RadioSelect,
        choices=[("no", _("No")), ("yes", _("Yes")), ("not_known", _("I do not know"))],
        error_messages={
            "required": _("Say whether a child is at risk now. “I do not know” is fine.")
        },
    )
    why_at_risk = forms.CharField(
        label=_("Why, and what have you done about it?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    referral = forms.ChoiceField(
        label=_("Have you told someone who must act?"),
        required=False,
        choices=[
            ("", _("No, or not yet")),
            ("999", _("Yes: 999")),
            ("101", _("Yes: 101")),
            ("social_care", _("Yes: children's social care")),
            ("lado", _("Yes: the designated officer (LADO)")),
            ("other", _("Yes: somebody else")),
        ],
    )
    referral_reference = forms.CharField(
        label=_("The reference they gave you"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    child_aware = forms.ChoiceField(
        label=_("Does the young person know that you are sharing this?"),
        required=False,
        choices=_YES_NO,
    )
    carer_aware = forms.ChoiceField(
        label=_("Does a parent or carer know?"),
        help_text=_("Do not tell anyone if that could put a child at risk."),
        required=False,
        choices=_YES_NO,
    )
    own_reference = forms.CharField(
        label=_("Your own reference (optional)"),
        help_text=_("If your agency has one for this. Otherwise we give you one."),
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
            self.add_error("corroboration", _("Say what else supports it."))
        if said.get("referral_reference") and not said.get("referral"):
            self.add_error("referral", _("Say who gave you the reference."))
        return said
