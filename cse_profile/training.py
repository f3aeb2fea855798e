"""Training a version of the model on what is stored: offline, by whoever runs the server.

Splink and what it needs are imported here and by nothing that serves pages.
"""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

from intelligence import comparing, versions
from intelligence.models import ModelVersion
from linking import by_splink, calibrate
from linking import train as training
from linking.calibrate import Decided
from linking.model import Model

Tell = Callable[[str], None]
STEPS = (*training.STEPS, "reading decisions", *comparing.STEPS)


def train(*, seed: int, right: float, tell: Tell = lambda _: None) -> ModelVersion:
    """Train a model on every mention that stands, keep it as a draft, and compare it.

    m by Splink's expectation-maximisation; prior and threshold from people's decisions once there
    are enough, without labels until then. Raises ValueError where there is nothing to learn from.
    """
    began = time.monotonic()
    records = comparing.standing()
    model = training.train(records, seed=seed, right=right, through=by_splink.run, tell=tell)
    tell("reading decisions")
    judged = comparing.decided()
    model, by = _calibrated(model, judged, right)
    facts = {
        "made": "trained",
        "mentions": len(records),
        "decisions": len(judged),
        "calibrated": by,
        "seed": seed,
        "right": right,
        "splink": version("splink"),
        "duckdb": version("duckdb"),
        "seconds": round(time.monotonic() - began, 1),
    }
    row = versions.keep(model, facts=facts, by=None)
    comparing.compare(row, tell=tell, weigh=by_splink.weigh)
    row.refresh_from_db()
    return row


def _calibrated(model: Model, judged: Sequence[Decided], right: float) -> tuple[Model, str]:
    """The model, and what its prior and threshold rest on."""
    try:
        return calibrate.on_decisions(model, judged, right=right), "decisions"
    except ValueError:  # too few of them yet, or all of one kind
        return model, "no labels"
