"""Claims: likely duplicates among 100,000 projects are found in the background, in seconds, and the window goes on."""

from __future__ import annotations

import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.utils import default_process

from benchmarks.event_loop import STALL_BAR, Ticks, run_until
from benchmarks.harness import Result, interleaved, milliseconds, timed
from benchmarks.rows import NOW
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.linkage.blocking import LinkageIndex
from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.pairs import MatchedPair, candidate_pairs, find_pairs
from heatpunk_desktop.linkage.scoring import LIKELY, score
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, Users
from heatpunk_desktop.services.desktop.gui_thread_gc import GarbageCollector
from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.linkage.features import Features
    from heatpunk_desktop.services.tasks.duplicate_scan import Scanned

SCAN_BAR = 20.0
#: The floor compares only; to find which pairs are to be compared at all is most of the work.
RATIO_BAR = 10.0
#: A server that nobody is at.
_NOBODY = Account("http://127.0.0.1:9", "office@acme-heat.test")
_THEN = "2026-05-01T09:00:00.000Z"
_ABOVE_ALL = 100_000_000


def measure(*, quick: bool) -> list[Result]:
    """Scan sample projects; every hundredth is there a second time, as another person would write it."""
    count = 10_000 if quick else 100_000
    projects = _projects(count)
    found: list[MatchedPair] = []
    texts = _texts_of_pairs(projects)

    def compare() -> None:
        found[:] = find_pairs(projects)

    runs = interleaved(lambda: timed(lambda: _bare(projects, texts)), lambda: timed(compare), 1 if quick else 3)
    _check(projects, found, count)
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-", ignore_cleanup_errors=True) as folder:
        scans = _scans(Path(folder), projects, 1 if quick else 3)
    return [
        *_results(scans, count),
        Result(
            "the same, against comparing alone",
            f"{runs.ratio:.2f} ×",
            f"≤ {RATIO_BAR:.0f} ×",
            runs.ratio <= RATIO_BAR,
            "rapidfuzz: default_process of each text, token_sort_ratio of name and address over the same pairs",
            runs.noisy,
            runs.details() | {"pairs": len(texts)},
        ),
    ]


def _projects(count: int) -> list[KnownProject]:
    sample = SampleData(count, seed=1, users=Users(DEFAULT_USERS), until=NOW)
    projects = [
        KnownProject(
            project.project_id, project.project_name, project.customer_name, project.customer_email,
            project.customer_phone, project.address, project.postcode, project.crm_reference,
        )
        for project in sample
    ]  # fmt: skip
    again = [
        project._replace(
            key=-1 - place, customer_name=project.customer_name.upper(), customer_email="", project_name=""
        )
        for place, project in enumerate(projects[::100])
    ]
    return [*projects, *again]


def _texts_of_pairs(projects: Sequence[KnownProject]) -> list[tuple[str, str, str, str]]:
    def text(keys: Features) -> tuple[str, str]:
        return keys.name, f"{keys.premises} {keys.address} {keys.postcode}"

    texts = []
    for first, second in candidate_pairs(LinkageIndex(projects)):
        (name, address), (other_name, other_address) = text(first), text(second)
        texts.append((name, other_name, address, other_address))
    return texts


def _bare(projects: Sequence[KnownProject], texts: Sequence[tuple[str, str, str, str]]) -> None:
    """The library alone: each text put in its plain form once, then names and addresses compared."""
    for project in projects:
        for text in project[1:]:
            default_process(text)
    for name, other_name, address, other_address in texts:
        token_sort_ratio(name, other_name)
        token_sort_ratio(address, other_address)


def _check(projects: Sequence[KnownProject], found: Sequence[MatchedPair], count: int) -> None:
    """Those that are there twice are found where anything but the name says who or where they are; and by force."""
    pairs = {pair[:2] for pair in found}
    by_key = {project.key: project for project in projects}
    missed = [
        key
        for key in range(-(count // 100), 0)
        if by_key[key].postcode and by_key[key].address and (key, projects[100 * (-key - 1)].key) not in pairs
    ]
    if missed:
        raise AssertionError(f"{len(missed)} of those that are there twice were not found, such as {by_key[missed[0]]}")
    some = [*projects[: min(count, 700)], *projects[count : count + 7]]
    keys = {project.key: features_of(project) for project in some}
    by_force = {pair for pair in combinations(sorted(keys), 2) if score(keys[pair[0]], keys[pair[1]]).value >= LIKELY}
    if by_force - pairs:
        raise AssertionError(f"comparing all with all finds {len(by_force - pairs)} pairs more")


class _Scan(NamedTuple):
    """One scan: how long it took, of that the processor's time, and the event loop's longest stalls."""

    seconds: float
    processor: float
    busy: float
    idle: float
    pairs: int


def _scans(folder: Path, projects: Sequence[KnownProject], count: int) -> list[_Scan]:
    """Scans as the page Duplicates has them done: projects of a database, in a thread beside the window's."""
    make_application()
    database = database_path(folder, _NOBODY)
    store = AccountStore.open(database)
    store.server.take_listed(
        [
            (
                project.key if project.key > 0 else _ABOVE_ALL - project.key, 27091, _THEN, _THEN, project.project_name,
                project.customer_name, project.address, project.postcode, None, None, "Lead", None, None, None,
            )
            for project in projects
        ]
    )  # fmt: skip
    store.close()
    garbage = GarbageCollector()
    garbage.start()
    try:
        return [_scan(database) for _ in range(count)]
    finally:
        garbage.stop()


def _scan(database: Path) -> _Scan:
    finder = DuplicateFinder(database)
    found: list[Scanned] = []
    finder.scanned.connect(found.append)
    ticks = Ticks()
    run_until(lambda: False, 1.0)
    idle = ticks.longest
    ticks.restart()
    began, processor = time.perf_counter(), time.process_time()
    finder.scan()
    if not run_until(lambda: bool(found), 600.0):
        raise AssertionError("the scan did not end")
    ticks.stop()
    finder.stop()
    return _Scan(time.perf_counter() - began, time.process_time() - processor, ticks.longest, idle, len(found[0].pairs))


def _results(scans: Sequence[_Scan], count: int) -> list[Result]:
    """The middle one of the scans."""
    middle = len(scans) // 2
    seconds = sorted(scan.seconds for scan in scans)[middle]
    busy, idle = (sorted(some)[middle] for some in ([scan.busy for scan in scans], [scan.idle for scan in scans]))
    details = {"scans": [scan._asdict() for scan in scans]}
    return [
        Result(
            f"duplicates among {count:,} projects of a database",
            f"{seconds:.1f} s",
            f"≤ {SCAN_BAR:.0f} s",
            seconds <= SCAN_BAR,
            f"{scans[0].pairs:,} likely pairs; {scans[middle].processor:.1f} s of a processor",
            details=details,
        ),
        Result(
            "the window's longest stall meanwhile",
            milliseconds(busy),
            "≤ 33 ms",
            busy <= STALL_BAR,
            f"when idle: {milliseconds(idle)}",
            details=details,
        ),
    ]
