"""Claims: likely duplicates among 100,000 projects are found in the background, in seconds, and the window goes on."""

from __future__ import annotations

import gc
import threading
from itertools import combinations
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.utils import default_process

from benchmarks.event_loop import STALL_BAR, Ticks, run_until
from benchmarks.harness import Result, interleaved, milliseconds, timed
from benchmarks.rows import NOW
from heatpunk_desktop.likeness.index import Known, LikenessIndex
from heatpunk_desktop.likeness.keys import keys_of
from heatpunk_desktop.likeness.pairs import LikelyPair, candidate_pairs, likely_pairs
from heatpunk_desktop.likeness.scoring import LIKELY, score
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.team import DEFAULT_TEAM, Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.likeness.keys import Keys

SCAN_BAR, RATIO_BAR = 20.0, 4.0


def measure(*, quick: bool) -> list[Result]:
    """Scans sample projects; every hundredth is there a second time, as another person would write it."""
    count = 10_000 if quick else 100_000
    projects = _projects(count)
    found: list[LikelyPair] = []
    seconds = sorted(timed(lambda: found.extend(likely_pairs(projects))) for _ in range(1 if quick else 3))
    _check(projects, found, count)
    texts = _texts_of_pairs(projects)
    runs = interleaved(lambda: timed(lambda: _bare(projects, texts)), lambda: timed(lambda: likely_pairs(projects)), 3)
    middle = seconds[len(seconds) // 2]
    return [
        Result(
            f"duplicates among {count:,} projects",
            f"{middle:.1f} s",
            f"≤ {SCAN_BAR:.0f} s",
            middle <= SCAN_BAR,
            f"{len(texts):,} pairs compared",
            details={"seconds": [round(one, 3) for one in seconds], "pairs": len(texts)},
        ),
        Result(
            "the same, against comparing alone",
            f"{runs.ratio:.2f} ×",
            f"≤ {RATIO_BAR:.0f} ×",
            runs.ratio <= RATIO_BAR,
            "rapidfuzz: default_process of each text, token_sort_ratio of name and address over the same pairs",
            runs.noisy,
            runs.details(),
        ),
        _stall(projects),
    ]


def _projects(count: int) -> list[Known]:
    sample = SampleData(count, seed=1, team=Team(DEFAULT_TEAM), until=NOW)
    projects = [
        Known(
            one.project_id, one.project_name, one.customer_name, one.customer_email, one.customer_phone, one.address,
            one.postcode, one.crm_reference,
        )
        for one in sample
    ]  # fmt: skip
    again = [
        one._replace(key=-1 - place, customer_name=one.customer_name.upper(), customer_email="", project_name="")
        for place, one in enumerate(projects[::100])
    ]
    return [*projects, *again]


def _texts_of_pairs(projects: Sequence[Known]) -> list[tuple[str, str, str, str]]:
    def text(keys: Keys) -> tuple[str, str]:
        return keys.name, f"{keys.premises} {keys.address} {keys.postcode}"

    texts = []
    for one, other in candidate_pairs(LikenessIndex(projects)):
        (name, address), (other_name, other_address) = text(one), text(other)
        texts.append((name, other_name, address, other_address))
    return texts


def _bare(projects: Sequence[Known], texts: Sequence[tuple[str, str, str, str]]) -> None:
    """The library alone: each text put in its plain form once, then names and addresses compared."""
    for project in projects:
        for text in project[1:]:
            default_process(text)
    for name, other_name, address, other_address in texts:
        token_sort_ratio(name, other_name)
        token_sort_ratio(address, other_address)


def _check(projects: Sequence[Known], found: Sequence[LikelyPair], count: int) -> None:
    """Those that are there twice are found where anything but the name says who or where they are; and by force."""
    pairs = {pair[:2] for pair in found}
    by_key = {one.key: one for one in projects}
    missed = [
        key
        for key in range(-(count // 100), 0)
        if by_key[key].postcode and by_key[key].address and (key, projects[100 * (-key - 1)].key) not in pairs
    ]
    if missed:
        raise AssertionError(f"{len(missed)} of those that are there twice were not found, such as {by_key[missed[0]]}")
    some = [*projects[: min(count, 700)], *projects[count : count + 7]]
    keys = {one.key: keys_of(one) for one in some}
    by_force = {pair for pair in combinations(sorted(keys), 2) if score(keys[pair[0]], keys[pair[1]]).value >= LIKELY}
    if by_force - pairs:
        raise AssertionError(f"comparing all with all finds {len(by_force - pairs)} pairs more")


def _stall(projects: Sequence[Known]) -> Result:
    """The longest stall of an event loop while another thread scans, the middle one of three."""
    application = QApplication.instance() or QApplication([])
    runs = []
    for _ in range(3):
        ticks = Ticks()
        run_until(lambda: False, 1.0)
        idle = ticks.longest
        # In the program nobody looks for garbage but the window's thread, while it is idle.
        gc.disable()
        scan = threading.Thread(target=likely_pairs, args=(projects,))
        ticks.restart()
        scan.start()
        run_until(lambda scan=scan: not scan.is_alive())  # type: ignore[misc]
        runs.append((ticks.longest, idle))
        ticks.stop()
        scan.join()
        gc.enable()
    application.processEvents()
    busy, idle = (sorted(one[which] for one in runs)[1] for which in (0, 1))
    return Result(
        "the window's longest stall meanwhile",
        milliseconds(busy),
        "≤ 33 ms",
        busy <= STALL_BAR,
        f"when idle: {milliseconds(idle)}",
        details={"scan_and_idle_ms": [[round(1000 * one, 2) for one in run] for run in runs]},
    )
