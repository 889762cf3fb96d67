"""Limits on what is read of a file, so that none exhausts the memory or takes minutes; and the errors for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.sheet import Cancelled

MEGABYTE: Final = 1024 * 1024
#: Bytes of a file.
MOST_BYTES: Final = 32 * MEGABYTE
#: Bytes of everything in a workbook once it is unpacked, without its pictures.
MOST_UNPACKED: Final = 160 * MEGABYTE
#: Parts of a workbook, such as sheets and pictures.
MOST_PARTS: Final = 10_000
MOST_ROWS: Final = 120_000
MOST_COLUMNS: Final = 512
#: Cells with something in them, and all cells of the box around them.
MOST_CELLS: Final = 1_250_000
MOST_BOX: Final = 2_500_000
#: Characters of one cell, of one row of a text file, and of all cells together.
LONGEST_CELL: Final = 100_000
LONGEST_ROW: Final = 1_000_000
MOST_CHARACTERS: Final = 24_000_000
#: Seconds of a processor's time that reading may take. The other limits hold long before it; see `with_time_limit`.
MOST_SECONDS: Final = 8.0

_TOO_BIG: Final = marked("limits", "This sheet is too big")
_LESS: Final = marked(
    "limits", "Delete the rows and columns that aren't needed, also those that look empty, or save it in parts."
)


class Room:
    """The room for one sheet. Cells are counted as they are found, before anything is made of them.

    Attributes:
        rows: Rows up to the last one that is not empty.
        columns: Columns up to the last one that is not empty.
    """

    def __init__(self, sheet: str = "") -> None:
        """Begin with all of it.

        Args:
            sheet: The sheet's name, for messages; empty for a text file.
        """
        self._where = marked("limits", "In the sheet “{0}”").format(sheet) if sheet else marked("limits", "In the file")
        self.rows = self.columns = 0
        self._cells = self._characters = 0

    def has(self, row: int, column: int) -> bool:
        """Return whether the sheet may reach as far as a cell."""
        rows, columns = max(self.rows, row + 1), max(self.columns, column + 1)
        return rows <= MOST_ROWS and columns <= MOST_COLUMNS and rows * columns <= MOST_BOX

    def take(self, row: int, column: int, length: int, times: int = 1) -> None:
        """Take the room of a filled cell.

        Args:
            row: Its row, 0 for the first.
            column: Its column, 0 for the first; the last one where it is repeated.
            length: Its length in characters.
            times: How often it is repeated.

        Raises:
            BadInputError: There is no room for it.
        """
        self._cells += times
        self._characters += length * times
        if row >= self.rows or column >= self.columns:
            self._reach(row, column)
        if length > LONGEST_CELL:
            raise _error(
                marked("limits", "{0}, row {1}, one cell holds {2} characters. It may hold {3}.").format(
                    self._where, f"{row + 1:,}", f"{length:,}", f"{LONGEST_CELL:,}"
                ),
                marked(
                    "limits",
                    "Shorten the text in that cell. In a text file, a quotation mark that nothing closes may be the"
                    " cause.",
                ),
            )
        if self._cells > MOST_CELLS:
            raise _error(
                marked("limits", "{0} more than {1} cells are filled in.").format(self._where, f"{MOST_CELLS:,}")
            )
        if self._characters > MOST_CHARACTERS:
            raise _error(
                marked("limits", "{0} the cells hold more than {1} characters together.").format(
                    self._where, f"{MOST_CHARACTERS:,}"
                )
            )

    def take_many(self, row: int, column: int, cells: int, length: int) -> None:
        """Take the room of many cells.

        Args:
            row: The last of their rows, 0 for the first.
            column: The last of their columns, 0 for the first.
            cells: How many of them are filled.
            length: Their characters, all together.

        Raises:
            BadInputError: There is no room for them.
        """
        self._cells += cells - 1
        self._characters += length
        self.take(row, column, 0)

    def take_row(self, row: int, cells: list[str]) -> None:
        """Take the room of a row of a text file, as `take` does."""
        length, width = sum(map(len, cells)), len(cells)
        if length > LONGEST_CELL and (longest := max(map(len, cells))) > LONGEST_CELL:
            self.take(row, width - 1, longest)
        self._cells += width - cells.count("")
        self._characters += length
        if self._cells > MOST_CELLS or self._characters > MOST_CHARACTERS or width > self.columns:
            self.take(row, width - 1, 0, 0)
        self.rows = row + 1
        if self.rows > MOST_ROWS or self.rows * self.columns > MOST_BOX:
            self._reach(row, width - 1)

    def _reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows > MOST_ROWS:
            raise _error(
                marked("limits", "{0} there are {1} rows or more. {2} can be read.").format(
                    self._where, f"{self.rows:,}", f"{MOST_ROWS:,}"
                )
            )
        if self.columns > MOST_COLUMNS:
            raise _error(
                marked("limits", "{0} there are {1} columns or more. {2} can be read.").format(
                    self._where, f"{self.columns:,}", MOST_COLUMNS
                )
            )
        if self.rows * self.columns > MOST_BOX:
            words = marked("limits", "{0} there are {1} rows and {2} columns, too many to read.").format(
                self._where, f"{self.rows:,}", f"{self.columns:,}"
            )
            raise _error(words)


def with_time_limit(cancelled: Cancelled | None) -> Cancelled:
    """Return a `cancelled` function that also gives up on a file that takes too long.

    It counts the CPU time of this thread, not a slow disk or a busy computer.

    Args:
        cancelled: Returns whether the user asked to stop.
    """
    began = time.thread_time()

    def ask() -> bool:
        if time.thread_time() - began > MOST_SECONDS:
            raise BadInputError(
                marked("limits", "Reading this file takes too long"),
                marked("limits", "It isn't read after {0} seconds of work, so the program has stopped.").format(
                    f"{MOST_SECONDS:.0f}"
                ),
                marked(
                    "limits",
                    "Open it in your spreadsheet program, copy the rows that you need to a new file, and choose that.",
                ),
            )
        return cancelled is not None and cancelled()

    return ask


def _error(message: str, what_to_do: str = _LESS) -> BadInputError:
    return BadInputError(_TOO_BIG, message, what_to_do)


def damaged() -> BadInputError:
    """Return the error for a truncated or corrupted workbook."""
    return BadInputError(
        marked("limits", "This workbook is damaged"),
        marked(
            "limits",
            "It looks like a spreadsheet, but parts of it cannot be read. It may not have been copied or"
            " downloaded whole.",
        ),
        marked(
            "limits",
            "Copy or download it again. If your spreadsheet program still opens it, save it there under a new name.",
        ),
    )


def too_big_file(size: int) -> BadInputError:
    """Return the error for a file of too many bytes."""
    return BadInputError(
        marked("limits", "The file is too big"),
        marked("limits", "It has {0} MB, and {1} MB can be read at a time.").format(
            f"{size / MEGABYTE:,.0f}", MOST_BYTES // MEGABYTE
        ),
        marked("limits", "Delete the columns, rows and pictures that aren't needed, or save it in parts."),
    )


def too_long_row(row: int) -> BadInputError:
    """Return the error for a row of a text file of too many characters.

    Args:
        row: Its number, 1 for the first.
    """
    return BadInputError(
        marked("limits", "The file can't be read as a table"),
        marked("limits", "Row {0} has more than {1} characters.").format(f"{row:,}", f"{LONGEST_ROW:,}"),
        marked(
            "limits",
            "A quotation mark that nothing closes may be the cause, or the file isn't a table. Check that row.",
        ),
    )


def too_much_unpacked() -> BadInputError:
    """Return the error for a workbook that unpacks to far more than its size."""
    return BadInputError(
        marked("limits", "This workbook is too big"),
        marked("limits", "Unpacked, it takes more than {0} MB.").format(MOST_UNPACKED // MEGABYTE),
        marked(
            "limits", "Delete the sheets, rows and pictures that aren't needed, or save the one sheet as text (.csv)."
        ),
    )
