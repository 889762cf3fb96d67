"""Reads the rows of a sheet by a column plan, validating each cell as the form does."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.spreadsheets.cell_text import plain_text
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of
from heatpunk_desktop.spreadsheets.import_row import FIELDS, ImportRow, LeftOut
from heatpunk_desktop.spreadsheets.row_builder import ImportRowBuilder
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, is_blank, is_blank_row
from heatpunk_desktop.spreadsheets.sheet_cells import SheetCells

_MONTHS: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
#: How such a row begins. Words that may be a customer's name must be alone.
_BEGINS: Final = re.compile(
    rf"""[\W_]*(?:
        (?:grand\s|sub[\s-]?)?totals?\b.*
      | (?:sum|count|average|mean|carried\sforward|brought\sforward|b/f|c/f)[\W_]*
      | (?:number|no\.?)\sof\s.*
      | page\s\d+.* | \d+\s(?:rows|records|entries|leads|results)\b.*
      | (?:end|start)\sof\s.* | continued\b.*
      | (?:printed|exported|generated|created|produced|report\srun|(?:last\s)?updated|prepared)\s(?:by|on|at|from)\b.*
      | (?:{_MONTHS})[\W_]*(?:\d\d|(?:19|20)\d\d)?[\W_]*
      | (?:week|wk|quarter|q|w/c|w/e|week\s(?:commencing|ending))[\W_]*\d+.*
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_RULE: Final = re.compile(r"[-–—=_*#.~\s]+")
#: Contact details, which are never alone in such a row.
_CUSTOMERS: Final = frozenset({Look.EMAIL, Look.PHONE, Look.POSTCODE, Look.FULL_ADDRESS})
#: Content that occurs beside a total.
_AMOUNTS: Final = frozenset({Look.NUMBER, Look.DATE, Look.YEAR})
_LONGEST: Final = 200
#: In a list of so many columns, a row with one filled cell is no project.
_ENOUGH_COLUMNS: Final = 3


def looks_left_out(cells: Row, headings: Row) -> LeftOut | None:
    """Return why a row seems to be no project; None where it may be one.

    Args:
        cells: The row; not blank.
        headings: The cells of the row of headings, without blank ones at the end; none where there are none.
    """
    if headings and _says(cells[:1]) == _says(headings[:1]) and _says(cells) == _says(headings):
        return LeftOut.HEADINGS
    filled = [cell for cell in cells if not is_blank(cell)]
    first = filled[0]
    if len(filled) == 1:
        has_columns = len(headings or cells) >= _ENOUGH_COLUMNS
        return LeftOut.TOTAL if (has_columns and not _reaches(filled)) or _begins(first) else None
    return LeftOut.TOTAL if _begins(first) and all(map(_is_beside_total, filled[1:])) else None


def _is_beside_total(cell: Cell) -> bool:
    looks = looks_of([cell]).keys()
    return _begins(cell) or (not _AMOUNTS.isdisjoint(looks) and _CUSTOMERS.isdisjoint(looks))


def _begins(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    return _BEGINS.fullmatch(cell.strip()) is not None or _RULE.fullmatch(cell) is not None


def _reaches(cells: list[Cell]) -> bool:
    return not _CUSTOMERS.isdisjoint(looks_of(cells))


def _says(cells: Row) -> list[str]:
    """Return the texts of cells, without the blank ones at their end."""
    texts = [" ".join(plain_text(cell)[:_LONGEST].split()).casefold() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


class RowReader(SheetCells):
    """Reads rows of one sheet."""

    def numbers(self) -> range:
        """Return the numbers of the rows below the headings."""
        return range(self._first + 1, len(self._sheet.rows) + 1)

    def read(self, number: int) -> ImportRow | None:
        """Read one row.

        Args:
            number: Its number in the file, 1 for the first.

        Returns:
            The row, or None where it is blank.
        """
        cells = self.cells(number)
        if is_blank_row(cells):
            return None
        builder = ImportRowBuilder(self, number, cells)
        builder.read()
        row = builder.result()
        if row is None:
            return ImportRow(number, (None,) * len(FIELDS), left_out=LeftOut.NOTHING)
        left_out = self._looks_left_out(number, cells)
        return row if left_out is None else row._replace(left_out=left_out)

    def project_cells(self, number: int) -> Row:
        """Return the cells of a row; none where it is blank or no project."""
        cells = self.cells(number)
        return () if is_blank_row(cells) or self._looks_left_out(number, cells) else cells

    def _looks_left_out(self, number: int, cells: Row) -> LeftOut | None:
        # A cell that shows no value is blank here, and is no sign of a total.
        return None if number in self._faulty else looks_left_out(cells, self._heading_cells)
