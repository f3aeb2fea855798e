"""Keeping the names of young people off a page until somebody gives a reason to see them.

A young person is called by a pseudonym. Their names are taken out of everything else that the
page shows as well: a name stands in a narrative, in a contact's label and in an online name too.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from intelligence.models import Mention

#: What stands where a name was.
HIDDEN = "[name hidden]"
_REPEATED = re.compile(rf"{re.escape(HIDDEN)}(?:[ -]{re.escape(HIDDEN)})+")
#: What somebody is called who may be a young person: to hide is not to say that they are.
NOT_SAID = "Name hidden"
#: Details of a person that name them, and those that are records about them elsewhere.
_NAMING = ("given_names", "family_name", "nicknames", "initials", "identifiers")
#: A name shorter than this inside a longer word says nothing.
_SHORT = 3


class Veil:
    """Hides the names of some people in whatever it is handed.

    Of young people, and of those who by a proposal that nobody has decided may be one (`perhaps`).
    """

    def __init__(self, young: Sequence[Mention], perhaps: Sequence[Mention] = ()) -> None:
        hidden = [*young, *perhaps]
        self._of = (list(young), list(perhaps))
        self._hidden = {mention.pk for mention in hidden}
        self._young = {mention.pk for mention in young}
        self._refs = {mention.ref for mention in hidden}
        names = {name for mention in hidden for name in _names(mention)}
        whole = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        # Between letters a name is another word; beside a digit or `_` it is an online name.
        self._words = re.compile(rf"(?<![^\W\d_])(?:{whole})(?![^\W\d_])", re.I) if whole else None
        self._parts = [name.casefold() for name in names if len(name) >= _SHORT]

    def hides(self, mention: Mention) -> bool:
        """Is this one of those whose names are hidden?"""
        return mention.pk in self._hidden

    def also(self, young: Sequence[Mention]) -> "Veil":
        """A veil that hides these young people too."""
        known, perhaps = self._of
        return Veil([*known, *young], perhaps)

    @property
    def hides_anybody(self) -> bool:
        """Is there anybody whose name is hidden?"""
        return bool(self._hidden)

    def text(self, text: str) -> str:
        """The text with each name replaced, and a whole name by one word."""
        return _REPEATED.sub(HIDDEN, self._words.sub(HIDDEN, text)) if self._words else text

    def label(self, text: str) -> str:
        """Something that may hold a name within a word (an online name): shown whole or not."""
        folded = text.casefold()
        return HIDDEN if any(part in folded for part in self._parts) else text

    def called(self, mention: Mention) -> str:
        """What to call the person of one mention."""
        return self.called_all([mention])

    def called_all(self, mentions: Sequence[Mention]) -> str:
        """What to call the person of these: the pseudonym of a young person, else the name."""
        ids = {mention.pk for mention in mentions}
        if ids & self._young:
            return pseudonym(mentions)
        return NOT_SAID if ids & self._hidden else called(mentions)

    def original(self, payload: Any) -> Any:
        """What was sent, without the names of its young people: those hidden are of this one."""
        if isinstance(payload, dict):
            shown = {
                name: self.original(value)
                for name, value in payload.items()
                if not (name in _NAMING and self._is_of_hidden(payload))
            }
            if "handle" in shown:
                shown |= {n: self.label(shown[n]) for n in _ACCOUNT if n in shown}
            return shown
        if isinstance(payload, list):
            return [self.original(value) for value in payload]
        return self.text(payload) if isinstance(payload, str) else payload

    def _is_of_hidden(self, person: dict[str, Any]) -> bool:
        return _is_child(person) or person.get("ref") in self._refs


_ACCOUNT = ("handle", "display_name", "url")


def _is_child(person: dict[str, Any]) -> bool:
    parts = {str(person.get("role", "")), *map(str, person.get("also", ()))}
    return bool({"child_at_risk", "victim"} & parts)


def _names(mention: Mention) -> set[str]:
    """Every form in which the mention is named: whole names, their parts, and as compared."""
    record = mention.record
    given = [mention.given_names, mention.family_name, *mention.nicknames]
    given += [*record.get("given_names", ()), record.get("family_name", "")]
    given += record.get("nicknames", ())
    parts = [part for name in given for part in name.replace("-", " ").split()]
    return {name.strip() for name in (*given, *parts) if len(name.strip()) > 1}


#: Nothing is hidden: somebody gave a reason to see the names.
NOTHING_HIDDEN = Veil([])


def veil_person(known: Sequence[Mention], proposed: Sequence[Mention]) -> Veil:
    """Hides one person in all their mentions where any of those names a young person.

    `known` are held to be one person for certain; that `proposed` are too is not decided.
    """
    everybody = [*known, *proposed]
    if not any(mention.is_child for mention in everybody):
        return Veil([])
    young = list(known) if any(mention.is_child for mention in known) else []
    young += [mention for mention in proposed if mention.is_child]
    return Veil(young, [mention for mention in everybody if mention not in young])


def pseudonym(mentions: Iterable[Mention]) -> str:
    """A young person without a number of their own: `Young person, age 14`."""
    given = ages(mentions)
    return f"Young person, {given}" if given else "Young person"


def called(mentions: Iterable[Mention]) -> str:
    """What to call a person whose name may be shown."""
    known = list(mentions)
    nickname = next((name for mention in known for name in mention.nicknames), "")
    name = next((mention.name for mention in known if mention.name), "")
    if name:
        return f"{name} ‘{nickname}’" if nickname else name
    return f"Unknown person, known as ‘{nickname}’" if nickname else "Unknown person"


def ages(mentions: Iterable[Mention]) -> str:
    """The narrowest age given: `age 14`, `age 13 to 15`, or an empty string."""
    spans = [(m.age_from, m.age_to) for m in mentions if m.age_from or m.age_to]
    if not spans:
        return ""
    youngest, oldest = min(spans, key=lambda span: (span[1] or 120) - (span[0] or 0))
    if youngest is None or oldest is None or youngest == oldest:
        return f"age {youngest or oldest}"
    return f"age {youngest} to {oldest}"
