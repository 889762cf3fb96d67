"""Rows out of workbooks (.xlsx, .xlsb, .xls, .ods), which python-calamine reads."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets.kinds import damaged
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Cell, Row, Sheet, watch
from heatpunk_desktop.spreadsheets.workbook_scan import scan_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

#: Cells of the box around all values: the library takes memory for each of them, also where there is nothing.
_MOST_CELLS: Final = 12_000_000
_MINUTE: Final = 60


class SheetName(NamedTuple):
    """One sheet of a workbook before it is read: its name, its place among all, and whether people see it."""

    name: str
    place: int
    is_visible: bool = True


class Workbook:
    """A workbook that was opened from memory, so that the file itself is neither held nor changed.

    Attributes:
        sheets: The sheets that hold cells, in the file's order.
    """

    def __init__(self, data: bytes) -> None:
        """Opens a workbook.

        Args:
            data: The whole file, of a kind that `kind_of` calls a workbook.

        Raises:
            BadInputError: It is damaged.
        """
        # The import takes longer than a window may take to open.
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

        self._data = data
        with _damage_told():
            self._workbook: CalamineWorkbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            self.sheets: Sequence[SheetName] = [
                SheetName(sheet.name, place, sheet.visible == SheetVisibleEnum.Visible)
                for place, sheet in enumerate(self._workbook.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]

    def read(self, sheet: SheetName, cancelled: Cancelled | None = None) -> Sheet:
        """The rows of one sheet.

        Raises:
            BadInputError: The sheet is damaged, or reaches so far that it would take all memory.
            CancelledError: A person asked to stop.
        """
        scan = scan_sheet(self._data, sheet.place, cancelled)
        if scan is not None and scan.last_row * scan.columns > _MOST_CELLS:
            raise _too_far(sheet.name, scan.last_row)
        with _damage_told():
            found = self._workbook.get_sheet_by_index(sheet.place)
            watch(cancelled)
            rows = list(_rows(found, cancelled))
        return Sheet(sheet.name, rows, faults=scan.faults if scan else {})


@contextmanager
def _damage_told() -> Iterator[None]:
    """Says in words what the library found wrong with a file."""
    from python_calamine import CalamineError  # noqa: PLC0415

    try:
        yield
    except (CalamineError, OSError, ValueError) as trouble:
        raise damaged() from trouble
    except BaseException as trouble:
        # The library's Rust gave up on a strange file, which comes as no ordinary exception.
        if type(trouble).__name__ != "PanicException":
            raise
        raise damaged() from None


def _too_far(name: str, last_row: int) -> BadInputError:
    return BadInputError(
        "This sheet is too big",
        f"In the sheet “{name}” something stands as far down as row {last_row:,}, or very far to the right.",
        "Delete the rows and columns that are not needed, also those that look empty, save it, and choose it again.",
    )


def _rows(sheet: CalamineSheet, cancelled: Cancelled | None) -> Iterator[Row]:
    if sheet.start is None:
        return
    # The library gives the blank rows above the first value, and leaves out the blank columns before it.
    before = ("",) * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number % STRIDE == 0:
            watch(cancelled)
        yield *before, *(map(_cell, row) if any(type(cell) is timedelta for cell in row) else row)


def _cell(cell: object) -> Cell:
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // _MINUTE
        return f"{minutes // _MINUTE}:{minutes % _MINUTE:02}"
    return cell  # type: ignore[return-value]
