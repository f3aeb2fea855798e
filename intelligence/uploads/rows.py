"""One row of a partner's table as a submission, or what is wrong with it, cell by cell.

Pure: knows no database. What the cells mean is decided here and nowhere else, and shown to the
sender before anything is taken in; the contract (`intelligence.exchange`) has the last word.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intelligence import exchange
from intelligence.uploads import cells
from intelligence.uploads.columns import PEOPLE

Given = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a row: in which column (from 0; None for the row), and what."""

    column: int | None
    message: str


@dataclass(frozen=True)
class Defaults:
    """What holds for every row whose own cells do not say."""

    how_known: str
    information_date: date | None


@dataclass
class _Reading:
    """A row being read: what it gives, where each part came from, and what is wrong."""

    cells: Sequence[str]
    columns: Sequence[str]
    given: Given = field(default_factory=dict)
    origin: dict[str, int] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def read(self) -> None:
        """Understand each cell by itself."""
        for at, name in enumerate(self.columns):
            cell = self.cells[at].strip() if at < len(self.cells) else ""
            if (
                not name
                or not cell
                or (name not in cells.ANSWERS and cell.lower() in cells.NOTHING)
            ):
                continue
            try:
                value = cells.meaning(name)(cells.safe(cell))
            except cells.UnclearError as unclear:
                self.wrong.append(Wrong(at, str(unclear)))
                continue
            self._keep(name, value, at)

    def _keep(self, name: str, value: Any, at: int) -> None:
        earlier = self.given.get(name)
        if isinstance(earlier, list):
            value = earlier + [one for one in value if one not in earlier]
        elif isinstance(earlier, str):
            value = f"{earlier}\n{value}"
        self.given[name] = value
        self.origin.setdefault(name, at)


@dataclass(frozen=True)
class Understood:
    """What a row says as a submission, and what of it is unclear.

    `places` says from which column each part came. Where something is unclear the submission is
    for looking at only.
    """

    payload: Given
    columns: Sequence[str]
    places: Mapping[str, int]
    unclear: Sequence[Wrong]

    def at_cells(self, errors: Iterable[exchange.Error]) -> list[Wrong]:
        """What the contract says, each at the cell that it is about."""
        return [_at_cell(error, self.places, self.columns) for error in errors]


def understand(cells: Sequence[str], columns: Sequence[str], defaults: Defaults) -> Understood:
    """Read a row. `columns` names the field of each cell, or nothing."""
    reading = _Reading(cells, columns)
    reading.read()
    payload, places = _payload(reading, defaults)
    return Understood(payload, columns, places, reading.wrong)


def check(row: Understood, *, police: bool, today: date) -> list[Wrong]:
    """Everything that is wrong with a row; nothing where it may be sent."""
    if row.unclear:
        return list(row.unclear)
    return row.at_cells(exchange.check(row.payload, police=police, today=today))


def _at_cell(error: exchange.Error, places: Mapping[str, int], columns: Sequence[str]) -> Wrong:
    at = next(
        (places[p] for p in sorted(places, reverse=True) if error.pointer.startswith(p)), None
    )
    if error.pointer == "/information_date" and error.code == "required":
        return Wrong(None, "There is no day: fill it in, or choose one for all rows.")
    if error.code == "empty" and not error.pointer:
        return Wrong(None, "The row says nothing that we can take: no person, place or words.")
    return Wrong(at if at is not None and at < len(columns) else None, error.message)


def _payload(reading: _Reading, defaults: Defaults) -> tuple[Given, dict[str, int]]:
    given, origin = reading.given, reading.origin
    day = given.get("information_date") or (
        defaults.information_date.isoformat() if defaults.information_date else None
    )
    payload: Given = {
        "reference": given.get("reference") or _reference(reading.cells),
        "provenance": {"how_known": given.get("how_known") or defaults.how_known},
        "urgency": {"child_at_risk_now": given.get("child_at_risk_now", "not_known")},
    }
    if day:
        payload["information_date"] = day
    if given.get("narrative"):
        payload["narrative"] = given["narrative"]
    if given.get("risk_if_shared"):
        payload["sharing"] = {"risk_if_shared": True}
    places = {
        "/reference": origin.get("reference"),
        "/information_date": origin.get("information_date"),
        "/narrative": origin.get("narrative"),
        "/provenance": origin.get("how_known"),
    }
    _add_people(payload, given, origin, places)
    _add_objects(payload, given, origin, places)
    return payload, {pointer: at for pointer, at in places.items() if at is not None}


def _reference(cells: Sequence[str]) -> str:
    """A reference that follows from what the row says: the same row sent again is the same."""
    text = "\x1f".join(cell.strip() for cell in cells).rstrip("\x1f")
    return f"file-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:20]}"


Places = dict[str, int | None]


def _add_people(payload: Given, given: Given, origin: Mapping[str, int], places: Places) -> None:
    people: list[Given] = []
    for who, role in PEOPLE.items():
        said = {
            name.removeprefix(f"{who}_"): value
            for name, value in given.items()
            if name.startswith(f"{who}_") and name not in {"child_at_risk_now", "person_role"}
        }
        if not said:
            continue
        person: Given = {"ref": who, "role": role or given.get("person_role", "unknown")}
        for what, value in said.items():
            person |= value if isinstance(value, dict) else {what: value}
            pointer = f"/persons/{len(people)}"
            places[f"{pointer}/{what}"] = origin[f"{who}_{what}"]
            for member in value if isinstance(value, dict) else ():
                places[f"{pointer}/{member}"] = origin[f"{who}_{what}"]
        people.append(person)
    if people:
        payload["persons"] = people


def _add_objects(payload: Given, given: Given, origin: Mapping[str, int], places: Places) -> None:
    ties: list[tuple[str, str]] = []
    for number, phone in enumerate(given.get("phone", ())):
        payload.setdefault("phones", []).append({"ref": f"ph{number}", "number": phone})
        places[f"/phones/{number}"] = origin["phone"]
        ties.append(("uses", f"ph{number}"))
    for member, kind, names in _OBJECTS:
        said = {to: given[name] for name, to in names.items() if name in given}
        if not said:
            continue
        payload[member] = [{"ref": member[:2], **said, **_left_open(member, said)}]
        ties.append((kind, member[:2]))
        places.update({f"/{member}/0/{to}": origin.get(name) for name, to in names.items()})
    whose = _whose(payload)
    if ties and whose:
        payload["relations"] = [{"from": whose, "kind": kind, "to": ref} for kind, ref in ties]


_OBJECTS = (
    ("vehicles", "drives", {n: n for n in ("registration", "make", "model", "colour")}),
    ("places", "seen_at", {"place_name": "name", "address": "address", "postcode": "postcode"}),
    ("online_accounts", "holds_account", {"platform": "platform", "handle": "handle"}),
)


def _left_open(member: str, said: Given) -> Given:
    """What the contract asks for and a table seldom says."""
    if member == "places":
        return {"kind": "other" if "name" in said else "address"}
    return (
        {"platform": "not known"} if member == "online_accounts" and "platform" not in said else {}
    )


def _whose(payload: Given) -> str:
    """Whose phone, car and account a row means: the person of concern's, or else the only one's."""
    refs = [person["ref"] for person in payload.get("persons", ())]
    return "suspect" if "suspect" in refs else refs[0] if len(refs) == 1 else ""
