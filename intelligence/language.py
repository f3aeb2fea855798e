"""Words in free text that put blame on a child: marked, with why and what to write instead.

Pure. It never blocks anything: the sender decides. What stands in quotation marks is left alone,
since a child's own words are written as they were said. The list is data (`language.toml`).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("language.toml")
#: Double quotation marks, or single ones that open after a space and close before one.
_QUOTED = re.compile(
    r"[\"“][^\"“”]{1,2000}[\"”]|(?:(?<=\s)|(?<=^)|(?<=[(:,]))['‘](?=\S).{1,500}?(?<=\S)['’](?=[\s.,;:!?)]|$)"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Words from `start` up to `end`, why to think again, and what to write instead."""

    start: int
    end: int
    text: str
    why: str
    better: str
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list."""

    pattern: re.Pattern[str]
    why: str
    better: str
    source: str
    example: str


@cache
def entries() -> tuple[Entry, ...]:
    """The list, read once."""
    told = tomllib.loads(_LIST.read_text(encoding="utf-8"))["remark"]
    return tuple(
        Entry(_pattern(one["words"]), one["why"], one["better"], one["source"], one["example"])
        for one in told
    )


def _pattern(words: list[str]) -> re.Pattern[str]:
    ways = "|".join(words).replace("'", "['’]").replace(" ", r"\s+")
    return re.compile(rf"\b(?:{ways})\b", re.IGNORECASE)


def check(text: str) -> tuple[Remark, ...]:
    """What to think again about, in the order of the text; nothing inside quotation marks."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    remarks = [
        Remark(*match.span(), match[0], entry.why, entry.better, entry.source)
        for entry in entries()
        for match in entry.pattern.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in quoted)
    ]
    return tuple(sorted(remarks, key=lambda remark: (remark.start, remark.end)))
