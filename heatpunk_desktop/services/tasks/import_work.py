"""The work of an import outside the GUI thread: reading, mapping columns, planning and correcting."""

from __future__ import annotations

import gc
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop import linkage, spreadsheets
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.domain.project import Mark as ProjectMark
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.services.tasks.import_reading import ImportReading, Opened
from heatpunk_desktop.spreadsheets.cell_text import Meanings, plain_text
from heatpunk_desktop.spreadsheets.import_row import FIELDS, ImportRow, LeftOut, ProblemKind, RowProblem
from heatpunk_desktop.spreadsheets.row_plan import Action
from heatpunk_desktop.spreadsheets.rows import RowReader
from heatpunk_desktop.spreadsheets.sheet import STRIDE, empty_in_steps, watch
from heatpunk_desktop.spreadsheets.values import meanings_of
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.whole_rows import all_keys, whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import apsw

    from heatpunk_desktop.domain.changes import Change
    from heatpunk_desktop.domain.choices import ValueReplacement
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.known_projects import KnownProjects
    from heatpunk_desktop.spreadsheets.planning import ImportPlan
    from heatpunk_desktop.spreadsheets.row_plan import Counts, RowPlan
    from heatpunk_desktop.spreadsheets.sheet import Cancelled, Progress, Sheet

_NO_ROWS: Final = marked("import_work", "There are no rows of projects")

#: How much of the whole going through the projects that are there is, in hundredths.
_READY_SHARE: Final = 40


class Mark(IntFlag):
    """The state of a planned row, for filters; one byte a row."""

    CREATED = 1
    UPDATED = 2
    LEFT_OUT = 4
    DUPLICATE = 8
    PROBLEM = 16
    WARNING = 32
    #: Left out for no problem, and as no duplicate.
    NO_PROJECT = 64


#: Kinds of warnings with the number of rows that have each.
Kinds = list[tuple[ProblemKind, int]]


class Planned(NamedTuple):
    """The plan for each row of a sheet.

    Attributes:
        opened: The sheet.
        columns: What its columns were read as.
        meanings: What values of these columns become.
        plan: One plan a row; its rows are replaced one by one later.
        counts: How many rows come to what.
        marks: A byte of `Mark` for each row.
        names: What the projects are called that rows may be, by their keys.
        corrections: What the user put into cells, as of now.
        kinds: The kinds of warnings with the number of rows that have each, the commonest first.
    """

    opened: Opened
    columns: ColumnPlan
    meanings: Meanings
    plan: ImportPlan
    counts: Counts
    marks: bytearray
    names: dict[int, str]
    corrections: Mapping[tuple[int, int], str]
    kinds: Kinds


class PlanChanged(NamedTuple):
    """A change of the plan for some rows.

    Attributes:
        places: Their places in the plan.
        counts: How many rows come to what now.
        kinds: The kinds of warnings now; as `Planned.kinds`.
    """

    places: tuple[int, ...]
    counts: Counts
    kinds: Kinds


class ImportWork:
    """The steps of one import. Used by one thread at a time.

    Args:
        database: The account's database.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: apsw.Connection | None = None
        self._known: KnownProjects | None = None
        #: What is read, and what the user corrected and decided in it.
        self.reading = ImportReading(self._recalled, self._members, self._recalled_values)
        self._planned: Planned | None = None
        self._reader: RowReader | None = None
        self._places: dict[int, int] = {}

    def close(self) -> None:
        """Close the connection, and release what was read."""
        self._forget_plan()
        self._known = None
        self.reading.forget()
        gc.unfreeze()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _forget_plan(self) -> None:
        """Release the plan, a few rows at a time."""
        rows = [] if self._planned is None else list(self._planned.plan.rows)
        self._planned = self._reader = None
        empty_in_steps(rows)

    # -- planning --------------------------------------------------------------------------------------------------

    def get_ready(self, cancelled: Cancelled, progress: Progress | None = None) -> spreadsheets.KnownProjects:
        """Index the existing projects, unless that was done.

        Raises:
            StorageError: The database cannot be read.
            CancelledError: Something else is to be done first.
        """
        if self._known is None:
            connection = self._reading_connection()
            keys = all_keys(connection)
            self._known = spreadsheets.KnownProjects(
                self._all_projects(keys, cancelled, progress), linkage.ProjectFinder, self._fetch
            )
        return self._known

    def _all_projects(
        self, keys: Sequence[int], cancelled: Cancelled, progress: Progress | None
    ) -> Iterator[tuple[int, FieldValues]]:
        done = 0
        for rows in whole_rows(self._reading_connection(), keys):
            for row in rows:
                if done % STRIDE == 0:
                    watch(cancelled)
                done += 1
                yield row.key, row.values
            gc.freeze()  # as in `plan`
            if progress is not None:
                progress(done, len(keys))

    def _fetch(self, keys: Iterable[int]) -> dict[int, FieldValues]:
        return {row.key: row.values for rows in whole_rows(self._reading_connection(), keys) for row in rows}

    def plan(
        self, opened: Opened, columns: ColumnPlan, meanings: Meanings, cancelled: Cancelled, progress: Progress
    ) -> Planned:
        """Plan what becomes of each row.

        Args:
            opened: The sheet.
            columns: What its columns are read as.
            meanings: What values of these columns become.
            cancelled: Returns whether to stop.
            progress: Called with how many of how many steps are done.

        Raises:
            BadInputError: There are no rows.
            StorageError: The database cannot be read.
            CancelledError: The user asked to stop.
        """
        planned = self._planned
        asked = (columns, meanings)
        if planned is not None and planned.opened is opened and (planned.columns, planned.meanings) == asked:
            return planned
        planned = None
        self._forget_plan()  # two plans of a long file are too much to hold
        self.reading.release_replaced()
        share = 0 if self._known is not None else _READY_SHARE
        known = self.get_ready(cancelled, lambda done, total: progress(done * share // max(1, total), 100))
        reader = RowReader(opened.sheet, columns, self.reading.corrections, self.reading.team(), meanings)

        def tell(done: int, total: int) -> None:
            # Hundreds of thousands of new objects would keep the window waiting at the next look for cycles.
            gc.freeze()
            progress(share + done * (100 - share) // max(1, total), 100)

        plan = spreadsheets.plan_import(reader, known, linkage.ProjectFinder, tell, cancelled)
        if all(row.row.left_out is LeftOut.NOTHING for row in plan.rows):
            raise _no_rows()
        for kind in self.reading.ignored:
            plan.ignore(kind, ignores=True)
        self._reader = reader
        self._places = {row.row.number: place for place, row in enumerate(plan.rows)}
        for number in self.reading.decided:
            if number in self._places:
                self._choose_again(plan, number)
        marks = bytearray(map(_mark, plan.rows))
        names = self._names(plan.rows)
        corrections = dict(self.reading.corrections)
        self._planned = Planned(opened, columns, meanings, plan, plan.counts(), marks, names, corrections, plan.kinds())
        return self._planned

    def plan_ahead(self, cancelled: Cancelled, progress: Progress) -> None:
        """Plan with the proposed column mapping while the user looks at it; `plan` is then ready at once.

        Raises:
            KnownError: There is nothing to plan, or the database cannot be read; `plan` says it again.
            CancelledError: Something else is to be done first.
        """
        self.get_ready(cancelled)
        opened = self.reading.opened
        if opened is not None and (self._planned is None or self._planned.opened is not opened):
            self.plan(opened, opened.columns, meanings_of(opened.values), cancelled, progress)

    def correct(self, numbers: Sequence[int], cells: Mapping[int, str], progress: Progress) -> PlanChanged:
        """Put the same texts into cells of rows, and plan them again. A text as in the file restores the cell."""
        planned, reader = self._there()
        for count, number in enumerate(numbers):
            progress(count, len(numbers))
            for place, text in cells.items():
                if text == file_text(planned.opened.sheet, number, place):
                    self.reading.corrections.pop((number, place), None)
                else:
                    self.reading.corrections[number, place] = text
            planned.plan.put_row(reader.read(number) or _blank_row(number))
            self._choose_again(planned.plan, number)
        return self._changed(numbers)

    def choose(
        self, numbers: Sequence[int], action: Action, key: int | None, cancelled: Cancelled, progress: Progress
    ) -> PlanChanged:
        """Set the action on rows. Rows with errors stay as they are, and so do those that cannot be updated.

        Raises:
            StorageError: The database cannot be read.
        """
        planned, _ = self._there()
        done = []
        for count, number in enumerate(numbers):
            if count % STRIDE == 0:
                if cancelled():
                    break
                progress(count, len(numbers))
            plan = planned.plan.plan_of(number)
            cannot_update = action is Action.UPDATE and key is None and plan.key is None
            cannot_create = action is Action.CREATE and plan.row.left_out is LeftOut.NOTHING
            if plan.has_errors or cannot_update or cannot_create:
                continue
            planned.plan.choose(number, action, key)
            self.reading.decided[number] = action, key
            done.append(number)
        return self._changed(done)

    def ignore(self, kind: ProblemKind, *, ignores: bool) -> PlanChanged:
        """Ignore all warnings of a kind, or stop ignoring them."""
        planned, _ = self._there()
        (self.reading.ignored.add if ignores else self.reading.ignored.discard)(kind)
        return self._changed(planned.plan.ignore(kind, ignores=ignores))

    def _choose_again(self, plan: ImportPlan, number: int) -> None:
        """Repeat the user's choice for a row that was planned again, where it still applies."""
        if number in self.reading.decided and not plan.plan_of(number).has_errors:
            plan.choose(number, *self.reading.decided[number])

    def changes(self, cancelled: Cancelled | None = None) -> tuple[Change, ...]:
        """Return the changes to be staged.

        Raises:
            CancelledError: The user asked to stop.
        """
        planned, _ = self._there()
        found: list[Change] = []
        for place, row in enumerate(planned.plan.rows):
            if place % STRIDE == 0:
                watch(cancelled)
                gc.freeze()  # as in `plan`
            change = row.to_change()
            if change is not None:
                found.append(change)
        watch(cancelled)
        return tuple(found)

    def _there(self) -> tuple[Planned, RowReader]:
        if self._planned is None or self._reader is None:
            raise _no_rows()
        return self._planned, self._reader

    def _changed(self, numbers: Iterable[int]) -> PlanChanged:
        planned, _ = self._there()
        places = tuple(self._places[number] for number in numbers)
        rows = [planned.plan.rows[place] for place in places]
        planned.names.update(self._names(rows))
        for place, row in zip(places, rows, strict=True):
            planned.marks[place] = _mark(row)
        return PlanChanged(places, planned.plan.counts(), planned.plan.kinds())

    def _names(self, rows: Iterable[RowPlan]) -> dict[int, str]:
        keys = {key for row in rows for key in keys_of(row)}
        found = StoreReader(self._reading_connection()).rows_of(sorted(keys)) if keys else {}
        return {key: _name(row) for key, row in found.items()}

    def _recalled(self, headings: list[str]) -> object:
        return StoreReader(self._reading_connection()).recalled_columns(headings)

    def _recalled_values(self) -> tuple[ValueReplacement, ...]:
        return StoreReader(self._reading_connection()).recalled_values()

    def _members(self) -> tuple[Member, ...]:
        return StoreReader(self._reading_connection()).members()

    def _reading_connection(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = open_reader(self._database)
        return self._connection


def keys_of(row: RowPlan) -> list[int]:
    """Return the keys of the projects that a row matches, the best match first."""
    keys = [row.key, *(candidate.key for candidate in row.candidates)]
    return list(dict.fromkeys(key for key in keys if key is not None))


def file_text(sheet: Sheet, number: int, place: int) -> str:
    """Return the text of a cell of the file, as it is shown."""
    row = sheet.rows[number - 1]
    return plain_text(row[place]) if place < len(row) else ""


def _mark(row: RowPlan) -> int:
    if row.has_errors:
        return Mark.PROBLEM | Mark.LEFT_OUT
    mark = {Action.CREATE: Mark.CREATED, Action.UPDATE: Mark.UPDATED, Action.SKIP: Mark.LEFT_OUT}[row.action]
    if row.is_duplicate:
        mark |= Mark.DUPLICATE
    if row.is_left_out:
        mark |= Mark.NO_PROJECT
    return mark | Mark.WARNING if row.has_warnings else mark


def _name(values: tuple[Any, ...]) -> str:
    """Return the display name of a projection's row, preceded by whether it was moved to deleted."""
    row = ProjectRow._make(values)
    name = " · ".join(
        part for part in (str(text or "").strip() for text in (row.name, row.customer, row.postcode)) if part
    )
    return marked("import_work", "moved to deleted: {0}").format(name) if row.marks & ProjectMark.DELETED_HERE else name


def _blank_row(number: int) -> ImportRow:
    words = marked("import_work", "Nothing is left in the cells of this row, so it is left out.")
    problem = RowProblem(number, None, "", Severity.ERROR, words)
    return ImportRow(number, (None,) * len(FIELDS), (problem,))


def _no_rows() -> BadInputError:
    return BadInputError(
        _NO_ROWS,
        marked("import_work", "Below the headings, nothing stands in the columns that are read."),
        marked(
            "import_work",
            "Go back, and see whether sheet and headings are the right ones, and what each column is read as.",
        ),
    )
