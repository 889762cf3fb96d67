"""A sheet of cells, as read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

#: What a cell holds. Text files have texts only; a cell without anything is an empty text, or missing at a row's end.
Cell = str | int | float | bool | date | datetime | time | None
Row = tuple[Cell, ...]

#: Returns whether the user asked to stop. Called every few hundred rows.
Cancelled = Callable[[], bool]
#: Called with how many of how many rows are done.
Progress = Callable[[int, int], None]

#: Rows between two looks at whether to stop.
STRIDE: Final = 256
_LETTERS: Final = 26


class CancelledError(Exception):
    """The user asked to stop; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file.

    Attributes:
        name: The sheet's name; that of the file where it has no sheets.
        rows: Its rows from the first on, blank ones too, so that row 1 of the file is `rows[0]`. Their lengths may
            differ.
        is_text: Whether every cell is text, so that numbers and dates are still to be parsed.
        notes: What was guessed or repaired while reading, by row number (1 is the first) as plain sentences.
        faults: Places (row number, index of the column) of cells without a value: what the spreadsheet shows there,
            such as `#REF!`, or an empty text for a formula whose result is not stored in the file.
    """

    name: str
    rows: Sequence[Row]
    is_text: bool = False
    notes: Mapping[int, str] = field(default_factory=dict)
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """The number of cells of the longest row."""
        return max(map(len, self.rows), default=0)


def is_blank(cell: Cell) -> bool:
    """Return whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Return whether a row shows nothing."""
    return all(map(is_blank, row))


def column_letter(index: int) -> str:
    """Return the name of a column as spreadsheets show it.

    Args:
        index: 0 for the first.

    Returns:
        `A` for 0, `Z` for 25, `AA` for 26.
    """
    letters = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index of a column by its name: 0 for `A`, 26 for `AA`."""
    index = 0
    for letter in letters.upper():
        index = index * _LETTERS + ord(letter) - ord("A") + 1
    return index - 1


def watch(cancelled: Cancelled | None) -> None:
    """Raise CancelledError where the user has asked to stop."""
    if cancelled is not None and cancelled():
        raise CancelledError


def empty_in_steps(rows: list[Any]) -> None:
    """Empty a list in steps; releasing all rows at once would block the GUI thread."""
    while rows:
        del rows[-STRIDE:]
