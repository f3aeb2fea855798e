"""Pairs and weights of very many mentions: found by stored keys in DuckDB, added up by Splink."""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from linking import batch, by_splink, keys
from linking.batch import Ints
from linking.executors import Scored
from linking.model import Model
from linking.types import Record


def pairs_sql(common: int) -> str:
    """Pairs of ranks that share a key of the table `held`: a statement of DuckDB's and Spark's.

    A key that more than `common` hold is replaced by its second key; of a second key that is as
    common the first so many count, as the database gives them. Each pair once.
    """
    return f"""
WITH counted AS (
  SELECT key, count(*) > {common} AS common FROM held GROUP BY key HAVING count(*) > 1
),
narrowed AS (
  SELECT CASE WHEN common THEN narrow ELSE held.key END AS shared, common, held.rank
  FROM held JOIN counted ON held.key = counted.key
),
placed AS (
  SELECT shared, rank, row_number() OVER (PARTITION BY shared ORDER BY rank) AS place
  FROM narrowed WHERE common
),
sharing AS (
  SELECT shared, rank FROM narrowed WHERE NOT common
  UNION ALL
  SELECT shared, rank FROM placed WHERE place <= {common} + 1
)
SELECT DISTINCT one.rank AS low, other.rank AS high
FROM sharing one JOIN sharing other ON one.shared = other.shared AND one.rank < other.rank
"""  # noqa: S608


def score(model: Model, records: Sequence[Record]) -> Scored:
    """Every pair that shares a key, weighed by Splink in DuckDB."""
    left, right = pairs(records)
    return Scored(left, right, by_splink.weigh(model, batch.compare(records, left, right)))


def pairs(records: Sequence[Record], *, common: int = keys.COMMON) -> tuple[Ints, Ints]:
    """The places of the pairs that share a key: those of `memory.candidates`, in its order."""
    order = sorted(range(len(records)), key=lambda place: records[place].id)
    with by_splink.database() as connection:
        connection.register("held", held([records[p] for p in order], range(len(order))))
        low, high = blocked(connection, common=common)
    ranked = np.array(order, dtype=np.int64)
    return ranked[low], ranked[high]


def blocked(
    connection: duckdb.DuckDBPyConnection, *, common: int = keys.COMMON
) -> tuple[Ints, Ints]:
    """The pairs of the table `held`: (rank, key, narrow), a row for each key of each mention.

    Ranks stand in the order of the mentions' ids.
    """
    found = connection.sql(f"{pairs_sql(common)} ORDER BY low, high").to_arrow_table()
    return (
        found["low"].to_numpy().astype(np.int64),
        found["high"].to_numpy().astype(np.int64),
    )


def held(records: Sequence[Record], ranks: Sequence[int]) -> pa.Table:
    """A row for each key of each record: its rank, the key, and the key that may replace it."""
    told = [
        (rank, key, keys.narrow(record, key))
        for rank, record in zip(ranks, records, strict=True)
        for key in keys.keys(record)
    ]
    rank, key, narrow = zip(*told, strict=True) if told else ((), (), ())
    return pa.table(
        {
            "rank": pa.array(rank, pa.int32()),
            "key": pa.array(key, pa.int64()),
            "narrow": pa.array(narrow, pa.int64()),
        }
    )
