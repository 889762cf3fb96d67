"""Claims: an export takes hardly longer than the bare library that writes the same cells."""

from __future__ import annotations

import csv
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook
from xlsxwriter.workbook import Workbook

from benchmarks.harness import Result, interleaved, timed
from benchmarks.rows import sample_rows
from heatpunk_desktop.domain.project import WholeRow
from heatpunk_desktop.export.columns import export_columns
from heatpunk_desktop.export.table_files import OPTIONS, csv_cell, write_csv, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.harness import Pairs

WORKBOOK_BAR, CSV_BAR = 1.5, 4.0

Cells = list[tuple[object, ...]]


def measure(*, quick: bool) -> list[Result]:
    """Write whole sample projects with all columns; what was written is read back and compared."""
    count, pairs = (1_000, 3) if quick else (10_000, 11)
    rows = _whole(count)
    columns = export_columns()
    cells: Cells = [tuple(column.cell(row) for column in columns) for row in rows]
    texts = [[csv_cell(cell) for cell in line] for line in cells]  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        bare, ours = Path(folder) / "bare", Path(folder) / "ours"
        workbook = _compared(lambda: _bare_workbook(bare, cells), lambda: write_workbook(ours, rows, columns), pairs)
        _check_workbook(ours, bare, count)
        text = _compared(lambda: _bare_csv(bare, cells), lambda: write_csv(ours, rows, columns), pairs)
        _bare_csv(bare, texts)
        if ours.read_bytes().splitlines()[1:] != bare.read_bytes().splitlines():
            raise AssertionError("the text file holds other cells")
    return [
        _result(f"export {count:,} projects to Excel", workbook, WORKBOOK_BAR, "XlsxWriter, the same cells"),
        _result(f"export {count:,} projects to CSV", text, CSV_BAR, "the csv module, the same cells"),
    ]


def _compared(floor: Callable[[], object], candidate: Callable[[], object], pairs: int) -> Pairs:
    return interleaved(lambda: timed(floor), lambda: timed(candidate), pairs)


def _result(claim: str, runs: Pairs, bar: float, floor: str) -> Result:
    seconds = sorted(runs.candidate)[len(runs.candidate) // 2]
    return Result(
        claim,
        f"{runs.ratio:.2f} × ({seconds:.2f} s)",
        f"≤ {bar} ×",
        runs.ratio <= bar,
        floor,
        runs.noisy,
        runs.details(),
    )


def _whole(count: int) -> list[WholeRow]:
    """Sample projects with details that a third of them has loaded."""
    rows = []
    for key, name, customer, postcode, status, created, modified, address, owner, lat, lng, marks in sample_rows(count):
        email, phone, band = ("a@example.com", "01632 960123", "pre2000") if key % 3 == 0 else (None, None, None)
        texts = name, customer, email, phone, address, postcode
        rows.append(WholeRow(key, *texts, lat, lng, status, band, f"Q-{key}", str(owner), created, modified, marks))
    return rows


def _bare_workbook(target: Path, cells: Sequence[tuple[object, ...]]) -> None:
    workbook = Workbook(str(target), dict(OPTIONS))
    sheet = workbook.add_worksheet()
    for number, line in enumerate(cells):
        for place, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell)
            elif cell is not None:
                sheet.write_number(number, place, cell)
    workbook.close()


def _bare_csv(target: Path, lines: Sequence[Sequence[object]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def _check_workbook(ours: Path, bare: Path, count: int) -> None:
    (_, *mine), theirs = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() for path in (ours, bare)
    )
    if len(mine) != count or mine != theirs:
        raise AssertionError("the workbook holds other cells")
