"""Why two mentions may be one person, in words for the analyst who decides."""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from linking import compare
from linking.model import Model
from linking.types import Comparison, Scored

#: Bits from which a detail is called strong, and from which it counts at all.
STRONG = 6.0
SLIGHT = 2.0
#: Follows from other comparisons: it is not missing by itself.
UNSAID = frozenset({"both_names"})
BARS = ("weak", "possible", "likely", "strong", "very strong")
#: What a word promises: of the pairs called so, the share from and to which are one person. Set on
#: what is true of invented worlds (`easy` and `hard`, 2,000 submissions, seeds 11 to 13) and kept,
#: within five points, on others: `benchmarks/results/linking.md`. The bits are the model's.
PROMISED = {
    "weak": (0.0, 0.10),
    "possible": (0.20, 0.45),
    "likely": (0.70, 0.92),
    "strong": (0.92, 0.98),
    "very strong": (0.99, 1.0),
}


@dataclass(frozen=True)
class Reason:
    """One row of the explanation."""

    label: str
    left: str
    right: str
    level: str
    weight: float
    effect: str
    rarity: str

    @property
    def width(self) -> int:
        """Per cent of the bar to draw, of 10 bits."""
        return min(100, round(abs(self.weight) * 10))


@dataclass(frozen=True)
class Explanation:
    """What agrees, what conflicts, what is missing, and what rests on one detail alone."""

    strength: str
    bars: int
    weight: float
    reasons: tuple[Reason, ...]
    agrees: tuple[str, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]
    strongest: str
    without_strongest: str
    capped_by: str
    summary: str


def explain(scored: Scored, model: Model, *, at_most: str = BARS[-1]) -> Explanation:
    """The explanation of a scored pair, rebuilt from its stored detail.

    `at_most` is the strongest word that the grades of the two reports allow.
    """
    reasons = tuple(_reason(c) for c in sorted(scored.comparisons, key=lambda c: -abs(c.weight)))
    agrees = tuple(reason.label for reason in reasons if reason.weight >= 1)
    conflicts = tuple(reason.label for reason in reasons if reason.weight <= -1)
    compared = {comparison.name for comparison in scored.comparisons}
    missing = tuple(compare.label(n) for n in compare.COMPARISONS if n not in compared | UNSAID)
    best = max(scored.comparisons, key=lambda c: c.weight, default=None)
    without = model.strength(scored.weight - best.weight) if best else "weak"
    without = min(without, at_most, key=BARS.index)
    strength = min(model.strength(scored.weight), at_most, key=BARS.index)
    return Explanation(
        strength=strength,
        bars=BARS.index(strength) + 1,
        weight=scored.weight,
        reasons=reasons,
        agrees=agrees,
        conflicts=conflicts,
        missing=missing,
        strongest=compare.label(best.name) if best else "",
        without_strongest=without,
        capped_by=scored.capped_by,
        summary=_summary(agrees, conflicts, best, without),
    )


def _reason(comparison: Comparison) -> Reason:
    return Reason(
        label=compare.label(comparison.name),
        left=comparison.left,
        right=comparison.right,
        level=comparison.level,
        weight=comparison.weight,
        effect=_effect(comparison.weight),
        rarity=comparison.rarity,
    )


def _effect(weight: float) -> str:
    side = "for" if weight > 0 else "against"
    if abs(weight) >= STRONG:
        return f"Strongly {side}"
    if abs(weight) >= SLIGHT:
        return side.capitalize()
    return f"Slightly {side}" if abs(weight) >= 0.5 else "Says nothing either way"


_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _summary(
    agrees: tuple[str, ...],
    conflicts: tuple[str, ...],
    best: Comparison | None,
    without: str,
) -> str:
    said = f"{_count(agrees)} {'agrees' if len(agrees) == 1 else 'agree'}"
    said += (
        f" and {_count(conflicts).lower()} {'conflicts' if len(conflicts) == 1 else 'conflict'}."
    )
    if best is None or best.weight <= 0:
        return said
    what = f"{best.rarity} {compare.label(best.name).lower()}".strip()
    most = f"Most of the strength comes from the {what}."
    return f"{said} {most} Without it, the link would be {without}."


def _count(rows: tuple[str, ...]) -> str:
    number = _NUMBERS[len(rows)] if len(rows) < len(_NUMBERS) else str(len(rows))
    return f"{number} detail{'' if len(rows) == 1 else 's'}"


def strongest_path(
    edges: Mapping[tuple[str, str], float], start: str, end: str
) -> list[str] | None:
    """The chain of mentions from `start` to `end` whose weakest link is the strongest there is."""
    near: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (one, other), bits in edges.items():
        near[one].append((other, bits))
        near[other].append((one, bits))
    heap = [(-float("inf"), start, [start])]
    done: set[str] = set()
    while heap:
        weakest, node, chain = heapq.heappop(heap)
        if node == end:
            return chain
        if node in done:
            continue
        done.add(node)
        for step, bits in near[node]:
            if step not in done:
                heapq.heappush(heap, (max(weakest, -bits), step, [*chain, step]))
    return None
