"""Limits on what is read of a file, so that none exhausts the memory or takes minutes; and the errors for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.errors import BadInputError

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

_TOO_BIG: Final = "This sheet is too big"
_LESS: Final = "Delete the rows and columns that aren't needed, also those that look empty, or save it in parts."


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
        self._where = f"In the sheet “{sheet}”" if sheet else "In the file"
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
                f"{self._where}, row {row + 1:,}, one cell holds {length:,} characters. It may hold {LONGEST_CELL:,}.",
                "Shorten the text in that cell. In a text file, a quotation mark that nothing closes may be the cause.",
            )
        if self._cells > MOST_CELLS:
            raise _error(f"{self._where} more than {MOST_CELLS:,} cells are filled in.")
        if self._characters > MOST_CHARACTERS:
            raise _error(f"{self._where} the cells hold more than {MOST_CHARACTERS:,} characters together.")

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
            raise _error(f"{self._where} there are {self.rows:,} rows or more. {MOST_ROWS:,} can be read.")
        if self.columns > MOST_COLUMNS:
            raise _error(f"{self._where} there are {self.columns:,} columns or more. {MOST_COLUMNS} can be read.")
        if self.rows * self.columns > MOST_BOX:
            words = f"{self._where} there are {self.rows:,} rows and {self.columns:,} columns, too many to read."
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
                "Reading this file takes too long",
                f"It isn't read after {MOST_SECONDS:.0f} seconds of work, so the program has stopped.",
                "Open it in your spreadsheet program, copy the rows that you need to a new file, and choose that.",
            )
        return cancelled is not None and cancelled()

    return ask


def _error(message: str, what_to_do: str = _LESS) -> BadInputError:
    return BadInputError(_TOO_BIG, message, what_to_do)


def damaged() -> BadInputError:
    """Return the error for a truncated or corrupted workbook."""
    return BadInputError(
        "This workbook is damaged",
        "It looks like a spreadsheet, but parts of it cannot be read. It may not have been copied or downloaded whole.",
        "Copy or download it again. If your spreadsheet program still opens it, save it there under a new name.",
    )


def too_big_file(size: int) -> BadInputError:
    """Return the error for a file of too many bytes."""
    return BadInputError(
        "The file is too big",
        f"It has {size / MEGABYTE:,.0f} MB, and {MOST_BYTES // MEGABYTE} MB can be read at a time.",
        "Delete the columns, rows and pictures that aren't needed, or save it in parts.",
    )


def too_long_row(row: int) -> BadInputError:
    """Return the error for a row of a text file of too many characters.

    Args:
        row: Its number, 1 for the first.
    """
    return BadInputError(
        "The file can't be read as a table",
        f"Row {row:,} has more than {LONGEST_ROW:,} characters.",
        "A quotation mark that nothing closes may be the cause, or the file isn't a table. Check that row.",
    )


def too_much_unpacked() -> BadInputError:
    """Return the error for a workbook that unpacks to far more than its size."""
    return BadInputError(
        "This workbook is too big",
        f"Unpacked, it takes more than {MOST_UNPACKED // MEGABYTE} MB.",
        "Delete the sheets, rows and pictures that aren't needed, or save the one sheet as text (.csv).",
    )
