"""What helps most and why: read from `guidance.toml`, where each claim names its sources."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Claim:
    """One thing that is said, with the names of its sources."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """Something that helps: why, and how it is told well and badly."""

    name: str
    why: Claim
    good: str
    poor: str


@dataclass(frozen=True)
class Example:
    """One report written twice, and what makes the difference."""

    title: str
    poor: str
    good: str
    why: Claim


@dataclass(frozen=True)
class Audience:
    """A page for one kind of reader."""

    slug: str
    title: str
    intro: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Guidance:
    """All of it. `sources` has each source in full by its name."""

    sources: dict[str, str]
    details: tuple[Detail, ...]
    examples: tuple[Example, ...]
    audiences: tuple[Audience, ...]

    @property
    def claims(self) -> Iterator[Claim]:
        """Everything that is said."""
        yield from (detail.why for detail in self.details)
        yield from (example.why for example in self.examples)
        yield from (claim for audience in self.audiences for claim in audience.claims)


@cache
def guidance() -> Guidance:
    """What the file says. Raises KeyError where a claim names a source that is not there."""
    path = Path(__file__).parent / "guidance.toml"
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    sources: dict[str, str] = read["sources"]

    def claim(given: dict[str, Any], text: str) -> Claim:
        named: list[str] = given["from"]
        for name in named:
            sources[name]
        return Claim(given[text], tuple(named))

    return Guidance(
        sources,
        tuple(Detail(d["name"], claim(d, "why"), d["good"], d["poor"]) for d in read["details"]),
        tuple(Example(e["title"], e["poor"], e["good"], claim(e, "why")) for e in read["examples"]),
        tuple(
            Audience(
                a["slug"], a["title"], a["intro"], tuple(claim(c, "text") for c in a["claims"])
            )
            for a in read["audiences"]
        ),
    )


@dataclass(frozen=True)
class Cited:
    """Claims as a page shows them: each source has a number, in the order of first naming."""

    sources: list[tuple[int, str]]
    numbers: dict[str, int]

    @classmethod
    def of(cls, claims: Iterator[Claim]) -> "Cited":
        """The numbers for these claims."""
        held = guidance().sources
        named = dict.fromkeys(name for claim in claims for name in claim.sources)
        numbers = {name: number for number, name in enumerate(named, start=1)}
        return cls([(number, held[name]) for name, number in numbers.items()], numbers)

    def after(self, claim: Claim) -> list[int]:
        """The numbers that stand behind a claim."""
        return sorted(self.numbers[name] for name in claim.sources)
