"""A great many mentions at once, without training: our executors beside Splink, in one run.

    .venv/bin/python -m benchmarks.linking_bulk [--submissions N] [--seed S] [--world NAME]

Stored mentions (their records and their keys, as the database has them, and for Splink a table of
its own columns) lie in Parquet files. Each way is a process of its own that reads them, links them
with a model it is given, and writes which mentions are one person: that is what is timed. Splink is
set up as in `benchmarks.linking_splink` and trained before the clock starts.
"""

import argparse
import json
import logging
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks import linking_data, linking_splink
from linking import batch, bulk, by_splink, memory
from linking.model import default
from linking.types import Record

RESULTS = Path(__file__).parent / "results" / "linking_bulk.md"
THRESHOLD = 4
_LIMIT = 3600

#: Of each stage, seconds that passed and seconds of work by all threads.
Seconds = dict[str, tuple[float, float]]


@contextmanager
def timed(seconds: Seconds, stage: str) -> Iterator[None]:
    passed, worked = time.perf_counter(), time.process_time()
    yield
    seconds[stage] = (time.perf_counter() - passed, time.process_time() - worked)


# what is stored


def prepare(folder: Path, world: str, submissions: int, seed: int) -> int:
    """Write what the ways read; return how many mentions there are."""
    source = folder / "rows.jsonl"
    linking_data.world(world, submissions, seed, source)
    ids, records = linking_data.rows(world, source)
    order = sorted(records, key=lambda record: record.id)
    texts = [json.dumps(record.to_json()) for record in order]
    pq.write_table(pa.table({"record": texts}), folder / "records.parquet")
    pq.write_table(bulk.held(order, range(len(order))), folder / "keys.parquet")
    _train_splink(folder, ids, records)
    return len(records)


def _train_splink(folder: Path, ids: list[str], records: list[Record]) -> None:
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = linking_splink.connect()
    table = linking_splink.mentions(connection, ids, records)
    linker = Linker(DuckDBAPI(connection).register(table), _settings())
    linking_splink.train(linker, linking_splink.MENTIONS)
    linker.misc.save_model_to_json(str(folder / "splink.json"), overwrite=True)
    connection.execute(f"COPY mention TO '{folder / 'mentions.parquet'}' (FORMAT parquet)")


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=linking_splink.MENTIONS["comparisons"],
        blocking_rules_to_generate_predictions=linking_splink.MENTIONS["rules"],
        retain_matching_columns=False,
    )


# the ways


def engine(folder: Path, weigh: Callable[..., batch.Floats]) -> dict[str, Any]:
    """Pairs in DuckDB by stored keys, levels in compiled code, weights by `weigh`, persons."""
    seconds: Seconds = {}
    model = default()
    with timed(seconds, "read"):
        texts = pq.read_table(folder / "records.parquet")["record"].to_pylist()
        records = [Record.from_json(json.loads(text)) for text in texts]
    with timed(seconds, "pairs"), by_splink.database() as connection:
        connection.execute(f"CREATE VIEW held AS FROM '{folder / 'keys.parquet'}'")
        left, right = bulk.blocked(connection)
    with timed(seconds, "compare"):
        columns = batch.compare(records, left, right)
    with timed(seconds, "weigh"):
        weights = weigh(model, columns)
    del columns
    with timed(seconds, "group"):
        groups = memory.group(model, records, left, right, weights)
    with timed(seconds, "write"):
        rows = [(str(one), place) for place, group in enumerate(groups) for one in group]
        ids, clusters = zip(*rows, strict=True)
        pq.write_table(pa.table({"id": ids, "cluster": clusters}), folder / "out.parquet")
    return {"seconds": seconds, "pairs": len(left), "groups": len(groups)}


def splink(folder: Path) -> dict[str, Any]:
    """Splink's own block, predict and cluster."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    seconds: Seconds = {}
    connection = linking_splink.connect()
    with timed(seconds, "read"):
        connection.execute(f"CREATE TABLE mention AS FROM '{folder / 'mentions.parquet'}'")
        api = DuckDBAPI(connection)
        linker = Linker(api.register("mention"), str(folder / "splink.json"))
    with timed(seconds, "pairs"):
        pairs = linker.inference.compute_blocked_pairs_for_predict()
    with timed(seconds, "weigh"):
        found = linker.inference.predict(threshold_match_weight=linking_splink.LEAST)
    with timed(seconds, "group"):
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(
            found, threshold_match_weight=THRESHOLD
        )
    with timed(seconds, "write"):
        out = folder / "out.parquet"
        connection.execute(f"COPY (FROM {groups.physical_name}) TO '{out}' (FORMAT parquet)")
    count = f"SELECT count(*), (SELECT count(DISTINCT cluster_id) FROM {groups.physical_name})"
    counted = connection.execute(f"{count} FROM {pairs.physical_name}").fetchall()[0]
    return {"seconds": seconds, "pairs": counted[0], "groups": counted[1]}


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "this engine, compiled": lambda folder: engine(folder, batch.weigh),
    "this engine, Splink adds up": lambda folder: engine(folder, by_splink.weigh),
    "Splink": splink,
}
STAGES = ("read", "pairs", "compare", "weigh", "group", "write")


# the run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", default="hard")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        found = WAYS[chosen.one[0]](Path(chosen.one[1]))
        print(json.dumps({**found, "peak": _peak()}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        mentions = prepare(Path(folder), chosen.world, chosen.submissions, chosen.seed)
        print(f"{mentions:,} mentions stored", file=sys.stderr, flush=True)
        found = {way: _run(way, folder) for way in WAYS}
    chosen.out.write_text(report(chosen, mentions, found), encoding="utf-8")
    return 0


def _peak() -> float:
    """The most memory that this process has held, in MB; `getrusage` tells of its parent too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _run(way: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.linking_bulk", "--one", way, folder]
    done = subprocess.run(command, timeout=_LIMIT, capture_output=True, check=True, text=True)
    print(way, done.stdout.strip(), file=sys.stderr, flush=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def report(chosen: argparse.Namespace, mentions: int, found: dict[str, dict[str, Any]]) -> str:
    """The table."""
    lines = []
    for way, one in found.items():
        stages = " | ".join(
            f"{one['seconds'][stage][1]:.1f}" if stage in one["seconds"] else "-"
            for stage in STAGES
        )
        passed, worked = whole(one)
        ratios = [
            f"{mine / peer:.2f}"
            for mine, peer in zip(whole(one), whole(found["Splink"]), strict=True)
        ]
        lines.append(
            f"| {way} | {one['pairs']:,} | {one['groups']:,} | {stages} | {worked:.1f} |"
            f" {ratios[1]} | {passed:.1f} | {ratios[0]} | {one['peak']:,.0f} |"
        )
    today = f"{datetime.now(UTC):%d %B %Y}".lstrip("0")
    return HEAD.format(
        submissions=chosen.submissions,
        today=today,
        world=chosen.world,
        seed=chosen.seed,
        mentions=f"{mentions:,}",
        system=platform.system(),
        stages=" | ".join(STAGES),
        rule="---|" * len(STAGES),
        lines="\n".join(lines),
    )


def whole(one: dict[str, Any]) -> tuple[float, float]:
    """Seconds of all stages: that passed, and of work."""
    passed, worked = zip(*one["seconds"].values(), strict=True)
    return sum(passed), sum(worked)


HEAD = """\
# Linking in bulk, measured

`python -m benchmarks.linking_bulk --submissions {submissions}` writes this file: {today}, world
`{world}`, seed {seed}, {mentions} mentions. {system}, 2 cores shared with much other work and at a
low priority: seconds of work (all threads together) say more than seconds passed, and either only
within this table.

Every way is a process of its own. Reading what is stored and writing who is one person are in the
times; training, and the making of keys, which is done at receipt, are not. Splink is set up as in
`benchmarks/linking_splink.py` and groups by connected components; our own grouping is correlation
clustering with two persons of one submission held apart.

| way | pairs | persons | {stages} | work, s | to Splink | passed, s | to Splink | peak MB |
|---|---|---|{rule}---|---|---|---|---|
{lines}
"""


if __name__ == "__main__":
    sys.exit(main())
