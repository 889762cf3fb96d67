"""`python3 dev.py bench --soak [NAME ...]`: runs the long proofs of reliability and fails where one is broken.

Stop it with Ctrl+C at any time: what ended until then is in the JSON.

Each proof is a module here with one function::

    def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]

with the seed that everything random in it comes from, the most seconds it may take (None: as many as it needs) and
how much of the full number of runs is wanted (1 is all of it). What it gives is written to the JSON as it is, and
`docs/reliability.md` is written from that. Two of its keys are read:

- `counts`: what was run and how often, labels and numbers, in the order of the table;
- `broken`: a text for each broken invariant, with what it takes to see it again. Where there is one, the command fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import apsw

from benchmarks.harness import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]

_DESCRIPTION = (__doc__ or "").partition("\n\nEach proof")[0]
#: One module a proof, the quickest first.
PROOFS = ("explore", "crash_points", "power_loss", "steady", "simulation", "user", "kill_program", "kill_engine")


@dataclass(frozen=True)
class Ran:
    """What came of one proof.

    Attributes:
        name: Of the module.
        seed: What its chance came from.
        seconds: How long it took.
        counts: What was run, and how often.
        broken: A text for each broken invariant.
        report: All that the module told.
    """

    name: str
    seed: int
    seconds: float
    counts: Mapping[str, float]
    broken: Sequence[str]
    report: Mapping[str, Any] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proofs; return 1 where an invariant was broken, or where a proof could not be run."""
    parser = argparse.ArgumentParser(prog="dev.py bench --soak", description=_DESCRIPTION)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(PROOFS)}")
    parser.add_argument("--seed", type=int, help="where all chance comes from; one is made up and shown otherwise")
    parser.add_argument("--scale", type=float, default=1.0, metavar="X", help="so much of the full number of runs")
    parser.add_argument("--seconds", type=float, metavar="S", help="at most so long for each proof")
    parser.add_argument("--json", type=Path, metavar="FILE", default=ROOT / "benchmarks" / "results" / "soak.json")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in PROOFS]
    if unknown:
        parser.error(f"there is no proof {', '.join(unknown)}")
    if not given.scale > 0:
        parser.error("--scale takes a number above 0")
    seed = secrets.randbelow(2**32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    all_ran: list[Ran] = []
    try:
        for name in given.names or PROOFS:
            say(f"{name} …")
            all_ran.append(_run(name, seed, given.seconds, given.scale))
            _write(given.json, seed, given.scale, all_ran)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    finally:
        print(table(all_ran), flush=True)
    return int(any(ran.broken for ran in all_ran))


def _run(name: str, seed: int, seconds: float | None, scale: float) -> Ran:
    began = time.monotonic()
    report: dict[str, Any] = {}
    try:
        report = import_module(f"tests.soak.{name}").run(seed=seed, seconds=seconds, scale=scale)
        broken = [str(problem) for problem in report.get("broken", ())]
    except Exception:  # noqa: BLE001 - the other proofs are run all the same, and this one counts as failed
        broken = [f"the proof could not be run: {traceback.format_exc()}"]
    for problem in broken[:20]:
        say(f"  BROKEN {problem}")
    return Ran(name, seed, round(time.monotonic() - began, 1), dict(report.get("counts", {})), broken, report)


def table(all_ran: Sequence[Ran]) -> str:
    """What was run, as a table for the terminal and for `docs/reliability.md`."""
    lines = ["| proof | what was run | seconds | broken |", "| --- | --- | ---: | ---: |"]
    for ran in all_ran:
        counts = ", ".join(f"{number:,} {words}" for words, number in ran.counts.items())
        broken = f"**{len(ran.broken)}**" if ran.broken else "none"
        lines.append(f"| {ran.name} | {counts} | {ran.seconds:,.0f} | {broken} |")
    return "\n".join(lines)


def _write(path: Path, seed: int, scale: float, all_ran: Sequence[Ran]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "seed": seed,
        "scale": scale,
        "proofs": [asdict(ran) for ran in all_ran],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """What the proofs ran on, and which state of the code."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "sqlite": apsw.sqlite_lib_version(),
        "commit": head.stdout.strip(),
    }


if __name__ == "__main__":
    sys.exit(main())
