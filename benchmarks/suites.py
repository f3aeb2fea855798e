"""What the suites and the generator of worlds measured, kept in a file.

    .venv/bin/python -m benchmarks.suites [test] [chaos] [twins] [canary] [synthesise]

Runs each suite that is named, or all, and writes its line of benchmarks/results/suites.md; the
others' lines stay as they are. Tests say what they counted by pytest's `record_property`. Exit
code 1 where one fails: its line then says so. `test` is what `make test` runs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "suites.md"
#: What pytest is asked for each of them.
SUITES = {
    "test": ["-n", "2", "--dist", "loadfile", "-m", "not audit and not long"],
    "chaos": ["-m", "audit", "tests/chaos"],
    "twins": ["-m", "not long", "tests/test_twins.py"],
    "canary": ["-m", "not long", "tests/test_canary.py"],
}
SYNTHESISE = "synthesise"
HEAD = """\
# The suites, and the worlds they are tried on

One line for each, from its last run on a machine with {cores} processors; `load` is the mean number
of programs that wanted one while it ran: above {cores}, the seconds are those of a busy machine.

| suite | what it counted | tests | failed | seconds | load |
| --- | --- | --- | --- | --- | --- |
"""
FOOT = """
`chaos`: receipts for which the database has no report are lost. `twins`: two databases that differ
only in what a person may not see answer that person byte for byte alike. `canary`: words of rows,
each of them its own, looked for in every answer. `synthesise`: 100,000 submissions of the world
`easy`, the best of three runs.

Made by `python -m benchmarks.suites`.
"""


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    suite: str
    counted: str
    tests: int
    failed: int
    seconds: float
    load: float

    def __str__(self) -> str:
        measured = f"{self.seconds:.0f} | {self.load:.1f}"
        return f"| {self.suite} | {self.counted} | {self.tests} | {self.failed} | {measured} |"


def main() -> int:
    """Run what is asked for, and write the file anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", choices=[*SUITES, SYNTHESISE, []])
    chosen = parser.parse_args().suites or [*SUITES, SYNTHESISE]
    made = [synthesise() if name == SYNTHESISE else run(name) for name in chosen]
    write(made)
    return int(any(line.failed for line in made))


def run(suite: str) -> Line:
    """Run one suite, and read what pytest wrote down of it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"]
        command += ["-o", "junit_family=xunit1", *SUITES[suite]]  # the other has no properties
        before = os.getloadavg()[0]
        subprocess.run(command, cwd=ROOT)
        load = (before + os.getloadavg()[0]) / 2
        return read(suite, report, load)


def read(suite: str, report: Path, load: float) -> Line:
    """A line from a report in JUnit's format. Figures of one name are added up."""
    root = ElementTree.parse(report).getroot()  # noqa: S314 - pytest has just written it
    (found,) = root.iter("testsuite")
    counted: dict[str, int] = defaultdict(int)
    for told in root.iter("property"):
        counted[told.attrib["name"]] += int(told.attrib["value"])
    return Line(
        suite,
        ", ".join(f"{number:,} {name}" for name, number in counted.items()),
        int(found.attrib["tests"]),
        int(found.attrib["failures"]) + int(found.attrib["errors"]),
        float(found.attrib["time"]),
        load,
    )


def synthesise() -> Line:
    """Invent 100,000 submissions."""
    before = os.getloadavg()[0]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.synthesise"], cwd=ROOT, capture_output=True, text=True
    )
    rows = [row.split("|") for row in done.stdout.splitlines()[2:]]
    processes, submissions, seconds = min(
        ((cells[1].strip(), cells[2].strip(), float(cells[3])) for cells in rows),
        key=lambda row: row[2],
    )
    counted = f"{submissions} submissions by {processes} processes, {seconds:.1f} seconds"
    load = (before + os.getloadavg()[0]) / 2
    return Line(SYNTHESISE, counted, 0, int(done.returncode != 0), seconds, load)


def write(made: list[Line]) -> None:
    """Put these lines in the place of the earlier ones."""
    kept = {}
    if RESULTS.exists():
        for row in RESULTS.read_text(encoding="utf-8").splitlines():
            name = row.split("|")[1].strip() if row.startswith("|") else ""
            if name in {*SUITES, SYNTHESISE}:
                kept[name] = row
    kept |= {line.suite: str(line) for line in made}
    rows = [kept[name] for name in (*SUITES, SYNTHESISE) if name in kept]
    text = HEAD.format(cores=os.cpu_count()) + "\n".join(rows) + "\n" + FOOT
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
