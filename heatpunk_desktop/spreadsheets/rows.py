"""Reads the rows of a sheet by a plan of its columns, each checked as the form checks what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.cell_text import CellText, Repair
from heatpunk_desktop.spreadsheets.cell_values import read_cell
from heatpunk_desktop.spreadsheets.column_content import sample_of
from heatpunk_desktop.spreadsheets.day_order import DayOrder, find_day_order
from heatpunk_desktop.spreadsheets.import_row import FIELDS, ImportRow, LeftOut
from heatpunk_desktop.spreadsheets.left_out import looks_left_out
from heatpunk_desktop.spreadsheets.one_row import NAME_PARTS, SIMPLE, OneRow
from heatpunk_desktop.spreadsheets.sheet import Cell, Row, Sheet, is_blank, is_blank_row
from heatpunk_desktop.spreadsheets.targets import Part, Target
from heatpunk_desktop.spreadsheets.values import NO_MEANINGS, Meanings, value_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.spreadsheets.columns import ColumnPlan

#: What a person put into cells instead of what stands there: by row number and place of the column.
Corrections = dict[tuple[int, int], str]


class RowReader:
    """Reads rows of one sheet.

    Attributes:
        corrections: What a person put into cells; change it, and read the row again.
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
        """Reads by a plan; see `match_columns`.

        Args:
            sheet: The sheet.
            plan: What its columns are read as.
            corrections: What a person put into cells.
            team: The addresses of the team that are known here.
            meanings: What values of some columns mean; see `meanings_of`.
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
        #: Whether title, first name and surname stand in columns of their own.
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
        """Numbers of the rows below the headings."""
        return range(self._first + 1, len(self._sheet.rows) + 1)

    def cells(self, number: int) -> Row:
        """The cells of a row, with what a person put into them."""
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
        """Reads one row.

        Args:
            number: Its number in the file, 1 for the first.

        Returns:
            None where it is blank.
        """
        cells = self.cells(number)
        if is_blank_row(cells):
            return None
        one = OneRow(self, number, cells)
        one.read()
        row = one.result()
        if row is None:
            return ImportRow(number, (None,) * len(FIELDS), left_out=LeftOut.NOTHING)
        left_out = self._looks_left_out(number, cells)
        return row if left_out is None else row._replace(left_out=left_out)

    # -- for the reading of one row ---------------------------------------------------------------------------------

    def places(self, target: Target) -> tuple[int, ...]:
        """The columns that are read as something."""
        return self._places[target]

    @property
    def address_places(self) -> list[int]:
        """The columns that an address is put together from, in their order."""
        return self._address_places

    def heading(self, place: int) -> str:
        """What stands above a column."""
        return self._headings.get(place, "")

    def extra_places(self, cells: Row) -> range:
        """Cells of a text file beyond the headings, where no column is read as anything."""
        if not self._sheet.is_text or not self._heading_cells:
            return range(0)
        return range(len(self._heading_cells), len(cells))

    def project_cells(self, number: int) -> Row:
        """The cells of a row; none where it is blank or no project."""
        cells = self.cells(number)
        return () if is_blank_row(cells) or self._looks_left_out(number, cells) else cells

    def _looks_left_out(self, number: int, cells: Row) -> LeftOut | None:
        # A cell that shows no value is blank here, and is no sign of a total.
        return None if number in self._faulty else looks_left_out(cells, self._heading_cells)

    def meaning(self, place: int, cell: Cell) -> str | None:
        """What a cell becomes by what its value means; None where nothing was said of that."""
        if place not in self._places_with_meanings:
            return None
        return self._meanings.get((place, value_key(cell)))

    def text_of(self, number: int, place: int, cell: Cell, field: Field) -> CellText:
        """A cell as it would have been typed."""
        is_typed = bool(self.corrections) and (number, place) in self.corrections
        meaning = self.meaning(place, cell)
        if meaning is not None:
            return CellText(meaning, Repair.AS_CHOSEN)
        fault = self._sheet.faults.get((number, place)) if self._sheet.faults and not is_typed else None
        return read_cell(cell, field, order=self.order, fault=fault, is_text=self._sheet.is_text and not is_typed)

    def has_fault(self, number: int, place: int) -> bool:
        """Whether the spreadsheet shows no value in a cell."""
        return (
            bool(self._sheet.faults)
            and (number, place) in self._sheet.faults
            and (number, place) not in self.corrections
        )

    def note(self, number: int) -> str | None:
        """What had to be mended in the row while the file was read."""
        return self._sheet.notes.get(number)


def _trimmed(row: Row) -> Row:
    """A row without the blank cells at its end."""
    end = len(row)
    while end and is_blank(row[end - 1]):
        end -= 1
    return row[:end]
