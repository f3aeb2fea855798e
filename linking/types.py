"""The values that linking speaks in."""

import uuid
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar


class Ordered(Protocol):
    """What has an order: ids, and numbers in the order of ids."""

    def __lt__(self, other: Any, /) -> bool: ...


#: A mention, by its id or by its number in an order that is the same for everybody.
Mention = TypeVar("Mention", bound=Ordered)


class Judgement(StrEnum):
    """What a person decided about two mentions."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Record:
    """A mention in comparable form: folded text, empty where nothing is known.

    `born_from` and `born_to` bound the date of birth, whether a day, a year, an age range or a
    school year was given. `problems` says which details normalised to nothing, and why.
    """

    id: uuid.UUID
    submission: uuid.UUID
    ref: str
    area: str = ""
    origin: str = ""
    role: str = ""
    several: bool = False
    given_names: tuple[str, ...] = ()
    family_name: str = ""
    nicknames: tuple[str, ...] = ()
    born_from: date | None = None
    born_to: date | None = None
    gender: str = ""
    phones: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, without what is empty."""
        return {name: _plain(value) for name, value in _columns(self).items() if value}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Record":
        """The record that `to_json` wrote."""
        values: dict[str, Any] = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        for name in ("id", "submission"):
            values[name] = uuid.UUID(values[name])
        for name in ("born_from", "born_to"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**plain)

    @property
    def full_name(self) -> str:
        """Given and family names, or an empty string unless both are known."""
        if not (self.given_names and self.family_name):
            return ""
        return " ".join((*self.given_names, self.family_name))


def _columns(row: Any) -> dict[str, Any]:
    """The fields of a dataclass as they are: `asdict` copies each, at ten times the cost."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _plain(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one detail says of two mentions: the two values, and its weight in bits.

    `level` is the degree of agreement; `rarity` a band of the frozen model, empty where the value
    has none. A detail missing on either side weighs nothing.
    """

    name: str
    level: str
    left: str
    right: str
    weight: float
    rarity: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair, its weight in bits (prior included), and why.

    `capped_by` names the rule that kept the weight below the threshold, or is empty.
    """

    left: uuid.UUID
    right: uuid.UUID
    weight: float
    comparisons: tuple[Comparison, ...]
    capped_by: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "left": str(self.left),
            "right": str(self.right),
            "weight": self.weight,
            "capped_by": self.capped_by,
            "comparisons": [_columns(comparison) for comparison in self.comparisons],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Scored":
        """The pair that `to_json` wrote."""
        return cls(
            left=uuid.UUID(stored["left"]),
            right=uuid.UUID(stored["right"]),
            weight=stored["weight"],
            comparisons=tuple(Comparison(**row) for row in stored["comparisons"]),
            capped_by=stored["capped_by"],
        )
