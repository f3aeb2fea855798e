"""A model's levels as Splink's own settings: what `splink.Linker` loads, trains and predicts with.

Splink is given compared pairs, not mentions: a row holds, for each comparison, the level at which
the pair stands and the value that both share. So every way of scoring reads one definition of the
levels (`linking.compare`), and Splink does what it is for: it estimates m, and adds up the weights.
This module knows no Splink: it reads and writes JSON.
"""

from collections.abc import Mapping
from typing import Any

#: No single detail weighs more than this, whatever the counts say: a link needs two.
MOST_BITS = 14.0
_MOST = 2.0**MOST_BITS
#: The columns of compared pairs: the number of the pair, and of each comparison the shared value.
PAIR = "pair"
SHARED = "{}_shared"

Levels = Mapping[str, Mapping[str, tuple[float, float]]]


def settings(prior: float, levels: Levels, rare: Mapping[str, str]) -> dict[str, Any]:
    """Splink's settings for compared pairs.

    `prior` is in bits; `levels` maps comparison and level to (m, u); the comparisons in `rare` are
    weighed by how common the shared value is.
    """
    return {
        "link_type": "link_only",
        "unique_id_column_name": PAIR,
        "probability_two_random_records_match": 1.0 / (1.0 + 2.0**-prior),
        "blocking_rules_to_generate_predictions": [{"blocking_rule": f"l.{PAIR} = r.{PAIR}"}],
        "comparisons": [
            _comparison(name, found, rare=name in rare) for name, found in sorted(levels.items())
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(
    name: str, levels: Mapping[str, tuple[float, float]], *, rare: bool
) -> dict[str, Any]:
    order = ordered(levels)
    told = [
        {
            "sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL",
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for level in order:
        m, u = bounded(*levels[level])
        told.append(
            {
                "sql_condition": f"{name}_l = '{level}'",
                "label_for_charts": level,
                "m_probability": m,
                "u_probability": u,
            }
        )
        if rare:
            told[-1] |= {
                "tf_adjustment_column": SHARED.format(name),
                "tf_adjustment_weight": 1.0,
                "disable_tf_exact_match_detection": True,
            }
    return {"output_column_name": name, "comparison_levels": told}


def ordered(levels: Mapping[str, tuple[float, float]]) -> list[str]:
    """The levels from the one that speaks most for a pair to the one that speaks most against.

    Splink numbers them from the last: its gamma is how many levels stand behind one.
    """
    return sorted(levels, key=lambda level: (-levels[level][0] / levels[level][1], level))


def gammas(levels: Mapping[str, tuple[float, float]]) -> dict[str, int]:
    """Splink's number for each level; what is missing has -1."""
    order = ordered(levels)
    return {"": -1} | {level: len(order) - 1 - place for place, level in enumerate(order)}


def bounded(m: float, u: float) -> tuple[float, float]:
    """The same weight, within the most that a detail weighs, and both of them shares."""
    u = min(max(u, m / _MOST), m * _MOST)
    return (m, u) if u <= 1.0 else (m / u, 1.0)


def levels(stored: Mapping[str, Any]) -> dict[str, dict[str, tuple[float, float]]]:
    """The levels that `settings` wrote, or that Splink wrote after training."""
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: (level["m_probability"], level["u_probability"])
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in stored["comparisons"]
    }
