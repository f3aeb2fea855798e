"""What was sent, in plain words: the parts of a submission as headings with labels and values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateformat import format as in_words
from django.utils.translation import gettext

from intelligence import exchange

Given = dict[str, Any]

#: Each list of the format, and what people call one of its rows.
_LISTS = {
    "persons": "Person",
    "phones": "Phone",
    "vehicles": "Vehicle",
    "places": "Place",
    "online_accounts": "Online account",
    "events": "Event",
    "groups": "Group",
    "statements": "Statement",
    "evidence_held": "Evidence held elsewhere",
}
#: Labels that the name of a member alone does not make plain.
_LABELS = {
    "role": "Part in this",
    "also": "Also",
    "how_many": "How many people",
    "age_from": "Age from",
    "age_to": "Age to",
    "saved_as": "Saved under the name",
    "handle": "Name used there",
    "platform": "App or site",
    "how_known": "How it is known",
    "source_history": "Whether the source was right before",
    "child_at_risk_now": "Is a child at risk now?",
    "why": "Why",
    "done": "What was done",
    "risk_if_shared": "Sharing could put someone at risk",
    "referrals": "Already told",
    "information_date": "When",
    "learned_on": "Learned on",
    "origin_reference": "Event it comes from",
    "corrects": "Corrects",
    "child": "Young person knows this is shared",
    "carer": "Carer knows this is shared",
}
#: Values in which a code is not the words.
_VALUES = {
    "first_hand": "Seen or heard first hand",
    "child_about_self": "The young person said it about themselves",
    "told_by_another": "Told by somebody else",
    "told_and_corroborated": "Told by somebody else, and something else supports it",
    "suspected_false": "There is reason to think it is not true",
    "proved_right_before": "Right before",
    "first_time": "First time, or cannot say",
    "reason_to_doubt": "There is reason to doubt them",
    "child_words": "The young person’s own words",
    "lado": "Designated officer (LADO)",
    "suspected_offender": "Someone of concern",
    "child_at_risk": "Young person at risk",
    "victim": "Young person harmed",
    "True": "Yes",
    "False": "No",
}
#: Members whose values are text as somebody wrote it, never a code.
_FREE = frozenset(
    {
        "narrative",
        "text",
        "description",
        "note",
        "why",
        "done",
        "reference",
        "number",
        "registration",
        "name",
        "address",
        "handle",
        "display_name",
        "url",
        "saved_as",
        "given_names",
        "family_name",
        "nicknames",
        "initials",
        "corroboration",
        "who_else_knows",
        "conditions",
        "child_view",
        "unsafe_to_tell",
        "held_by",
        "colour",
        "make",
        "model",
        "platform",
        "value",
        "words",
        "postcode",
        "origin_reference",
        "corrects",
        "marks",
        "operator",
    }
)
#: What the contract gives as a day.
_DAYS = frozenset({"information_date", "learned_on", "date_of_birth", "on", "from", "to"})
_APART = frozenset({"narrative", "relations", "provenance", "urgency", "sharing", "awareness"})


_HEARD, _TOGETHER = "What was seen, heard or told", "How they hang together"
_ABOUT = "About this report"
#: What the short way writes before the words in which it found a day.
_FOUND = "The text says: "


@dataclass(frozen=True)
class Section:
    """One part of what was sent: a heading, and rows of label and value."""

    title: str
    rows: tuple[tuple[str, str], ...]


def tell(payload: Given) -> list[Section]:
    """Everything in a submission, in the order in which people ask for it."""
    names = dict(_names(payload))
    sections = []
    if narrative := payload.get("narrative"):
        sections.append(Section(gettext(_HEARD), (("", narrative),)))
    for member, title in _LISTS.items():
        for number, given in enumerate(payload.get(member, []), start=1):
            rows = _rows({k: v for k, v in given.items() if k != "ref"}, names)
            sections.append(Section(f"{gettext(title)} {number}", tuple(rows)))
    if related := payload.get("relations"):
        sections.append(Section(gettext(_TOGETHER), tuple(_relations(related, names))))
    rest = {name: v for name, v in payload.items() if name not in {*_LISTS, *_APART}}
    about = [*_rows(rest, names)]
    for name in ("provenance", "urgency", "sharing", "awareness"):
        about += _rows(payload.get(name, {}), names)
    sections.append(Section(gettext(_ABOUT), tuple(about)))
    return sections


def _names(payload: Given) -> Iterator[tuple[str, str]]:
    for member, title in _LISTS.items():
        for number, given in enumerate(payload.get(member, []), start=1):
            if ref := given.get("ref"):
                yield ref, f"{gettext(title)} {number}"


def _rows(given: Given, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        yield gettext(_label(name)), _value(name, value, names)


def _relations(related: Iterable[Given], names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for given in related:
        kind = gettext(given["kind"].replace("_", " "))
        told = f"{kind} {names.get(given['to'], given['to'])}"
        note = f" ({given['note']})" if given.get("note") else ""
        one = str(given["from"])
        yield names.get(one, one), told + note


def _value(name: str, value: Any, names: dict[str, str]) -> str:
    if isinstance(value, list):
        return "; ".join(_value(name, one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{label}: {said}" for label, said in _rows(value, names))
    text = str(value)
    if name == "description" and text.startswith(_FOUND):
        return gettext(_FOUND) + text.removeprefix(_FOUND)
    if name in {"about", "place"} and text in names:
        return names[text]
    if name in _DAYS:
        return _in_words(text)
    if name in _FREE:
        return text
    return gettext(_coded(text)) if text in _VALUES or _is_code(text) else text


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _coded(text: str) -> str:
    return _VALUES.get(text) or text.replace("_", " ").capitalize()


def _in_words(day: str) -> str:
    """`2 March 2026`; a month or a year alone as it was given."""
    try:
        return in_words(date.fromisoformat(day), "j F Y")
    except ValueError:
        return day


def _is_code(text: str) -> bool:
    return text.replace("_", "").isalpha() and text.islower()


def every_word() -> Iterator[str]:
    """All headings, labels and codes that may be told, for the catalogue of another language."""
    kinds = set(exchange.SCHEMA["$defs"]["relation"]["properties"]["kind"]["enum"]) - {"other"}
    yield from (_HEARD, _TOGETHER, _ABOUT, _FOUND, *_LISTS.values(), *_VALUES.values())
    for part in _parts(exchange.SCHEMA):
        yield from map(_label, set(part.get("properties", ())) - {*_APART, "ref"})
        codes = [str(code) for code in part.get("enum", ()) if code not in kinds]
        yield from (_coded(code) for code in codes if _is_code(code))
    yield from (kind.replace("_", " ") for kind in {*kinds, "other"})


def _parts(part: Any) -> Iterator[Given]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _parts(one)
