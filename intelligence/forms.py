"""The form by which a partner shares a concern, put together, and the desk's forms.

`payload()` gives the same submission as the API takes, and what the contract says against it
comes back to the field that it is about.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import TextChoices
from django.utils import timezone

from intelligence import exchange, language
from intelligence.models.received import Assessment, Condition, Handling, Source
from intelligence.models.resolved import Decision
from intelligence.questions import Given, Questions, ReportForm
from intelligence.rows import (
    MOST_ROWS,
    AccountForm,
    EventForm,
    ObjectForm,
    PersonForm,
    PhoneForm,
    PlaceForm,
    VehicleForm,
)


@dataclass(frozen=True)
class Listed:
    """A list of the page: its questions, how it is put, and where the contract has it."""

    form: type[Questions]
    letter: str
    member: str
    title: str
    item: str
    hint: str
    shown: int = 1


LISTS = {
    "persons": Listed(
        PersonForm,
        "p",
        "persons",
        "People",
        "Person",
        "Anyone you know of, also if you do not know who they are. A nickname or an age helps.",
        shown=2,
    ),
    "phones": Listed(
        PhoneForm, "ph", "phones", "Phone numbers", "Phone", "Part of a number still helps."
    ),
    "vehicles": Listed(
        VehicleForm,
        "v",
        "vehicles",
        "Vehicles",
        "Vehicle",
        "Part of a registration still helps: QX00 A?C is enough to look for.",
    ),
    "places": Listed(
        PlaceForm,
        "pl",
        "places",
        "Places and businesses",
        "Place",
        "Where young people are met, taken or gather, and businesses that come up.",
    ),
    "accounts": Listed(
        AccountForm,
        "a",
        "online_accounts",
        "Names used online",
        "Account",
        "Names used in an app, a game or on a site.",
    ),
    "events": Listed(
        EventForm,
        "e",
        "events",
        "Things that happened on a day",
        "Event",
        "Only if they are not in your own words above, or happened on other days.",
    ),
}


class SubmissionForm:
    """The whole page: what is asked once, and six lists.

    Not judged, it shows what was typed and nothing that is wrong with it.
    """

    def __init__(self, data: Any = None, *, judged: bool = True, referral: str = "") -> None:
        self.judged = judged and data is not None
        self._data = data
        self.report = ReportForm(
            data,
            judged=judged,
            initial={
                "information_date": timezone.localdate(),
                "sheet": new_sheet(),
                "referral": referral,
            },
        )
        self.sets: dict[str, Any] = {}
        for name, listed in LISTS.items():
            factory = forms.formset_factory(
                listed.form, extra=listed.shown, max_num=MOST_ROWS, absolute_max=MOST_ROWS
            )
            self.sets[name] = factory(data, prefix=name, form_kwargs={"judged": judged})
        self._name_rows()
        self._places: dict[str, tuple[Questions, str]] = {}

    def _name_rows(self) -> None:
        """Give each row its title, and each `Whose?` the people that this page has."""
        people = [
            (f"p{number}", _person(form, number))
            for number, form in enumerate(self.sets["persons"].forms, start=1)
        ]
        for name, listed in LISTS.items():
            for number, form in enumerate(self.sets[name].forms, start=1):
                form.title = f"{listed.item} {number}"
                _offer(form, people)

    @property
    def lists(self) -> list[tuple[str, Listed, Any, Questions]]:
        """Each list as the page shows it: name, wording, form set and an empty row."""
        people = [(f"p{n}", f"Person {n}") for n in range(1, len(self.sets["persons"].forms) + 1)]
        shown = []
        for name, listed in LISTS.items():
            empty = self.sets[name].empty_form
            _offer(empty, people)
            shown.append((name, listed, self.sets[name], empty))
        return shown

    @property
    def everything(self) -> list[Any]:
        """The form and the form sets, for the error summary."""
        return [self.report, *self.sets.values()]

    def with_row(self, name: str) -> "SubmissionForm":
        """The same answers with one more row in a list: what the button does without scripts."""
        data = self._data.copy()
        total = f"{name}-TOTAL_FORMS"
        if name in LISTS and str(data.get(total, "")).isdecimal():
            data[total] = str(min(int(data[total][:4]) + 1, MOST_ROWS))
        return SubmissionForm(data, judged=False)

    def as_new(self) -> "SubmissionForm":
        """The same answers on a new sheet: sent again, they are a report of their own."""
        data = self._data.copy()
        data["sheet"] = new_sheet()
        return SubmissionForm(data)

    @property
    def remarks(self) -> tuple[language.Remark, ...]:
        """Words that put blame on a child, in what was typed; not in the child's own words."""
        typed = [self.report["narrative"].value()]
        for name, field in (("persons", "description"), ("events", "description")):
            typed += [form[field].value() for form in self.sets[name].forms]
        return tuple(one for text in typed if text for one in language.check(str(text)))

    def unjudged(self) -> "SubmissionForm":
        """The same answers, without what is wrong with them."""
        return SubmissionForm(self._data, judged=False)

    def is_valid(self) -> bool:
        """Do the answers make sense by themselves? The contract is asked afterwards."""
        valid = all([self.report.is_valid(), *(one.is_valid() for one in self.sets.values())])
        return valid and not self._point_at_nobody()

    def _point_at_nobody(self) -> bool:
        """Tell each `Whose?` that names a person of whom the page says nothing."""
        said = {
            f"p{number}"
            for number, form in enumerate(self.sets["persons"].forms, start=1)
            if form.given("p1")
        }
        wrong = False
        for one in self.sets.values():
            for form in one.forms:
                person = form.cleaned_data.get("whose")
                if person and person not in said:
                    message = f"Nothing is said of person {person[1:]}. Describe them above."
                    form.add_error("whose", message)
                    wrong = True
        return wrong

    def payload(self) -> Given:
        """The submission, as the API would take it. Only after `is_valid`."""
        said = self.report.cleaned_data
        provenance = {"how_known": said["how_known"]}
        provenance |= _filled(said, ("corroboration", "source_history"))
        urgency = {"child_at_risk_now": said["child_at_risk_now"]}
        urgency |= {"why": said["why_at_risk"]} if said["why_at_risk"] else {}
        parts = {
            "sharing": _sharing(said),
            "awareness": _filled({"child": said["child_aware"], "carer": said["carer_aware"]}),
            "statements": _statements(said),
            **self._lists(),
        }
        return {
            "reference": said["own_reference"] or said["sheet"] or new_sheet(),
            "information_date": said["information_date"].isoformat(),
            "provenance": provenance,
            "urgency": urgency,
            **_filled(said, ("narrative", "corrects")),
            **_filled(parts),
        }

    def _lists(self) -> Given:
        lists: Given = {}
        relations: list[Given] = []
        for name, listed in LISTS.items():
            rows: list[Given] = []
            for number, form in enumerate(self.sets[name].forms, start=1):
                ref = f"{listed.letter}{number}"
                given = form.given(ref)
                if given is None:
                    continue
                self._places[f"/{listed.member}/{len(rows)}"] = (form, ref)
                rows.append(given)
                if isinstance(form, ObjectForm) and (tie := form.tie(ref)):
                    self._places[f"/relations/{len(relations)}"] = (form, "whose")
                    relations.append(tie)
            lists[listed.member] = rows
        return lists | {"relations": relations}

    def add_errors(self, errors: Iterable[exchange.Error]) -> None:
        """Put what the contract says against the payload at the fields that it is about."""
        for error in errors:
            form, field = self._field(error.pointer)
            unread = error.code == "wrong_format"
            message = _DAYS.get(field or "", error.message) if unread else error.message
            form.add_error(field if field in form.fields else None, message)

    def _field(self, pointer: str) -> tuple[Questions, str | None]:
        parts = pointer.split("/")
        place = self._places.get("/".join(parts[:3]))
        if place:
            form, _ = place
            if parts[1] == "relations":
                return form, "whose"
            within = parts[3] if len(parts) > 3 else None
            return form, "day" if within == "when" else within
        return self.report, _ONCE.get(pointer, parts[-1])


#: Where the page asks for what the contract names otherwise.
_ONCE = {
    "": "narrative",
    "/reference": "own_reference",
    "/urgency/why": "why_at_risk",
    "/sharing/conditions": "sharing_conditions",
    "/sharing/referrals/0/to": "referral",
    "/sharing/referrals/0/reference": "referral_reference",
    "/awareness/child": "child_aware",
    "/awareness/carer": "carer_aware",
    "/statements/0/text": "child_words",
}


#: What is said of a day that cannot be read; the contract's own words are for programs.
_DAYS = {
    "day": "Enter a day like 2026-03-27, a month like 2026-03, or a year.",
    "date_of_birth": "Enter a date like 2009-04-30, a month like 2009-04, or a year.",
}


def as_posted(rows: Mapping[str, Sequence[Given]]) -> Given:
    """Rows as a browser posts them."""
    posted: Given = {}
    for name, given in rows.items():
        posted |= {f"{name}-TOTAL_FORMS": str(len(given)), f"{name}-INITIAL_FORMS": "0"}
        for number, row in enumerate(given):
            posted |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return posted


def new_sheet() -> str:
    """The reference of a new sheet of paper."""
    return f"W-{secrets.token_hex(6)}"


def _person(form: forms.BaseForm, number: int) -> str:
    """`Person 2: ‘Taz’`, as far as the page has them."""
    said = (form[name].value() for name in ("nicknames", "given_names", "family_name"))
    first = next((str(value).strip() for value in said if value), "")
    return f"Person {number}: ‘{first[:30]}’" if first else f"Person {number}"


def _offer(form: forms.BaseForm, people: Sequence[tuple[str, str]]) -> None:
    if field := form.fields.get("whose"):
        cast("forms.Select", field.widget).choices = [("", "Not known"), *people]


def _sharing(said: Given) -> Given:
    sharing: Given = _filled(said, ("who_else_knows",))
    if said["sharing_conditions"]:
        sharing["conditions"] = said["sharing_conditions"]
    if said["risk_if_shared"]:
        sharing["risk_if_shared"] = True
    if said["referral"]:
        told = {"to": said["referral"], "reference": said["referral_reference"]}
        sharing["referrals"] = [_filled(told)]
    return sharing


def _statements(said: Given) -> list[Given]:
    words = said["child_words"]
    return [{"ref": "s1", "text": words, "basis": "child_words"}] if words else []


def _filled(said: Given, names: Iterable[str] | None = None) -> Given:
    """What was said of some names, or of all; nothing where nothing was."""
    return {name: said[name] for name in (names or said) if said[name]}


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
