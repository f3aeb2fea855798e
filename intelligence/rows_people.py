"""What the report asks of each person.

A person has a page of their own; what most reports need stands first, the rest in groups below.
"""

from dataclasses import dataclass
from typing import ClassVar

from django import forms

from intelligence.asking import YES_NO, named, number, one_of, several, words
from intelligence.models.contents import Part
from intelligence.questions import Given
from intelligence.rows import RowForm

_PARTS = [
    (Part.OFFENDER.value, "Someone I am worried about"),
    (Part.CHILD.value, "A young person who may be at risk"),
    (Part.VICTIM.value, "A young person who has been harmed"),
    (Part.ASSOCIATE.value, "Someone who was with them"),
    (Part.WITNESS.value, "Someone who saw it"),
    (Part.CARER.value, "A parent or carer"),
    (Part.PROFESSIONAL.value, "Somebody there for their work"),
    (Part.UNKNOWN.value, "I do not know"),
]
#: The 18+1 codes of self-defined ethnicity.
_ETHNICITIES = [
    ("W1", "White: British"),
    ("W2", "White: Irish"),
    ("W3", "White: Gypsy or Irish Traveller"),
    ("W4", "White: Roma"),
    ("W9", "Any other White background"),
    ("M1", "White and Black Caribbean"),
    ("M2", "White and Black African"),
    ("M3", "White and Asian"),
    ("M9", "Any other mixed background"),
    ("A1", "Indian"),
    ("A2", "Pakistani"),
    ("A3", "Bangladeshi"),
    ("A4", "Chinese"),
    ("A9", "Any other Asian background"),
    ("B1", "Black: Caribbean"),
    ("B2", "Black: African"),
    ("B9", "Any other Black background"),
    ("O2", "Arab"),
    ("O9", "Any other ethnic group"),
    ("NS", "Not stated"),
]
_SCHEMES = [
    ("own_case", "Our own case number"),
    ("social_care", "Social care number"),
    ("force_nominal", "Police person number"),
    ("pnc", "PNC number"),
    ("cro", "CRO number"),
    ("licence_badge", "Licence badge"),
]


@dataclass(frozen=True)
class Group:
    """Some questions about a person, under one heading."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    hint: str = ""
    first: bool = False


class PersonForm(RowForm):
    """One person, as far as they are known."""

    otherwise = {"role": Part.UNKNOWN.value}  # noqa: RUF012 - read only
    divided = frozenset({"nicknames"})
    within = {  # noqa: RUF012 - read only
        name: ("appearance", name)
        for name in ("height", "build", "hair", "clothing", "marks", "accent")
    }
    apart = frozenset({"scheme1", "value1", "scheme2", "value2", "how_known"})

    role = one_of("Who is this?", _PARTS, empty="Choose")
    also = several(
        "And is this person also one of these?",
        _PARTS[:-1],
        "A young person may be harmed and made to draw in others. They are a child first.",
    )
    known = one_of(
        "How do you know them?",
        [
            ("named", "By name"),
            ("by_sight", "By sight"),
            ("description_only", "Only from what was told of them"),
        ],
    )
    how_many = number(
        "If this is several people together: how many?", 2, 50, "Leave it empty for one person."
    )
    nicknames = words("Nicknames", 300, "Divide by commas.")
    given_names = words("First names", 100)
    family_name = words("Family name", 100)
    initials = words("Initials, if you do not give the name", 6, width="5")
    name_withheld = one_of(
        "If you do not give the name: why?",
        [
            ("confidential_service", "Ours is a confidential service"),
            ("child_asked", "The young person asked for it"),
        ],
        empty="I give what I know",
    )
    date_of_birth = words(
        "Date of birth",
        10,
        "Year, month, day, like 2009-04-30. The year alone helps too.",
    )
    age_from = number("Age, or youngest", 0, 120)
    age_to = number("Oldest, if unsure", 0, 120)
    year_group = one_of(
        "School year", [("R", "Reception"), *((str(n), f"Year {n}") for n in range(1, 15))]
    )
    gender = one_of(
        "Gender",
        [
            ("female", "Female"),
            ("male", "Male"),
            ("non_binary", "Non-binary"),
            ("other", "Other"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    description = words("What do they look like? What else is known of them?", 2000, lines=2)
    height = words("Height", 40)
    build = words("Build", 40)
    hair = words("Hair", 60)
    clothing = words("Clothes, uniform", 200)
    marks = words("Scars, tattoos, marks", 200)
    accent = words("Accent", 60)
    position_of_trust = one_of(
        "Do they work in a position of trust?",
        [
            ("none", "No"),
            ("works_with_children", "Yes: works or volunteers with children"),
            ("police", "Yes: works for the police"),
            ("licensed_driver", "Yes: a licensed driver"),
            ("other", "Yes: another position of trust"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    works_for = named(
        "Where do they work?",
        "This report is then kept from that agency: from its lead, its colleagues and its desk.",
        empty="I do not know",
    )
    vulnerabilities = several(
        "What makes life harder for this young person?",
        [
            ("prior_family_abuse", "Harm in the family before"),
            ("deprivation", "Poverty"),
            ("homelessness", "No settled home"),
            ("substance_misuse", "Alcohol or drugs"),
            ("disability", "Disability"),
            ("in_care", "In care"),
            ("missing", "Goes missing"),
            ("gang_association", "A gang around them"),
        ],
        "What you have seen or been told. None of these, nor several together, is evidence that "
        "a child is being exploited. They are never added up.",
    )
    victim_status = one_of(
        "How sure is it that they were harmed?",
        [
            ("at_risk", "At risk"),
            ("suspected", "Suspected"),
            ("confirmed", "Confirmed"),
        ],
    )
    living_status = one_of(
        "Where do they live?",
        [
            ("family", "With family"),
            ("foster", "In foster care"),
            ("residential", "In a children’s home"),
            ("secure", "In secure accommodation"),
            ("care_leaver", "Care leaver"),
            ("unaccompanied", "Unaccompanied"),
            ("other", "Somewhere else"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    language = words(
        "Language, as a code of two or three letters", 3, "For example: cy, pl, ur.", width="3"
    )
    interpreter_needed = one_of("Do they need an interpreter?", YES_NO)
    disability = one_of(
        "Do they have a disability?",
        [
            ("yes", "Yes"),
            ("no", "No"),
            ("not_asked", "Nobody asked"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    offender_level = one_of(
        "What part do they seem to play?",
        [
            ("organiser", "They organise it"),
            ("facilitator", "They make it possible"),
            ("abuser", "They harm young people themselves"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    role_status = one_of(
        "How far has it come?",
        [
            ("alleged", "Somebody says so"),
            ("assessed", "It was assessed"),
            ("charged", "Charged"),
            ("convicted", "Convicted"),
            ("discounted", "Looked into and ruled out"),
        ],
        "Only for someone you are worried about.",
        empty="Not said",
    )
    ethnicity = one_of(
        "Ethnicity, as they describe it themselves",
        _ETHNICITIES,
        "Recorded to see whom services miss. It is never compared, and never makes a link.",
    )
    ethnicity_basis = one_of(
        "Where is that from?",
        [
            ("self_defined", "They said it themselves"),
            ("record", "A record"),
            ("not_asked", "Nobody asked"),
            ("declined", "They did not want to say"),
            ("not_known", "I do not know"),
        ],
        empty="Not said",
    )
    observed_ethnicity = words("Ethnicity, as it seemed to you", 60)
    nationality = words("Nationality, as a code of three letters", 3, "Like GBR.", width="3")
    scheme1 = one_of("Number or reference they are known by", _SCHEMES, empty="None")
    value1 = words("The number", 40)
    scheme2 = one_of("Another number or reference", _SCHEMES, empty="None")
    value2 = words("That number", 40)

    groups: ClassVar[tuple[Group, ...]] = (
        Group(
            "Who they are",
            (
                ("role", "nicknames"),
                ("given_names", "family_name"),
                ("age_from", "age_to", "gender"),
            ),
            first=True,
        ),
        Group("", (("description",),), first=True),
        Group(
            "If they work with children, for the police or as a licensed driver",
            (("position_of_trust", "works_for"),),
        ),
        Group(
            "More about who they are",
            (
                ("date_of_birth", "year_group"),
                ("known", "how_many"),
                ("initials", "name_withheld"),
                ("also",),
            ),
        ),
        Group(
            "What they look like", (("height", "build", "hair"), ("clothing",), ("marks", "accent"))
        ),
        Group(
            "If this is a young person",
            (
                ("victim_status", "living_status"),
                ("vulnerabilities",),
                ("disability", "interpreter_needed", "language"),
            ),
        ),
        Group("If this is someone you are worried about", (("offender_level", "role_status"),)),
        Group(
            "Numbers and references that others know them by",
            (("scheme1", "value1"), ("scheme2", "value2")),
            "Of a case, a crime or a licence. Not NHS numbers, and not pupil numbers.",
        ),
        Group(
            "Ethnicity and nationality",
            (("ethnicity", "ethnicity_basis"), ("observed_ethnicity", "nationality")),
        ),
    )

    def clean(self) -> Given:
        """A number says what it is, and a kind of number its number."""
        said = super().clean() or self.cleaned_data
        for n in ("1", "2"):
            if said.get(f"value{n}") and not said.get(f"scheme{n}"):
                self.add_error(f"scheme{n}", "Say what number this is.")
            if said.get(f"scheme{n}") and not said.get(f"value{n}"):
                self.add_error(f"value{n}", "Enter the number, or choose “None”.")
        parts = {said.get("role"), *said.get("also", ())}
        if said.get("role_status") and Part.OFFENDER not in parts:
            self.add_error("role_status", "Say this of someone you are worried about only.")
        return said

    def given(self, ref: str) -> Given | None:
        """The person as the contract has them, or None for an empty row."""
        made = super().given(ref)
        pairs = [
            (self.cleaned_data.get(f"scheme{n}"), self.cleaned_data.get(f"value{n}")) for n in "12"
        ]
        numbers = [
            {"scheme": scheme, "value": value} for scheme, value in pairs if scheme and value
        ]
        if numbers:
            return {"ref": ref, **self.otherwise, **(made or {}), "identifiers": numbers}
        return made

    @classmethod
    def typed(cls, given: Given) -> Given:
        """The way back, with the first two of the numbers."""
        row = super().typed(given)
        for n, one in zip("12", given.get("identifiers", ()), strict=False):
            row |= {f"scheme{n}": one["scheme"], f"value{n}": one["value"]}
        return row

    @property
    def sections(self) -> list[tuple[Group, list[list[forms.BoundField]]]]:
        """Each group with its fields, as they stand beside one another."""
        return [
            (group, [[self[name] for name in names] for names in group.rows])
            for group in self.groups
        ]

    @property
    def has_more(self) -> bool:
        """Is something said, or wrong, in the groups that stand behind “More”?"""
        fields = [
            field
            for group, rows in self.sections
            if not group.first
            for row in rows
            for field in row
        ]
        return any(field.value() not in ("", None, []) or field.errors for field in fields)

    def place_of(self, path: list[str]) -> str | None:
        """The field; a number of a list has its own two."""
        if path[:1] == ["identifiers"] and len(path) > 1:
            return f"value{min(int(path[1]) + 1, 2)}"
        return super().place_of(path)
