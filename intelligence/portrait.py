"""What reports say of one person, value by value; each keeps the reports it comes from.

Nothing is chosen or averaged: two dates of birth are two dates of birth, each with its grade.
"""

import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from intelligence import pseudonyms
from intelligence.models import Membership, Mention, Original, Report, Sighting, Submission
from intelligence.pseudonyms import Veil
from partners.models import User
from partners.policy import Action, can

_KINDS = {
    Sighting.Kind.PHONE: "Phones",
    Sighting.Kind.VEHICLE: "Vehicles",
    Sighting.Kind.PLACE: "Places",
    Sighting.Kind.ACCOUNT: "Online",
}


@dataclass(frozen=True)
class Saying:
    """One value, and the reports that give it."""

    value: str
    reports: tuple[Report, ...]
    kind: str = ""


@dataclass(frozen=True)
class Fact:
    """One detail of a person, with every value that any report gives."""

    label: str
    sayings: tuple[Saying, ...]


def facts(mentions: Sequence[Mention], veil: Veil) -> list[Fact]:
    """The details of a person; those that name somebody hidden are left out."""
    named = [mention for mention in mentions if not veil.hides(mention)]
    told = [
        ("Known as", [(name, m) for m in named for name in m.nicknames]),
        ("Name", [(m.name, m) for m in named]),
        ("Date of birth", [(m.date_of_birth, m) for m in named]),
        ("Age when reported", [(_age(m), m) for m in mentions]),
        ("Gender", [(_words(m.gender), m) for m in mentions]),
        ("Part in what is reported", [(m.get_role_display(), m) for m in mentions]),
        ("Level", [(_words(m.offender_level), m) for m in mentions]),
        ("Status", [(_words(m.role_status or m.victim_status), m) for m in mentions]),
        ("Indicators recorded", [(_words(v), m) for m in mentions for v in m.vulnerabilities]),
        ("Description", [(veil.text(m.description), m) for m in mentions]),
    ]
    return [Fact(label, gathered) for label, said in told if (gathered := _gather(said))]


def objects(sightings: Iterable[Sighting], veil: Veil) -> list[Fact]:
    """The phones, vehicles, places and online accounts among these, by kind."""
    by_kind: dict[str, list[tuple[str, Report]]] = {kind: [] for kind in _KINDS}
    for sighting in sightings:
        hide = veil.label if sighting.kind == Sighting.Kind.ACCOUNT else veil.text
        by_kind[sighting.kind].append((hide(sighting.label), sighting.report))
    return [
        Fact(_KINDS[Sighting.Kind(kind)], _gather_reports(said, kind))
        for kind, said in by_kind.items()
        if said
    ]


@dataclass(frozen=True)
class Contrast:
    """One detail as two profiles give it, and whether they have a value in common.

    Values are compared as they are written: how much two that are written differently say for or
    against one person is for the explanation.
    """

    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    is_shared: bool


def contrast(mine: Sequence[Fact], theirs: Sequence[Fact]) -> list[Contrast]:
    """The details of two profiles side by side, those of the first in their order."""
    left, right = (
        {f.label: tuple(s.value for s in f.sayings) for f in of} for of in (mine, theirs)
    )
    return [
        Contrast(
            label,
            left.get(label, ()),
            right.get(label, ()),
            _shares(left.get(label), right.get(label)),
        )
        for label in {**left, **right}
    ]


def _shares(left: tuple[str, ...] | None, right: tuple[str, ...] | None) -> bool:
    folded = [{value.casefold() for value in side or ()} for side in (left, right)]
    return bool(folded[0] & folded[1])


@dataclass(frozen=True)
class Companion:
    """Somebody named in the same report, under the name that may be shown."""

    mention: Mention
    called: str
    is_young: bool


def companions(
    mentions: Sequence[Mention], young: Container[uuid.UUID], veil: Veil
) -> list[Companion]:
    """The people named beside somebody; `young` are the mentions of young people among them."""
    return [Companion(m, veil.called(m), m.pk in young) for m in mentions]


@dataclass(frozen=True)
class Account:
    """What one report says of a person: its grade, its origin, and its words."""

    mention: Mention
    called: str
    told: str
    origin: str
    says: str
    proposal: uuid.UUID | None
    #: The submission of whose original these are words; None where they are the sanitised text.
    quotes: uuid.UUID | None


def accounts(
    mentions: Sequence[Mention], to: User, veil: Veil, asked: uuid.UUID | None = None
) -> list[Account]:
    """Each mention as its report gives it, the newest report first.

    `asked` is the proposal to decide about those that are not proposed themselves.

    Five agencies that report one meeting are one source, so its origin stands beside each. The
    words are the sanitised text, or at the desk the sender's own.
    """
    ids = {mention.submission_id for mention in mentions}
    rows = Submission.objects.visible_to(to).filter(pk__in=ids).exclude(origin_reference="")
    origin = dict(rows.values_list("pk", "origin_reference"))
    words = _narratives(ids, to)
    cores = Membership.objects.visible_to(to).filter(mention__in=mentions, status="proposed")
    own = dict(cores.values_list("mention_id", "core"))
    return [
        Account(
            mention,
            veil.called(mention),
            _told(mention, veil),
            origin.get(mention.submission_id, ""),
            veil.text(mention.report.text or words.get(mention.submission_id, "")),
            own.get(mention.pk, asked),
            mention.submission_id
            if not mention.report.text and mention.submission_id in words
            else None,
        )
        for mention in sorted(mentions, key=lambda m: m.report.received_at, reverse=True)
    ]


def quoted(*accounts: Iterable[Account]) -> list[uuid.UUID]:
    """The submissions of whose originals these accounts show words: to be written down."""
    return sorted({a.quotes for part in accounts for a in part if a.quotes})


def _narratives(submissions: set[uuid.UUID], to: User) -> dict[uuid.UUID, str]:
    if not can(to, Action.VIEW_ORIGINALS):
        return {}
    rows = Original.objects.visible_to(to).filter(pk__in=submissions)
    return {row.pk: str(row.payload.get("narrative", "")) for row in rows}


def _told(mention: Mention, veil: Veil) -> str:
    """The person in a few words, e.g. `Suspected offender, age 30 to 40, male`."""
    parts = [mention.get_role_display(), pseudonyms.ages([mention]), mention.gender]
    if mention.date_of_birth and not veil.hides(mention):
        parts.append(f"born {mention.date_of_birth}")
    return ", ".join(part for part in parts if part)


def _gather(said: Iterable[tuple[str, Mention]]) -> tuple[Saying, ...]:
    return _gather_reports([(value, mention.report) for value, mention in said if value])


def _gather_reports(said: Iterable[tuple[str, Report]], kind: str = "") -> tuple[Saying, ...]:
    by_value: dict[str, list[Report]] = {}
    for value, report in said:
        reports = by_value.setdefault(value, [])
        if report not in reports:
            reports.append(report)
    return tuple(Saying(value, tuple(reports), kind) for value, reports in by_value.items())


def _age(mention: Mention) -> str:
    known = [age for age in (mention.age_from, mention.age_to) if age is not None]
    return " to ".join(map(str, dict.fromkeys(known)))


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()
