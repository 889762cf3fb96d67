"""Detection of the heading row: the first one, further down below a title, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.spreadsheets.column_aliases import KNOWN_KEYS, heading_key
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, column_letter, is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Rows that are searched: titles, dates and logos may precede the headings.
_SEARCHED: Final = 40
#: Letters of a heading at most; longer texts are notes.
_LONGEST: Final = 60
#: Letters of a text that is looked up as a heading, and of one that is shown as such.
LONGEST: Final = 300
#: Looks that no heading has.
_DATA: Final = frozenset(Look) - {Look.ADDRESS, Look.NAME, Look.STATUS, Look.TITLE}
_KNOWN, _DATA_CELL = 3.0, 2.0
_TITLE_CELLS: Final = 1


def find_heading_row(rows: Sequence[Row]) -> int | None:
    """Return the place of the row of headings.

    Args:
        rows: The sheet's rows from the first on.

    Returns:
        Its index, or None where the first row is data already.
    """
    best, best_score = None, 0.0
    for index, row in enumerate(rows[:_SEARCHED]):
        cells = [cell for cell in row if not is_blank(cell)]
        known = sum(
            isinstance(cell, str) and len(cell) <= LONGEST and heading_key(cell) in KNOWN_KEYS for cell in cells
        )
        score = _KNOWN * known - _DATA_CELL * _data_cells(cells) + min(len(cells), 10) / 100
        if known and score > best_score:
            best, best_score = index, score
    return best if best is not None else _unknown_headings(rows)


def known_headings(rows: Sequence[Row], heading_row: int | None) -> int:
    """Return how many headings are known names of project fields."""
    row = rows[heading_row] if heading_row is not None else ()
    return sum(map(_is_known, row))


def _is_known(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST and heading_key(cell) in KNOWN_KEYS


def _unknown_headings(rows: Sequence[Row]) -> int | None:
    """Return the first wide row, where it holds words alone and those below do not."""
    for index, row in enumerate(rows[:_SEARCHED]):
        cells = [cell for cell in row if not is_blank(cell)]
        if len(cells) <= _TITLE_CELLS:
            continue
        are_words = all(isinstance(cell, str) and len(cell) <= _LONGEST for cell in cells)
        if not are_words or _data_cells(cells) or len(set(cells)) < len(cells):
            return None
        below = [[cell for cell in other if not is_blank(cell)] for other in rows[index + 1 : index + 6]]
        return index if any(map(_data_cells, below)) else None
    return None


def _data_cells(cells: Sequence[Cell]) -> int:
    return sum(not isinstance(cell, str) or not _DATA.isdisjoint(looks_of([cell])) for cell in cells)


def headings_of(rows: Sequence[Row], heading_row: int | None, width: int) -> list[str]:
    """Return the heading of each column, on one line; empty where there is none.

    Args:
        rows: The sheet's rows.
        heading_row: See `find_heading_row`.
        width: How many columns there are.
    """
    row = rows[heading_row] if heading_row is not None else ()
    texts = [" ".join(str(cell)[:LONGEST].split()) if cell is not None else "" for cell in row]
    return (texts + [""] * width)[:width]


def place_words(index: int, heading: str) -> str:
    """Return a column in words: `column D (Tel)`."""
    return f"column {column_letter(index)} ({heading})" if heading else f"column {column_letter(index)}"
