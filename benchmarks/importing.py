"""Claim: 10,000 rows of a spreadsheet are previewed within 3 s and 100 MB, and 100,000 rows can be imported."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Pairs, Result, interleaved, milliseconds, timed
from benchmarks.import_files import Made, make, write_text, write_workbook
from heatpunk_desktop.linkage.blocking import ProjectFinder
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.known_projects import KnownProjects
from heatpunk_desktop.spreadsheets.planning import ImportPlan, plan_import
from heatpunk_desktop.spreadsheets.reading import open_spreadsheet
from heatpunk_desktop.spreadsheets.rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

ROOT = Path(__file__).resolve().parent.parent
KNOWN = 10_000
SECONDS_BAR, MEGABYTES_BAR, MANY_BAR = 3.0, 100.0, 60.0
#: How much longer it may take than the bare library to detect how a file is written and to read it.
TEXT_BAR, WORKBOOK_BAR = 4.0, 2.0
MEGABYTE = 1024 * 1024

#: A process of its own, whose memory nothing else has touched. Prints megabytes and seconds.
_SCRIPT = """
import json, pathlib, re, sys, time
from benchmarks import importing
from benchmarks.import_files import make
import phonenumbers, idna, python_calamine, rapidfuzz
path, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
known = importing.known_projects(make(count, importing.KNOWN))
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
def peak():
    # Not that of `resource`, in which the process that started this one counts too.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024
before = resident()
began = time.perf_counter()
plan = importing.preview(path, known)
print(json.dumps({
    "seconds": time.perf_counter() - began,
    "kept": resident() - before,
    "peak": peak() - before,
    "counts": plan.counts(),
}))
"""


def measure(*, quick: bool) -> list[Result]:
    """Previews files that are made for it; every count is checked against what was put into them."""
    count = 2_000 if quick else 10_000
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as name:
        folder = Path(name)
        made = make(count, KNOWN)
        text, book = folder / "leads.csv", folder / "leads.xlsx"
        write_text(made, text)
        write_workbook(made, book)
        known = known_projects(made)
        return [
            _reading("text", text, bare_text, TEXT_BAR, quick=quick),
            _reading("workbook", book, bare_workbook, WORKBOOK_BAR, quick=quick),
            _previewing("text", made, text, known, quick=quick),
            _previewing("workbook", made, book, known, quick=quick),
            *_memory(folder, text, count, 2 * count if quick else 100_000),
        ]


def known_projects(made: Made) -> KnownProjects:
    """The projects that are there, ready to be asked; the program makes this ready while the user chooses the file."""
    known = made.known
    return KnownProjects(known.items(), ProjectFinder, lambda keys: {key: known[key] for key in keys if key in known})


def preview(path: Path, known: KnownProjects) -> ImportPlan:
    """All from the file on the disk to what would be done with each row."""
    _, sheet = open_spreadsheet(path).read_best()
    plan = match_columns(sheet, find_heading_row(sheet.rows))
    return plan_import(RowReader(sheet, plan), known, ProjectFinder)


def bare_text(path: Path) -> list[tuple[str, ...]]:
    """The standard library, told how the file is written."""
    with path.open(encoding="cp1252", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter=";")]


def bare_workbook(path: Path) -> list[list[object]]:
    """The library for workbooks, and nothing else."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    return list(CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())  # type: ignore[arg-type]


def _reading(kind: str, path: Path, bare: Callable[[Path], Sized], bar: float, *, quick: bool) -> Result:
    def ours() -> int:
        return len(open_spreadsheet(path).read_best()[1].rows)

    if ours() != len(bare(path)):
        raise AssertionError(f"{path.name} has another number of rows")
    pairs = interleaved(lambda: timed(lambda: bare(path)), lambda: timed(ours), 3 if quick else 11)
    return Result(
        f"a {kind} of {ours() - 1:,} rows read, whatever it is written in",
        f"{pairs.ratio:.2f} ×, {milliseconds(min(pairs.candidate))}",
        f"≤ {bar:g} ×",
        pairs.ratio <= bar,
        f"the bare library: {milliseconds(min(pairs.floor))}",
        noisy=pairs.noisy,
        details=pairs.details(),
    )


def _previewing(kind: str, made: Made, path: Path, known: KnownProjects, *, quick: bool) -> Result:
    counts = preview(path, known).counts()
    if (counts.new, counts.duplicates, counts.problems) != (made.new, made.duplicates, made.problems):
        raise AssertionError(f"{counts} for {made.new} new, {made.duplicates} duplicates, {made.problems} problems")
    bare = bare_text if kind == "text" else bare_workbook
    pairs: Pairs = interleaved(
        lambda: timed(lambda: bare(path)), lambda: timed(lambda: preview(path, known)), 3 if quick else 5
    )
    fastest = min(pairs.candidate)
    began = time.process_time()
    preview(path, known)
    busy = time.process_time() - began
    return Result(
        f"a {kind} of {len(made.rows):,} rows previewed, {KNOWN:,} projects there",
        f"{fastest:.2f} s ({busy:.2f} s of one processor), {pairs.ratio:.0f} ×",
        f"≤ {SECONDS_BAR:g} s",
        fastest <= SECONDS_BAR,
        f"the bare library's reading: {milliseconds(min(pairs.floor))}",
        noisy=pairs.noisy,
        details={**pairs.details(), "processor_s": round(busy, 3)},
    )


def _memory(folder: Path, text: Path, count: int, many: int) -> list[Result]:
    """Memory of the process above that before; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    few = _child(text, count)
    long_file = folder / "many.csv"
    made = make(many, KNOWN)
    write_text(made, long_file)
    lots = _child(long_file, many)
    if tuple(lots["counts"][place] for place in (0, 2, 3)) != (made.new, made.duplicates, made.problems):
        raise AssertionError(f"{lots['counts']} of {many} rows")
    peak = few["peak"] / MEGABYTE
    return [
        Result(
            f"memory to preview {count:,} rows",
            f"{peak:.0f} MB at most, {few['kept'] / MEGABYTE:.0f} MB kept",
            f"≤ {MEGABYTES_BAR:.0f} MB",
            peak <= MEGABYTES_BAR,
            details=few,
        ),
        Result(
            f"{many:,} rows previewed",
            f"{lots['seconds']:.1f} s, {lots['peak'] / MEGABYTE:.0f} MB",
            f"≤ {MANY_BAR:.0f} s",
            lots["seconds"] <= MANY_BAR,
            details=lots,
        ),
    ]


def _child(path: Path, count: int) -> dict[str, Any]:
    command = [sys.executable, "-c", _SCRIPT, str(path), str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
