"""What people write on one line, divided by commas, as parts of a submission.

The short forms ask so for names, nicknames, phones, registrations, places and names used online: a
tired person writes a line sooner than a row of boxes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms

from intelligence.questions import Given

#: Of one line, at most: the contract takes fifty of a kind.
MOST = 20


@dataclass(frozen=True)
class Line:
    """One line: how it is asked for, and where the contract has its parts."""

    label: str
    hint: str
    member: str
    letter: str
    title: str


LINES = {
    "names": Line("Names", "First and family names. Divide by commas.", "persons", "n", "Name"),
    "nicknames": Line("Nicknames", "Divide by commas.", "persons", "k", "Nickname"),
    "phones": Line(
        "Phone numbers",
        "Put ? for a digit you are not sure of. Divide by commas.",
        "phones",
        "ph",
        "Phone",
    ),
    "registrations": Line(
        "Vehicle registrations",
        "Put ? for what was not seen. Divide by commas.",
        "vehicles",
        "v",
        "Vehicle",
    ),
    "places": Line("Places and businesses", "Divide by commas.", "places", "pl", "Place"),
    "accounts": Line(
        "Names used online",
        "With the app if you know it. Divide by commas.",
        "online_accounts",
        "a",
        "Name used online",
    ),
}


def field(name: str) -> forms.CharField:
    """The field that asks for a line."""
    line = LINES[name]
    return forms.CharField(label=line.label, help_text=line.hint, max_length=500, required=False)


def divided(words: str) -> list[str]:
    """The parts of a line, in order and once."""
    parts = (" ".join(part.split()) for part in words.replace(";", ",").split(","))
    return list(dict.fromkeys(part for part in parts if part))[:MOST]


def parts(said: Mapping[str, str]) -> Iterator[tuple[str, str, str, Given]]:
    """Each thing of some lines: a key, what it says, the list of the contract, and its row."""
    for name, line in LINES.items():
        for number, value in enumerate(divided(said.get(name) or ""), start=1):
            row = {"ref": f"{line.letter}{number}", **_row(name, value)}
            yield f"{name}-{number}", f"{line.title}: {value}", line.member, row


def _row(name: str, value: str) -> Given:
    if name == "names":
        given, _, family = value.rpartition(" ")
        known = {"given_names": given[:100], "family_name": family[:100]} if given else {}
        return {"role": "unknown", **(known or {"given_names": family[:100]})}
    rows: dict[str, Given] = {
        "nicknames": {"role": "unknown", "nicknames": [value[:60]]},
        "phones": {"number": value[:40]},
        "registrations": {"registration": value[:15]},
        "places": {"kind": "other", "name": value[:200]},
        "accounts": {"platform": "not known", "handle": value[:100]},
    }
    return rows[name]
