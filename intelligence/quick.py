"""The short way to share a concern: one box of text, and the chips of what it holds.

Nothing is kept that was not ticked. What was goes through the sheet (`sheet.py`), so that
the short way and the steps make the same submission.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intelligence import language, reading
from intelligence.chips import OF_A_PERSON, UNNAMED, ChipForm, ages, chip_key, when
from intelligence.lists import LISTS
from intelligence.models.contents import Part
from intelligence.questions import Given, ReportForm
from intelligence.reading import Found, Kind
from intelligence.rows import MOST_ROWS
from intelligence.sheet import Sheet, as_posted, new_sheet

#: Where the rows of other kinds go: the list of the form, and the field.
_ROWS = {
    Kind.PHONE: ("phones", "number"),
    Kind.PLATE: ("vehicles", "registration"),
    Kind.POSTCODE: ("places", "postcode"),
    Kind.PLACE: ("places", "name"),
    Kind.HANDLE: ("accounts", "handle"),
    Kind.DAY: ("events", "day"),
}


class QuickReport(ReportForm):
    """The text, and the few questions that it cannot answer."""

    child_words = corroboration = source_history = None  # type: ignore[assignment]
    who_else_knows = sharing_conditions = why_at_risk = None  # type: ignore[assignment]
    child_aware = carer_aware = own_reference = None  # type: ignore[assignment]
    narrative = forms.CharField(
        label=_("What have you seen, heard or been told?"),
        help_text=_(
            "Write as you would tell a colleague: who, what, where, when and how often. Nicknames, "
            "phones, cars, places and names used online help most, also in part."
        ),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("Write what you know. One sentence is enough.")},
    )
    how_known = forms.ChoiceField(
        label=_("How do you know?"),
        widget=forms.RadioSelect,
        choices=[
            choice
            for choice in ReportForm.base_fields["how_known"].choices  # type: ignore[attr-defined]
            if choice[0] != "told_and_corroborated"
        ],
        error_messages={"required": _("Tell us how you know, so that we can weigh it.")},
    )
    #: The day from which `yesterday` is told.
    information_date = forms.DateField(widget=forms.HiddenInput)
    #: The chips that were shown, so that what a changed text adds is shown before it is sent.
    offered = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20000)


class QuickForm:
    """The whole of the short way: the text, the chips of what it holds, and the questions."""

    def __init__(
        self, data: Any = None, *, local: Mapping[str, str] | None = None, referral: str = ""
    ) -> None:
        self._data, self._local = data, local
        asked = {"send", "more"} & set(data or ())
        self.report = QuickReport(
            data,
            judged="send" in asked,
            initial={
                "information_date": timezone.localdate(),
                "sheet": new_sheet(),
                "referral": referral,
            },
        )
        self.text = str((data or {}).get("narrative", "")).replace("\r\n", "\n")[:20000]
        self.finds = _once(reading.read(self.text, self._told_on(), local))
        people = [
            (chip_key(find), f"‘{find.text}’") for find in self.finds if find.kind is Kind.NICKNAME
        ]
        before = set(str((data or {}).get("offered", "")).split())
        self.is_new = [chip_key(find) not in before for find in self.finds]
        self.chips = [
            ChipForm(
                None if new else data,
                found=find,
                people=people,
                prefix=chip_key(find),
                judged=bool(asked),
            )
            for find, new in zip(self.finds, self.is_new, strict=True)
        ]

    def _told_on(self) -> date:
        today = timezone.localdate()
        try:
            day = date.fromisoformat(str((self._data or {}).get("information_date", "")))
        except ValueError:
            return today
        return min(day, today)

    @property
    def offered(self) -> str:
        """The keys of the chips shown, for the hidden field."""
        return " ".join(chip_key(find) for find in self.finds)

    @property
    def found_more(self) -> bool:
        """Was something recognised that was not shown before?"""
        return any(self.is_new)

    @property
    def everything(self) -> list[Any]:
        """The forms, for the error summary."""
        return [self.chips, self.report]

    def marked(self) -> list[tuple[str, bool]]:
        """The text in pieces, and whether each was recognised."""
        pieces, at = [], 0
        for find in reading.read(self.text, self._told_on(), self._local):
            pieces += [(self.text[at : find.start], False), (find.text, True)]
            at = find.end
        return [*pieces, (self.text[at:], False)]

    @property
    def remarks(self) -> tuple[language.Remark, ...]:
        """Words that put blame on a child."""
        return language.check(self.text)

    def is_valid(self) -> bool:
        """Do the answers and the ticked chips make sense together?"""
        valid = all([self.report.is_valid(), *(chip.is_valid() for chip in self.chips)])
        return valid and not self._contradicts()

    def _contradicts(self) -> bool:
        """Tell each chip that points at nobody, or says again what its person has already."""
        wrong, had = False, set()
        names = {chip_key(chip.found) for chip in self._kept(Kind.NICKNAME)}
        for chip in self._kept():
            whose = chip.cleaned_data.get("whose", "")
            about = (self._person(whose), chip.found.kind)
            if whose.startswith(f"{Kind.NICKNAME}-") and whose not in names:
                chip.add_error("whose", _("Tick that nickname too, or choose somebody else."))
                wrong = True
            elif chip.found.kind in OF_A_PERSON and about in had:
                chip.add_error(
                    "whose", _("This person has one already: choose another, or untick.")
                )
                wrong = True
            had.add(about)
        return wrong

    def _kept(self, *kinds: Kind) -> list[ChipForm]:
        return [
            chip for chip in self.chips if chip.kept and (not kinds or chip.found.kind in kinds)
        ]

    def _person(self, key: str) -> str:
        """Whom a choice means: a second nickname of somebody means the first."""
        said = {chip_key(chip.found): chip for chip in self._kept(Kind.NICKNAME)}
        while key in said and said[key].cleaned_data["whose"] in said:
            key = said[key].cleaned_data["whose"]
        return key

    def whole(self) -> Sheet:
        """The sheet with what was answered and ticked. Only after `is_valid`."""
        return Sheet(self.typed())

    def typed(self) -> Given:
        """What was answered and ticked, as a browser would post the sheet."""
        told = {name: str(value) for name, value in self.report.cleaned_data.items() if value}
        told["information_date"] = self._day().isoformat()
        rows: dict[str, list[Given]] = {name: [] for name in LISTS}
        people = self._people()
        rows["persons"] = list(people.values())
        numbers = {key: f"p{number}" for number, key in enumerate(people, start=1)}
        for chip in self._kept(*_ROWS):
            name, field = _ROWS[chip.found.kind]
            rows[name].append(_row(chip, field, numbers.get(self._person(_whose(chip)), "")))
        return told | as_posted(rows)

    def _day(self) -> date:
        """The last whole day that was ticked; else the day on which the form was begun."""
        said = [when(chip.cleaned_data["said"]) for chip in self._kept(Kind.DAY)]
        whole = [part for day in said for part in day.split("/") if len(part) == 10]
        return date.fromisoformat(max(whole)) if whole else self._told_on()

    def _people(self) -> dict[str, Given]:
        """A row for each person: those of the nicknames, then those whom a chip is tied to."""
        people: dict[str, Given] = {}
        for chip in self._kept(Kind.NICKNAME):
            key = self._person(chip_key(chip.found))
            row = people.setdefault(key, {"role": _whose(chip) or Part.UNKNOWN.value})
            row["nicknames"] = ", ".join(
                [*filter(None, [row.get("nicknames")]), chip.cleaned_data["said"].replace(",", " ")]
            )
        for chip in self._kept():
            key = self._person(_whose(chip))
            if key in UNNAMED:
                people.setdefault(key, {"role": UNNAMED[key][1].value})
        for chip in sorted(self._kept(*OF_A_PERSON), key=lambda one: one.found.kind == Kind.AGE):
            people[self._person(_whose(chip))] |= _of_person(chip)
        return people


def _once(finds: Iterable[Found]) -> list[Found]:
    """Each thing once, where it was first written; no more of a kind than the form has rows."""
    kept: dict[tuple[str, str], Found] = {}
    for find in finds:
        kept.setdefault((find.kind, find.value), find)
    count: dict[str, int] = {}
    few = []
    for find in kept.values():
        row = _ROWS.get(find.kind, ("persons", ""))[0]
        count[row] = count.get(row, 0) + 1
        if count[row] <= MOST_ROWS - len(UNNAMED):
            few.append(find)
    return few


def _whose(chip: ChipForm) -> str:
    return str(chip.cleaned_data.get("whose") or "")


def _of_person(chip: ChipForm) -> Given:
    said = chip.cleaned_data["said"]
    if chip.found.kind is Kind.BORN:
        return {"date_of_birth": when(said)}
    if chip.found.kind is Kind.YEAR:
        # Year 9 is 13 to 14. An age that was told comes after this, and replaces it.
        return {"age_from": str(int(said) + 4), "age_to": str(int(said) + 5)}
    low, high = ages(said) or (0, 0)
    return {"age_from": str(low), "age_to": str(high)}


def _row(chip: ChipForm, field: str, person: str) -> Given:
    said = chip.cleaned_data["said"]
    row: Given = {field: when(said) if chip.found.kind is Kind.DAY else said}
    if person:
        row["whose"] = person
    if chip.found.kind is Kind.HANDLE:
        row["platform"] = chip.cleaned_data.get("app", "")
    if chip.found.kind is Kind.DAY:
        row["description"] = f"The text says: {chip.found.text}"
    if chip.found.kind is Kind.POSTCODE:
        row["kind"] = "address"
    return row
