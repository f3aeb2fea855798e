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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from intelligence import reading
from intelligence.models.contents import Part
from intelligence.questions import Given, Questions
from intelligence.reading import Found, Kind
from linking import normalise

#: Persons whom the text need not name: what the chips call them, in words, and their role.
UNNAMED = {
    "child": (_("A young person, no nickname"), Part.CHILD),
    "child2": (_("Another young person"), Part.CHILD),
    "offender": (_("Someone I worry about, no nickname"), Part.OFFENDER),
    "offender2": (_("Another whom I worry about"), Part.OFFENDER),
}
#: Of one person there is one of each of these.
OF_A_PERSON = frozenset({Kind.AGE, Kind.BORN, Kind.YEAR})


class Wording(NamedTuple):
    """How a chip is put: what it is, and how its value is asked for."""

    title: Any
    said: Any


_WORDING = {
    Kind.PHONE: Wording(_("Phone number"), _("Number; ? for a digit unread")),
    Kind.PLATE: Wording(_("Registration"), _("Registration; ? for unread")),
    Kind.POSTCODE: Wording(_("Postcode"), _("Postcode")),
    Kind.HANDLE: Wording(_("Name used online"), _("Name used there")),
    Kind.DAY: Wording(_("Day"), _("Day, like 27 March 2026")),
    Kind.BORN: Wording(_("Date of birth"), _("Date, like 27 March 2009")),
    Kind.AGE: Wording(_("Age"), _("Age, like 14 or 13-15")),
    Kind.YEAR: Wording(_("School year"), _("Year, like 9")),
    Kind.NICKNAME: Wording(_("Nickname"), _("Nickname")),
    Kind.PLACE: Wording(_("Place"), _("Place")),
}


class ChipForm(Questions):
    """One thing recognised. Not ticked, it is dropped."""

    keep = forms.BooleanField(required=False)
    said = forms.CharField(max_length=100, required=False)
    app = forms.CharField(label=_("App or site"), max_length=50, required=False)
    whose = forms.ChoiceField(label=_("Whose?"), required=False)

    def __init__(self, *args: Any, found: Found, people: Sequence[tuple[str, str]], **kwargs: Any):
        self.found = found
        kwargs["initial"] = _guess(found)
        super().__init__(*args, **kwargs)
        wording = _WORDING[found.kind]
        self.title = f"{wording.title}: {found.text}"
        self.fields["keep"].label = self.title
        self.fields["keep"].help_text = _why(found)
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
            self.add_error("said", _("Enter what it should be, or untick it."))
        elif problem := _problem(self.found.kind, said["said"]):
            self.add_error("said", problem)
        if self.found.kind in OF_A_PERSON and not said.get("whose"):
            self.add_error("whose", _("Say whose it is, or untick it."))
        return said

    @property
    def kept(self) -> bool:
        """Was it ticked?"""
        return bool(self.cleaned_data.get("keep"))


#: Reasons of the reading with a name or a number in them, and how the catalogue has them.
_WHY = (
    (re.compile(r"A link to (?P<app>.+)\."), _("A link to %(app)s.")),
    (re.compile(r"Said beside (?P<app>.+)\."), _("Said beside %(app)s.")),
    (
        re.compile(r"Like a mobile number, but it has (?P<digits>\d+) digits and .*"),
        _("Like a mobile number, but it has %(digits)s digits and not 11. Check it."),
    ),
)
#: What `linking.normalise` says is wrong with a value.
PROBLEMS = (
    "This is not a telephone number.",
    "A telephone number has 8 to 15 digits.",
    "Too few digits of the number are known.",
    "One digit repeated is not a number.",
    "This is not a registration mark.",
    "Too few characters of the registration are known.",
    "This is not a whole postcode.",
)


def _why(found: Found) -> str:
    """Why it was recognised, in the language of the page."""
    for pattern, words in _WHY:
        if match := pattern.fullmatch(found.why):
            return str(words) % match.groupdict()
    return gettext(found.why) if found.why else ""


def _ask_whose(field: forms.Field, found: Found, people: Sequence[tuple[str, str]]) -> None:
    own = chip_key(found)
    others = [(key, label) for key, label in people if key != own]
    if found.kind is not Kind.NICKNAME:
        unnamed = [(key, label) for key, (label, _) in UNNAMED.items()]
        field.choices = [("", _("I do not know")), *others, *unnamed]  # type: ignore[attr-defined]
        return
    earlier = [
        (key, gettext("The same person as %(label)s") % {"label": label})
        for key, label in people[: _place(people, own)]
    ]
    field.label = _("Who is this?")
    field.choices = [  # type: ignore[attr-defined]
        ("", _("I do not know")),
        (Part.OFFENDER.value, _("Someone I am worried about")),
        (Part.CHILD.value, _("A young person who may be at risk")),
        (Part.ASSOCIATE.value, _("Someone who was with them")),
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
        problem = checks[kind]()
        return gettext(problem) if problem else ""
    if kind is Kind.AGE and not ages(said):
        return gettext("Enter an age, like 14, or two, like 13-15.")
    if kind is Kind.YEAR and not re.fullmatch(r"0?[1-9]|1[0-4]", said.strip()):
        return gettext("Enter a school year from 1 to 14.")
    if kind in {Kind.DAY, Kind.BORN} and not when(said):
        return gettext("Enter a day that has been, like 27 March 2026.")
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
