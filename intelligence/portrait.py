"""What reports say of one person, value by value; each keeps the reports it comes from.

Nothing is chosen or averaged: two dates of birth are two dates of birth, each with its grade.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intelligence.models import Mention, Report, Sighting, Submission
from intelligence.pseudonyms import Veil
from partners.models import User

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


def objects(tied: Iterable[tuple[Sighting, Mention]], veil: Veil) -> list[Fact]:
    """The phones, vehicles, places and online accounts that reports tie to a person."""
    by_kind: dict[str, list[tuple[str, Report]]] = {kind: [] for kind in _KINDS}
    for sighting, _ in tied:
        hide = veil.label if sighting.kind == Sighting.Kind.ACCOUNT else veil.text
        by_kind[sighting.kind].append((hide(sighting.label), sighting.report))
    return [
        Fact(_KINDS[Sighting.Kind(kind)], _gather_reports(said, kind))
        for kind, said in by_kind.items()
        if said
    ]


def origins(mentions: Iterable[Mention], to: User) -> dict[object, str]:
    """The origin event of each submission that has one, where `to` may see it.

    Five agencies that report one meeting are one source, and a reader must see that.
    """
    ids = {mention.submission_id for mention in mentions}
    rows = Submission.objects.visible_to(to).filter(pk__in=ids).exclude(origin_reference="")
    return dict(rows.values_list("pk", "origin_reference"))


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
