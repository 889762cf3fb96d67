"""Every interleaving of some dozens of small worlds, breadth first: the long form of `tests/explorer`.

In some of the families the rules decide, in some the whole engine runs on its store. Beside them it gives, for each
mutant of a rule, the shortest story that catches it in either, and the shortest question of all that it answers
otherwise: one that answers all of them as the rules do is the same. There is no chance in it: the seed counts for
nothing, and the scale is the share of the families that is explored.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

from benchmarks.harness import say
from tests.explorer import engine_world
from tests.explorer.engine_families import ENGINE_LONG, ENGINE_SHORT, ENGINE_TINY
from tests.explorer.families import LONG, SHORT, TINY
from tests.explorer.mutants import (
    DRIVER_MUTANTS,
    QUESTION_MUTANTS,
    RULE_MUTANTS,
    WRITE_RULE_MUTANTS,
    at_large,
    catch,
    catch_by_engine,
    other_answer,
)
from tests.explorer.states import Family
from tests.explorer.world import explored

if TYPE_CHECKING:
    from tests.explorer.engine_world import EngineFamily
    from tests.explorer.mutants import Caught
    from tests.explorer.search import Explored

_FAMILIES: tuple[Family | EngineFamily, ...] = (*TINY, *SHORT, *LONG, *ENGINE_TINY, *ENGINE_SHORT, *ENGINE_LONG)
#: A family with more states than this is broken off: they have to fit into the memory.
_MOST = 400_000


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Explore all families, one in each processor at a time; see `__main__`."""
    del seed
    wanted = range(max(1, round(len(_FAMILIES) * min(scale, 1.0))))
    began = time.monotonic()
    rows: list[dict[str, Any]] = []
    broken: list[str] = []
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for number, ran, tried in pool.imap_unordered(_explore, wanted):
            family = _FAMILIES[number]
            name = family.name if isinstance(family, Family) else f"the engine: {family.name}"
            ended = "" if ran.is_complete else ", broken off"
            say(f"  {name}: {ran.states:,} states, {ran.transitions:,} transitions in {ran.seconds:.0f} s{ended}")
            rows.append({
                "family": name, "states": ran.states, "transitions": ran.transitions, "depth": ran.depth,
                "ends": ran.ends, "seconds": round(ran.seconds, 1), "engine asked": tried,
                "is_complete": ran.is_complete,
            })  # fmt: skip
            if ran.broken:
                broken.append(f"{name}: {ran}")
            if seconds is not None and time.monotonic() - began > seconds:
                break
    mutants: dict[str, dict[str, Any]] = {}
    if scale >= 1:
        names = (*RULE_MUTANTS, *WRITE_RULE_MUTANTS, *DRIVER_MUTANTS, *QUESTION_MUTANTS)
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            mutants = dict(pool.imap_unordered(_mutant, names))
    of_engine = [row for row in rows if row["engine asked"]]
    counts = {
        "families": len(rows),
        "states": sum(row["states"] for row in rows),
        "transitions": sum(row["transitions"] for row in rows),
        "steps at most": max((row["depth"] for row in rows), default=0),
        "states of the whole engine": sum(row["states"] for row in of_engine),
        "times the engine was asked": sum(row["engine asked"] for row in of_engine),
        "mutants caught": sum(map(_is_caught, mutants.values())),
        "mutants that are the same": sum("the same" in mutant for mutant in mutants.values()),
    }
    return {"counts": counts, "broken": broken, "families": rows, "mutants": mutants}


def _explore(number: int) -> tuple[int, Explored, int]:
    family = _FAMILIES[number]
    if isinstance(family, Family):
        return number, explored(family), 0
    return number, *engine_world.explored(family, _MOST)


def _mutant(name: str) -> tuple[str, dict[str, Any]]:
    """How a mutant was caught: in the fewest steps by the rules alone, by the whole engine, and by its answer."""
    if name in DRIVER_MUTANTS:
        return name, _told(catch(frozenset([name]), is_shortest=True))
    if name in QUESTION_MUTANTS:
        return name, _told(catch(decisions=QUESTION_MUTANTS[name], is_shortest=True))
    answered = other_answer(name)
    if answered is None:
        return name, {"the same": True}
    answer = {"question": str(answered.question), "answer breaks": answered.broken}
    if name in WRITE_RULE_MUTANTS:
        with at_large(WRITE_RULE_MUTANTS[name]):
            return name, answer | {"engine": _told(catch_by_engine(is_shortest=True))}
    with at_large(RULE_MUTANTS[name]):
        return name, answer | _told(catch(is_shortest=True)) | {"engine": _told(catch_by_engine(is_shortest=True))}


def _is_caught(mutant: dict[str, Any]) -> bool:
    return bool("steps" in mutant or mutant.get("engine") or mutant.get("answer breaks"))


def _told(caught: Caught | None) -> dict[str, Any]:
    return {} if caught is None else caught._asdict()
