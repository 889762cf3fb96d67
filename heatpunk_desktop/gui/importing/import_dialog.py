"""The window of an import, which leads from a file to queued changes in four pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.importing.dropping import FileDrop
from heatpunk_desktop.gui.importing.import_pages import ImportPages, Page, ask_about_lost, ask_to_leave
from heatpunk_desktop.gui.importing.staging import Staging
from heatpunk_desktop.gui.widgets.labels import Tone, announce
from heatpunk_desktop.models.cooperative_task import Counting
from heatpunk_desktop.spreadsheets.values import meanings_of
from heatpunk_desktop.store.batches import BatchProgress
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.changes import Change
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.services.tasks.import_work import PlanChanged, Planned
    from heatpunk_desktop.services.tasks.importer import Importer
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.dialects import TextDialect
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind
    from heatpunk_desktop.spreadsheets.row_plan import Action
    from heatpunk_desktop.spreadsheets.values import FoundValue
    from heatpunk_desktop.spreadsheets.workbooks import SheetName

#: Number of rows whose action is changed without showing progress.
_MANY: Final = 1000
#: The same for corrections, after each of which a row is matched again.
_MANY_CORRECTED: Final = 100


class ImportDialog(ImportPages):
    """The steps of an import. The importer's thread reads and plans; it can be stopped at any time.

    Args:
        importer: Reads and plans.
        service: Stages what comes of it.
        folder: The folder to begin with.
        parent: The window.
        ask_path: Asks for a path; see `FilePage`.
    """

    #: The user wants the import undone, which was the last thing done.
    undo_requested = Signal()
    #: str: the label of the import that was staged.
    staged = Signal(str)
    #: int: what was refused of this batch is to be shown.
    refused_requested = Signal(int)
    #: The user wants a workbook to fill in, and nothing to be imported now.
    template_requested = Signal()

    def __init__(
        self,
        importer: Importer,
        service: SyncService,
        folder: Path,
        parent: QWidget | None = None,
        ask_path: Callable[[QWidget, str], str] | None = None,
    ) -> None:
        super().__init__(folder, parent, ask_path)
        self._importer = importer
        self._service = service
        self._staging = Staging(service, self)
        #: The number of the batch that was imported; 0 before, and once it is undone.
        self._batch = 0
        #: Counts the progress of the batch, seldom enough to hold nothing up.
        self._counting = Counting(self._count, self)
        #: How often the store has announced changes: the version of what is counted.
        self._told = 0
        #: The user corrected or chose something in the preview that is not imported yet.
        self._is_touched = False
        #: The user pressed Next while the file was still to be read.
        self._goes_on = False
        self._connect(service)

    @property
    def label(self) -> str:
        """The label of the import in the undo menu; empty before it is staged."""
        return self._staging.label

    def open_file(self, path: Path) -> None:
        """Read a file, as if it had been chosen, and go on to its columns."""
        self._file.show_path(path)
        self._goes_on = True
        self._on_file_chosen(path)

    def open_text(self, text: str) -> None:
        """Read pasted cells, and go on to their columns."""
        self._goes_on = True
        self._importer.open_text(text)
        self._show_busy(self.tr("Reading what was pasted…"))

    def forget(self) -> None:
        """Release what was read and planned, because the window is closed."""
        self._preview.forget()
        self._values.forget()
        self._file.show_opened(None)

    def _connect(self, service: SyncService) -> None:
        self._back.clicked.connect(self._on_back_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._import.clicked.connect(self._on_import_clicked)
        self._cancel.clicked.connect(self.reject)
        FileDrop(self).dropped.connect(self._on_dropped)
        self._file.file_chosen.connect(self._on_file_chosen)
        self._file.next_requested.connect(self._on_next_clicked)
        self._file.dialect_chosen.connect(self._on_dialect_chosen)
        self._file.sheet_chosen.connect(self._on_sheet_chosen)
        self._file.headings_chosen.connect(self._on_headings_chosen)
        self._file.template_requested.connect(self._on_template_requested)
        self._columns.change_requested.connect(self._on_back_clicked)
        self._preview.correction_requested.connect(self._on_correction_requested)
        self._preview.ignored.connect(self._on_ignored)
        self._preview.chosen.connect(self._on_chosen)
        self._done.undo_requested.connect(self.undo_requested)
        importer = self._importer
        importer.progressed.connect(self._busy.show_progress)
        importer.opened.connect(self._on_opened)
        importer.values_found.connect(self._on_values_found)
        importer.planned.connect(self._on_planned)
        importer.changed.connect(self._on_plan_changed)
        importer.changes_made.connect(self._on_changes_made)
        importer.failed.connect(self._on_failed)
        importer.cancelled.connect(self._on_cancelled)
        self._staging.staged.connect(self._on_staged)
        self._staging.failed.connect(self._on_not_stored)
        self._done.refused_requested.connect(self._on_refused_requested)
        service.changed.connect(self._on_changed)
        self._counting.counted.connect(self._on_counted)

    @Slot()
    def _on_back_clicked(self) -> None:
        page = Page(self._page - 1)
        if page is Page.VALUES and not self._values.values:
            page = Page.COLUMNS
        self._show_page(page)

    @Slot()
    def _on_next_clicked(self) -> None:
        opened = self._file.opened
        if self._page is Page.FILE:
            self._file.read_typed()
            if self._importer.is_running:
                self._goes_on = True
            elif opened is None:
                self._said.say(self.tr("Type the path of a file, or choose one with Browse."), Tone.ERROR)
            else:
                self._show_page(Page.COLUMNS)
            return
        columns = self._columns.plan
        if opened is None or columns is None:
            return
        if self._page is Page.VALUES:
            self._plan(opened, columns)
        elif columns == opened.columns:
            self._on_values_found(opened.values)
        else:
            self._show_busy(self.tr("Looking through the columns…"))
            self._importer.find_values(opened, columns)

    @Slot(object)
    def _on_values_found(self, values: Sequence[FoundValue]) -> None:
        opened, columns = self._file.opened, self._columns.plan
        if opened is None or columns is None:
            return
        self._values.show_values(values, opened.colleagues)
        if all(value.is_known for value in values):
            self._plan(opened, columns)
        else:
            self._show_page(Page.VALUES)

    def _plan(self, opened: Opened, columns: ColumnPlan) -> None:
        self._show_busy(self.tr("Comparing its rows with the projects that are there…"))
        self._importer.plan(opened, columns, meanings_of(self._values.values))

    # -- reading ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_dropped(self, path: Path) -> None:
        if self._page is not Page.DONE and not self._importer.is_running:
            self._show_page(Page.FILE)
            self.open_file(path)

    @Slot(object)
    def _on_file_chosen(self, path: Path) -> None:
        self._importer.open_file(path)
        # A press of Next takes the keyboard from the field first, which has the file read, and would be lost.
        QTimer.singleShot(0, self, lambda: self._show_reading(path.name))

    def _show_reading(self, name: str) -> None:
        if self._importer.is_running:
            self._goes_on = self._goes_on or self._next.isDown()
            self._show_busy(self.tr("Reading “{0}”…").format(name))

    @Slot(object)
    def _on_dialect_chosen(self, dialect: TextDialect) -> None:
        if self._file.opened is not None:
            self._importer.read_again(self._file.opened, self._columns_now(self._file.opened), dialect=dialect)

    @Slot(object)
    def _on_sheet_chosen(self, sheet: SheetName) -> None:
        if self._file.opened is not None:
            self._show_busy(self.tr("Reading “{0}”…").format(sheet.name))
            self._importer.read_again(self._file.opened, self._columns_now(self._file.opened), sheet=sheet)

    @Slot(object)
    def _on_headings_chosen(self, row: int | None) -> None:
        if self._file.opened is not None:
            self._importer.take_headings(self._file.opened, self._columns_now(self._file.opened), row)

    def _columns_now(self, opened: Opened) -> ColumnPlan:
        """Return the current column mapping."""
        return self._columns.plan or opened.columns

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        goes_on, self._goes_on = self._goes_on, False
        self._file.show_opened(opened)
        self._columns.show_opened(opened)
        self._preview.forget()  # before the importer does, which lets go of it a few rows at a time
        self._is_touched = opened.kept > 0
        if opened.lost:
            self._show_ready()
            ask_about_lost(self, opened.lost).rejected.connect(self._importer.put_back)
            return
        if goes_on:
            self._show_page(Page.COLUMNS)
            return
        self._show_ready()
        self._next.setFocus()

    # -- the preview -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_planned(self, planned: Planned) -> None:
        self._preview.show_planned(planned)
        self._show_page(Page.PREVIEW)
        counts = planned.counts
        words = self.tr("New: {0}, changes: {1}, duplicates: {2}, problems: {3}")
        announce(self, words.format(counts.new, counts.updates, counts.duplicates, counts.problems))

    @Slot(object, object)
    def _on_correction_requested(self, numbers: Sequence[int], cells: Mapping[int, str]) -> None:
        self._is_touched = True
        if len(numbers) > _MANY_CORRECTED:
            self._show_busy(self.tr("Correcting {0} cells…").format(f"{len(numbers):,}"))
        self._importer.correct(numbers, cells)

    @Slot(object, object, object)
    def _on_chosen(self, numbers: Sequence[int], action: Action, key: int | None) -> None:
        self._is_touched = True
        if len(numbers) > _MANY:
            self._show_busy(self.tr("Noting it for {0} rows…").format(f"{len(numbers):,}"))
        self._importer.choose(numbers, action, key)

    @Slot(object, bool)
    def _on_ignored(self, kind: ProblemKind, ignores: bool) -> None:
        self._is_touched = True
        self._importer.ignore(kind, ignores=ignores)

    @Slot(object)
    def _on_plan_changed(self, changed: PlanChanged) -> None:
        self._preview.take_changed(changed)
        if not self._importer.is_running:
            self._show_ready()

    # -- staging ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_import_clicked(self) -> None:
        self._show_busy(self.tr("Saving it on this computer…"))
        self._importer.make_changes()

    @Slot(object)
    def _on_changes_made(self, changes: tuple[Change, ...]) -> None:
        opened, columns = self._file.opened, self._columns.plan
        if opened is None or columns is None or not changes:
            self._show_ready()
            return
        self._cancel.setEnabled(False)  # from here on it is all or nothing, and takes a moment
        self._staging.stage(changes, opened, columns, self._values.values)

    @Slot(int, int)
    def _on_staged(self, batch: int, changes: int) -> None:
        self._batch = batch
        self._counting.want(batch)
        self._is_touched = False
        self._cancel.setEnabled(True)
        self._show_page(Page.DONE)
        self._done.show_left_out(*self._preview.left_out)
        announce(self, self._done.show_progress(BatchProgress(waiting=changes)))
        self._cancel.setFocus()
        self.staged.emit(self.label)

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._cancel.setEnabled(True)
        self._on_failed(error)

    def _count(self, batch: int) -> Generator[None, None, BatchProgress | None]:
        """Count the progress of the import, in time slices."""
        try:
            return (yield from self._service.reader.batch_progress(batch))
        except KnownError:
            return None  # the service reports trouble with the database

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.counts is None:
            return
        self._told += 1
        self._counting.note_version(self._told)

    @Slot(object)
    def _on_counted(self, progress: BatchProgress | None) -> None:
        if progress is not None and self._batch:
            self._done.show_progress(progress)

    @Slot()
    def _on_refused_requested(self) -> None:
        self.refused_requested.emit(self._batch)
        self.accept()

    def offer_undo(self, how: str, *, can: bool) -> None:
        """Show on the last page whether and how the import can be undone."""
        self._done.offer_undo(how, can=can)

    def show_undone(self, words: str) -> None:
        """Show that this import was undone; an earlier one of the same name is another."""
        self._staging.label = ""
        self._batch = 0
        self._counting.want(None)
        self._done.say_undone(words)
        self._cancel.setFocus()

    # -- trouble ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._goes_on = False
        self._file.show_failed()
        self._show_ready()
        show_error(self, error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._goes_on = False
        self._file.show_failed()
        self._show_ready()
        self._said.say(self.tr("You stopped it. Nothing was imported."), Tone.PLAIN)

    @override
    def reject(self) -> None:
        """Stop what runs; the next time, close. Nothing is imported unless `Import projects` was pressed."""
        if self._staging.is_running:
            return
        if self._importer.is_running:
            self._importer.cancel()
        elif self._is_touched:
            ask_to_leave(self).accepted.connect(self._on_leave)
        else:
            super().reject()

    @Slot()
    def _on_template_requested(self) -> None:
        self.reject()
        self.template_requested.emit()

    @Slot()
    def _on_leave(self) -> None:
        self._is_touched = False
        self.reject()
