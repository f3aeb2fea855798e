"""How long does an invented world take?

    .venv/bin/python -m benchmarks.synthesise [--submissions N] [--world NAME] [--runs N]

Writes the world to a temporary folder with one process and with as many as the machine has cores,
and prints the best seconds of some runs. The goal is 100,000 submissions in under 10 s. Exit code 1
where neither reaches it.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import synthetic
from synthetic.recipes import RECIPES

#: Seconds for 100,000 submissions.
GOAL = 10.0
PER = 100_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=PER)
    parser.add_argument("--world", choices=sorted(RECIPES), default="easy")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    world = synthetic.make(chosen.world, submissions=chosen.submissions, seed=1)
    best = {
        processes: min(seconds(world, processes) for _ in range(chosen.runs))
        for processes in sorted({1, os.cpu_count() or 1})
    }
    print("| processes | submissions | seconds | a second |")
    print("|---|---|---|---|")
    for processes, took in best.items():
        print(f"| {processes} | {world.size:,} | {took:.1f} | {world.size / took:,.0f} |")
    return int(min(best.values()) > GOAL * world.size / PER)


def seconds(world: synthetic.World, processes: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        synthetic.write(world, Path(folder), processes=processes)
        return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
