"""Every interleaving of some dozens of small worlds, breadth first: the long form of `tests/explorer`.

Beside the families it gives, for each mutant of a rule, the shortest story that catches it. There is no chance in it:
the seed counts for nothing, and the scale is the share of the families that is explored.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

from benchmarks.harness import say
from tests.explorer.families import LONG, SHORT, TINY
from tests.explorer.mutants import DRIVER_MUTANTS, QUESTION_MUTANTS, RULE_MUTANTS, at_large, catch
from tests.explorer.world import explored

if TYPE_CHECKING:
    from tests.explorer.search import Explored

_FAMILIES = (*TINY, *SHORT, *LONG)


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Explore all families, one in each processor at a time; see `__main__`."""
    del seed
    wanted = range(max(1, round(len(_FAMILIES) * min(scale, 1.0))))
    began = time.monotonic()
    rows: list[dict[str, Any]] = []
    broken: list[str] = []
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for number, ran in pool.imap_unordered(_explore, wanted):
            family = _FAMILIES[number]
            say(f"  {family.name}: {ran.states:,} states, {ran.transitions:,} transitions in {ran.seconds:.0f} s")
            rows.append({
                "family": family.name, "states": ran.states, "transitions": ran.transitions, "depth": ran.depth,
                "ends": ran.ends, "seconds": round(ran.seconds, 1),
            })  # fmt: skip
            if ran.broken:
                broken.append(f"{family.name}: {ran}")
            if seconds is not None and time.monotonic() - began > seconds:
                break
    mutants = _mutants() if scale >= 1 else {}
    counts = {
        "families": len(rows),
        "states": sum(row["states"] for row in rows),
        "transitions": sum(row["transitions"] for row in rows),
        "steps at most": max((row["depth"] for row in rows), default=0),
        "mutants caught": sum("steps" in mutant for mutant in mutants.values()),
    }
    return {"counts": counts, "broken": broken, "families": rows, "mutants": mutants}


def _explore(number: int) -> tuple[int, Explored]:
    return number, explored(_FAMILIES[number])


def _mutants() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for name, table in RULE_MUTANTS.items():
        with at_large(table):
            caught = catch(is_shortest=True)
        told[name] = {} if caught is None else caught._asdict()
    for fault in DRIVER_MUTANTS:
        caught = catch(frozenset([fault]), is_shortest=True)
        told[fault] = {} if caught is None else caught._asdict()
    for name, decisions in QUESTION_MUTANTS.items():
        caught = catch(decisions=decisions, is_shortest=True)
        told[name] = {} if caught is None else caught._asdict()
    return told
