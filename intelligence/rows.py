"""What the one-page form asks of each person, phone, vehicle, place, account and event.

A row left empty is nothing; `given` is the row as the contract has it.
"""

from django import forms

from intelligence.models.contents import Part
from intelligence.questions import Given, Questions

#: The most rows that a list of the form may have.
MOST_ROWS = 20
_NOT_SAID = ("", "Not known")
_AGE = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"})


class PersonForm(Questions):
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
        label="Date of birth",
        help_text="Year, month, day, like 2009-04-30. The year alone helps too.",
        max_length=10,
        required=False,
    )
    age_from = forms.IntegerField(
        label="Age, or youngest", required=False, min_value=0, max_value=120, widget=_AGE
    )
    age_to = forms.IntegerField(
        label="Oldest, if unsure", required=False, min_value=0, max_value=120, widget=_AGE
    )
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
    description = forms.CharField(
        label="What do they look like? What else is known of them?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    #: How the fields stand beside one another; the page reads it.
    rows = (
        ("role", "nicknames"),
        ("given_names", "family_name"),
        ("date_of_birth", "age_from", "age_to", "gender"),
        ("description",),
    )

    def given(self, ref: str) -> Given | None:
        """The person as the contract has it, or None for an empty row."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        if not said:
            return None
        if nicknames := said.pop("nicknames", ""):
            said["nicknames"] = [part.strip() for part in nicknames.split(",") if part.strip()]
        return {"ref": ref, "role": said.pop("role", Part.UNKNOWN), **said}


class ObjectForm(Questions):
    """Something that a person of the report may be tied to."""

    relation = "uses"
    #: Besides `whose`: what a row must say to be kept, and how that is asked for.
    needs = ""
    asked = ""
    whose = forms.ChoiceField(
        label="Whose?",
        required=False,
        choices=[
            _NOT_SAID,
            *((f"p{number}", f"Person {number}") for number in range(1, MOST_ROWS + 1)),
        ],
    )

    def clean(self) -> Given:
        """A row that says something says what it is about: nothing typed is dropped."""
        said = super().clean() or self.cleaned_data
        others = any(value for name, value in said.items() if name != "whose")
        if self.needs and not said.get(self.needs) and self.needs not in self.errors:
            if others or said.get("whose"):
                self.add_error(self.needs, self.asked)
        elif said.get("whose") and not others and not self.errors:
            self.add_error("whose", "Say something about it, or choose “Not known” here.")
        return said

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

    needs = "number"
    asked = "Enter the number, or what you know of it, or empty this row."
    number = forms.CharField(
        label="Number",
        help_text="Put ? for a digit you are not sure of.",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    saved_as = forms.CharField(label="Saved under the name", max_length=60, required=False)
    rows = (("number", "saved_as", "whose"),)

    def given(self, ref: str) -> Given | None:
        """The phone, or None for an empty row."""
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
    make = forms.CharField(label="Make, model", max_length=50, required=False)
    colour = forms.CharField(label="Colour", max_length=30, required=False)
    rows = (("registration", "make", "colour", "whose"),)


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
    rows = (("kind", "name", "whose"), ("address", "postcode"))

    def given(self, ref: str) -> Given | None:
        """The place; a place whose kind nobody chose is of another kind."""
        said = super().given(ref)
        return said and {"kind": "other", **said}


class AccountForm(ObjectForm):
    """A name used online."""

    needs = "handle"
    asked = "Enter the name used there, or empty this row."
    relation = "holds_account"
    platform = forms.CharField(label="App or site", max_length=50, required=False)
    handle = forms.CharField(label="Name used there", max_length=100, required=False)
    rows = (("platform", "handle", "whose"),)

    def given(self, ref: str) -> Given | None:
        """The account, or None where no name was given."""
        said = super().given(ref)
        return said and {"platform": "not known", **said} if said and "handle" in said else None


class EventForm(Questions):
    """Something that happened, on its own day."""

    kind = forms.ChoiceField(
        label="What was it?",
        required=False,
        choices=[
            ("", "Choose"),
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
    )
    day = forms.CharField(
        label="When?",
        help_text="Like 2026-03-27. The month or the year alone helps too.",
        max_length=21,
        required=False,
    )
    description = forms.CharField(label="What happened?", max_length=5000, required=False)
    rows = (("kind", "day", "description"),)

    def given(self, ref: str) -> Given | None:
        """The event as the contract has it, or None for an empty row."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        if not said:
            return None
        day = said.pop("day", "")
        first, _, last = day.partition("/")
        span = {"from": first} | ({"to": last} if last else {})
        when = {"when": span} if day else {}
        return {"ref": ref, "kind": said.pop("kind", "other"), **when, **said}
