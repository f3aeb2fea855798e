"""What the report asks of each phone, vehicle, place, account and event.

A row left empty is nothing; `given` is the row as the contract has it, and `typed` the way back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django import forms

from intelligence.asking import YES_NO, named, one_of, tick, words
from intelligence.questions import Given, Questions

#: The most rows that a list of the form may have.
MOST_ROWS = 20

#: How one detail is known, where it is known otherwise than the rest. Corroboration needs words
#: of its own, and is said of a statement.
HOW_ONE = (
    ("first_hand", "I saw or heard it myself"),
    ("child_about_self", "The young person told me"),
    ("told_by_another", "Somebody else told me"),
    ("not_known", "I do not know where it comes from"),
    ("suspected_false", "I have reason to doubt it"),
)
#: What is written down of such a detail: the words, and on what they rest (DPA 2018 s.38(2)).
HOW_TOLD = {
    "first_hand": ("This detail was seen or heard first hand.", "observed"),
    "child_about_self": ("The young person told this detail.", "told_by_another"),
    "told_by_another": ("Somebody else told this detail.", "told_by_another"),
    "not_known": ("Where this detail comes from is not known.", "told_by_another"),
    "suspected_false": (
        "There is reason to think that this detail is not true.",
        "told_by_another",
    ),
}
_HOW = one_of("How do you know this?", HOW_ONE, empty="As for the whole report")


class RowForm(Questions):
    """One row of a list."""

    #: How the fields stand beside one another, and those behind “More”; the page reads them.
    rows: ClassVar[tuple[tuple[str, ...], ...]] = ()
    more: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Fields that the contract has as a list of words: here divided by commas.
    divided: ClassVar[frozenset[str]] = frozenset()
    #: Fields that the contract has within another member, by where.
    within: ClassVar[Mapping[str, tuple[str, str]]] = {}
    #: Fields that are not members of the row.
    apart: ClassVar[frozenset[str]] = frozenset()
    #: What the contract needs, and this is what it is where nobody said.
    otherwise: ClassVar[Mapping[str, str]] = {}

    def given(self, ref: str) -> Given | None:
        """The row as the contract has it, or None for an empty one."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in ("", None, [], False) and name not in self.apart
        }
        if not said:
            return None
        made: Given = {"ref": ref}
        for name, value in said.items():
            if name in self.divided:
                made[name] = [part.strip() for part in value.split(",") if part.strip()]
            elif name in self.within:
                outer, inner = self.within[name]
                made.setdefault(outer, {})[inner] = value
            else:
                made[name] = value
        return {**self.otherwise, **made}

    @classmethod
    def typed(cls, given: Given) -> Given:
        """What somebody would have typed to say this: the way back, for a correction."""
        inside = {place: name for name, place in cls.within.items()}
        row: Given = {}
        for name, value in given.items():
            if isinstance(value, dict):
                row |= {
                    inside[name, inner]: said
                    for inner, said in value.items()
                    if (name, inner) in inside
                }
            elif name in cls.base_fields:
                row[name] = ", ".join(value) if name in cls.divided else value
        return {name: "on" if value is True else value for name, value in row.items()}

    def own_provenance(self, ref: str) -> Given | None:
        """What is said of how this detail alone is known, or None where it is as the rest."""
        how = self.cleaned_data.get("how_known")
        if not how:
            return None
        words, basis = HOW_TOLD[how]
        return {"text": words, "basis": basis, "about": [ref], "provenance": {"how_known": how}}

    @property
    def has_more(self) -> bool:
        """Is something said, or wrong, behind “More”?"""
        names = [name for group in self.more for name in group]
        return any(self[name].value() not in ("", None, []) or self[name].errors for name in names)

    def place_of(self, path: list[str]) -> str | None:
        """The field that the contract's path within the row is about, if the row has it."""
        inside = {place: name for name, place in self.within.items()}
        name = inside.get((path[0], path[1])) if len(path) > 1 else None
        found = name or (path[0] if path else "")
        return found if found in self.fields else None


class ObjectForm(RowForm):
    """Something that a person of the report may be tied to."""

    relation = "uses"
    apart = frozenset({"whose", "how_known"})
    #: Besides `whose`: what a row must say to be kept, and how that is asked for.
    needs = ""
    asked = ""
    whose = named("Whose?")
    how_known = _HOW

    def clean(self) -> Given:
        """A row that says something says what it is about: nothing typed is dropped."""
        said = super().clean() or self.cleaned_data
        others = any(value for name, value in said.items() if name not in self.apart)
        if self.needs and not said.get(self.needs) and self.needs not in self.errors:
            if others or said.get("whose"):
                self.add_error(self.needs, self.asked)
        elif said.get("whose") and not others and not self.errors:
            self.add_error("whose", "Say something about it, or choose “Not known” here.")
        return said

    def given(self, ref: str) -> Given | None:
        """The object as the contract has it, or None for an empty row."""
        made = super().given(ref)
        return made if made and (not self.needs or self.needs in made) else None

    def tie(self, ref: str) -> Given | None:
        """The relation to its person, or None where nobody was named."""
        person = self.cleaned_data.get("whose")
        return {"from": person, "kind": self.relation, "to": ref} if person else None


class PhoneForm(ObjectForm):
    """A phone number; `?` stands for a digit that was not read."""

    needs = "number"
    asked = "Enter the number, or what you know of it, or empty this row."
    number = forms.CharField(
        label="Number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    saved_as = words("Saved under the name", 60)
    note = words("What else do you know of it?", 500, "For example: a second phone, used at night.")
    rows = (("number", "saved_as", "whose"),)
    more = (("how_known", "note"),)


class VehicleForm(ObjectForm):
    """A vehicle; `?` stands for a character that was not read."""

    relation = "drives"
    registration = forms.CharField(
        label="Registration",
        max_length=15,
        required=False,
        widget=forms.TextInput(attrs={"class": "pi-vrm", "autocomplete": "off"}),
    )
    make = words("Make", 50)
    model = words("Model", 50)
    colour = words("Colour", 30)
    kind = one_of(
        "What kind?",
        [
            ("car", "Car"),
            ("van", "Van"),
            ("taxi_or_private_hire", "Taxi or private hire"),
            ("motorcycle", "Motorcycle"),
            ("cycle_or_scooter", "Cycle or scooter"),
            ("other", "Something else"),
        ],
    )
    licence_plate = words("Number on its licence plate", 20, "Of a taxi or private hire car.")
    operator = words("Taxi firm or operator", 100)
    marks = words("Damage, stickers, anything that tells it apart", 200)
    note = words("What else do you know of it?", 500)
    rows = (("registration", "make", "colour", "whose"),)
    more = (("model", "kind", "marks"), ("licence_plate", "operator"), ("how_known", "note"))


class PlaceForm(ObjectForm):
    """A place or a business."""

    relation = "frequents"
    otherwise = {"kind": "other"}  # noqa: RUF012 - read only
    kind = one_of(
        "What is it?",
        [
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
            ("health", "A clinic, surgery or hospital"),
            ("other", "Something else"),
        ],
        empty="Choose",
    )
    name = words("Name", 200)
    address = words("Address", 500)
    postcode = words("Postcode", 10)
    gathering_place = one_of("Do young people gather there?", YES_NO)
    licence_number = words("Licence number", 40, "Of a pub, taxi office or takeaway, if you know.")
    precision = one_of(
        "How exactly do you know where it is?",
        [("exact", "Exactly"), ("street", "The street"), ("area", "Only the area")],
    )
    latitude = forms.FloatField(
        label="Latitude", required=False, min_value=-90, max_value=90, widget=forms.TextInput
    )
    longitude = forms.FloatField(
        label="Longitude", required=False, min_value=-180, max_value=180, widget=forms.TextInput
    )
    note = words("What else do you know of it?", 500)
    rows = (("kind", "name", "whose"), ("address", "postcode"))
    more = (
        ("gathering_place", "precision", "licence_number"),
        ("latitude", "longitude"),
        ("how_known", "note"),
    )


class AccountForm(ObjectForm):
    """A name used online."""

    needs = "handle"
    asked = "Enter the name used there, or empty this row."
    relation = "holds_account"
    otherwise = {"platform": "not known"}  # noqa: RUF012 - read only
    platform = words("App or site", 50)
    handle = words("Name used there", 100)
    display_name = words("Name that it shows", 100)
    url = words("Address of the profile", 500)
    rows = (("platform", "handle", "whose"),)
    more = (("display_name", "url", "how_known"),)


#: Days as the contract has them: its zone is that of the force.
_LONDON = ZoneInfo("Europe/London")


class WhenForm(RowForm):
    """A row that says when, as far as somebody knows."""

    within = {  # noqa: RUF012 - read only
        "day_about": ("when", "about"),
        "part_of_day": ("when", "part_of_day"),
        "repeats": ("when", "repeats"),
        "when_words": ("when", "words"),
    }
    day = words(
        "When?",
        33,
        "Like 2026-03-27, or 2026-03-27T21:30. The month or the year alone helps too.",
    )
    day_about = tick("The day is about right, not certain")
    part_of_day = one_of(
        "What part of the day?",
        [
            ("morning", "Morning"),
            ("afternoon", "Afternoon"),
            ("evening", "Evening"),
            ("night", "Night"),
        ],
    )
    repeats = one_of(
        "How often?",
        [
            ("once", "Once"),
            ("several", "Several times"),
            ("weekly", "Every week"),
            ("most_days", "Most days"),
            ("not_known", "I do not know"),
        ],
    )
    when_words = words("Or say when in words", 200, "For example: the Friday before half term.")

    def given(self, ref: str) -> Given | None:
        """The row; a day, or two divided by a stroke, is its `when`."""
        made = super().given(ref)
        if made and (span := made.pop("day", "")):
            first, _, last = span.partition("/")
            ends = {"from": first} | ({"to": last} if last else {})
            made["when"] = ends | made.get("when", {})
        return made

    @classmethod
    def typed(cls, given: Given) -> Given:
        """The way back. Moments of another format become days and times of the force's zone."""
        row = super().typed(given)
        when = given.get("when", {})
        days = [when[end] for end in ("from", "to") if end in when]
        moments = [given[end] for end in ("started_at", "ended_at") if end in given]
        if days or moments:
            row["day"] = "/".join(days or [_local(moment) for moment in moments])
        return row

    def place_of(self, path: list[str]) -> str | None:
        """The field; both ends of a time are one."""
        of_day = path[:1] == ["when"] and path[1:] in ([], ["from"], ["to"])
        return "day" if of_day else super().place_of(path)


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(_LONDON).strftime("%Y-%m-%dT%H:%M")


class EventForm(WhenForm):
    """Something that happened, on its own day."""

    otherwise = {"kind": "other"}  # noqa: RUF012 - read only
    apart = frozenset({"how_known"})
    kind = one_of(
        "What was it?",
        [
            ("missing_episode", "A child went missing"),
            ("return_home_interview", "A return home interview"),
            ("absence_from_education", "Absence from school or college"),
            ("sighting", "Someone was seen"),
            ("meeting", "A meeting"),
            ("party", "A party"),
            ("online_contact", "Contact online"),
            ("gift", "A gift, money or a favour"),
            ("threat", "A threat"),
            ("incident", "An incident"),
            ("disclosure", "A young person told somebody"),
            ("other", "Something else"),
        ],
        empty="Choose",
    )
    description = words("What happened?", 5000)
    place = named("Where? One of the places you named")
    interview = one_of(
        "If it was an interview after a child was missing",
        [
            ("offered", "It was offered"),
            ("refused", "It was refused"),
            ("held", "It was held"),
            ("not_offered", "It was not offered"),
        ],
    )
    missing_risk = one_of(
        "If a child was missing: the risk that police gave it",
        [
            ("no_apparent_risk", "No apparent risk"),
            ("low", "Low"),
            ("medium", "Medium"),
            ("high", "High"),
        ],
    )
    how_known = _HOW
    rows = (("kind", "day", "description"),)
    more = (
        ("part_of_day", "repeats", "when_words"),
        ("day_about",),
        ("place", "how_known"),
        ("interview", "missing_risk"),
    )
