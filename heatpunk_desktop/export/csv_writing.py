"""CSV export that spreadsheets open correctly: UTF-8, commas, headings in the first line."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.csv_injection import guarded_cell
from heatpunk_desktop.export.files import Written, replaced, reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.export.columns import Cell, ExportColumn
    from heatpunk_desktop.export.files import Cancelled, Progress

#: By the mark at its beginning Excel knows the file for UTF-8.
_ENCODING: Final = "utf-8-sig"
#: A moment as every spreadsheet knows it for one, wherever it is.
_MOMENT: Final = "%Y-%m-%d %H:%M"


def csv_cell(cell: Cell | datetime) -> str:
    """Return a cell as text that no spreadsheet runs as a formula."""
    if isinstance(cell, str):
        return guarded_cell(cell)
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:{_MOMENT}}"
    return repr(cell)


def write_csv(
    target: Path,
    rows: Iterable[WholeRow],
    columns: Sequence[ExportColumn],
    progress: Progress = lambda _rows: None,
    cancelled: Cancelled = lambda: False,
) -> Written:
    """Write projects to a CSV file, atomically.

    Args:
        target: The file; an existing one is replaced.
        rows: The projects, in order.
        columns: The columns to write.
        progress: Called with the number of rows written.
        cancelled: Returns whether to stop; called as often.

    Raises:
        StorageError: The file cannot be written there.
        ExportStoppedError: It was cancelled.
    """
    done = 0
    with replaced(target) as file:
        text = io.TextIOWrapper(file, _ENCODING, errors="replace", newline="", write_through=False)
        writer = csv.writer(text)
        writer.writerow([column.heading for column in columns])
        plan = [(column.place, column.read) for column in columns]
        for row in reported(rows, progress, cancelled):
            done += 1
            writer.writerow([csv_cell(read(row[place])) for place, read in plan])
        text.flush()
        text.detach()
    progress(done)
    return Written(done)
