"""Splink at work on compared pairs: it estimates m, and adds up weights in DuckDB.

Imported by the commands that train and that link in bulk, never by what serves pages. A pair is a
row: of each comparison the level that `linking.compare` found, and the share of the value that both
have (`linking.settings` says why). Everything is in memory and gone with the run.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker
from splink.internals.dialects import SplinkDialect
from splink.internals.predict import predict_from_comparison_vectors_sqls
from splink.internals.settings_creator import SettingsCreator

from linking import batch, passes, settings
from linking.batch import Column, Columns, Floats
from linking.model import VALUES, Model

#: Pairs that Splink is given at once: some hundred bytes each.
TOGETHER = 500_000
_SAFE: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that fetches nothing from elsewhere."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect(config=_SAFE) as connection:
        yield connection


# weights


def weigh(model: Model, columns: Columns) -> Floats:
    """The weight of every pair in bits, as Splink's predict adds it up; caps as everywhere."""
    size = _size(columns)
    weights: Floats = np.empty(size)
    statement = predict_sql(model, "duckdb")
    with database() as connection:
        for start in range(0, size, TOGETHER):
            part = {
                name: Column(column.outcomes, column.number[start : start + TOGETHER])
                for name, column in columns.items()
            }
            pairs = np.arange(start, start + _size(part))
            connection.register("compared", vectors(model, part, pairs))
            found = connection.sql(statement).to_arrow_table()
            weights[start : start + found.num_rows] = found["match_weight"].to_numpy()
            connection.unregister("compared")
    return batch.hold(model, columns, weights)


def predict_sql(model: Model, dialect: str, keep: Sequence[str] = ()) -> str:
    """Splink's own statement, from the levels in the table `compared` to `match_weight`.

    Columns that are to be handed on are named in `keep`, without their side.
    """
    made = SettingsCreator.from_path_or_dict(model.to_json()["splink"]).get_settings(dialect)
    steps = predict_from_comparison_vectors_sqls(
        unique_id_input_columns=[made.column_info_settings.unique_id_input_column],
        core_model_settings=made.core_model_settings,
        sql_dialect=SplinkDialect.from_string(dialect),
        additional_columns_to_retain=[
            made.column_info_settings._input_column(name) for name in keep
        ],
    )
    vectors = "__splink__df_comparison_vectors AS (SELECT *, 0 AS match_key FROM compared)"
    named = [vectors, *(f"{step['output_table_name']} AS ({step['sql']})" for step in steps)]
    pair, last = f"{settings.PAIR}_l", steps[-1]["output_table_name"]
    told = ", ".join([pair, *(f"{name}_l" for name in keep), "match_weight"])
    return f"WITH {', '.join(named)} SELECT {told} FROM {last} ORDER BY {pair}"  # noqa: S608


def vectors(model: Model, columns: Columns, pairs: NDArray[np.int64]) -> pa.Table:
    """Splink's comparison vectors of compared pairs, numbered as `pairs` says."""
    found: dict[str, Any] = {f"{settings.PAIR}_{side}": pa.array(pairs) for side in "lr"}
    for name, column in columns.items():
        found[f"gamma_{name}"] = pa.array(gammas(model, name, column)[column.number])
        if name in VALUES:
            known = pa.array(shares(model, name, column), pa.float64())
            for side in "lr":
                found[f"tf_{settings.SHARED.format(name)}_{side}"] = known.take(
                    pa.array(column.number)
                )
    return pa.table(found)


def gammas(model: Model, name: str, column: Column) -> NDArray[np.int8]:
    """Splink's number for the level of each outcome; -1 for what the model does not know."""
    known = settings.gammas(model.levels.get(name, {}))
    return np.array([known.get(level, -1) for level, _ in column.outcomes], dtype=np.int8)


def shares(model: Model, name: str, column: Column) -> list[float | None]:
    """The u that stands for the value of each outcome: its share, within what a detail may weigh.

    Of a hub it is m: to share one says nothing.
    """
    return [_share(model, name, level, shared) for level, shared in column.outcomes]


def _share(model: Model, name: str, level: str, shared: str) -> float | None:
    known = model.levels.get(name, {})
    if not shared or level not in known or model.share(name, shared) is None:
        return None
    m, _ = settings.bounded(*known[level])
    return float(m / 2.0 ** model.weigh(name, level, shared))


def _size(columns: Columns) -> int:
    return len(next(iter(columns.values())).number)


# m


def run(
    model: Model,
    columns: Columns,
    seen: Collection[str],
    inside: passes.Bools,
    learnt: Collection[str],
) -> passes.Pass:
    """One pass over the pairs `inside` by Splink's expectation-maximisation; u is held fast.

    The same as `passes.run`, for `linking.train`: by the comparisons `seen`, and only m of those
    `learnt` may move.
    """
    kept = passes.inside_of(columns, seen, inside)
    size = int(inside.sum())
    if size < passes.FEWEST:
        return passes.Pass({name: Counter() for name in kept}, 0.0)
    with database() as connection:
        alone = _of(model, kept)
        made = linker(connection, alone, kept, _fixed(alone, learnt))
        session = made.training.estimate_parameters_using_expectation_maximisation(
            f"l.{settings.PAIR} = r.{settings.PAIR}", fix_u_probabilities=True
        )
        found = session.core_model_settings
    rate = float(found.probability_two_random_records_match)
    counts = {}
    for comparison in found.comparisons:
        name = comparison.output_column_name
        told = rate * int((kept[name].number > 0).sum())
        counts[name] = Counter(
            {
                level.label_for_charts: told * level._m_probability
                for level in comparison._comparison_levels_excluding_null
                if isinstance(level._m_probability, float)  # else it was never met
            }
        )
    return passes.Pass(counts, size * (1.0 - rate))


def _of(model: Model, columns: Columns) -> Model:
    """The model of these comparisons alone, that half believes each pair."""
    return replace(model, prior=0.0, levels={name: model.levels[name] for name in columns})


def linker(
    connection: duckdb.DuckDBPyConnection, model: Model, columns: Columns, stored: dict[str, Any]
) -> Linker:
    """Splink with the settings `stored`, over compared pairs: two tables of the same rows, linked
    pair by pair.
    """
    api = DuckDBAPI(connection)
    connection.register("compared", compared(columns))
    sides = []
    for side in ("compared_left", "compared_right"):
        connection.execute(f"CREATE TABLE {side} AS SELECT * FROM compared")  # noqa: S608
        sides.append(api.register(side))
    made = Linker(sides, stored)
    for name in sorted(set(VALUES) & set(columns)):
        column = settings.SHARED.format(name)
        connection.register(f"{column}_rows", frequencies(model, name, columns[name]))
        connection.execute(f"CREATE TABLE {column}_table AS FROM {column}_rows")
        made.table_management.register_term_frequency_lookup(
            api.register(f"{column}_table"), column
        )
    return made


def _fixed(model: Model, learnt: Collection[str]) -> dict[str, Any]:
    """Splink's settings, in which m of what is not `learnt` stays as it is."""
    made: dict[str, Any] = model.to_json()["splink"]
    for comparison in made["comparisons"]:
        for level in comparison["comparison_levels"]:
            if comparison["output_column_name"] not in learnt and "m_probability" in level:
                level["fix_m_probability"] = True
    return made


def compared(columns: Columns) -> pa.Table:
    """Compared pairs as Splink's settings read them: levels, and the values that both share.

    A value is named with its level, for the same value may weigh by how it is shared.
    """
    found: dict[str, Any] = {settings.PAIR: pa.array(np.arange(_size(columns)))}
    for name, column in columns.items():
        number = pa.array(column.number)
        told = [level or None for level, _ in column.outcomes]
        found[name] = pa.array(told, pa.string()).take(number)
        if name in VALUES:
            values = [_value(*outcome) for outcome in column.outcomes]
            found[settings.SHARED.format(name)] = pa.array(values, pa.string()).take(number)
    return pa.table(found)


def _value(level: str, shared: str) -> str | None:
    return f"{level}: {shared}" if shared else None


def frequencies(model: Model, name: str, column: Column) -> pa.Table:
    """The frozen frequencies of what pairs share, as Splink is given them."""
    shared = settings.SHARED.format(name)
    told = {
        value: share
        for outcome, share in zip(column.outcomes, shares(model, name, column), strict=True)
        if (value := _value(*outcome)) is not None and share is not None
    }
    return pa.table(
        {
            shared: pa.array(list(told), pa.string()),
            f"tf_{shared}": pa.array(list(told.values()), pa.float64()),
        }
    )
