"""A sheet of cells, as it was read and before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

#: What a cell holds. Text files have texts only; a cell without anything is an empty text, or missing at a row's end.
Cell = str | int | float | bool | date | datetime | time | None
Row = tuple[Cell, ...]

#: Tells whether a person has asked to stop. Asked every few hundred rows.
Cancelled = Callable[[], bool]
#: Is told how many of how many rows are done.
Progress = Callable[[int, int], None]

#: Rows between two looks at whether to stop.
STRIDE: Final = 256
_LETTERS: Final = 26


class CancelledError(Exception):
    """A person asked to stop; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file.

    Attributes:
        name: The sheet's name; that of the file where it holds no sheets.
        rows: Its rows from the first on, blank ones too, so that row 1 of the file is `rows[0]`. They may differ in
            length.
        is_text: Whether every cell is a text as somebody typed or a program wrote it, so that numbers and dates are
            still to be read.
        notes: What had to be guessed or mended while reading, by row number (1 is the first) as plain sentences.
        faults: Places (row number, index of the column) of cells that show no value: what the spreadsheet says there,
            such as `#REF!`, or an empty text for a formula whose result is not stored in the file.
    """

    name: str
    rows: Sequence[Row]
    is_text: bool = False
    notes: Mapping[int, str] = field(default_factory=dict)
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Cells of the longest row."""
        return max(map(len, self.rows), default=0)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that a person would see."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing that a person would see."""
    return all(map(is_blank, row))


def column_letter(index: int) -> str:
    """The name of a column as spreadsheets show it.

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
    """The place of a column by its name: 0 for `A`, 26 for `AA`."""
    index = 0
    for letter in letters.upper():
        index = index * _LETTERS + ord(letter) - ord("A") + 1
    return index - 1


def watch(cancelled: Cancelled | None) -> None:
    """Raises CancelledError where a person has asked to stop."""
    if cancelled is not None and cancelled():
        raise CancelledError


def let_go(rows: list[Any]) -> None:
    """Empties a list little by little; to let go of all rows at once would keep the window waiting."""
    while rows:
        del rows[-STRIDE:]
