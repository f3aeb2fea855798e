"""How right is our linker, beside Splink and exact matching?

    .venv/bin/python -m benchmarks.linking [--submissions N] [--seed S] [--data NAME ...]

Links invented worlds (`easy`, `hard`) and public labelled files with each way, every run in a
process of its own that is given no labels, and writes the table to
`benchmarks/results/linking.md`. The public files are looked for in the folder that
CSE_PROFILE_LINKING_DATA names; without it their rows say so. 2,000 submissions end in minutes; the
long run is `--submissions 100000 --limit 7200`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import linking_data, linking_rules, linking_scores
from benchmarks.linking_ways import DEFAULT, GAEC_DEFAULT, WAYS
from linking.explain import BARS, PROMISED

WORLDS = ("easy", "hard")
RESULTS = Path(__file__).parent / "results" / "linking.md"
#: Packages whose version may change a figure.
PACKAGES = ("splink", "duckdb", "rapidfuzz", "numpy", "scipy")
Labels = linking_scores.Labels
HEAD = (
    "| data | way | rows | pairwise P | R | F1 | B-cubed P | R | F1 | seconds | peak MB"
    " | never named alike, joined | wrong links by heritage of the name |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
COLUMNS = 13


class Chosen(NamedTuple):
    """What was asked for."""

    submissions: int
    seed: int
    limit: int
    data: Sequence[str]
    out: Path


class Table(NamedTuple):
    """Lines: how right each way is, what each word turned out worth, whether rules hold."""

    ways: list[str]
    words: list[str]
    rules: list[str]


def main() -> int:
    chosen = _arguments()
    table = Table([], [], [])
    with tempfile.TemporaryDirectory() as folder:
        table.rules.append(linking_rules.report(chosen.submissions, chosen.seed, Path(folder)))
        for data in chosen.data:
            before = len(table.ways)
            print(f"{data} ...", file=sys.stderr, flush=True)
            measure(data, chosen, Path(folder), table)
            print("\n".join(table.ways[before:]), file=sys.stderr, flush=True)
            # After each set, so that a run cut short leaves what it measured.
            chosen.out.write_text(_report(chosen, table), encoding="utf-8")
    print(f"\nwritten: {chosen.out}", file=sys.stderr)
    return 0


def _arguments() -> Chosen:
    every = (*WORLDS, *linking_data.PUBLIC)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=2000, help="of each world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1200, help="seconds that one run may take")
    parser.add_argument("--data", nargs="+", choices=every, default=every)
    parser.add_argument("--out", type=Path, default=RESULTS)
    return Chosen(**vars(parser.parse_args()))


def measure(data: str, chosen: Chosen, folder: Path, table: Table) -> None:
    """Add the lines of one data set."""
    source = folder / ("rows.csv" if data in linking_data.PUBLIC else "rows.jsonl")
    labels = _prepare(data, chosen, source)
    if labels is None:
        table.ways.append(f"| {data} | data not found |{' |' * (COLUMNS - 2)}")
        return
    for way in WAYS:
        if way == "trained" and data in linking_data.PUBLIC:
            continue
        found = _run(way, data, source, folder / "found.json", chosen.limit)
        if isinstance(found, str):
            table.ways.append(f"| {data} | {way}: {found} |{' |' * (COLUMNS - 2)}")
            continue
        trained = ", trained" if way == "trained" else ""
        for name, clustering in _shown(found, labels):
            table.ways.append(_line(data, name + trained, clustering, found, labels))
        if "words" in found:
            table.words.extend(_words(data + trained, found, labels))


def _prepare(data: str, chosen: Chosen, source: Path) -> Labels | None:
    """Write what the linkers are given, and keep for the scorer what they are not."""
    if data in WORLDS:
        linking_data.world(data, chosen.submissions, chosen.seed, source)
        return linking_data.world_labels(data, chosen.submissions, chosen.seed)
    path = linking_data.found(data)
    if path is None:
        return None
    linking_data.blind(data, path, source)
    return linking_data.public_labels(data, path)


def _run(way: str, data: str, source: Path, target: Path, limit: int) -> dict[str, Any] | str:
    """What one way answered, or why it answered nothing."""
    command = [sys.executable, "-m", "benchmarks.linking_ways", way, data, str(source)]
    command.append(str(target))
    try:
        done = subprocess.run(command, timeout=limit, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        return f"not done after {limit} s"
    if done.returncode:
        print(done.stderr.decode(errors="replace")[-2000:], file=sys.stderr)
        return f"ended with code {done.returncode}"
    answer: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return answer


def _shown(found: Mapping[str, Any], labels: Labels) -> Iterator[tuple[str, str]]:
    """The name of each line, and the clustering it is about.

    Of thresholds both the one chosen beforehand and the best by the truth are shown: the second
    is more than anybody has who uses the way, and what ours must beat.
    """
    clusterings = found["clusterings"]
    if "" in clusterings:
        yield "**this engine**", ""
    for name in ("name", "name and birthday"):
        if name in clusterings:
            yield f"exact {name}", name
    for kind, first in (("components", DEFAULT), ("GAEC", GAEC_DEFAULT)):
        of_kind = [name for name in clusterings if name.startswith(kind)]
        if of_kind:
            yield f"Splink + {kind}, weight > {first}", f"{kind} {first}"
            best = max(
                of_kind, key=lambda name: linking_scores.b_cubed(_of(found, name), labels).f1
            )
            yield f"Splink + {kind}, best by the truth ({best.split()[1]})", best


def _of(found: Mapping[str, Any], clustering: str) -> linking_scores.Clusters:
    return dict(zip(found["ids"], found["clusterings"][clustering], strict=True))


def _line(data: str, name: str, clustering: str, found: Mapping[str, Any], labels: Labels) -> str:
    clusters = _of(found, clustering)
    pairs = linking_scores.pairwise(clusters, labels)
    b_cubed = linking_scores.b_cubed(clusters, labels)
    cells = [data, name, f"{found['rows']:,}"]
    for measure in (pairs, b_cubed):
        cells += [f"{measure.precision:.3f}", f"{measure.recall:.3f}", f"{measure.f1:.3f}"]
    cells += [f"{found['seconds'][clustering]:.1f}", f"{found['peak']:,.0f}"]
    cells += _of_worlds(clusters, labels) if data in WORLDS else ["", ""]
    return f"| {' | '.join(cells)} |"


def _of_worlds(clusters: linking_scores.Clusters, labels: Labels) -> list[str]:
    joined, people = linking_scores.never_named_alike(clusters, labels)
    rates = linking_scores.heritage_rates(clusters, labels).values()
    spread = ""
    if rates:
        low, high = min(rates), max(rates)
        spread = f"{low:.3f} to {high:.3f}" + (f" (x {high / low:.2f})" if low else "")
    return [f"{joined:.0%} of {people}", spread]


def _words(data: str, found: Mapping[str, Any], labels: Labels) -> list[str]:
    measured = linking_scores.by_word([tuple(row) for row in found["words"]], labels)
    return [
        f"| {data} | {word} | {PROMISED[word][0]:.2f} to {PROMISED[word][1]:.2f}"
        f" | {measured[word][1]:,} | {measured[word][0]:.3f} |"
        for word in BARS
        if word in measured
    ]


def _report(chosen: Chosen, table: Table) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{platform.system()}, {os.cpu_count()} cores, {memory:.0f} GB, shared"
    ways, words = "\n".join(table.ways), "\n".join(table.words)
    return f"""# Linking, measured

`make bench-linking` writes this file: {datetime.now(tz=UTC):%-d %B %Y}, worlds of
{chosen.submissions:,} submissions from seed {chosen.seed}. Python {platform.python_version()},
{packages}.
{machine} with other work: take times as guides, and compare them only within this table.

- Every run is a process of its own. It is given rows without labels, under names and in an order
  that say nothing, and is timed from reading its file to its clusters, training included; DuckDB
  may use 3 GB and two threads. Mentions of a world are linked by this engine with the model that
  ships, the public files with one trained on the file.
- "Trained": with a model that it learnt from the rows themselves, without labels, as Splink does.
- "Best by the truth" is the threshold with the highest B-cubed F1: nobody without labels has it.
- "Never named alike": people of whom several agencies tell, no two of them under one full name.
  Joined means that mentions of two agencies share a cluster.
- "Wrong links by heritage": of the pairs put together in which a name of the heritage stands, the
  share that is wrong, from the lowest heritage to the highest.

{HEAD}
{ways}

What each strength word turned out to be worth: of the scored pairs that get the word, the share
that is one person; and the share that the word promises, which invented worlds of other seeds were
used to set. Public files were not.

| data | word | promised | pairs | right |
|---|---|---|---|---|
{words}

Rules:

{table.rules[0] if table.rules else "- not run"}
"""


if __name__ == "__main__":
    sys.exit(main())
