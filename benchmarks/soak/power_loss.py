"""Power cuts: long histories of the store on a recorded disk, opened again on every disk that could be left.

A second cut, while the first is got over, is tried on some of them. The same histories with `synchronous=NORMAL` have
to be caught, or the whole proof counts as broken.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.power_loss.histories import cuts, fast_folder, faults_of, journal_faults, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.power_loss.histories import Recorded
    from tests.power_loss.recorder import Disk

HISTORIES: Final = 100
STEPS: Final = 40
DISKS_A_MOMENT: Final = 6
SECOND_CUTS: Final = 3
MOST_BROKEN: Final = 20


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Runs as many histories as asked for; gives counts and what was broken."""
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    counts = {"histories": 0, "events of the disk": 0, "disks that could be left": 0, "second cuts": 0}
    broken: list[str] = []
    with fast_folder() as name:
        folder = Path(name)
        caught = _mutant_is_caught(seed, folder)
        if not caught:
            broken.append(f"synchronous=NORMAL was not caught (seed {seed})")
        for number in range(max(1, round(HISTORIES * scale))):
            if time.monotonic() > until or len(broken) >= MOST_BROKEN:
                break
            _one_history(seed, number, folder, counts, broken.append)
    return {
        "counts": counts,
        "broken": broken,
        "mutants caught": {"synchronous=NORMAL": caught},
        "steps a history": STEPS,
    }


def _one_history(seed: int, number: int, folder: Path, counts: dict[str, int], tell: Callable[[str], None]) -> None:
    choose = random.Random(f"{seed}/{number}")
    recorded = record(choose, STEPS, folder / "live")
    counts["histories"] += 1
    counts["events of the disk"] += len(recorded.recorder.events)
    kept: list[tuple[int, Disk]] = []
    for tried, (moment, disk) in enumerate(cuts(recorded, choose, DISKS_A_MOMENT), 1):
        counts["disks that could be left"] += 1
        if found := _faults(recorded, moment, disk, folder):
            tell(f"seed {seed}, history {number}, after event {moment}: {found}")
            return
        # Any of them with the same chance, without keeping all.
        if len(kept) < SECOND_CUTS:
            kept.append((moment, disk))
        elif (place := choose.randrange(tried)) < SECOND_CUTS:
            kept[place] = (moment, disk)
    for moment, disk in kept:
        again = record(choose, 2, folder / "live", before=disk)
        for later, later_disk in cuts(again, choose, DISKS_A_MOMENT):
            counts["second cuts"] += 1
            if found := faults_of(again, later, later_disk, folder / "left"):
                tell(f"seed {seed}, history {number}, after event {moment} and again after {later}: {found}")
                return


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
