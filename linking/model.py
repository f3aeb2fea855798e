"""The model: what each level of agreement weighs, and how common each value is.

A Fellegi-Sunter model: the weight of a level is log2(m / u), with m its share among pairs that are
one person and u its share among pairs that are not. Where two mentions share a value, u is how
often two people share that very value, frozen with the model: increments and bulk then agree.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from linking import settings
from linking.settings import MOST_BITS

#: Rarity bands by the share of people who have the value: below the bound it is called so.
BANDS = ((1e-5, "very rare"), (1e-4, "rare"), (1e-3, "uncommon"), (1e-2, "common"))
#: Which frequencies a comparison reads.
VALUES = {
    "given_name": "given_names",
    "family_name": "family_name",
    "nickname": "nicknames",
    "phone": "phones",
    "plate": "plates",
    "handle": "handles",
    "identifier": "identifiers",
    "place": "places",
    "companion": "companions",
}


@dataclass(frozen=True)
class Model:
    """Everything a weight depends on. Two models with one version give the same weights.

    `prior`, `threshold` and `unseen` are bits; `levels` maps comparison and level to (m, u);
    `frequencies` maps a kind of value to the share of mentions that have each value, with `floor`
    the share taken for one never seen; `strengths` maps a word to the bits it starts at.
    """

    prior: float
    threshold: float
    unseen: float
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    frequencies: Mapping[str, Mapping[str, float]]
    floors: Mapping[str, float]
    strengths: Mapping[str, float]
    hubs: frozenset[str] = field(default=frozenset())

    @cached_property
    def version(self) -> str:
        """SHA-256 of the model, in hex."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The same bytes for the same model."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: in `splink` Splink's own settings, beside it what Splink has no place for."""
        return {
            "splink": settings.settings(self.prior, self.levels, VALUES),
            "prior": self.prior,
            "threshold": self.threshold,
            "unseen": self.unseen,
            "frequencies": {name: dict(shares) for name, shares in self.frequencies.items()},
            "floors": dict(self.floors),
            "strengths": dict(self.strengths),
            "hubs": sorted(self.hubs),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Model":
        """The model that `to_json` wrote, or that was set by hand with `levels` as [m, u]."""
        rest = {name: value for name, value in stored.items() if name not in {"splink", "levels"}}
        levels = (
            settings.levels(stored["splink"])
            if "splink" in stored
            else {
                name: {level: settings.bounded(m, u) for level, (m, u) in found.items()}
                for name, found in stored["levels"].items()
            }
        )
        return cls(**{**rest, "levels": levels, "hubs": frozenset(stored["hubs"])})

    def share(self, comparison: str, value: str) -> float | None:
        """The share of mentions that have `value`; None for what has no frequencies."""
        kind = VALUES.get(comparison, "")
        if not value or kind not in self.frequencies:
            return None
        return self.frequencies[kind].get(value, self.floors[kind])

    def weigh(self, comparison: str, level: str, shared: str = "") -> float:
        """Bits for a level of a comparison; a shared value that is rarer weighs more.

        A declared hub (a home's telephone, a taxi office) weighs nothing.
        """
        if shared and shared in self.hubs:
            return 0.0
        m, u = self.levels.get(comparison, {}).get(level, (1.0, 1.0))
        share = self.share(comparison, shared)
        if share is not None:
            u = max(share, 1e-9)
        return max(-MOST_BITS, min(MOST_BITS, math.log2(m / u)))

    def rarity(self, comparison: str, shared: str) -> str:
        """How rare a shared value is, from the frozen counts and never from live ones."""
        share = self.share(comparison, shared)
        if share is None:
            return ""
        return next((word for bound, word in BANDS if share < bound), "very common")

    def strength(self, weight: float) -> str:
        """The word for a weight in bits."""
        reached = [(bits, word) for word, bits in self.strengths.items() if weight >= bits]
        return max(reached)[1] if reached else "weak"


def load(path: Path) -> Model:
    """The model in a file. Raises OSError or ValueError."""
    return Model.from_json(json.loads(path.read_text(encoding="utf-8")))


@cache
def default() -> Model:
    """The model that ships with the project, its weights set by hand."""
    return load(Path(__file__).parent / "default_model.json")
