"""Power cuts: long histories of the store on a recorded disk, opened again on every disk that could be left.

A second cut, while the first is got over, is tried on some of them. The same histories with `synchronous=NORMAL` have
to be caught, or the whole proof counts as broken.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import say
from tests.power_loss.histories import cuts, fast_folder, faults_of, journal_faults, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from tests.power_loss.histories import Recorded
    from tests.power_loss.recorder import Disk

HISTORIES: Final = 100
STEPS: Final = 40
DISKS_A_MOMENT: Final = 6
SECOND_CUTS: Final = 3
MOST_BROKEN: Final = 20


@dataclass
class _Tried:
    """What came of a history, or of several."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Runs as many histories as asked for, on all processors; gives counts and what was broken.

    What each history came to is told as soon as it is known.
    """
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    many = max(1, round(HISTORIES * scale))
    with fast_folder() as name:
        caught = _mutant_is_caught(seed, Path(name))
    tried = _Tried(broken=[] if caught else [f"synchronous=NORMAL was not caught (seed {seed})"])
    for number, tried_history in _all_tried(seed, many, until, tried):
        tried.counts.update(tried_history.counts)
        tried.broken += tried_history.broken
        say(f"  history {number} ({tried.counts['histories']} of {many}): {_told(tried_history)}")
    return {
        "counts": dict(tried.counts),
        "broken": tried.broken,
        "mutants caught": {"synchronous=NORMAL": caught},
        "steps a history": STEPS,
    }


def _all_tried(seed: int, many: int, until: float, so_far: _Tried) -> Iterator[tuple[int, _Tried]]:
    """Each history with its number, in the order in which they end; none is begun late or after too many broke."""
    at_once = min(many, os.cpu_count() or 1)
    with ProcessPoolExecutor(at_once, multiprocessing.get_context("spawn")) as pool:
        begun: dict[Future[_Tried], int] = {}
        numbers = iter(range(many))
        while True:
            while len(begun) < at_once and time.monotonic() < until and len(so_far.broken) < MOST_BROKEN:
                if (number := next(numbers, None)) is None:
                    break
                begun[pool.submit(_one_history, seed, number)] = number
            if not begun:
                return
            for ended in wait(begun, return_when=FIRST_COMPLETED).done:
                yield begun.pop(ended), ended.result()


def _told(one: _Tried) -> str:
    return "; ".join(one.broken) or ", ".join(f"{count:,} {what}" for what, count in one.counts.items())


def _one_history(seed: int, number: int) -> _Tried:
    """A history of its own chance, whichever process runs it."""
    choose = random.Random(f"{seed}/{number}")
    tried = _Tried()
    with fast_folder() as name:
        folder = Path(name)
        recorded = record(choose, STEPS, folder / "live")
        tried.counts.update({"histories": 1, "events of the disk": len(recorded.recorder.events)})
        kept: list[tuple[int, Disk]] = []
        for place, (moment, disk) in enumerate(cuts(recorded, choose, DISKS_A_MOMENT), 1):
            tried.counts["disks that could be left"] += 1
            if found := _faults(recorded, moment, disk, folder):
                tried.broken.append(f"seed {seed}, history {number}, after event {moment}: {found}")
                return tried
            # Any of them with the same chance, without keeping all.
            if len(kept) < SECOND_CUTS:
                kept.append((moment, disk))
            elif (other := choose.randrange(place)) < SECOND_CUTS:
                kept[other] = (moment, disk)
        for moment, disk in kept:
            again = record(choose, 2, folder / "live", before=disk)
            for later, later_disk in cuts(again, choose, DISKS_A_MOMENT):
                tried.counts["second cuts"] += 1
                if found := faults_of(again, later, later_disk, folder / "left"):
                    tried.broken.append(
                        f"seed {seed}, history {number}, after event {moment} and again after {later}: {found}"
                    )
                    return tried
    return tried


def _faults(recorded: Recorded, moment: int, disk: Disk, folder: Path) -> str:
    return faults_of(recorded, moment, disk, folder / "left") or journal_faults(recorded, moment, disk, folder / "left")


def _mutant_is_caught(seed: int, folder: Path) -> bool:
    for number in range(20):
        choose = random.Random(f"{seed}/{number}")
        recorded = record(choose, STEPS, folder / "live", synchronous="NORMAL")
        for moment, disk in cuts(recorded, choose, 2):
            if "may have been sent, and is queued" in faults_of(recorded, moment, disk, folder / "left"):
                return True
    return False
