"""Small parts of the design system as tags."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms, template
from django.utils import timezone
from django.utils.dateformat import format as in_words
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()


@register.simple_tag
def tag(text: str, colour: str = "") -> SafeString:
    """A coloured tag. Colour never says anything that the text does not."""
    extra = f" govuk-tag--{colour}" if colour else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', extra, text)


@register.filter
def said(words: str) -> str:
    """Words of a list, in the language of the page."""
    return gettext(words) if words else ""


@register.filter(expects_localtime=True)
def moment(at: datetime | None, day: str = "j F Y") -> str:
    """A day and the time of it as people write them: `3 March 2026, 2:05pm`."""
    return f"{in_words(at, day)}, {clock(at)}" if at else ""


@register.filter(expects_localtime=True)
def clock(at: datetime) -> str:
    """The time of day: `2:05pm`."""
    return in_words(at, "g:i") + in_words(at, "A").lower()


@register.simple_tag
def just_now() -> str:
    """The time of day at which the page was made."""
    return clock(timezone.localtime())


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*given: Any) -> dict[str, Any]:
    """All errors of some forms, form sets and lists of these, each with a link to its control."""
    return {"errors": [error for one in given for error in _errors(one)]}


def _errors(given: Any) -> Iterable[dict[str, str]]:
    if isinstance(given, list):
        for one in given:
            yield from _errors(one)
    elif isinstance(given, forms.BaseFormSet):
        yield from ({"text": str(text), "id": ""} for text in given.non_form_errors())
        yield from _errors(given.forms)
    elif given is not None:
        yield from ({"text": str(text), "id": ""} for text in given.non_field_errors())
        # One of several rows alike says which it is.
        title = getattr(given, "title", "")
        for field in given:
            where = f"{title}, {field.label.lower().rstrip('?')}: " if title else ""
            yield from ({"text": f"{where}{text}", "id": field.first_id} for text in field.errors)


@register.simple_tag
def cells(form: forms.BaseForm, which: str = "rows") -> list[list[forms.BoundField]]:
    """The fields of a form as its `rows`, or its `more`, put them beside one another."""
    rows: Iterable[Iterable[str]] = getattr(form, which, ())
    return [[form[name] for name in row] for row in rows]


@register.simple_tag
def bars(count: int) -> SafeString:
    """Five small squares, `count` of them filled; the word beside them says the same."""
    squares = [
        format_html(
            '<rect x="{}" y="1" width="12" height="10" class="{}"/>',
            1 + place * 15,
            "pi-full" if place < count else "pi-empty",
        )
        for place in range(5)
    ]
    inner = SafeString("".join(squares))
    return format_html(
        '<svg class="pi-bars5" width="76" height="12" aria-hidden="true" focusable="false">'
        "{}</svg>",
        inner,
    )


@register.simple_tag
def weight_bar(weight: float, width: int) -> SafeString:
    """A bar to the right for what speaks for a link, to the left for what speaks against."""
    length = width * 0.6
    start = 60.0 if weight >= 0 else 60.0 - length
    return format_html(
        '<svg class="pi-bar" width="122" height="14" aria-hidden="true" focusable="false">'
        '<rect x="{}" y="1" width="{}" height="12" class="{}"/>'
        '<path d="M60 0V14" class="pi-axis"/></svg>',
        f"{start:.1f}",
        f"{length:.1f}",
        "pi-for" if weight >= 0 else "pi-against-bar",
    )
