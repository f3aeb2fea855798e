"""Forms in the GOV.UK design, with Django 5.2's own hooks and no package between.

A field is rendered by `templates/ui/field.html`; the error summary links to the first control of
a group, which is where a keyboard user must land.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

#: Which kind of control a widget is; the first that fits.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),  # a kind of RadioSelect, so before it
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.ClearableFileInput, "file-upload"),
)
_CLASSES = {
    "input": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file-upload": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
}


class GovBoundField(BoundField):
    """A field that knows its kind, its hint and its error as the design system has them."""

    @property
    def kind(self) -> str:
        """input, textarea, select, radios, checkboxes, checkbox or file-upload."""
        widget = self.field.widget
        return next((kind for class_, kind in _KINDS if isinstance(widget, class_)), "input")

    @property
    def base_id(self) -> str:
        """The id that hint and error build on."""
        return str(self.auto_id)

    @property
    def first_id(self) -> str:
        """The first control: what the error summary links to."""
        return f"{self.auto_id}_0" if self.kind in {"radios", "checkboxes"} else str(self.auto_id)

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        ids = [f"{self.base_id}-hint"] if self.help_text else []
        ids += [f"{self.base_id}-error"] if self.errors else []
        return " ".join(ids)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """The design system's classes; no browser bubbles: the server says what is wrong."""
        built = dict(super().build_widget_attrs(attrs, widget))
        for name in ("required", "aria-invalid", "aria-describedby"):
            built.pop(name, None)
        class_ = _CLASSES.get(self.kind)
        if class_:
            error = [f"{class_}--error"] if self.errors and self.kind != "checkbox" else []
            own = str(self.field.widget.attrs.get("class", "")).split()
            built["class"] = " ".join([class_, *error, *own])
            if self.described_by:
                built["aria-describedby"] = self.described_by
        return built


class Renderer(TemplatesSetting):
    """Makes every form of the project render so."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = GovBoundField
