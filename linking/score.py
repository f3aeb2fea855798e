"""From a pair of mentions to a weight in bits, with the reasons."""

from collections.abc import Sequence

from linking.compare import COMPARISONS, NAMES_ALONE, WEAK_AGES
from linking.model import Model
from linking.types import Comparison, Record, Scored

#: Bits against a link of two persons named in one submission: whoever wrote it told them apart.
SAME_SUBMISSION = -12.0
#: Bits kept below the threshold by a cap.
BELOW = 1.0
#: Details of one event told by several agencies are one source: what they repeat weighs this share.
REPEATED = 0.5


def score(model: Model, pairs: Sequence[tuple[Record, Record]]) -> list[Scored]:
    """The weight of each pair, in the order given. `left` and `right` stay as they are."""
    return [score_pair(model, left, right) for left, right in pairs]


def score_pair(model: Model, left: Record, right: Record) -> Scored:
    """The weight of one pair in bits, the prior included."""
    compared = tuple(compare_all(model, left, right))
    weight = model.prior + sum(comparison.weight for comparison in compared)
    if left.submission == right.submission:
        weight += SAME_SUBMISSION
    cap = capped_by(compared)
    if cap:
        weight = min(weight, model.threshold - BELOW)
    return Scored(left.id, right.id, weight, compared, cap)


def compare_all(model: Model, left: Record, right: Record) -> list[Comparison]:
    """Every comparison of which both sides have something to say."""
    repeated = bool(left.origin) and left.origin == right.origin
    found = []
    for name, function in COMPARISONS.items():
        seen = function(left, right)
        if seen is None:
            continue
        weight = model.weigh(name, seen.level, seen.shared)
        if repeated and weight > 0 and name in {"place", "companion"}:
            weight *= REPEATED
        rarity = model.rarity(name, seen.shared)
        found.append(Comparison(name, seen.level, seen.left, seen.right, weight, rarity))
    return found


def capped_by(compared: Sequence[Comparison]) -> str:
    """The rule that forbids a link, or an empty string.

    A nickname or a first name never links by itself, however rare; an age that fits, a gender or
    an area adds nothing to it.
    """
    speaking = {c.name for c in compared if c.weight > 0 and not _is_weak(c)}
    if speaking <= NAMES_ALONE:
        names = speaking & {"given_name", "nickname"}
        if names == {"nickname"}:
            return "A nickname alone never links."
        return "A first name alone never links."
    return ""


def _is_weak(comparison: Comparison) -> bool:
    return comparison.name == "born" and comparison.level in WEAK_AGES
