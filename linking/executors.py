"""Three ways to score many pairs with one model: one set of keys, of levels and of weights.

`compiled` serves the route and files that fit into memory; `duckdb` finds pairs and adds up weights
in a database in memory, with Splink; `spark` spreads the work over machines. Splink and Spark are
imported when they are asked for, and not before.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

from linking import batch, memory
from linking.batch import Floats, Ints
from linking.model import Model
from linking.types import Record


class Scored(NamedTuple):
    """The pairs `records[left[i]]`, `records[right[i]]`, each once, and their weights in bits."""

    left: Ints
    right: Ints
    weights: Floats


Executor = Callable[[Model, Sequence[Record]], Scored]
NAMES = ("compiled", "duckdb", "spark")


def compiled(model: Model, records: Sequence[Record]) -> Scored:
    """Every pair that shares a key, scored in arrays."""
    left, right = memory.candidates(records)
    return Scored(left, right, batch.weigh(model, batch.compare(records, left, right)))


def named(name: str) -> Executor:
    """The executor of this name. Raises ImportError where what it needs is not installed."""
    if name == "compiled":
        return compiled
    if name == "duckdb":
        from linking import bulk

        return bulk.score
    from linking import on_spark

    return on_spark.score


def link(
    model: Model, records: Sequence[Record], *, executor: str = "compiled"
) -> list[frozenset[uuid.UUID]]:
    """The records of each person, every record in one group: the same by every executor."""
    return memory.group(model, records, *named(executor)(model, records))
