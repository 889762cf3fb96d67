"""Reads the rows of a sheet by a column plan, validating each cell as the form does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.cell_text import CellText, Repair, plain_text
from heatpunk_desktop.spreadsheets.cell_values import DayOrder, find_day_order, read_cell
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of, sample_of
from heatpunk_desktop.spreadsheets.import_row import FIELDS, ImportRow, LeftOut
from heatpunk_desktop.spreadsheets.one_row import NAME_PARTS, SIMPLE, OneRow
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, Sheet, is_blank, is_blank_row
from heatpunk_desktop.spreadsheets.targets import Part, Target
from heatpunk_desktop.spreadsheets.values import NO_MEANINGS, Meanings, value_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.spreadsheets.columns import ColumnPlan

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


#: The user's corrections of cells, by row number and place of the column.
Corrections = dict[tuple[int, int], str]


class RowReader:
    """Reads rows of one sheet.

    Attributes:
        corrections: The user's corrections of cells; change it, and read the row again.
        team: The addresses of the team that are known here.
    """

    def __init__(
        self,
        sheet: Sheet,
        plan: ColumnPlan,
        corrections: Corrections | None = None,
        team: Sequence[str] = (),
        meanings: Meanings = NO_MEANINGS,
    ) -> None:
        """Prepare to read by a plan; see `match_columns`.

        Args:
            sheet: The sheet.
            plan: What its columns are read as.
            corrections: The user's corrections of cells.
            team: The addresses of the team that are known here.
            meanings: Replacements of values in some columns; see `meanings_of`.
        """
        self.team = team
        self._meanings = meanings
        self._places_with_meanings = frozenset(place for place, _ in meanings)
        self.corrections: Corrections = corrections if corrections is not None else {}
        self._sheet = sheet
        self._headings = {choice.index: choice.heading for choice in plan.columns}
        self._places = {target: plan.places(target) for target in (*Field, *Part)}
        #: Fields that a single column gives, each with the columns that may give it; those without any are not here.
        self.simple = tuple((field, places) for field in SIMPLE if (places := self._places[field]))
        #: Whether title, first name and surname have columns of their own.
        self.has_name_parts = any(self._places[part] for part in NAME_PARTS)
        self._address_places = sorted(
            place for part in (Field.ADDRESS, Part.FULL_ADDRESS, Part.ADDRESS_LINE) for place in self._places[part]
        )
        self._first = 0 if plan.heading_row is None else plan.heading_row + 1
        self._heading_cells = () if plan.heading_row is None else _trimmed(sheet.rows[plan.heading_row])
        self._faulty = {number for number, _ in sheet.faults}
        #: Which of two numbers of a date is the day.
        self.order = self._find_order()

    def _find_order(self) -> DayOrder:
        cells: list[Cell] = []
        for place in self._places[Field.BUILD_DATE]:
            cells += (row[place] for row in self._sheet.rows[self._first :] if place < len(row))
        return find_day_order(sample_of(cells))

    def numbers(self) -> range:
        """Return the numbers of the rows below the headings."""
        return range(self._first + 1, len(self._sheet.rows) + 1)

    def cells(self, number: int) -> Row:
        """Return the cells of a row, with the user's corrections."""
        row = self._sheet.rows[number - 1]
        if not self.corrections:
            return row
        changed = {place: text for (at, place), text in self.corrections.items() if at == number}
        if not changed:
            return row
        cells = [*row, *[""] * (max(changed) + 1 - len(row))]
        for place, text in changed.items():
            cells[place] = text
        return tuple(cells)

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
        builder = OneRow(self, number, cells)
        builder.read()
        row = builder.result()
        if row is None:
            return ImportRow(number, (None,) * len(FIELDS), left_out=LeftOut.NOTHING)
        left_out = self._looks_left_out(number, cells)
        return row if left_out is None else row._replace(left_out=left_out)

    # -- for the reading of one row ---------------------------------------------------------------------------------

    def places(self, target: Target) -> tuple[int, ...]:
        """Return the columns that are read as a target."""
        return self._places[target]

    @property
    def address_places(self) -> list[int]:
        """The columns that an address is put together from, in their order."""
        return self._address_places

    def heading(self, place: int) -> str:
        """Return the heading of a column."""
        return self._headings.get(place, "")

    def extra_places(self, cells: Row) -> range:
        """Return the cells of a text file beyond the headings, where no column is read as anything."""
        if not self._sheet.is_text or not self._heading_cells:
            return range(0)
        return range(len(self._heading_cells), len(cells))

    def project_cells(self, number: int) -> Row:
        """Return the cells of a row; none where it is blank or no project."""
        cells = self.cells(number)
        return () if is_blank_row(cells) or self._looks_left_out(number, cells) else cells

    def _looks_left_out(self, number: int, cells: Row) -> LeftOut | None:
        # A cell that shows no value is blank here, and is no sign of a total.
        return None if number in self._faulty else looks_left_out(cells, self._heading_cells)

    def meaning(self, place: int, cell: Cell) -> str | None:
        """Return the replacement of a cell's value; None where there is none."""
        if place not in self._places_with_meanings:
            return None
        return self._meanings.get((place, value_key(cell)))

    def text_of(self, number: int, place: int, cell: Cell, field: Field) -> CellText:
        """Return a cell as it would have been typed."""
        is_typed = bool(self.corrections) and (number, place) in self.corrections
        meaning = self.meaning(place, cell)
        if meaning is not None:
            return CellText(meaning, Repair.AS_CHOSEN)
        fault = self._sheet.faults.get((number, place)) if self._sheet.faults and not is_typed else None
        return read_cell(cell, field, order=self.order, fault=fault, is_text=self._sheet.is_text and not is_typed)

    def has_fault(self, number: int, place: int) -> bool:
        """Return whether the spreadsheet shows no value in a cell."""
        return (
            bool(self._sheet.faults)
            and (number, place) in self._sheet.faults
            and (number, place) not in self.corrections
        )

    def note(self, number: int) -> str | None:
        """Return what was repaired in the row while the file was read."""
        return self._sheet.notes.get(number)


def _trimmed(row: Row) -> Row:
    """Return a row without the blank cells at its end."""
    end = len(row)
    while end and is_blank(row[end - 1]):
        end -= 1
    return row[:end]
