"""The one-page form by which a partner shares a concern, and the desk's forms.

Plain questions; anything may be left open. `payload()` gives the same submission as the API takes,
and what the contract says against it comes back to the field that it is about.
"""

import secrets
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils import timezone

from intelligence import exchange
from intelligence.models.contents import Part
from intelligence.models.received import Assessment, Condition, Handling, Source
from intelligence.models.resolved import Decision

Given = dict[str, Any]

#: Rows shown before anything is added, and the most that may be.
ROWS = {"persons": 2, "phones": 1, "vehicles": 1, "places": 1, "accounts": 1}
MOST_ROWS = 20
_NOT_SAID = ("", "Not known")


class ReportForm(forms.Form):
    """What is asked once for the whole report."""

    narrative = forms.CharField(
        label="What have you seen, heard or been told?",
        help_text="Your own words are fine. Nicknames, places, phones and cars help most.",
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    information_date = forms.DateField(
        label="When was this, or when did you learn of it?",
        help_text="The day, if you know it. Leave it as it is for today.",
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a real date, like 2026-03-27."},
    )
    how_known = forms.ChoiceField(
        label="How do you know?",
        widget=forms.RadioSelect,
        choices=[
            ("first_hand", "I saw or heard it myself"),
            ("child_about_self", "The young person told me about themselves"),
            ("told_by_another", "Somebody else told me"),
            ("told_and_corroborated", "Somebody told me, and something else supports it"),
            ("not_known", "I do not know where it comes from"),
            ("suspected_false", "I have reason to think it is not true"),
        ],
        error_messages={"required": "Tell us how you know, so that we can weigh it."},
    )
    corroboration = forms.CharField(
        label="What else supports it?",
        help_text="Only if something else supports what you were told.",
        max_length=2000,
        required=False,
    )
    source_history = forms.ChoiceField(
        label="Has the person who told you been right before?",
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
    who_else_knows = forms.CharField(label="Who else knows this?", max_length=1000, required=False)
    child_at_risk_now = forms.ChoiceField(
        label="Is a child at risk right now?",
        widget=forms.RadioSelect,
        choices=[("no", "No"), ("yes", "Yes"), ("not_known", "I do not know")],
        error_messages={"required": "Say whether a child is at risk now. “I do not know” is fine."},
    )
    referral = forms.ChoiceField(
        label="Have you already told someone who must act?",
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
    own_reference = forms.CharField(
        label="Your own reference (optional)",
        help_text="If your agency has one for this. Otherwise we give you one.",
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    #: The reference of this sheet of paper, made when it is first shown: sending twice is one.
    sheet = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class PersonForm(forms.Form):
    """One person, as far as they are known."""

    role = forms.ChoiceField(
        label="Who is this?",
        required=False,
        choices=[
            ("", "Choose"),
            (Part.OFFENDER, "Someone I am worried about"),
            (Part.CHILD, "A young person who may be at risk"),
            (Part.VICTIM, "A young person who has been harmed"),
            (Part.ASSOCIATE, "Someone who was with them"),
            (Part.WITNESS, "Someone who saw it"),
            (Part.CARER, "A parent or carer"),
            (Part.UNKNOWN, "I do not know"),
        ],
    )
    given_names = forms.CharField(label="First names", max_length=100, required=False)
    family_name = forms.CharField(label="Family name", max_length=100, required=False)
    nicknames = forms.CharField(
        label="Nicknames", help_text="Divide by commas.", max_length=300, required=False
    )
    date_of_birth = forms.CharField(
        label="Date of birth", help_text="YYYY-MM-DD, or the year.", max_length=10, required=False
    )
    age_from = forms.IntegerField(label="Age: from", required=False, min_value=0, max_value=120)
    age_to = forms.IntegerField(label="to", required=False, min_value=0, max_value=120)
    gender = forms.ChoiceField(
        label="Gender",
        required=False,
        choices=[
            _NOT_SAID,
            ("female", "Female"),
            ("male", "Male"),
            ("non_binary", "Non-binary"),
            ("other", "Other"),
        ],
    )

    def given(self, ref: str) -> Given | None:
        """The person as the contract has it, or None for an empty row."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        if not said:
            return None
        if nicknames := said.pop("nicknames", ""):
            said["nicknames"] = [part.strip() for part in nicknames.split(",") if part.strip()]
        return {"ref": ref, "role": said.pop("role", Part.UNKNOWN), **said}


def whose() -> list[tuple[str, str]]:
    """The people of the form, for the question whose something is."""
    people = [(f"p{number}", f"Person {number}") for number in range(1, MOST_ROWS + 1)]
    return [_NOT_SAID, *people[:6]]


class ObjectForm(forms.Form):
    """Something that a person of the report may be tied to."""

    relation = "uses"
    whose = forms.ChoiceField(label="Whose?", required=False, choices=whose)

    def given(self, ref: str) -> Given | None:
        """The object as the contract has it, or None for an empty row."""
        said = {
            name: value for name, value in self.cleaned_data.items() if value and name != "whose"
        }
        return {"ref": ref, **said} if said else None

    def tie(self, ref: str) -> Given | None:
        """The relation to its person, or None where nobody was named."""
        person = self.cleaned_data.get("whose")
        return {"from": person, "kind": self.relation, "to": ref} if person else None


class PhoneForm(ObjectForm):
    """A phone number; `?` stands for a digit that was not read."""

    number = forms.CharField(
        label="Number",
        help_text="Put ? for a digit you are not sure of.",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    saved_as = forms.CharField(label="Saved under the name", max_length=60, required=False)
    field_order = ("number", "saved_as", "whose")

    def given(self, ref: str) -> Given | None:
        """The phone, or None where no number was given."""
        return super().given(ref) if self.cleaned_data.get("number") else None


class VehicleForm(ObjectForm):
    """A vehicle; `?` stands for a character that was not read."""

    relation = "drives"
    registration = forms.CharField(
        label="Registration",
        help_text="Put ? for what you did not see.",
        max_length=15,
        required=False,
        widget=forms.TextInput(attrs={"class": "pi-vrm", "autocomplete": "off"}),
    )
    make = forms.CharField(label="Make and model", max_length=50, required=False)
    colour = forms.CharField(label="Colour", max_length=30, required=False)
    field_order = ("registration", "make", "colour", "whose")


class PlaceForm(ObjectForm):
    """A place or a business."""

    relation = "frequents"
    kind = forms.ChoiceField(
        label="What is it?",
        required=False,
        choices=[
            ("", "Choose"),
            ("address", "A home or address"),
            ("hot_spot", "A spot where people gather"),
            ("business", "A shop or business"),
            ("takeaway", "A takeaway"),
            ("hotel", "A hotel or guest house"),
            ("licensed_premises", "A pub, club or bar"),
            ("transport", "A station or stop"),
            ("open_space", "A park or open space"),
            ("school", "A school"),
            ("care_home", "A care home"),
            ("other", "Something else"),
        ],
    )
    name = forms.CharField(label="Name", max_length=200, required=False)
    address = forms.CharField(label="Address", max_length=500, required=False)
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    field_order = ("kind", "name", "address", "postcode", "whose")

    def given(self, ref: str) -> Given | None:
        """The place; a place whose kind nobody chose is of another kind."""
        said = super().given(ref)
        return said and {"kind": "other", **said}


class AccountForm(ObjectForm):
    """A name used online."""

    relation = "holds_account"
    platform = forms.CharField(label="App or site", max_length=50, required=False)
    handle = forms.CharField(label="Name used there", max_length=100, required=False)
    field_order = ("platform", "handle", "whose")

    def given(self, ref: str) -> Given | None:
        """The account, or None where no name was given."""
        said = super().given(ref)
        return said and {"platform": "not known", **said} if said and "handle" in said else None


_SETS: dict[str, tuple[type[forms.Form], str, str]] = {
    "persons": (PersonForm, "p", "persons"),
    "phones": (PhoneForm, "ph", "phones"),
    "vehicles": (VehicleForm, "v", "vehicles"),
    "places": (PlaceForm, "pl", "places"),
    "accounts": (AccountForm, "a", "online_accounts"),
}


class SubmissionForm:
    """The whole page: one form and five lists."""

    def __init__(self, data: Any = None) -> None:
        self.report = ReportForm(
            data,
            initial={
                "information_date": timezone.localdate(),
                "sheet": f"W-{secrets.token_hex(6)}",
            },
        )
        self.sets: dict[str, Any] = {}
        for name, (form, _, _) in _SETS.items():
            factory = forms.formset_factory(
                form, extra=ROWS[name], max_num=MOST_ROWS, absolute_max=MOST_ROWS
            )
            self.sets[name] = factory(data, prefix=name)
        self._places: dict[str, tuple[forms.Form, str]] = {}

    def with_row(self, name: str) -> "SubmissionForm":
        """The same answers with one more row in a list: what the button does without scripts."""
        data = self.report.data.copy()
        total = f"{name}-TOTAL_FORMS"
        if name in _SETS and str(data.get(total, "")).isdigit():
            data[total] = str(min(int(data[total]) + 1, MOST_ROWS))
        return SubmissionForm(data)

    def is_valid(self) -> bool:
        """Do the answers make sense by themselves? The contract is asked afterwards."""
        return all([self.report.is_valid(), *(one.is_valid() for one in self.sets.values())])

    def payload(self) -> Given:
        """The submission, as the API would take it. Only after `is_valid`."""
        said = self.report.cleaned_data
        provenance = {"how_known": said["how_known"]}
        provenance |= _filled(said, ("corroboration", "source_history"))
        sharing: Given = _filled(said, ("who_else_knows",))
        if said["risk_if_shared"]:
            sharing["risk_if_shared"] = True
        if said["referral"]:
            sharing["referrals"] = [{"to": said["referral"]}]
        return {
            "reference": said["own_reference"] or said["sheet"] or f"W-{secrets.token_hex(6)}",
            "information_date": said["information_date"].isoformat(),
            "provenance": provenance,
            "urgency": {"child_at_risk_now": said["child_at_risk_now"]},
            **({"sharing": sharing} if sharing else {}),
            **_filled(said, ("narrative",)),
            **self._lists(),
        }

    def _lists(self) -> Given:
        lists: Given = {}
        relations = []
        for name, (_, letter, member) in _SETS.items():
            rows: list[Given] = []
            for number, form in enumerate(self.sets[name].forms, start=1):
                ref = f"{letter}{number}"
                given = form.given(ref)
                if given is None:
                    continue
                self._places[f"/{member}/{len(rows)}"] = (form, ref)
                rows.append(given)
                if isinstance(form, ObjectForm) and (tie := form.tie(ref)):
                    self._places[f"/relations/{len(relations)}"] = (form, "whose")
                    relations.append(tie)
            if rows:
                lists[member] = rows
        return lists | ({"relations": relations} if relations else {})

    def add_errors(self, errors: Iterable[exchange.Error]) -> None:
        """Put what the contract says against the payload at the fields that it is about."""
        for error in errors:
            form, field = self._field(error.pointer)
            form.add_error(field if field in form.fields else None, error.message)

    def _field(self, pointer: str) -> tuple[forms.Form, str | None]:
        parts = pointer.split("/")
        place = self._places.get("/".join(parts[:3]))
        if place:
            form, _ = place
            return form, "whose" if parts[1] == "relations" else (parts[3:] or [None])[0]
        names = {"reference": "own_reference", "": "narrative"}
        last = parts[-1]
        return self.report, names.get(last, last)


def _filled(said: Given, names: Iterable[str]) -> Given:
    return {name: said[name] for name in names if said[name]}


class GradeForm(forms.Form):
    """The 3x5x2 grade of a report."""

    source_evaluation = forms.ChoiceField(label="Source evaluation", choices=Source.choices)
    intelligence_assessment = forms.ChoiceField(
        label="Intelligence assessment", choices=Assessment.choices
    )
    handling_code = forms.ChoiceField(label="Handling code", choices=Handling.choices)
    conditions = forms.MultipleChoiceField(
        label="Conditions, with code C",
        choices=Condition.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.CharField(label="Why, if you change it", max_length=500, required=False)

    def clean(self) -> Given:
        """Code C says which conditions; code P has none."""
        said = cast("Given", super().clean() or self.cleaned_data)
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
