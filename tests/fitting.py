"""A generated submission made to fit what a JSON Schema cannot say.

Schemathesis knows the shape of a submission only: its refs name nothing, its days lie in the year
5017. Here they are put right, so that what it sends as good is good and has to be taken whole.
Written apart from `intelligence.exchange`, which it must not copy.
"""

import re
from datetime import date, datetime
from itertools import count
from typing import Any

_LISTS = (
    "persons",
    "phones",
    "vehicles",
    "places",
    "online_accounts",
    "events",
    "statements",
    "groups",
    "relations",
)
_DAY = "2025-03-01"


def fitted(submission: dict[str, Any], name: str, area: str) -> dict[str, Any]:
    """The same, of the force area `area`, with refs that resolve and days that have been.

    A reference that is so short that chance will repeat it becomes `name`.
    """
    whole = dict(submission)
    if len(whole["reference"]) < 12:
        whole["reference"] = name
    if "force_area" in whole:
        whole["force_area"] = area
    whole.pop("grading", None)
    whole.pop("corrects", None)
    for name in ("information_date", "learned_on"):
        if name in whole and not _has_been(whole[name]):
            whole[name] = _DAY
    for name in _LISTS:
        if name in whole:
            whole[name] = [dict(row) for row in whole[name]]
    given = _numbered(whole)
    _statements(whole, given)
    _events(whole, given)
    _relations(whole, given)
    _people(whole)
    return whole


def _has_been(day: str) -> bool:
    return date(1900, 1, 1) <= date.fromisoformat(day) <= date(2026, 1, 1)


def _numbered(whole: dict[str, Any]) -> list[str]:
    """Give each row that has a ref one of its own; return them."""
    number = count(1)
    refs = []
    for name in _LISTS:
        for row in whole.get(name, ()):
            if "ref" in row:
                row["ref"] = f"r{next(number)}"
                refs.append(row["ref"])
    return refs


def _statements(whole: dict[str, Any], given: list[str]) -> None:
    for row in whole.get("statements", ()):
        row.pop("grading", None)
        if "about" in row:
            row["about"] = given[: len(row["about"])]
        _when(row)


def _events(whole: dict[str, Any], given: list[str]) -> None:
    for row in whole.get("events", ()):
        if "place" in row:
            row["place"] = given[0]
        start, end = (_moment(row.get(name)) for name in ("started_at", "ended_at"))
        if start is None or end is None or end < start:
            row.pop("ended_at", None)
        _when(row)


def _relations(whole: dict[str, Any], given: list[str]) -> None:
    kept = whole.get("relations", []) if len(given) > 1 else []
    for row in kept:
        row["from"], row["to"] = given[:2]
        if row["kind"] == "other":
            row["note"] = row.get("note") or "As told."
        _when(row)
    if "relations" in whole:
        whole["relations"] = kept


def _when(row: dict[str, Any]) -> None:
    if "when" in row:
        row["when"] = dict(row["when"])
        for end in ("from", "to"):
            _real(row["when"], end)


def _real(row: dict[str, Any], name: str) -> None:
    """A year of ours may stand; another moment, which may not be in the calendar, is put right."""
    if name in row and not re.fullmatch(r"(19|20)[0-9][0-9]", row[name]):
        row[name] = _DAY


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:  # a leap second, or an offset that Python does not know
        return None


def _people(whole: dict[str, Any]) -> None:
    for row in whole.get("persons", ()):
        _real(row, "date_of_birth")
        if "works_for" in row:
            row["works_for"] = "elsewhere"
        if row.get("age_from", 0) > row.get("age_to", row.get("age_from", 0)):
            row["age_from"], row["age_to"] = row["age_to"], row["age_from"]
