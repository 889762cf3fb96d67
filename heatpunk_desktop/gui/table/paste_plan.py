"""Cells of the table as the text that spreadsheets copy, and the plan of pasting such text. No Qt."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.csv_injection import guarded_cell, unguarded_cell
from heatpunk_desktop.domain.project import FIELD_COLUMNS, KEY, Mark, WholeRow
from heatpunk_desktop.gui.table.edited_cell import check_cell
from heatpunk_desktop.models.table_columns import CONTACT_FIELD_OF, FIELD_OF, Column

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row


class Block(NamedTuple):
    """The cells to be pasted.

    Attributes:
        lines: The cells, line by line.
        first: The number of the first of these lines in what was copied: 2 where a line of headings stands above.
        columns: The column of the table that each cell of a line goes to.
        left_out: How many cells of the longest line lie beyond the table's last column.
    """

    lines: tuple[tuple[str, ...], ...]
    first: int
    columns: tuple[int, ...]
    left_out: int = 0


class PastedCell(NamedTuple):
    """One cell before and after the paste.

    Attributes:
        line: The number of the line in what was copied, from 1.
        key: The project.
        name: Project name, or else what is known of the customer or the address; may be empty.
        column: The column of the table.
        field: The field behind it; None where nobody can change the column here.
        pasted: What was pasted.
        before: What stands in the cell; None where it is not loaded.
        after: What would stand there; None where it stays as it is.
        words: The error or warning, or empty.
    """

    line: int
    key: int
    name: str
    column: int
    field: Field | None
    pasted: str
    before: str | None
    after: str | None
    words: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the pasted text cannot go there."""
        return self.after is None and bool(self.words)


@dataclass(frozen=True, slots=True)
class PastePlan:
    """The effect of a paste on each cell.

    Attributes:
        cells: Every cell, project by project in the order of the table.
        projects: How many projects are pasted over.
        lines_over: How many lines have no project to go to.
    """

    cells: tuple[PastedCell, ...]
    projects: int
    lines_over: int = 0

    @property
    def changed(self) -> list[PastedCell]:
        """The cells that would be changed."""
        return [cell for cell in self.cells if cell.after is not None]

    @property
    def refused(self) -> list[PastedCell]:
        """The cells whose pasted text cannot go there."""
        return [cell for cell in self.cells if cell.is_refused]

    def changes(self) -> list[FieldEdit]:
        """Return one edit a project, each with its base value; without one where that was not loaded."""
        made = []
        for key, some in groupby(self.changed, lambda cell: cell.key):
            cells = list(some)
            base = {cell.field: cell.before for cell in cells if cell.field is not None and cell.before is not None}
            made.append(FieldEdit(key, base, {cell.field: cell.after for cell in cells if cell.field is not None}))
        return made


#: Columns that values can be recognised as, the most certain first. Names can be anything, so no value is recognised
#: as a name.
_TELLING: Final = (Column.STATUS, Column.EMAIL, Column.POSTCODE, Column.PHONE)


_PHONE_DIGITS: Final = 9


_PHONE_SIGNS: Final = frozenset("+0123456789 ()-./")


#: Number of values that are examined.
_LOOKED_AT: Final = 200


class Pasted(NamedTuple):
    """The copied cells, and the table that they are pasted into.

    Attributes:
        lines: The cells, line by line; at least one.
        shown: The shown columns of the table, from the left.
        headings: The heading of each column.
    """

    lines: Sequence[Sequence[str]]
    shown: Sequence[int]
    headings: Mapping[int, str]

    @property
    def says_columns(self) -> bool:
        """Whether a first line of headings names the columns."""
        return self.block(self.shown[0]).first > 1

    def offered(self) -> list[int]:
        """Return the columns that the first cell of a line can go to.

        They are those shown, and for single cells all others too.
        """
        shown = [column for column in self.shown if column in FIELD_OF]
        is_single = max(map(len, self.lines)) == 1
        return shown + ([column for column in FIELD_OF if column not in shown] if is_single else [])

    def guessed(self) -> int | None:
        """Return the column that most values seem to belong to; None where they could be anything."""
        values = [line[0] for line in self.lines[:_LOOKED_AT] if line and line[0].strip()]
        offered = self.offered()
        for column in _TELLING:
            fitting = sum(_belongs(column, value) for value in values)
            if column in offered and 2 * fitting > len(values):
                return column
        return None

    def block(self, start: int) -> Block:
        """Return the cells with their columns, if the first of a line goes to a given one."""
        return block_of(self.lines, self.shown if start in self.shown else (start,), self.headings, start)


def _belongs(column: Column, value: str) -> bool:
    """Return whether a value can hardly belong to any other column."""
    if column is Column.PHONE:  # also one with a warning
        return sum(map(str.isdigit, value)) >= _PHONE_DIGITS and not set(value) - _PHONE_SIGNS
    return check_cell(FIELD_OF[column], value, "").problem is None


def block_of(lines: Sequence[Sequence[str]], shown: Sequence[int], headings: Mapping[int, str], start: int) -> Block:
    """Assign each pasted cell a column.

    A first line that holds nothing but headings of the table names them; else the cells go to the columns from `start`
    on to the right.

    Args:
        lines: The cells; at least one.
        shown: The shown columns, from the left.
        headings: The heading of each column.
        start: The shown column that the first cell of a line goes to.
    """
    by_heading = {heading.casefold(): column for column, heading in headings.items()}
    named = [by_heading.get(cell.strip().casefold()) for cell in lines[0]]
    columns = tuple(column for column in named if column is not None)
    if len(lines) > 1 and len(set(columns)) == len(named):
        return Block(tuple(map(tuple, lines[1:])), 2, columns)
    columns = tuple(shown[shown.index(start) :])
    widest = max(map(len, lines))
    return Block(tuple(map(tuple, lines)), 1, columns[:widest], max(0, widest - len(columns)))


def plan_paste(
    block: Block, rows: Sequence[WholeRow | None], cannot_words: str, deleted_words: str, gone_words: str
) -> Generator[None, None, PastePlan]:
    """Plan a paste: line by line over the projects, or one line over all of them. In time slices, project by project.

    Args:
        block: What is pasted.
        rows: The projects that the user chose, in the order of the table; None for one that is not there any more,
            whose line goes to no other.
        cannot_words: What to say of a column that cannot be changed in the table.
        deleted_words: What to say of a project that was moved to deleted.
        gone_words: What to say of one that is not there any more.
    """
    cells: list[PastedCell] = []
    for place, row in enumerate(rows):
        line = 0 if len(block.lines) == 1 else place
        for column, pasted in zip(block.columns, block.lines[line], strict=False):
            if row is None:
                cells.append(PastedCell(block.first + line, 0, "", column, None, pasted, "", None, gone_words))
            else:
                cells.append(_cell(block.first + line, row, column, pasted, cannot_words, deleted_words))
        yield
    over = 0 if len(block.lines) == 1 else max(0, len(block.lines) - len(rows))
    return PastePlan(tuple(cells), sum(row is not None for row in rows), over)


def _cell(line: int, row: WholeRow, column: int, pasted: str, cannot_words: str, deleted_words: str) -> PastedCell:
    name = row.project_name or row.customer_name or row.address or ""
    field = FIELD_OF.get(column)
    if field is None:
        return PastedCell(line, row.key, name, column, None, pasted, "", None, cannot_words if pasted.strip() else "")
    known = row[FIELD_COLUMNS[field]]
    before = None if known is None else str(known)
    plain = PastedCell(line, row.key, name, column, field, pasted, before, None)
    if row.marks & Mark.DELETED_HERE:
        return plain._replace(words=deleted_words)
    checked = check_cell(field, pasted, before or "")
    words = checked.problem.words if checked.problem is not None else ""
    if checked.is_error:
        return plain._replace(words=words)
    after = str(checked.value or "")
    if before is None and not after:
        return plain  # nothing was pasted over what nobody knows
    if after == before or (before is not None and after == " ".join(before.split())):
        return plain
    return plain._replace(after=after, words=words)


def rows_as_text(
    model: ProjectTableModel, rows: Iterable[int], columns: Sequence[int], *, has_headings: bool = True
) -> str:
    """Return rows as lines of tab-separated cells, quoted where needed; empty where there are no rows.

    Most users paste them in a spreadsheet, which must find no formulas there.

    Args:
        model: The table's rows.
        rows: Where they are.
        columns: The columns, from the left.
        has_headings: Whether a line of headings stands above.
    """
    cells = [
        [guarded_cell(_text(model, values, column)) for column in columns] for values in map(model.row_tuple, rows)
    ]
    if not cells:
        return ""
    if has_headings:
        cells.insert(0, [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns])
    text = StringIO()
    csv.writer(text, dialect="excel-tab", lineterminator="\n").writerows(cells)
    return text.getvalue().removesuffix("\n")


def _text(model: ProjectTableModel, values: Row, column: int) -> str:
    """Return a cell as it is shown.

    A sign that stands for a value is left out, as it would be a phone number of its own when pasted.
    """
    if column in CONTACT_FIELD_OF and not model.contact_text(values[KEY], column):
        return ""
    # Where quotes are not understood, text after a tab would be a cell of its own, and not guarded against formulas.
    return model.text_of(values, column).replace("\t", " ")


def text_as_rows(text: str) -> list[list[str]]:
    """Return the cells of a text that a spreadsheet, or this table, put on the clipboard.

    Blank lines at the end are left out.
    """
    try:
        read = list(csv.reader(StringIO(text, newline=""), "excel-tab", strict=True))
    except csv.Error:
        # A quotation mark that nothing closes is a letter like any other.
        read = [line.split("\t") for line in text.splitlines()]
    lines = [[unguarded_cell(cell) for cell in line] for line in read]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    return lines
