"""What an import reads, and what of a person's corrections still holds where it is read another way."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.spreadsheets.columns import match_columns
from heatpunk_desktop.spreadsheets.headings import find_heading_row
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

#: What a person wants done with rows, by their numbers: the action, and the project for an update.
Decided = dict[int, "tuple[Action, int | None]"]


class Opened(NamedTuple):
    """A sheet that was read.

    Attributes:
        reading: The file.
        name: Which of its sheets.
        sheet: The rows.
        columns: What each column is proposed to be read as.
        path: Where the file is, or None where it was pasted.
        kept: How many cells and rows a person corrected and decided in it that are in force.
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
    """The sheet that is imported, as it is read by now.

    Attributes:
        opened: What is read, or None.
        corrections: What a person put into its cells.
        decided: What a person wants done with its rows.
        ignored: The kinds of warnings that a person lets be.
    """

    def __init__(
        self,
        recall: Callable[[list[str]], object],
        members: Callable[[], Sequence[Member]],
        recall_values: Callable[[], Iterable[ValueReplacement]],
    ) -> None:
        """Begins with nothing.

        Args:
            recall: Gives what columns of these headings were read as in earlier imports: a dictionary of plain words
                for `match_columns`; anything else is passed over.
            members: Gives the members of the team that are known here.
            recall_values: Gives what values became in earlier imports, what was chosen last first.
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
        #: What the person chose columns to be in this import.
        self._wanted: dict[str, str] = {}

    def team(self) -> list[str]:
        """The addresses of the team that are known here."""
        return [one.email for one in self._members()]

    def forget(self) -> None:
        """Lets go of what was read, a few rows at a time. The window has to have done so before."""
        for opened in (self.opened, None if self._before is None else self._before[0]):
            self._leave(opened)
        self.opened = self._before = None
        self.let_go_of_left()

    def let_go_of_left(self) -> None:
        """Lets go of what was read before, once the window shows what was read in its place."""
        empty_in_steps(self._left)

    def _leave(self, opened: Opened | None) -> None:
        """Keeps rows that are not needed any more, so that whoever else has them is not the last to let go of them."""
        if opened is not None:
            self._left += opened.sheet.rows

    def open_file(self, path: Path, cancelled: Cancelled) -> Opened:
        """Reads a file and proposes what its columns are.

        Raises:
            BadInputError: It cannot be used.
            CancelledError: A person asked to stop.
        """
        from heatpunk_desktop.spreadsheets.reading import open_spreadsheet  # noqa: PLC0415 - when it is wanted only

        cancelled = self._begin(cancelled)
        return self._best(open_spreadsheet(path, cancelled), path, cancelled)

    def open_text(self, text: str, cancelled: Cancelled) -> Opened:
        """Reads text that was pasted; as `open_file`."""
        from heatpunk_desktop.spreadsheets.reading import read_pasted  # noqa: PLC0415 - when it is wanted only

        cancelled = self._begin(cancelled)
        return self._best(read_pasted(text), None, cancelled)

    def read_again(
        self,
        opened: Opened,
        columns: ColumnPlan,
        dialect: TextDialect | None,
        sheet: SheetName | None,
        cancelled: Cancelled,
    ) -> Opened:
        """The same file as another text, or another of its sheets; as `open_file`.

        Args:
            opened: What was read.
            columns: What its columns are read as by now; what a person chose of it is kept.
            dialect: How else to read the text.
            sheet: Which other sheet to read.
            cancelled: Tells whether to stop.
        """
        cancelled = self._begin(cancelled)
        self._wanted |= columns.chosen()
        reading = opened.reading if dialect is None else opened.reading.with_dialect(dialect)
        name = sheet or opened.name
        return self._matched(reading, name, reading.read(name, cancelled), opened.path, cancelled)

    def with_headings(self, opened: Opened, columns: ColumnPlan, heading_row: int | None) -> Opened:
        """The same sheet with the headings in another row, or in none; as `read_again`."""
        self._wanted |= columns.chosen()
        columns = self._columns(opened.sheet, heading_row)
        return self._keep(opened._replace(columns=columns, values=self.find_values(opened.sheet, columns)))

    def find_values(
        self, sheet: Sheet, columns: ColumnPlan, cancelled: Cancelled | None = None
    ) -> tuple[FoundValue, ...]:
        """The values of a sheet that no field takes as they stand, with what each probably becomes.

        Raises:
            CancelledError: A person asked to stop.
        """
        reader = RowReader(sheet, columns, team=self.team())
        return find_values(reader, columns, recall_from(self._recall_values()), cancelled)

    def put_back(self) -> Opened | None:
        """What was read before the last time, with what was corrected and decided in it."""
        if self._before is not None:
            before, self.corrections, self.decided = self._before
            self._before = None
            self._leave(self.opened)
            self.opened = before._replace(kept=self._count(), lost=0)
        return self.opened

    def _begin(self, cancelled: Cancelled) -> Cancelled:
        """Tells whether to stop, as before, and hides what is read from Python's search for cycles.

        The window does that search, and would wait while it looks at hundreds of thousands of new rows.
        """
        self.let_go_of_left()

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
        colleagues = tuple(one.email for one in self._members() if not one.is_me)
        return self._keep(Opened(reading, name, sheet, columns, path, values=values, colleagues=colleagues))

    def _columns(self, sheet: Sheet, heading_row: int | None) -> ColumnPlan:
        team = self.team()
        columns = match_columns(sheet, heading_row, team=team)
        kept = self._recall([one.heading for one in columns.columns])
        words = kept.items() if isinstance(kept, dict) else ()
        known = {key: word for key, word in words if isinstance(key, str) and isinstance(word, str)} | self._wanted
        return match_columns(sheet, heading_row, known, team) if known else columns

    def _keep(self, opened: Opened) -> Opened:
        """Takes what was read, with what was corrected and decided in rows that are the same in it."""
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
