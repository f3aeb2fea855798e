"""What the report asks of groups, of connections, of single statements, of evidence held elsewhere
and of whoever was told; and what it asks once beyond the first questions.
"""

from typing import cast

from intelligence.asking import (
    YES_NO,
    Named,
    SeveralNamed,
    day,
    named,
    number,
    one_of,
    words,
)
from intelligence.questions import Given, ReportForm
from intelligence.rows import HOW_ONE, RowForm, WhenForm

_ORIGINS = [
    ("professional_observation", "What I or a colleague saw at work"),
    ("child_disclosure", "A young person told us"),
    ("parent_or_carer", "A parent or carer"),
    ("member_of_public", "Somebody from the public"),
    ("another_professional", "Another professional"),
    ("anonymous", "Somebody who did not say who they are"),
    ("document_or_record", "A document or record"),
    ("online", "Something online"),
    ("other", "Something else"),
]
_HISTORY = [
    ("proved_right_before", "Yes, before"),
    ("first_time", "This is the first time"),
    ("reason_to_doubt", "I have reason to doubt them"),
]


class GroupForm(RowForm):
    """A gang, a network or another group that was spoken of."""

    otherwise = {"kind": "not_known"}  # noqa: RUF012 - read only
    kind = one_of(
        "What kind of group?",
        [
            ("gang", "A gang"),
            ("network", "A network"),
            ("friends", "Friends"),
            ("online", "A group online"),
            ("business", "A business"),
            ("not_known", "I do not know"),
        ],
        empty="Choose",
    )
    name = words("What is it called?", 100)
    how_many = number("How many people?", 2, 1000)
    rows = (("kind", "name", "how_many"),)


class RelationForm(WhenForm):
    """How two of what the report names hang together."""

    one = named("Who or what?", empty="Choose")
    kind = one_of(
        "does what?",
        [
            ("associates_with", "spends time with"),
            ("contacts", "is in contact with"),
            ("family_of", "is family of"),
            ("carer_of", "cares for"),
            ("uses", "uses"),
            ("owns", "owns"),
            ("drives", "drives"),
            ("passenger_in", "is a passenger in"),
            ("registered_keeper_of", "is registered keeper of"),
            ("holds_account", "has the account"),
            ("lives_at", "lives at"),
            ("works_at", "works at"),
            ("attends", "attends"),
            ("frequents", "is often at"),
            ("seen_at", "was seen at"),
            ("controls", "controls"),
            ("took_part_in", "took part in"),
            ("member_of", "belongs to"),
            ("recruits", "draws in"),
            ("transports", "drives around"),
            ("exploits", "exploits"),
            ("facilitates_for", "makes it possible for"),
            ("other", "something else (say what)"),
        ],
        empty="Choose",
    )
    other = named("with whom or what?", empty="Choose")
    note = words("In your words", 300)
    rows = (("one", "kind", "other"),)
    more = (("note",), ("day", "part_of_day", "repeats"), ("when_words",), ("day_about",))

    def clean(self) -> Given:
        """All three, or none."""
        said = super().clean() or self.cleaned_data
        if any(said.values()):
            for name in ("one", "kind", "other"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, "Choose, or empty this row.")
        return said

    def given(self, ref: str) -> Given | None:
        """The relation, or None until all three are chosen."""
        made = super().given(ref)
        if not made or not {"one", "kind", "other"} <= set(made):
            return None
        return {"from": made.pop("one"), "to": made.pop("other"), **made}

    @classmethod
    def typed(cls, given: Given) -> Given:
        """The way back."""
        return super().typed(given) | {"one": given["from"], "other": given["to"]}

    def place_of(self, path: list[str]) -> str | None:
        """The field; the contract has other words for two."""
        return {"from": "one", "to": "other"}.get(path[0] if path else "") or super().place_of(path)


class StatementForm(WhenForm):
    """One thing that is known otherwise than the rest of the report."""

    within = WhenForm.within | {
        name: ("provenance", name)
        for name in ("how_known", "corroboration", "source_history", "origin")
    }
    text = words("What do you know otherwise?", 5000, lines=2)
    basis = one_of(
        "What does it rest on?",
        [
            ("observed", "It was seen or heard"),
            ("child_words", "A young person’s own words"),
            ("told_by_another", "Somebody told it"),
            ("record", "A record"),
            ("professional_opinion", "A professional opinion"),
            ("analyst_inference", "A conclusion drawn from other things"),
        ],
        empty="Choose",
    )
    about = SeveralNamed(label="What is it about?", required=False)
    how_known = one_of(
        "How do you know this?",
        [*HOW_ONE[:3], ("told_and_corroborated", "Told, and something supports it"), *HOW_ONE[3:]],
        empty="As for the whole report",
    )
    corroboration = words("What else supports it?", 2000)
    source_history = one_of("Has whoever told you been right before?", _HISTORY, empty="Not said")
    origin = one_of("Where does it come from?", _ORIGINS, empty="Not said")
    origin_reference = words("The meeting or interview it comes from", 128)
    rows = (("text",), ("basis", "how_known"))
    more = (
        ("about",),
        ("corroboration", "source_history", "origin"),
        ("day", "part_of_day", "repeats"),
        ("when_words", "origin_reference"),
        ("day_about",),
    )

    def clean(self) -> Given:
        """A statement has words, and rests on something; what belongs together is asked for."""
        said = super().clean() or self.cleaned_data
        if any(said.values()):
            for name, asked in (
                ("text", "Say what it is, or empty this row."),
                ("basis", "Choose."),
            ):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, asked)
        of_source = [said.get(name) for name in ("corroboration", "source_history", "origin")]
        if any(of_source) and not said.get("how_known"):
            self.add_error("how_known", "Say how you know it.")
        if said.get("how_known") == "told_and_corroborated" and not said.get("corroboration"):
            self.add_error("corroboration", "Say what else supports it.")
        return said

    def given(self, ref: str) -> Given | None:
        """The statement, or None until it has words and a basis."""
        made = super().given(ref)
        if not made or "text" not in made or "basis" not in made:
            return None
        return made

    def own_provenance(self, ref: str) -> None:
        """It is the statement itself."""


class EvidenceForm(RowForm):
    """Where a picture, film or message is: never the thing itself."""

    kind = one_of(
        "What is it?",
        [
            ("cctv", "Camera film (CCTV)"),
            ("photo", "A photograph"),
            ("video", "A video"),
            ("messages", "Messages"),
            ("document", "A document"),
            ("other", "Something else"),
        ],
        empty="Choose",
    )
    held_by = words("Who has it?", 200)
    lost_after = day("When will it be lost?", "Camera film is often kept for a month only.")
    may_show_abuse = one_of("May it show a child being harmed?", YES_NO, empty="Not said")
    rows = (("kind", "held_by"), ("lost_after", "may_show_abuse"))

    def clean(self) -> Given:
        """What it is and who has it come together."""
        said = super().clean() or self.cleaned_data
        if any(said.values()):
            for name, asked in (("kind", "Say what it is."), ("held_by", "Say who has it.")):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, asked)
        return said

    def given(self, ref: str) -> Given | None:
        """The evidence, or None until it says what it is and who has it."""
        made = super().given(ref)
        if not made or not {"kind", "held_by"} <= set(made):
            return None
        del made["ref"]
        if "lost_after" in made:
            made["lost_after"] = made["lost_after"].isoformat()
        return made


class ReferralForm(RowForm):
    """Somebody else who was told, and the number they gave for it."""

    to = one_of(
        "Who?",
        [
            ("999", "Police: 999"),
            ("101", "Police: 101"),
            ("social_care", "Children’s social care"),
            ("lado", "The designated officer (LADO)"),
            ("other", "Somebody else"),
        ],
        empty="Choose",
    )
    reference = words("Their number for it", 64, "Of a crime, an incident, a case or a referral.")
    on = day("When?")
    rows = (("to", "reference", "on"),)

    def clean(self) -> Given:
        """A number says whose it is."""
        said = super().clean() or self.cleaned_data
        if any(said.values()) and not said.get("to") and "to" not in self.errors:
            self.add_error("to", "Say who was told.")
        return said

    def given(self, ref: str) -> Given | None:
        """Who was told, or None until it says who."""
        made = super().given(ref)
        if not made or "to" not in made:
            return None
        del made["ref"]
        if "on" in made:
            made["on"] = made["on"].isoformat()
        return made


class WholeForm(ReportForm):
    """What is asked once for a report in steps."""

    learned_on = day("When did you learn of it, if that was another day?")
    origin_reference = words(
        "The meeting or interview this comes from",
        128,
        "If others may report the same one: a strategy meeting, a return home interview. So it "
        "counts once.",
    )
    force_area = named("Which police area is it about?", "Only if it is not ours.", empty="Our own")
    origin = one_of("Where does it come from?", _ORIGINS, empty="Not said")
    reporter_name = words("Name of whoever told you", 100)
    reporter_job = words("Their job, or who they are to the young person", 100)
    reporter_contact = words("How they can be reached", 200)
    may_contact = one_of(
        "May police speak to them?",
        [
            ("yes", "Yes"),
            ("by_lead_only", "Only through our agency’s lead"),
            ("no", "No"),
        ],
        empty="Not said",
    )
    done = words("What have you done about it?", 1000, "Only if a child is at risk now.", lines=2)
    child_view = words(
        "What does the young person want to happen?", 1000, "In their words if you can.", lines=2
    )
    unsafe_to_tell = words(
        "Is there anyone who must not be told?",
        500,
        "A parent, a partner, somebody at work: say who, if telling them could put anyone at risk.",
    )
    interpreter_used = one_of("Was an interpreter used?", YES_NO, empty="Not said")
    protective_marking = one_of(
        "Protective marking", [("OFFICIAL", "OFFICIAL")], empty="OFFICIAL-SENSITIVE"
    )

    def offer_areas(self, areas: list[tuple[str, str]]) -> None:
        """The other police areas that a report may be about."""
        field = cast("Named", self.fields["force_area"])
        field.choices = [("", "Our own"), *areas]
