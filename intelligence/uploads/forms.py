"""The forms of an upload: the file, and what each of its columns is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from intelligence.models import Upload
from intelligence.uploads.columns import FIELDS, REPEATED
from intelligence.uploads.opening import MOST_BYTES


class FileForm(forms.Form):
    """Choose a file."""

    file = forms.FileField(
        label="Your file",
        help_text="CSV or Excel (.xlsx), with your own headings, one concern in each row. At most "
        "5 MB and 20,000 rows. No pictures.",
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": "Choose a file of at most 5 MB.",
            "invalid": "Choose a file of at most 5 MB.",
        },
    )

    def clean_file(self) -> Any:
        """Larger files are not read at all."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB. Split it.")
        return file


def _choices() -> list[Any]:
    """Every field by its whole label, so that a closed list still says whose name it is."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, field in FIELDS.items():
        whose, _, _ = field.label.rpartition(": ")
        groups.setdefault(whose or "The row", []).append((name, field.label))
    order = ["The row", *[group for group in groups if group != "The row"]]
    return [("", "Leave this column out"), *[(group, groups[group]) for group in order]]


#: Without one of these a row says nothing.
_DEFAULTS = {"reference", "information_date", "how_known", "child_at_risk_now", "risk_if_shared"}


@dataclass(frozen=True)
class Column:
    """A heading of the file as the page shows it: with some of its cells, and the choice."""

    heading: str
    examples: list[str]
    choice: BoundField


class MatchForm(forms.Form):
    """What each column is, and what holds where a row does not say."""

    how_known = forms.ChoiceField(
        label="How do you know, where the file does not say?",
        widget=forms.RadioSelect,
        choices=[
            ("first_hand", "We saw or heard it ourselves"),
            ("child_about_self", "The young person told us about themselves"),
            ("told_by_another", "Somebody else told us"),
            ("not_known", "We do not know where it comes from"),
        ],
        error_messages={"required": "Say how you know, so that we can weigh it."},
    )
    information_date = forms.DateField(
        label="The day, where a row has none",
        help_text="Leave it empty to have such rows shown to you as needing a fix.",
        required=False,
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
    )

    def __init__(
        self, data: Any = None, *, upload: Upload, sample: Sequence[Sequence[str]] = ()
    ) -> None:
        given = {"how_known": upload.how_known, "information_date": upload.information_date}
        super().__init__(data, initial=given)
        self.upload, self.sample = upload, sample
        for at, heading in enumerate(upload.headings):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=f"What is “{heading}”?",
                required=False,
                choices=_choices,
                initial=upload.columns[at],
            )

    @property
    def columns(self) -> Iterator[Column]:
        """Each heading with three of its cells."""
        for at, heading in enumerate(self.upload.headings):
            cells = [row[at] for row in self.sample if at < len(row) and row[at]]
            yield Column(heading, [cell[:60] for cell in cells[:3]], self[f"column_{at}"])

    def chosen(self) -> list[str]:
        """The field of each column. Only after `is_valid`."""
        return [self.cleaned_data[f"column_{at}"] for at in range(len(self.upload.headings))]

    def clean(self) -> dict[str, Any]:
        """What may stand once stands once, and something is said at all."""
        said = super().clean() or self.cleaned_data
        names = [said.get(f"column_{at}", "") for at in range(len(self.upload.headings))]
        for at, name in enumerate(names):
            if name and name not in REPEATED and name in names[:at]:
                message = f"“{FIELDS[name].label}” is chosen for another column too."
                self.add_error(f"column_{at}", message)
        if not {name for name in names if name} - _DEFAULTS:
            raise forms.ValidationError(
                "Choose at least one column that says something: what happened, a person, a phone, "
                "a vehicle, a place or an online name."
            )
        return said
