"""`python3 dev.py bench --package`: what the packages weigh, and how soon the packaged program's window is there.

It makes this system's packages first where there are none in `dist/`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import package_sizes, package_start
from benchmarks.harness import say, table
from installers.folder import program_in
from installers.names import DIST, NAME, ROOT, TITLE

RESULTS: Final = Path(__file__).parent / "results" / "package.json"


def main() -> int:
    """Measure, print the tables, write them as JSON; return 0 also where a bar is missed, as `benchmarks` does."""
    parser = argparse.ArgumentParser(prog="dev.py bench --package", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer pairs: to see that it runs")
    parser.add_argument("--only-sizes", action="store_true", help="start nothing")
    parser.add_argument("--dist", type=Path, default=DIST, help="where the packages lie, if not in dist/")
    given = parser.parse_args()
    program = program_of(given.dist)
    if not program.is_file():
        if given.dist != DIST:
            parser.error(f"there is no {program}")
        say("There are no packages yet, so they are made first …")
        subprocess.run([sys.executable, str(ROOT / "dev.py"), "package"], cwd=ROOT, check=True)
    say("sizes …")
    results = package_sizes.measure(given.dist)
    if not given.only_sizes:
        say("starts …")
        results += package_start.measure(program, quick=given.quick)
    print(table(results, "packages"))
    for artefact in package_sizes.artefacts(given.dist):
        if artefact.bill:
            print(f"\n{package_sizes.room_table(artefact)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"when": when, "machine": machine, "results": [result.as_json() for result in results]}
    RESULTS.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


def program_of(dist: Path) -> Path:
    """The packaged program's file of this system, in the folder where packages lie."""
    return program_in(dist / (f"{TITLE}.app" if sys.platform == "darwin" else NAME))


if __name__ == "__main__":
    sys.exit(main())
