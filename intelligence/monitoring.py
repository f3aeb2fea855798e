"""How right the links are that people judged here, and whether they are as right for everybody.

Ethnicity is recorded to watch for gaps and is never compared; here is where it is watched.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from intelligence import resolution, versions
from intelligence.models import Decision, Link, Mention
from linking.explain import BARS
from partners import policy
from partners.models import Agency, User
from partners.policy import Action

#: Of fewer pairs nothing is shown: they would tell of persons, and prove nothing.
FEWEST = 10
#: Decisions of so many days are looked at.
DAYS = 365
#: Bits above the threshold at which precision and recall are shown.
STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 6.0)
#: The first letter of a self-defined ethnicity's code, as the 18+1 codes group them.
ETHNICITIES = {"A": "Asian", "B": "Black", "M": "Mixed", "O": "Other", "W": "White"}
NOT_RECORDED = "Not recorded"

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Judged:
    """A pair that was scored and judged: bits above its threshold, its word, and the judgement."""

    pair: Pair
    bits: float
    word: str
    same: bool


@dataclass(frozen=True)
class Line:
    """A line of a table: how many pairs were judged, and how many of them the same.

    `decided` is None where there are fewer than `FEWEST`.
    """

    name: str
    decided: int | None
    same: int = 0

    @property
    def share(self) -> float | None:
        """The share judged the same, per cent."""
        return 100 * self.same / self.decided if self.decided else None


@dataclass(frozen=True)
class Step:
    """Precision and recall, per cent, at so many bits above the threshold."""

    bits: float
    precision: float | None
    recall: float | None

    @property
    def lower(self) -> float:
        """By how many bits it is lower, where it is."""
        return -self.bits


def judged(to: User) -> list[Judged]:
    """The pairs before this desk that were judged within a year and have a link."""
    policy.require(to, Action.MANAGE_MODELS)
    since = timezone.now() - timedelta(days=DAYS)
    rows = Decision.objects.visible_to(to).filter(at__gte=since)
    same, different = resolution.standing(rows)
    wanted = same | different
    mentions = {mention for pair in wanted for mention in pair}
    links = Link.objects.visible_to(to).filter(left__in=mentions, right__in=mentions)
    own, otherwise = versions.thresholds(), versions.active()
    return [
        Judged(
            (left, right),
            weight - own.get(version, otherwise.threshold),
            versions.named(version).strength(weight),
            (left, right) in same,
        )
        for left, right, weight, version in links.values_list(
            "left_id", "right_id", "weight", "model_version"
        )
        if (left, right) in wanted
    ]


def by_word(found: Sequence[Judged]) -> list[Line]:
    """What each strength word turned out to be worth, the strongest first."""
    return [
        _line(word.capitalize(), [one for one in found if one.word == word])
        for word in reversed(BARS)
    ]


def steps(found: Sequence[Judged]) -> list[Step]:
    """Precision and recall at several thresholds; of too few pairs neither is shown."""
    same = sum(one.same for one in found)
    return [_step(found, bits, same) for bits in STEPS]


def _step(found: Sequence[Judged], bits: float, same: int) -> Step:
    above = [one.same for one in found if one.bits > bits]
    precision = 100 * sum(above) / len(above) if len(above) >= FEWEST else None
    recall = 100 * sum(above) / same if same >= FEWEST else None
    return Step(bits, precision, recall)


@dataclass(frozen=True)
class Gap:
    """One way to divide the pairs, and how each part was judged."""

    title: str
    lines: list[Line]


def gaps(found: Sequence[Judged], to: User) -> list[Gap]:
    """How often links were confirmed, by area, kind of agency and recorded ethnicity.

    A pair counts in every part in which one of its mentions stands.
    """
    policy.require(to, Action.MANAGE_MODELS)
    mentions = {mention for one in found for mention in one.pair}
    rows = {
        pk: (area, kind, details.get("ethnicity", ""))
        for pk, area, kind, details in Mention.objects.visible_to(to)
        .filter(pk__in=mentions)
        .values_list("pk", "area__name", "report__agency__kind", "details")
    }
    kinds = dict(Agency.Kind.choices)
    return [
        Gap("Force area", _parts(found, {pk: row[0] for pk, row in rows.items()})),
        Gap("Kind of agency", _parts(found, {pk: kinds[row[1]] for pk, row in rows.items()})),
        Gap("Recorded ethnicity", _parts(found, {pk: _group(row[2]) for pk, row in rows.items()})),
    ]


def _group(code: str) -> str:
    return ETHNICITIES.get(code[:1], NOT_RECORDED)


def _parts(found: Iterable[Judged], part_of: Mapping[uuid.UUID, str]) -> list[Line]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        for part in {part_of[mention] for mention in one.pair if mention in part_of}:
            parts[part].append(one)
    return [_line(part, parts[part]) for part in sorted(parts)]


def _line(name: str, found: Sequence[Judged]) -> Line:
    if len(found) < FEWEST:
        return Line(name, None)
    return Line(name, len(found), sum(one.same for one in found))
