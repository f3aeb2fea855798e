"""The forms about a young person who was missing, absent, or back."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from intelligence import exchange, lines
from intelligence.questions import Given
from victims.models import MissingEpisode
from victims.models.missing import Pull, Push

_TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-5"})


def day(label: str, *, help_text: str = "", required: bool = True) -> forms.DateField:
    """A day that has been."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={
            "invalid": "Enter a real date, like 2026-03-27.",
            "required": "Enter the day. If you are not sure, the day you think it was.",
        },
    )


def clock(label: str, help_text: str = "") -> forms.TimeField:
    """A time of day, which may be left open."""
    return forms.TimeField(
        label=label,
        help_text=help_text,
        required=False,
        widget=_TIME,
        error_messages={"invalid": "Enter a time like 21:30."},
    )


def text(
    label: str, *, most: int, rows: int = 0, help_text: str = "", required: bool = False
) -> forms.CharField:
    """Words: one line, or a box of some."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
    )


def moment(said: Given, name: str) -> datetime | None:
    """The day and the time of `name` together; from the start of the day where no time is known."""
    on = said.get(f"{name}_on")
    if on is None:
        return None
    return timezone.make_aware(datetime.combine(on, said.get(f"{name}_time") or time(0)))


def apart(at: datetime | None, name: str) -> Given:
    """A moment as the two fields show it."""
    if at is None:
        return {}
    local = timezone.localtime(at)
    return {f"{name}_on": local.date(), f"{name}_time": local.time().replace(second=0)}


class Told(forms.Form):
    """A form whose days lie in the past, and in an order."""

    #: The moments of the form, in the order in which they come.
    moments: tuple[str, ...] = ()

    def clean(self) -> Given:
        """Put the moments together."""
        said = super().clean() or self.cleaned_data
        for name in self.moments:
            said[f"{name}_at"] = at = moment(said, name)
            if at is not None and at.year < exchange.EARLIEST:
                self.add_error(f"{name}_on", f"Enter a day after {exchange.EARLIEST}.")
            elif at is not None and at > timezone.now():
                self.add_error(f"{name}_on", "This lies in the future. Enter when it was.")
            elif at is None and said.get(f"{name}_time"):
                self.add_error(f"{name}_on", "Enter the day as well as the time.")
        return said


class YoungPersonForm(Told):
    """Who it is about, as far as the agency knows them."""

    given_names = text("First names", most=100)
    family_name = text("Family name", most=100)
    date_of_birth = text(
        "Date of birth",
        most=10,
        help_text="Year, month, day, like 2011-04-30. The year alone helps too.",
    )

    def clean_date_of_birth(self) -> str:
        """A date of birth as the contract takes it."""
        born = str(self.cleaned_data["date_of_birth"])
        probe: Given = {
            "reference": "x",
            "information_date": timezone.localdate().isoformat(),
            "provenance": {"how_known": "not_known"},
            "persons": [{"ref": "c1", "role": "child_at_risk", "date_of_birth": born}],
        }
        errors = exchange.check(probe, police=False, today=timezone.localdate())
        if born and errors:
            raise forms.ValidationError("Enter a date like 2011-04-30, or a year.")
        return born

    def clean(self) -> Given:
        """Somebody is named."""
        said = super().clean() or self.cleaned_data
        if not said.get("given_names") and not said.get("family_name"):
            self.add_error("given_names", "Enter a name, or what you call them in your records.")
        return said


class MissingForm(YoungPersonForm):
    """A missing episode, with the return where it is over."""

    moments = ("missing", "returned")

    missing_on = day("Missing since")
    missing_time = clock("Time", "If you know it.")
    missing_from = text("Where from?", most=300, help_text="Home, school, a placement, a street.")
    circumstances = text(
        "What is known of it?",
        most=2000,
        rows=4,
        help_text="What led up to it, who they may be with, where they go. Part of a name helps.",
    )
    risk = forms.ChoiceField(
        label="The risk, as police graded it",
        required=False,
        choices=[("", "Not graded, or not known"), *MissingEpisode.Risk.choices],
    )
    police_reference = text("The police reference", most=64)
    returned_on = day(
        "Back since", help_text="Leave it empty while they are missing.", required=False
    )
    returned_time = clock("Time", "Without it the clock runs from the start of the day.")
    found_where = text("Where were they found?", most=300)
    returned_how = text("How did they come back?", most=300, help_text="By themselves, or by whom.")

    def clean(self) -> Given:
        """The return comes after."""
        said = super().clean()
        since, back = said.get("missing_at"), said.get("returned_at")
        if since and back and back < since:
            self.add_error("returned_on", "They cannot be back before they were missing.")
        said["missing_since"] = since
        return said

    @classmethod
    def about(cls, episode: MissingEpisode) -> "MissingForm":
        """The form as the record stands."""
        names = [*cls.base_fields]
        initial = {name: getattr(episode, name) for name in names if hasattr(episode, name)}
        initial |= apart(episode.missing_since, "missing") | apart(episode.returned_at, "returned")
        return cls(initial=initial)


class InterviewForm(Told):
    """How the offer went, and what the young person said."""

    moments = ("held",)

    interview = forms.ChoiceField(
        label="Where has it come to?",
        widget=forms.RadioSelect,
        choices=[
            ("offered", "It was offered, and is still to be held"),
            ("held", "It was held"),
            ("refused", "It was offered and refused"),
            ("not_offered", "It will not be offered"),
        ],
        error_messages={"required": "Say where the interview has come to."},
    )
    offered_by = text("Who offered it?", most=100)
    refused_by = forms.ChoiceField(
        label="Who refused?",
        required=False,
        choices=[("", "Nobody"), *MissingEpisode.Refuser.choices],
    )
    why_not = text(
        "Why was it refused, or not offered?",
        most=1000,
        rows=2,
        help_text="In their own words. If a young person refuses, ask their carer what is known.",
    )
    held_on = day("Held on", help_text="Only if it was held.", required=False)
    held_time = clock("Time")
    held_by = text("Who held it?", most=100, help_text="Somebody independent of where they live.")
    where_was = text("Where were they?", most=2000, rows=2)
    with_whom = text("Who were they with, or did they meet?", most=2000, rows=2)
    travelled = text("How did they travel, and who brought them back?", most=1000, rows=2)
    led_up = text("What happened before?", most=2000, rows=2)
    hurt = text("Was anybody hurt, threatened or frightened?", most=2000, rows=2)
    wants = text("What do they want to happen? What would help?", most=2000, rows=2)
    push = forms.MultipleChoiceField(
        label="What may they be getting away from?",
        required=False,
        choices=Push.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    pull = forms.MultipleChoiceField(
        label="What may they be drawn to?",
        required=False,
        choices=Pull.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    names = lines.field("names")
    nicknames = lines.field("nicknames")
    phones = lines.field("phones")
    registrations = lines.field("registrations")
    places = lines.field("places")
    accounts = lines.field("accounts")

    def __init__(self, *args: Any, episode: MissingEpisode, **kwargs: Any) -> None:
        self.episode = episode
        super().__init__(*args, **kwargs)

    def clean(self) -> Given:
        """What belongs to the answer is there, and nothing that does not."""
        said = super().clean()
        state = said.get("interview")
        if state == "held":
            self._of_one_held(said)
        else:
            said |= {"held_at": None, "held_by": ""}
        if state == "refused" and not said.get("refused_by"):
            self.add_error("refused_by", "Say who refused.")
        if state != "refused":
            said["refused_by"] = ""
        said["came_up"] = {name: said[name] for name in lines.LINES if said.get(name)}
        return said

    def _of_one_held(self, said: Given) -> None:
        back, held = self.episode.returned_at, said.get("held_at")
        if held is None and "held_on" not in self.errors:
            self.add_error("held_on", "Enter the day on which it was held.")
        # Without a time it was some time of the day: not before the return on that same day.
        if held and back and not said.get("held_time") and _same_day(held, back):
            said["held_at"] = held = max(held, back)
        if held and back and held < back:
            self.add_error("held_on", "It cannot have been held before they were back.")
        if not said.get("held_by"):
            self.add_error("held_by", "Say who held it.")


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localdate(one) == timezone.localdate(other)
