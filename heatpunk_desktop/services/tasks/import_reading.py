"""The file that an import reads, and the corrections that still hold where it is read another way."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop import spreadsheets
from heatpunk_desktop.spreadsheets.columns import find_heading_row, match_columns
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import empty_in_steps
from heatpunk_desktop.spreadsheets.values import find_values, recall_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.choices import ValueReplacement
    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.dialects import TextDialect
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind
    from heatpunk_desktop.spreadsheets.reading import Reading
    from heatpunk_desktop.spreadsheets.row_plan import Action
    from heatpunk_desktop.spreadsheets.sheet import Cancelled, Row, Sheet
    from heatpunk_desktop.spreadsheets.sheet_cells import Corrections
    from heatpunk_desktop.spreadsheets.values import FoundValue
    from heatpunk_desktop.spreadsheets.workbooks import SheetName

#: What the user wants done with rows, by their numbers: the action, and the project for an update.
Decided = dict[int, "tuple[Action, int | None]"]


class Opened(NamedTuple):
    """A sheet that was read.

    Attributes:
        reading: The file.
        name: Which of its sheets.
        sheet: The rows.
        columns: What each column is proposed to be read as.
        path: Where the file is, or None where it was pasted.
        kept: How many cells and rows the user corrected and decided in it that are in force.
        lost: How many of those in what was read before are not, as the rows are not the same.
        values: The values of these columns that no field takes as they stand.
        colleagues: The addresses of the team that are known here, without the user's own.
    """

    reading: Reading
    name: SheetName
    sheet: Sheet
    columns: ColumnPlan
    path: Path | None = None
    kept: int = 0
    lost: int = 0
    values: tuple[FoundValue, ...] = ()
    colleagues: tuple[str, ...] = ()


class ImportReading:
    """The sheet that is being imported, as it is read now.

    Attributes:
        opened: What is read, or None.
        corrections: What the user put into its cells.
        decided: What the user wants done with its rows.
        ignored: The kinds of warnings that the user lets be.
    """

    def __init__(
        self,
        recall: Callable[[list[str]], object],
        members: Callable[[], Sequence[Member]],
        recall_values: Callable[[], Iterable[ValueReplacement]],
    ) -> None:
        """Start without a sheet.

        Args:
            recall: Returns what columns of these headings were read as in earlier imports: a dictionary of plain words
                for `match_columns`; anything else is passed over.
            members: Returns the members of the team that are known here.
            recall_values: Returns what values became in earlier imports, what was chosen last first.
        """
        self._members = members
        self._recall_values = recall_values
        self._recall = recall
        self.opened: Opened | None = None
        self.corrections: Corrections = {}
        self.decided: Decided = {}
        self.ignored: set[ProblemKind] = set()
        self._before: tuple[Opened, Corrections, Decided] | None = None
        #: Rows of sheets that others were read in place of; the window lets go of them first.
        self._left: list[Row] = []
        #: What the user chose columns to be in this import.
        self._wanted: dict[str, str] = {}

    def team(self) -> Sequence[Member]:
        """Return the members of the team that are known here."""
        return self._members()

    def forget(self) -> None:
        """Release what was read, a few rows at a time. The window must have done so before."""
        for opened in (self.opened, None if self._before is None else self._before[0]):
            self._leave(opened)
        self.opened = self._before = None
        self.release_replaced()

    def release_replaced(self) -> None:
        """Release what was read before, once the window shows its replacement."""
        empty_in_steps(self._left)

    def _leave(self, opened: Opened | None) -> None:
        """Keep rows that are no longer needed, so that another holder is not the last to release them."""
        if opened is not None:
            self._left += opened.sheet.rows

    def open_file(self, path: Path, cancelled: Cancelled) -> Opened:
        """Read a file and propose a column mapping.

        Raises:
            BadInputError: It cannot be used.
            CancelledError: The user asked to stop.
        """
        cancelled = self._begin(cancelled)
        return self._best(spreadsheets.open_spreadsheet(path, cancelled), path, cancelled)

    def open_text(self, text: str, cancelled: Cancelled) -> Opened:
        """Read pasted text; see `open_file`."""
        cancelled = self._begin(cancelled)
        return self._best(spreadsheets.read_pasted(text), None, cancelled)

    def read_again(
        self,
        opened: Opened,
        columns: ColumnPlan,
        dialect: TextDialect | None,
        sheet: SheetName | None,
        cancelled: Cancelled,
    ) -> Opened:
        """Read the same file with another dialect, or another of its sheets; see `open_file`.

        Args:
            opened: What was read.
            columns: What its columns are read as now; what the user chose of it is kept.
            dialect: How else to read the text.
            sheet: Which other sheet to read.
            cancelled: Returns whether to stop.
        """
        cancelled = self._begin(cancelled)
        self._wanted |= columns.chosen()
        reading = opened.reading if dialect is None else opened.reading.with_dialect(dialect)
        name = sheet or opened.name
        return self._matched(reading, name, reading.read(name, cancelled), opened.path, cancelled)

    def with_headings(self, opened: Opened, columns: ColumnPlan, heading_row: int | None) -> Opened:
        """Read the same sheet with the headings in another row, or in none; see `read_again`."""
        self._wanted |= columns.chosen()
        columns = self._columns(opened.sheet, heading_row)
        return self._keep(opened._replace(columns=columns, values=self.find_values(opened.sheet, columns)))

    def find_values(
        self, sheet: Sheet, columns: ColumnPlan, cancelled: Cancelled | None = None
    ) -> tuple[FoundValue, ...]:
        """Return the unknown values of a sheet, with a proposed replacement of each.

        Raises:
            CancelledError: The user asked to stop.
        """
        reader = RowReader(sheet, columns, team=self.team())
        return find_values(reader, columns, recall_from(self._recall_values()), cancelled)

    def put_back(self) -> Opened | None:
        """Restore what was read before the last time, with its corrections and decisions."""
        if self._before is not None:
            before, self.corrections, self.decided = self._before
            self._before = None
            self._leave(self.opened)
            self.opened = before._replace(kept=self._count(), lost=0)
        return self.opened

    def _begin(self, cancelled: Cancelled) -> Cancelled:
        """Return the check for a stop, and exclude what is read from Python's cycle collector.

        The collector runs in the GUI thread, which would wait while it walks hundreds of thousands of new rows.
        """
        self.release_replaced()

        def ask() -> bool:
            gc.freeze()
            return cancelled()

        return ask

    def _best(self, reading: Reading, path: Path | None, cancelled: Cancelled) -> Opened:
        name, sheet = reading.read_best(cancelled)
        return self._matched(reading, name, sheet, path, cancelled)

    def _matched(
        self, reading: Reading, name: SheetName, sheet: Sheet, path: Path | None, cancelled: Cancelled
    ) -> Opened:
        columns = self._columns(sheet, find_heading_row(sheet.rows))
        values = self.find_values(sheet, columns, cancelled)
        colleagues = tuple(member.email for member in self._members() if not member.is_me)
        return self._keep(Opened(reading, name, sheet, columns, path, values=values, colleagues=colleagues))

    def _columns(self, sheet: Sheet, heading_row: int | None) -> ColumnPlan:
        team = self.team()
        columns = match_columns(sheet, heading_row, team=team)
        kept = self._recall([column.heading for column in columns.columns])
        words = kept.items() if isinstance(kept, dict) else ()
        known = {key: word for key, word in words if isinstance(key, str) and isinstance(word, str)} | self._wanted
        return match_columns(sheet, heading_row, known, team) if known else columns

    def _keep(self, opened: Opened) -> Opened:
        """Adopt what was read, with the corrections and decisions of rows that are the same in it."""
        before, lost = self.opened, 0
        if before is not None and opened.sheet is not before.sheet:
            self._leave(None if self._before is None else self._before[0])
            self._before = before, self.corrections, self.decided
            numbers = {*(number for number, _ in self.corrections), *self.decided}
            same = {number for number in numbers if _row(opened.sheet, number) == _row(before.sheet, number)}
            lost = self._count()
            self.corrections = {cell: text for cell, text in self.corrections.items() if cell[0] in same}
            self.decided = {number: what for number, what in self.decided.items() if number in same}
            lost -= self._count()
            if not lost:
                self._before = None
                self._leave(before)
        self.opened = opened._replace(kept=self._count(), lost=lost)
        return self.opened

    def _count(self) -> int:
        return len(self.corrections) + len(self.decided)


def _row(sheet: Sheet, number: int) -> Sequence[object] | None:
    return sheet.rows[number - 1] if number <= len(sheet.rows) else None
