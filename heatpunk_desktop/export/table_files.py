"""Tables as files: CSV that spreadsheets open correctly, and Excel with real numbers, dates and filters."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from datetime import datetime
from typing import IO, TYPE_CHECKING, Final

from heatpunk_desktop.domain.csv_injection import guarded_cell, text_cell, would_run
from heatpunk_desktop.export.columns import Kind
from heatpunk_desktop.export.files import Written, replaced, reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.export.columns import Cell, ExportColumn
    from heatpunk_desktop.export.files import Cancelled, Progress

#: By the mark at its beginning Excel knows the file for UTF-8.
_ENCODING: Final = "utf-8-sig"
#: A moment as every spreadsheet knows it for one, wherever it is.
_MOMENT: Final = "%Y-%m-%d %H:%M"
#: How workbooks are made: rows go to the disk as they come, and no text becomes a formula, a link or a number.
OPTIONS: Final[Mapping[str, object]] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "d mmm yyyy hh:mm",
}
#: Rows of a sheet, its heading among them, and UTF-16 letters of a cell. Source: Excel's specifications and limits.
MAX_ROWS: Final = 1_048_576
MAX_LETTERS: Final = 32_767
#: The number of this paper size in the file format.
_A4: Final = 9
_SHEET: Final = "Projects"
_NARROWEST, _WIDEST = 8, 60
#: The filter button is beside the heading.
_BUTTON: Final = 4
_MOMENT_WIDTH: Final = 18


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


def write_workbook(
    target: Path,
    rows: Iterable[WholeRow],
    columns: Sequence[ExportColumn],
    progress: Progress = lambda _rows: None,
    cancelled: Cancelled = lambda: False,
) -> Written:
    """Write projects to a workbook, atomically; what does not fit on one sheet continues on the next.

    Args:
        target: The file; an existing one is replaced.
        rows: The projects, in order.
        columns: The columns to write; at least one.
        progress: Called with the number of rows written.
        cancelled: Returns whether to stop; called as often.

    Raises:
        StorageError: The file cannot be written there.
        ExportStoppedError: It was cancelled.
    """
    with replaced(target) as file, new_workbook(file) as workbook:
        writer = _Writer(workbook, columns)
        for row in reported(rows, progress, cancelled):
            writer.write(row)
        writer.end_sheet()
    progress(writer.rows)
    return Written(writer.rows, writer.shortened)


@contextlib.contextmanager
def new_workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """Open a workbook that is written to a file at the end; nothing of it stays where that is not reached."""
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415

    # Until the end the library keeps written rows in temporary files, which hold customers' data too.
    with tempfile.TemporaryDirectory(prefix="heatpunk-", ignore_cleanup_errors=True) as folder:
        # Packed it is small, and memory never fails: the library leaves its archive open where a disk does.
        packed = io.BytesIO()
        workbook = Workbook(packed, {**OPTIONS, "tmpdir": folder})
        try:
            yield workbook
            workbook.close()
            file.write(packed.getbuffer())
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            # The library has no way to give up, and keeps those files open.
            for sheet in workbook.worksheets():
                sheet._opt_close()  # noqa: SLF001


class _Writer:
    """A writer of one row after the other.

    Attributes:
        rows: How many projects are written.
        shortened: How many cells were cut.
    """

    def __init__(self, workbook: Workbook, columns: Sequence[ExportColumn]) -> None:
        self.rows = 0
        self.shortened = 0
        self._workbook = workbook
        self._columns = columns
        self._heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E7ECF1"})
        self._quoted = workbook.add_format({"quote_prefix": True})
        self._formats: dict[Kind, Format | None] = {
            Kind.TEXT: None,
            Kind.NUMBER: workbook.add_format({"num_format": "0"}),
            Kind.DEGREES: workbook.add_format({"num_format": "0.0######"}),
            Kind.MOMENT: workbook.add_format({"num_format": "d mmm yyyy hh:mm", "align": "left"}),
        }
        self._plan = [(column.place, column.read, self._formats[column.kind]) for column in columns]
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        number = len(self._workbook.worksheets()) + 1
        self._sheet: Worksheet = self._workbook.add_worksheet(_SHEET if number == 1 else f"{_SHEET} {number}")
        self._sheet.freeze_panes(1, 0)
        # On paper: all columns on one page across, and the headings on every page.
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_footer("&L&A&RPage &P of &N")
        self._row = 0
        self._widths = [len(column.heading) + _BUTTON for column in self._columns]
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.heading, self._heading)

    def end_sheet(self) -> None:
        """Apply the settings that depend on the number of rows."""
        last = max(self._row, 1)
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        # Telephone numbers and references are texts on purpose.
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        for place, (column, width) in enumerate(zip(self._columns, self._widths, strict=True)):
            fits = max(width, _MOMENT_WIDTH) if column.kind is Kind.MOMENT else width
            self._sheet.set_column(place, place, min(max(fits + 1, _NARROWEST), _WIDEST))

    def write(self, row: WholeRow) -> None:
        """Write a project."""
        if self._row + 1 >= MAX_ROWS:
            self.end_sheet()
            self._begin_sheet()
        self._row += 1
        self.rows += 1
        for place, (source, read, form) in enumerate(self._plan):
            cell = read(row[source])
            if isinstance(cell, str):
                self._write_text(place, cell)
            elif isinstance(cell, datetime):
                self._sheet.write_datetime(self._row, place, cell, form)
            elif cell is not None:
                self._sheet.write_number(self._row, place, cell, form)

    def _write_text(self, place: int, text: str) -> None:
        if len(text) > self._widths[place]:
            self._widths[place] = min(len(text), _WIDEST)
        if len(text) > MAX_LETTERS // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_LETTERS:
            self.shortened += 1
        self._sheet.write_string(self._row, place, text_cell(text), self._quoted if would_run(text) else None)
