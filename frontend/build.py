"""Install the front-end packages and build dist/, with the machine's node or one from PyPI."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20
#: Node from PyPI, its version and the hashes of its files fixed.
LOCKED_NODE = HERE.parent / "requirements-node.txt"


def main() -> int:
    """Run npm and the build; say in one sentence what failed."""
    environment = with_node()
    steps = (
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"],
        ["node", "build.mjs"],
    )
    for step in steps:
        done = subprocess.run(step, cwd=HERE, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.stderr.write(f"`{' '.join(step)}` failed:\n{done.stderr[-2000:]}\n")
            return 1
    return 0


def with_node() -> dict[str, str]:
    """An environment in which node and npm are found, from PyPI where the machine has none."""
    environment = dict(os.environ)
    if not _has_node():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        locked = ["--only-binary", ":all:", "--require-hashes", "-r", str(LOCKED_NODE)]
        subprocess.run([*pip, *locked], check=True)
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return environment


def _has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(told.strip().lstrip("v").split(".")[0] or 0) >= OLDEST_NODE


if __name__ == "__main__":
    sys.exit(main())
