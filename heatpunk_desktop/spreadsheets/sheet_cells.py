"""The cells of a sheet by the fields that they are read as, with the user's corrections and replacements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.spreadsheets.cell_text import NO_MEANINGS, CellText, Meanings, Repair, value_key
from heatpunk_desktop.spreadsheets.cell_values import DayOrder, find_day_order, read_cell
from heatpunk_desktop.spreadsheets.column_content import sample_of
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, is_blank
from heatpunk_desktop.spreadsheets.targets import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.sheet import Sheet
    from heatpunk_desktop.spreadsheets.targets import Target

#: Fields that several columns may give, and that are put together.
_COMPOSED: Final = {Field.CUSTOMER_NAME, Field.ADDRESS, *NUMERIC_FIELDS}
#: Fields that a single column gives, in the form's order.
SIMPLE: Final = tuple(field for field in Field if field not in _COMPOSED)
#: The parts that a name is put together from.
NAME_PARTS: Final = (Part.NAME_TITLE, Part.FIRST_NAME, Part.SURNAME)

#: The user's corrections of cells, by row number and place of the column.
Corrections = dict[tuple[int, int], str]


class SheetCells:
    """The cells of a sheet as a column plan reads them, with the user's corrections and replacements.

    Attributes:
        corrections: The user's corrections of cells; may be changed.
        team: The members of the team that are known here.
    """

    def __init__(
        self,
        sheet: Sheet,
        plan: ColumnPlan,
        corrections: Corrections | None = None,
        team: Sequence[Member] = (),
        meanings: Meanings = NO_MEANINGS,
    ) -> None:
        """Look up the columns of a plan; see `match_columns`.

        Args:
            sheet: The sheet.
            plan: What its columns are read as.
            corrections: The user's corrections of cells.
            team: The members of the team that are known here.
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
