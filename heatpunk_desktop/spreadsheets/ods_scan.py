"""Pre-check of OpenDocument spreadsheets (.ods) before a library reads them: how much room repetitions would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.limits import Room, damaged

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.xml_parts import Attributes, Package

_CONTENT: Final = "content.xml"
#: A number of repeats or spaces has no more digits than this.
_DIGITS: Final = 12


def check_ods(package: Package) -> None:
    """Check all sheets, as the library reads them all at once.

    Raises:
        BadInputError: The file is damaged, or takes more than it may.
        CancelledError: The user asked to stop.
    """
    scan = _OdsScan()
    package.scan(_CONTENT, scan.start, scan.end, scan.text)


class _OdsScan:
    """Counts the rows and cells of each sheet. Blank ones count once something follows them."""

    def __init__(self) -> None:
        self._room = Room()
        self._rows = self._blank_rows = self._row_repeats = 0
        self._columns = self._blank_columns = self._cell_repeats = 0
        self._in_cell = self._is_filled = False
        self._length = 0
        #: The room of each filled cell of the row: its last column, its characters, and how often it is repeated.
        self._cells: list[tuple[int, int, int]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "table:table":
                self._rows = self._blank_rows = 0
            case "table:table-row":
                self._row_repeats = _count(attributes, "table:number-rows-repeated")
                self._columns = self._blank_columns = 0
                self._cells = []
            case "table:table-cell" | "table:covered-table-cell":
                self._in_cell = True
                self._cell_repeats = _count(attributes, "table:number-columns-repeated")
                self._length = max(map(len, attributes.values()), default=0)
                self._is_filled = any(not key.endswith(("-repeated", ":style-name")) for key in attributes)
            case "text:s" if self._in_cell:
                self._length += _count(attributes, "text:c")
                self._is_filled = True

    def text(self, data: str) -> None:
        if self._in_cell:
            self._length += len(data)
            self._is_filled = True

    def end(self, name: str) -> None:
        if name in {"table:table-cell", "table:covered-table-cell"}:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self) -> None:
        self._in_cell = False
        if not self._is_filled:
            self._blank_columns += self._cell_repeats
            return
        self._columns += self._blank_columns + self._cell_repeats
        self._blank_columns = 0
        self._cells.append((self._columns - 1, self._length, self._cell_repeats))

    def _end_row(self) -> None:
        if not self._cells:
            self._blank_rows += self._row_repeats
            return
        self._rows += self._blank_rows + self._row_repeats
        self._blank_rows = 0
        for column, length, repeats in self._cells:
            self._room.take(self._rows - 1, column, length, repeats * self._row_repeats)


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise damaged()
    return int(text)
