"""One thing recognised in a text, offered to whoever wrote it: confirmed, corrected or dropped.

`quick.py` puts the chips of a text together.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils import timezone

from intelligence import reading
from intelligence.models.contents import Part
from intelligence.questions import Given, Questions
from intelligence.reading import Found, Kind
from linking import normalise

#: Persons whom the text need not name: what the chips call them, in words, and their role.
UNNAMED = {
    "child": ("A young person, no nickname", Part.CHILD),
    "child2": ("Another young person", Part.CHILD),
    "offender": ("Someone I worry about, no nickname", Part.OFFENDER),
    "offender2": ("Another whom I worry about", Part.OFFENDER),
}
#: Of one person there is one of each of these.
OF_A_PERSON = frozenset({Kind.AGE, Kind.BORN, Kind.YEAR})


class Wording(NamedTuple):
    """How a chip is put: what it is, and how its value is asked for."""

    title: str
    said: str


_WORDING = {
    Kind.PHONE: Wording("Phone number", "Number; ? for a digit unread"),
    Kind.PLATE: Wording("Registration", "Registration; ? for unread"),
    Kind.POSTCODE: Wording("Postcode", "Postcode"),
    Kind.HANDLE: Wording("Name used online", "Name used there"),
    Kind.DAY: Wording("Day", "Day, like 27 March 2026"),
    Kind.BORN: Wording("Date of birth", "Date, like 27 March 2009"),
    Kind.AGE: Wording("Age", "Age, like 14 or 13-15"),
    Kind.YEAR: Wording("School year", "Year, like 9"),
    Kind.NICKNAME: Wording("Nickname", "Nickname"),
    Kind.PLACE: Wording("Place", "Place"),
}


class ChipForm(Questions):
    """One thing recognised. Not ticked, it is dropped."""

    keep = forms.BooleanField(required=False)
    said = forms.CharField(max_length=100, required=False)
    app = forms.CharField(label="App or site", max_length=50, required=False)
    whose = forms.ChoiceField(label="Whose?", required=False)

    def __init__(self, *args: Any, found: Found, people: Sequence[tuple[str, str]], **kwargs: Any):
        self.found = found
        kwargs["initial"] = _guess(found)
        super().__init__(*args, **kwargs)
        wording = _WORDING[found.kind]
        self.title = f"{wording.title}: {found.text}"
        self.fields["keep"].label = self.title
        self.fields["keep"].help_text = found.why
        self.fields["said"].label = wording.said
        self.fields["said"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if found.kind is not Kind.HANDLE:
            del self.fields["app"]
        if found.kind is Kind.DAY:
            del self.fields["whose"]
        else:
            _ask_whose(self.fields["whose"], found, people)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The fields beside one another, after the tick."""
        return (tuple(name for name in ("said", "app", "whose") if name in self.fields),)

    def clean(self) -> Given:
        """What was ticked makes sense; what was not is nobody's business."""
        said = super().clean() or self.cleaned_data
        if not said.get("keep"):
            return said
        if not said.get("said"):
            self.add_error("said", "Enter what it should be, or untick it.")
        elif problem := _problem(self.found.kind, said["said"]):
            self.add_error("said", problem)
        if self.found.kind in OF_A_PERSON and not said.get("whose"):
            self.add_error("whose", "Say whose it is, or untick it.")
        return said

    @property
    def kept(self) -> bool:
        """Was it ticked?"""
        return bool(self.cleaned_data.get("keep"))


def _ask_whose(field: forms.Field, found: Found, people: Sequence[tuple[str, str]]) -> None:
    own = chip_key(found)
    others = [(key, label) for key, label in people if key != own]
    if found.kind is not Kind.NICKNAME:
        unnamed = [(key, label) for key, (label, _) in UNNAMED.items()]
        field.choices = [("", "I do not know"), *others, *unnamed]  # type: ignore[attr-defined]
        return
    earlier = [(key, f"The same person as {label}") for key, label in people[: _place(people, own)]]
    field.label = "Who is this?"
    field.choices = [  # type: ignore[attr-defined]
        ("", "I do not know"),
        (Part.OFFENDER.value, "Someone I am worried about"),
        (Part.CHILD.value, "A young person who may be at risk"),
        (Part.ASSOCIATE.value, "Someone who was with them"),
        *earlier,
    ]


def _place(people: Sequence[tuple[str, str]], key: str) -> int:
    return next((place for place, (one, _) in enumerate(people) if one == key), 0)


def chip_key(found: Found) -> str:
    """What a chip is called in the form: the same as long as the same thing is found."""
    digest = hashlib.sha256(f"{found.kind}:{found.value}".encode()).hexdigest()
    return f"{found.kind}-{digest[:10]}"


def _guess(found: Found) -> dict[str, str]:
    """What a chip shows at first. It counts for nothing before it is ticked."""
    guess = {"said": _shown(found)}
    if found.kind is Kind.HANDLE:
        guess["app"] = reading.app_of(found)
    young = found.kind is Kind.AGE and int(found.value.split("-")[0]) < 18
    if young or found.kind in {Kind.YEAR, Kind.BORN}:
        guess["whose"] = "child"
    return guess


def _shown(found: Found) -> str:
    if found.kind is Kind.PHONE:
        return re.sub(r"^\+44(\d{3,4})", r"0\1 ", found.value).strip()
    if found.kind is Kind.PLATE:
        open_ended = "*" in found.value and "*" not in found.text
        return found.value if open_ended else found.text.upper()
    if found.kind in {Kind.DAY, Kind.BORN}:
        return " to ".join(_in_words(part) for part in found.value.split("/"))
    if found.kind is Kind.HANDLE:
        return found.text.lstrip("@")
    return found.text if found.kind in {Kind.NICKNAME, Kind.PLACE} else found.value


def _in_words(value: str) -> str:
    if len(value) == 10:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    return f"{date.fromisoformat(f'{value}-01'):%B %Y}" if len(value) == 7 else value


def _problem(kind: Kind, said: str) -> str:
    """What is wrong with a corrected value, in words; empty where nothing is."""
    checks = {
        Kind.PHONE: lambda: normalise.phone(said).problem,
        Kind.PLATE: lambda: normalise.plate(said).problem,
        Kind.POSTCODE: lambda: normalise.postcode(said).problem,
    }
    if kind in checks:
        return checks[kind]()
    if kind is Kind.AGE and not ages(said):
        return "Enter an age, like 14, or two, like 13-15."
    if kind is Kind.YEAR and not re.fullmatch(r"0?[1-9]|1[0-4]", said.strip()):
        return "Enter a school year from 1 to 14."
    if kind in {Kind.DAY, Kind.BORN} and not when(said):
        return "Enter a day that has been, like 27 March 2026."
    return ""


def ages(said: str) -> tuple[int, int] | None:
    """Youngest and oldest, as somebody writes them; None for what is no age."""
    match = re.fullmatch(r"\s*(\d{1,2})(?:\s*(?:-|–|to|or)\s*(\d{1,2}))?\s*", said)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2] or match[1])
    return (low, high) if low <= high else None


def when(said: str) -> str:
    """A day as somebody writes it, as the contract has it, `first/last` for two; empty for none."""
    if re.fullmatch(r"(?:19|20)\d\d", said.strip()):
        return said.strip()
    finds = reading.read(f"on {said}", timezone.localdate())
    finds = finds or reading.read(f"in {said}", timezone.localdate())
    return "/".join(find.value for find in finds[:2] if find.kind in {Kind.DAY, Kind.BORN})
