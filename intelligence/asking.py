"""Questions put together: one line each for the kinds of answer that the forms take.

Nothing is ever required here: "I do not know" is an answer everywhere.
"""

from collections.abc import Iterable

from django import forms

Choices = Iterable[tuple[str, str]]

YES_NO = (("yes", "Yes"), ("no", "No"), ("not_known", "I do not know"))


def words(
    label: str, longest: int, hint: str = "", *, lines: int = 1, width: str = ""
) -> forms.CharField:
    """Words, in one line or several; `width` is the design system's, in characters."""
    attrs: dict[str, object] = {"class": f"govuk-input--width-{width}"} if width else {}
    widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, help_text=hint, max_length=longest, required=False, widget=widget
    )


def number(label: str, least: int, most: int, hint: str = "") -> forms.IntegerField:
    """A whole number."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"})
    return forms.IntegerField(
        label=label, help_text=hint, required=False, min_value=least, max_value=most, widget=widget
    )


def one_of(
    label: str, choices: Choices, hint: str = "", *, empty: str = "Not known"
) -> forms.ChoiceField:
    """One of a list, or nothing."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=[("", empty), *choices]
    )


def several(label: str, choices: Choices, hint: str = "") -> forms.MultipleChoiceField:
    """Any of a list, as boxes to tick."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        required=False,
        choices=list(choices),
        widget=forms.CheckboxSelectMultiple,
    )


def tick(label: str, hint: str = "") -> forms.BooleanField:
    """One box."""
    return forms.BooleanField(label=label, help_text=hint, required=False)


def day(label: str, hint: str = "") -> forms.DateField:
    """A whole day, by the browser's own control."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        # In the form that a date control of a browser reads, whatever the language.
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={"invalid": "Enter a real date, like 2026-03-27."},
    )


class Named(forms.ChoiceField):
    """One of what the page itself offers. What is chosen and gone by now is told elsewhere."""

    #: How nothing is called.
    empty = "Not known"

    def valid_value(self, value: object) -> bool:
        """Whatever was chosen is read; whether it is still there is asked of the whole sheet."""
        return True


class SeveralNamed(forms.MultipleChoiceField):
    """Any of what the page itself offers."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: object) -> bool:
        """As for one."""
        return True


def named(label: str, hint: str = "", *, empty: str = "Not known") -> Named:
    """A row of the same report, or nothing. The sheet puts in the rows that there are."""
    field = Named(label=label, help_text=hint, required=False, choices=[("", empty)])
    field.empty = empty
    return field
