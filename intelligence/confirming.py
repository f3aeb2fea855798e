"""Sending on what an agency has kept: item by item, and nothing that is not ticked.

The other forms of the trade end here. Each item says in words what it is, and holds its parts of
the submission; whatever is left unticked stays where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from intelligence import exchange
from intelligence.questions import Given, ReportForm
from intelligence.sheet import new_sheet

#: The lists of a submission, with the parts that an item adds to each.
Parts = Mapping[str, Sequence[Given]]


@dataclass(frozen=True)
class Item:
    """One thing that may be sent: its key in the form, what it says, and its parts."""

    key: str
    words: str
    parts: Parts


class ClosingForm(ReportForm):
    """What every report is asked at its end, whatever form it came by."""

    narrative = child_words = corroboration = source_history = None  # type: ignore[assignment]
    information_date = who_else_knows = sharing_conditions = None  # type: ignore[assignment]
    child_aware = carer_aware = own_reference = corrects = None  # type: ignore[assignment]
    how_known = forms.ChoiceField(
        label="How do you know?",
        widget=forms.RadioSelect,
        choices=[
            choice
            for choice in ReportForm.base_fields["how_known"].choices  # type: ignore[attr-defined]
            if choice[0] != "told_and_corroborated"
        ],
        error_messages={"required": "Tell us how you know, so that we can weigh it."},
    )

    def __init__(self, data: Any = None, *, initial: Given | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"sheet": new_sheet(), **(initial or {})}, **kwargs)

    def closing(self) -> Given:
        """The answers as the contract has them. Only after `is_valid`."""
        said = self.cleaned_data
        urgency: Given = {"child_at_risk_now": said["child_at_risk_now"]}
        if said["why_at_risk"]:
            urgency["why"] = said["why_at_risk"]
        sharing: Given = {}
        if said["risk_if_shared"]:
            sharing["risk_if_shared"] = True
        if said["referral"]:
            told = {"to": said["referral"], "reference": said["referral_reference"]}
            sharing["referrals"] = [{name: value for name, value in told.items() if value}]
        whole = {
            "reference": said["sheet"] or new_sheet(),
            "provenance": {"how_known": said["how_known"]},
            "urgency": urgency,
        }
        return whole | ({"sharing": sharing} if sharing else {})


class ConfirmForm(ClosingForm):
    """The items, each with its tick, and the closing questions."""

    keep = forms.MultipleChoiceField(
        label="What do you want to send?",
        help_text="Only what is ticked is sent. Untick what you are not sure of.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what you want to send, or go back."},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        items: Sequence[Item],
        ticked: bool = True,
        initial: Given | None = None,
    ) -> None:
        shown = {"keep": [item.key for item in items] if ticked else []}
        super().__init__(data, initial={**shown, **(initial or {})})
        self.items = items
        self._places: dict[str, str] = {}
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (item.key, item.words) for item in items
        ]

    def payload(self, always: Given) -> Given:
        """The submission: what always belongs to it, and the parts of what was ticked."""
        whole: Given = {**always, **self.closing()}
        kept = set(self.cleaned_data["keep"])
        for item in self.items:
            if item.key not in kept:
                continue
            for name, rows in item.parts.items():
                self._add(whole, name, rows, item.words)
        return {name: value for name, value in whole.items() if value != []}

    def _add(self, whole: Given, name: str, rows: Sequence[Given], words: str) -> None:
        """Add the parts of one item: what another has under the same ref is there already."""
        held = whole[name] = list(whole.get(name, []))
        refs = {row.get("ref") for row in held} - {None}
        for row in rows:
            if row.get("ref") not in refs:
                self._places[f"/{name}/{len(held)}"] = words
                held.append(row)

    def add_errors(self, errors: Iterable[exchange.Error]) -> None:
        """Tell what the contract says against it, with the item that it is about."""
        for error in errors:
            words = self._places.get("/".join(error.pointer.split("/")[:3]))
            message = f"“{words[:80]}”: {error.message}" if words else error.message
            self.add_error("keep", message)
