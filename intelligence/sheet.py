"""The whole of a report as somebody fills it in: what is asked once, and the lists.

`payload()` gives the same submission as the API takes, and what the contract says against it comes
back to the field that it is about. The steps show parts of one sheet (`steps.py`), the short way
fills one in (`quick.py`), and a correction begins with one (`correcting.py`).
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone

from intelligence import exchange, language
from intelligence.asking import Named, SeveralNamed
from intelligence.lists import LISTS
from intelligence.questions import Given, Questions
from intelligence.rows import MOST_ROWS, ObjectForm, RowForm
from intelligence.rows_told import WholeForm

#: Lists whose rows others may name: in a connection, in a detail.
_NAMED = ("persons", "phones", "vehicles", "places", "accounts", "events", "groups")
#: Fields that name a row, and the lists whose rows each may name.
_NAMING: Mapping[str, tuple[str, ...]] = {
    "whose": ("persons",),
    "place": ("places",),
    "one": _NAMED,
    "other": _NAMED,
    "about": _NAMED,
}
#: The first statement is the young person's own words; others follow it.
_CHILD_WORDS = "s0"


class Sheet:
    """One report. Not judged, it shows what was typed and nothing that is wrong with it."""

    def __init__(self, data: Any = None, *, judged: bool = True, referral: str = "") -> None:
        self.judged = judged and data is not None
        self._data = data
        self.report = WholeForm(
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
        self._places: dict[str, tuple[RowForm, str]] = {}

    def _name_rows(self) -> None:
        """Give each row its title, and each field that names another the rows of this sheet."""
        named = {
            name: [
                (f"{LISTS[name].letter}{number}", called(name, form, number))
                for number, form in enumerate(self.sets[name].forms, start=1)
            ]
            for name in _NAMED
        }
        for name, listed in LISTS.items():
            rows = self.sets[name].forms
            for number, form in enumerate(rows, start=1):
                form.title = f"{listed.item} {number}"
            for form in [*rows, self.empty(name)]:
                _offer(form, named)

    def empty(self, name: str) -> RowForm:
        """The empty row of a list, from which a script makes new ones: the same each time."""
        kept = self.__dict__.setdefault("_empty", {})
        if name not in kept:
            kept[name] = self.sets[name].empty_form
        return cast("RowForm", kept[name])

    def offer_agencies(self, agencies: Sequence[tuple[str, str]]) -> None:
        """The partner agencies for which somebody in a position of trust may work."""
        for form in self.sets["persons"].forms:
            field = cast("Named", form.fields["works_for"])
            field.choices = [("", field.empty), *agencies]

    @property
    def everything(self) -> list[Any]:
        """The form and the form sets, for the error summary."""
        return [self.report, *self.sets.values()]

    @property
    def remarks(self) -> tuple[language.Remark, ...]:
        """Words that put blame on a child, in what was typed; not in the child's own words."""
        typed = [self.report["narrative"].value()]
        for name, field in (("persons", "description"), ("events", "description")):
            typed += [form[field].value() for form in self.sets[name].forms]
        return tuple(one for text in typed if text for one in language.check(str(text)))

    def is_valid(self) -> bool:
        """Do the answers make sense by themselves? The contract is asked afterwards."""
        valid = all([self.report.is_valid(), *(one.is_valid() for one in self.sets.values())])
        return valid and not self._point_at_nobody()

    def judge(self, *, police: bool) -> bool:
        """Find everything that is wrong, also what only the contract says; is there nothing?"""
        valid = self.is_valid()
        errors = exchange.check(self.payload(), police=police, today=timezone.localdate())
        self.add_errors(errors)
        return valid and not errors

    def _point_at_nobody(self) -> bool:
        """Tell each field that names a row of which the sheet says nothing."""
        said = {
            f"{LISTS[name].letter}{number}"
            for name in _NAMED
            for number, form in enumerate(self.sets[name].forms, start=1)
            if form.given("x")
        }
        wrong = False
        for one in self.sets.values():
            for form in one.forms:
                for field in set(_NAMING) & set(form.fields):
                    named = form.cleaned_data.get(field) or ()
                    gone = set([named] if isinstance(named, str) else named) - said
                    if gone:
                        form.add_error(field, _NOBODY[field])
                        wrong = True
        return wrong

    def payload(self, reference: str = "") -> Given:
        """The submission, as the API would take it. Only after `is_valid`, or to be judged."""
        said = self.report.cleaned_data
        self._places = {}
        lists = self._lists()
        parts = {
            "sharing": _sharing(said, lists.pop("referrals")),
            "awareness": _filled({name: said.get(field) for name, field in _AWARENESS.items()}),
            "reporter": _filled({name: said.get(field) for name, field in _REPORTER.items()}),
            **lists,
        }
        day = said.get("information_date") or timezone.localdate()
        learned = said.get("learned_on")
        return {
            "reference": said.get("own_reference") or reference or said.get("sheet") or new_sheet(),
            "information_date": day.isoformat(),
            "provenance": {"how_known": said.get("how_known") or "not_known"}
            | _filled(said, _PROVENANCE),
            "urgency": {"child_at_risk_now": said.get("child_at_risk_now") or "not_known"}
            | _filled({"why": said.get("why_at_risk"), "done": said.get("done")}),
            **({"learned_on": learned.isoformat()} if learned else {}),
            **_filled(said, _ONCE_AS_IT_IS),
            **_filled(parts),
        }

    def _lists(self) -> Given:
        """Every list as the contract has it; ties and what is said of single details stand last."""
        lists: Given = {listed.member: [] for listed in LISTS.values()}
        if words := self.report.cleaned_data.get("child_words"):
            own = {"ref": _CHILD_WORDS, "text": words, "basis": "child_words"}
            lists["statements"].append(own)
        made = list(self._rows_given())
        for name, form, given in made:
            self._put(lists, LISTS[name].member, given, form)
        for _, form, given in made:
            ref = given.get("ref", "")
            if isinstance(form, ObjectForm) and (tie := form.tie(ref)):
                self._put(lists, "relations", tie, form, "whose")
            if how := form.own_provenance(ref):
                self._put(lists, "statements", {"ref": f"h-{ref}", **how}, form, "how_known")
        return lists

    def _rows_given(self) -> Iterator[tuple[str, RowForm, Given]]:
        """Each row that says something: its list, its form, and the row as the contract has it."""
        for name, listed in LISTS.items():
            for number, form in enumerate(self.sets[name].forms, start=1):
                if given := form.given(f"{listed.letter}{number}"):
                    yield name, form, given

    def _put(self, lists: Given, member: str, given: Given, form: RowForm, field: str = "") -> None:
        where = "sharing/referrals" if member == "referrals" else member
        place = len(lists[member]) + (member == "referrals" and bool(self._first_referral()))
        self._places[f"/{where}/{place}"] = (form, field)
        lists[member].append(given)

    def _first_referral(self) -> Given:
        said = self.report.cleaned_data
        if not said.get("referral"):
            return {}
        return _filled({"to": said["referral"], "reference": said.get("referral_reference")})

    def add_errors(self, errors: Iterable[exchange.Error]) -> None:
        """Put what the contract says against the payload at the fields that it is about."""
        for error in errors:
            form, field = self._field(error.pointer)
            if field is not None and field in form.errors:
                continue  # said already, in the form's own words
            unread = error.code == "wrong_format"
            message = _DAYS.get(field or "", error.message) if unread else error.message
            form.add_error(field if field in form.fields else None, message)

    def _field(self, pointer: str) -> tuple[Questions, str | None]:
        parts = pointer.split("/")
        for length in (4, 3):
            if found := self._places.get("/".join(parts[:length])):
                form, field = found
                return form, field or form.place_of(parts[length:])
        return self.report, _ONCE.get(pointer, parts[-1])


def called(name: str, form: Any, number: int) -> str:
    """What a row is called where another names it: `Person 2: ‘Taz’`, as far as it is known."""
    said = (form[field].value() for field in _CALLED[name] if field in form.fields)
    first = next((str(value).strip() for value in said if value), "")
    title = f"{LISTS[name].item} {number}"
    return f"{title}: ‘{first[:30]}’" if first else title


_CALLED = {
    "persons": ("nicknames", "given_names", "family_name", "initials"),
    "phones": ("number",),
    "vehicles": ("registration", "make", "colour"),
    "places": ("name", "address", "postcode"),
    "accounts": ("handle",),
    "events": ("description", "day"),
    "groups": ("name",),
}
_NOBODY = {
    "whose": "Nothing is said of that person. Describe them, or choose somebody else.",
    "place": "Nothing is said of that place. Describe it, or choose another.",
    "one": "Nothing is said of that. Describe it, or choose another.",
    "other": "Nothing is said of that. Describe it, or choose another.",
    "about": "Nothing is said of one of these. Describe it, or untick it.",
}
#: Where the sheet asks for what the contract names otherwise.
_ONCE = {
    "": "narrative",
    "/reference": "own_reference",
    "/urgency/why": "why_at_risk",
    "/sharing/conditions": "sharing_conditions",
    "/sharing/referrals/0/to": "referral",
    "/sharing/referrals/0/reference": "referral_reference",
    "/awareness/child": "child_aware",
    "/awareness/carer": "carer_aware",
    "/reporter/name": "reporter_name",
    "/reporter/job": "reporter_job",
    "/reporter/contact": "reporter_contact",
    "/statements/0/text": "child_words",
}
_AWARENESS = {
    "child": "child_aware",
    "carer": "carer_aware",
    "child_view": "child_view",
    "unsafe_to_tell": "unsafe_to_tell",
    "interpreter_used": "interpreter_used",
}
_REPORTER = {
    "name": "reporter_name",
    "job": "reporter_job",
    "contact": "reporter_contact",
    "may_contact": "may_contact",
}
_PROVENANCE = ("corroboration", "source_history", "origin")
_ONCE_AS_IT_IS = (
    "narrative",
    "corrects",
    "origin_reference",
    "force_area",
    "protective_marking",
)
#: What is said of a day that cannot be read; the contract's own words are for programs.
_DAYS = {
    "day": "Enter a day like 2026-03-27, a month like 2026-03, or a year.",
    "date_of_birth": "Enter a date like 2009-04-30, a month like 2009-04, or a year.",
}


def as_posted(rows: Mapping[str, Sequence[Given]]) -> Given:
    """Rows as a browser posts them."""
    posted: Given = {}
    for name in LISTS:
        given = rows.get(name, ())
        posted |= {f"{name}-TOTAL_FORMS": str(len(given)), f"{name}-INITIAL_FORMS": "0"}
        for number, row in enumerate(given):
            posted |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return posted


def new_sheet() -> str:
    """The reference of a new sheet of paper."""
    return f"W-{secrets.token_hex(6)}"


def _offer(form: RowForm, named: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """The rows that each field of `form` may name, as its choices."""
    for field, lists in _NAMING.items():
        if field in form.fields:
            rows = [choice for name in lists for choice in named[name]]
            asked = cast("Named | SeveralNamed", form.fields[field])
            first = [("", asked.empty)] if isinstance(asked, Named) else []
            asked.choices = [*first, *rows]


def _sharing(said: Given, referrals: list[Given]) -> Given:
    sharing = _filled(said, ("who_else_knows",))
    if said.get("sharing_conditions"):
        sharing["conditions"] = said["sharing_conditions"]
    if said.get("risk_if_shared"):
        sharing["risk_if_shared"] = True
    first = {"to": said.get("referral"), "reference": said.get("referral_reference")}
    told = [_filled(first), *referrals] if said.get("referral") else referrals
    return sharing | ({"referrals": told} if told else {})


def _filled(said: Given, names: Iterable[str] | None = None) -> Given:
    """What was said of some names, or of all; nothing where nothing was."""
    return {name: said[name] for name in (names or said) if said.get(name)}
