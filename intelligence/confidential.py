"""Sharing a concern without naming who told: for sexual health, and for outreach to adults.

A patient's name is not asked, not needed and not kept: the young person is a mention without one,
marked as withheld by a confidential service, and is never linked by an age alone. An adult who is
met in outreach is no person of the report at all; what they know is.
"""

from django import forms
from django.utils import timezone

from intelligence import exchange, lines
from intelligence.confirming import ClosingForm
from intelligence.questions import Given

_AGE = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"})


class ConfidentialForm(ClosingForm):
    """What a service knows, without anything that says whose confidence it is."""

    told = forms.CharField(
        label="What worries you?",
        help_text=(
            "Who else, what, where, when and how often. Leave out the patient’s name, address, "
            "school and date of birth, and anybody in their family."
        ),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Write what worries you. One sentence is enough."},
    )
    happened_on = forms.DateField(
        label="When did you learn of it?",
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={
            "invalid": "Enter a real date, like 2026-03-27.",
            "required": "Enter the day, or today’s date if you do not know it.",
        },
    )
    age_from = forms.IntegerField(
        label="About how old is the young person?",
        help_text="The youngest they may be. Leave it empty if you would rather not say.",
        required=False,
        min_value=0,
        max_value=25,
        widget=_AGE,
    )
    age_to = forms.IntegerField(
        label="The oldest they may be", required=False, min_value=0, max_value=25, widget=_AGE
    )
    harmed = forms.BooleanField(label="The young person has been harmed already", required=False)
    names = lines.field("names")
    nicknames = lines.field("nicknames")
    phones = lines.field("phones")
    registrations = lines.field("registrations")
    places = lines.field("places")
    accounts = lines.field("accounts")

    def clean_happened_on(self) -> object:
        """A day that has been."""
        on = self.cleaned_data["happened_on"]
        if on > timezone.localdate():
            raise forms.ValidationError("This lies in the future. Enter when it was.")
        if on.year < exchange.EARLIEST:
            raise forms.ValidationError(f"Enter a day after {exchange.EARLIEST}.")
        return on

    def clean(self) -> Given:
        """The younger age comes first."""
        said = super().clean()
        youngest, oldest = said.get("age_from"), said.get("age_to")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("age_to", "The younger age comes first.")
        return said

    def payload(self) -> Given:
        """The submission. Only after `is_valid`."""
        said = self.cleaned_data
        whole: Given = {
            "information_date": said["happened_on"].isoformat(),
            "narrative": self.narrated(),
            **self.closing(),
        }
        if young := self.young():
            whole["persons"] = [young]
        for _, _, member, row in lines.parts(said):
            whole[member] = [*whole.get(member, []), row]
        return whole

    def narrated(self) -> str:
        """The words of the report."""
        return str(self.cleaned_data["told"])

    def young(self) -> Given | None:
        """The young person, of whom only an age is said."""
        said = self.cleaned_data
        young: Given = {
            "ref": "c1",
            "role": "victim" if said["harmed"] else "child_at_risk",
            "name_withheld": "confidential_service",
        }
        for name in ("age_from", "age_to"):
            if said[name] is not None:
                young[name] = said[name]
        return young


class OutreachForm(ConfidentialForm):
    """What outreach to adults in the sex industry hears and sees of young people."""

    met = forms.ChoiceField(
        label="Is a young person part of this?",
        help_text="Anyone who is, or may be, under 18.",
        widget=forms.RadioSelect,
        choices=[
            ("met", "Yes, we met somebody who may be under 18"),
            ("heard", "Yes, we were told of somebody"),
            ("no", "No, it is about people who may exploit, or about a place"),
        ],
        error_messages={"required": "Choose an answer. If you are not sure, say that you heard."},
    )
    control = forms.CharField(
        label="Does anybody bring them, watch them, or hold their money or telephone?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    since = forms.CharField(
        label="Since when, and have they been moved here from elsewhere?",
        max_length=500,
        required=False,
    )

    def narrated(self) -> str:
        """The words of the report, with the answers to the questions of outreach."""
        said = self.cleaned_data
        told = [str(said["told"])]
        told += [f"Control: {said['control']}"] if said["control"] else []
        told += [f"Since: {said['since']}"] if said["since"] else []
        return "\n".join(told)

    def young(self) -> Given | None:
        """The young person, where there is one."""
        return None if self.cleaned_data["met"] == "no" else super().young()
