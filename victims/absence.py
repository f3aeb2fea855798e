"""Absence from education, as a school writes it: straight to a submission, and kept nowhere else.

A session is half a school day (Department for Education, *Working together to improve school
attendance*).
"""

from django import forms
from django.utils import timezone

from intelligence import exchange
from intelligence.confirming import ClosingForm
from intelligence.questions import Given
from victims.questions import YoungPersonForm, day, text

PATTERNS = (
    ("once", "One time"),
    ("several", "Several times, no pattern"),
    ("weekly", "The same days each week"),
    ("most_days", "Most days"),
    ("not_known", "I do not know"),
)


class AbsenceForm(YoungPersonForm):
    """Who was absent, when, how often, and what was said of it."""

    first_day = day("First day of absence")
    last_day = day("Last day of absence", help_text="Empty for one day.", required=False)
    pattern = forms.ChoiceField(
        label="How often?",
        choices=PATTERNS,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how often. “I do not know” is fine."},
    )
    sessions = forms.IntegerField(
        label="How many sessions were missed?",
        help_text="A session is half a school day.",
        required=False,
        min_value=1,
        max_value=400,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    reason = text("What reason was given, and by whom?", most=1000, rows=2)
    worry = text(
        "What worries you about it?",
        most=3000,
        rows=4,
        help_text="Who they are with, who collects them, what changed. Part of a name helps.",
    )

    def clean(self) -> Given:
        """The days lie in the past, and in order."""
        said = super().clean()
        first, last = said.get("first_day"), said.get("last_day")
        for name, on in (("first_day", first), ("last_day", last)):
            if on is not None and not on.year >= exchange.EARLIEST:
                self.add_error(name, f"Enter a day after {exchange.EARLIEST}.")
            elif on is not None and on > timezone.localdate():
                self.add_error(name, "This lies in the future. Enter when it was.")
        if first and last and last < first:
            self.add_error("last_day", "The last day cannot come before the first.")
        return said


def payload(absence: AbsenceForm, closing: ClosingForm) -> Given:
    """The submission. Only after both are valid."""
    said = absence.cleaned_data
    first, last = said["first_day"], said["last_day"] or said["first_day"]
    child: Given = {"ref": "c1", "role": "child_at_risk"}
    for name in ("given_names", "family_name", "date_of_birth"):
        if said[name]:
            child[name] = said[name]
    when = {"from": first.isoformat(), "to": last.isoformat(), "repeats": said["pattern"]}
    event: Given = {"ref": "e1", "kind": "absence_from_education", "when": when}
    if lines := _lines(said):
        event["description"] = "\n".join(lines)
    whole: Given = {
        "information_date": last.isoformat(),
        "persons": [child],
        "events": [event],
        **closing.closing(),
    }
    if said["worry"]:
        whole["narrative"] = said["worry"]
    return whole


def _lines(said: Given) -> list[str]:
    lines = []
    if said["sessions"]:
        lines.append(f"Sessions missed: {said['sessions']}")
    if said["reason"]:
        lines.append(f"Reason given: {said['reason']}")
    return lines
