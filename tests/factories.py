"""Submissions of invented partners."""

from itertools import count
from typing import Any

_numbers = count(1)

PHONE = "07700 900482"
PLATE = "QX00 ABC"


def submission(**parts: Any) -> dict[str, Any]:
    """A small valid submission; `parts` add to it or replace what it says."""
    base = {
        "reference": f"T-{next(_numbers)}",
        "information_date": "2026-03-02",
        "provenance": {"how_known": "first_hand"},
        "narrative": "Seen near the arcade after school.",
    }
    return base | parts


def suspect(ref: str = "p1", **details: Any) -> dict[str, Any]:
    """A person reported as a suspected offender."""
    return {"ref": ref, "role": "suspected_offender", **details}


def child(ref: str = "c1", **details: Any) -> dict[str, Any]:
    """A young person reported as at risk."""
    return {"ref": ref, "role": "child_at_risk", **details}


def with_phone(number: str = PHONE, person: str = "p1", ref: str = "ph1") -> dict[str, Any]:
    """A phone that `person` uses, as parts of a submission."""
    return {
        "phones": [{"ref": ref, "number": number}],
        "relations": [{"from": person, "kind": "uses", "to": ref}],
    }


def with_car(mark: str = PLATE, person: str = "p1", ref: str = "v1") -> dict[str, Any]:
    """A car that `person` drives, as parts of a submission."""
    return {
        "vehicles": [{"ref": ref, "registration": mark, "colour": "silver"}],
        "relations": [{"from": person, "kind": "drives", "to": ref}],
    }


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    """Several parts as one: their lists are put together."""
    whole: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            whole[name] = [*whole.get(name, []), *value] if isinstance(value, list) else value
    return whole
