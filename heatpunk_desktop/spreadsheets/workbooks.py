"""Reading of workbooks (.xlsx, .xlsb, .xls, .ods) with python-calamine."""

from __future__ import annotations

import io
from array import array
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.spreadsheets.kinds import CONTAINER
from heatpunk_desktop.spreadsheets.limits import damaged
from heatpunk_desktop.spreadsheets.ods_scan import check_ods
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Cell, Row, Sheet, empty_in_steps, watch
from heatpunk_desktop.spreadsheets.workbook_scan import check_workbook, scan_sheet, string_lengths
from heatpunk_desktop.spreadsheets.xls_scan import check_xls
from heatpunk_desktop.spreadsheets.xlsb_scan import check_xlsb
from heatpunk_desktop.spreadsheets.xml_parts import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

_MINUTE: Final = 60


class SheetName(NamedTuple):
    """A sheet that is not read yet: its name, its place among all, and whether it is visible."""

    name: str
    place: int
    is_visible: bool = True


class Workbook:
    """A workbook opened from memory, so that the file itself is neither locked nor changed.

    Attributes:
        sheets: The sheets that hold cells, in the file's order.
    """

    def __init__(self, data: bytes, cancelled: Cancelled | None = None) -> None:
        """Open a workbook.

        Args:
            data: The whole file, of a kind that `kind_of` recognises as a workbook.
            cancelled: Returns whether to stop.

        Raises:
            BadInputError: It is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
        """
        # The import takes longer than a window may take to open.
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

        self._data = data
        self._lengths = _check(data, cancelled)
        watch(cancelled)
        with _damage_told():
            self._workbook: CalamineWorkbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            self.sheets: Sequence[SheetName] = [
                SheetName(sheet.name, place, sheet.visible == SheetVisibleEnum.Visible)
                for place, sheet in enumerate(self._workbook.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]

    def read(self, sheet: SheetName, cancelled: Cancelled | None = None) -> Sheet:
        """Return the rows of one sheet.

        Raises:
            BadInputError: The sheet is damaged, or takes more than it may.
            CancelledError: The user asked to stop.
        """
        faults = _check_sheet(self._data, sheet, self._lengths, cancelled)
        with _damage_told():
            found = self._workbook.get_sheet_by_index(sheet.place)
            watch(cancelled)
            rows: list[Row] = []
            try:
                rows.extend(_rows(found, cancelled))
            except BaseException:
                empty_in_steps(rows)
                raise
        return Sheet(sheet.name, rows, faults=faults)


def _check(data: bytes, cancelled: Cancelled | None) -> array[int]:
    """Check what the library reads as soon as it opens a workbook and return the lengths of the shared strings.

    The library cannot be stopped, and takes all memory where a file tells it to, which would end the app.
    """
    if data.startswith(CONTAINER):
        check_xls(data, cancelled)
        return array("L")
    with open_package(data, cancelled) as package:
        # A file may be of several kinds at once, and the library takes the first that it can read.
        if package.has("content.xml"):
            check_ods(package)
        if package.has("xl/workbook.bin"):
            check_xlsb(package)
        if package.has("xl/workbook.xml"):
            check_workbook(package)
            return string_lengths(package)
    return array("L")


def _check_sheet(
    data: bytes, sheet: SheetName, lengths: array[int], cancelled: Cancelled | None
) -> Mapping[tuple[int, int], str]:
    """Check a sheet before the library reads it and return its cells without a value."""
    if data.startswith(CONTAINER):
        return {}
    with open_package(data, cancelled) as package:
        if not package.has("xl/workbook.xml"):
            return {}
        return scan_sheet(package, sheet.place, lengths, sheet.name)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Translate the library's error about a file into words."""
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
