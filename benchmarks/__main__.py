"""`python -m benchmarks [NAME ...]`: measures the claims about speed, prints their table, writes it as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.harness import Result, say, table

#: One module a claim, in the order of the table.
CLAIMS = (
    "start", "search", "sort", "narrow", "conditions", "scroll", "board", "million", "refresh", "memory", "contacts",
    "outbox_throughput", "waiting_start",
    "staging", "duplicates_scan", "exporting", "importing", "import_window", "hostile_files",
)  # fmt: skip


def main() -> int:
    """Run the claims; return 0 also where a bar is missed, as a busy machine is no fault of the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(CLAIMS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rows and pairs: to see that it runs")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "latest.json")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in CLAIMS]
    if unknown:
        parser.error(f"there is no claim {', '.join(unknown)}")
    results: list[Result] = []
    for name in given.names or CLAIMS:
        say(f"{name} …")
        results += import_module(f"benchmarks.{name}").measure(quick=given.quick)
    print(table(results))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"when": when, "machine": machine, "results": [result.as_json() for result in results]}
    given.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
