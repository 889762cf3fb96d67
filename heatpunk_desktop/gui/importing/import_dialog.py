"""The window of an import, which leads from a file to queued changes in four pages."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.importing.busy_page import BusyPage
from heatpunk_desktop.gui.importing.columns_page import ColumnsPage
from heatpunk_desktop.gui.importing.current_page_stack import CurrentPageStack
from heatpunk_desktop.gui.importing.done_page import DonePage
from heatpunk_desktop.gui.importing.dropping import FileDrop
from heatpunk_desktop.gui.importing.file_page import FilePage
from heatpunk_desktop.gui.importing.preview_page import PreviewPage
from heatpunk_desktop.gui.importing.questions import ask_about_lost, ask_to_leave, nothing_words
from heatpunk_desktop.gui.importing.staging import Staging
from heatpunk_desktop.gui.importing.values_page import ValuesPage
from heatpunk_desktop.gui.widgets.dialog import Dialog, grow
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.models.cooperative_task import Counting
from heatpunk_desktop.spreadsheets.values import meanings_of
from heatpunk_desktop.store.batches import BatchProgress
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

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

#: At first there is a file to choose, and nothing to show.
_FIRST_SIZE: Final = QSize(640, 360)
_SIZE: Final = QSize(1200, 760)
#: Rows for which something else is chosen within a moment.
_MANY: Final = 1000
#: The same of rows that are corrected, as each of them is compared again.
_MANY_MENDED: Final = 100


class Page(IntEnum):
    """The pages, in their order."""

    FILE = 0
    COLUMNS = 1
    VALUES = 2
    PREVIEW = 3
    DONE = 4


class ImportDialog(Dialog):
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
    #: str: it is staged under this label.
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
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import projects"))
        self.setSizeGripEnabled(True)
        self._importer = importer
        self._service = service
        self._staging = Staging(service, self)
        #: The number of the batch that was imported; 0 before, and once it is undone.
        self._batch = 0
        #: Counts what has become of it, seldom enough to hold nothing up.
        self._counting = Counting(self._count, self)
        #: How often changes were told of, which each time may be others.
        self._told = 0
        #: The user corrected or chose something in the preview that is not imported yet.
        self._is_touched = False
        #: The user pressed Next while the file was still to be read.
        self._goes_on = False
        self._is_grown = False
        self._title = TitleLabel(parent=self)
        self._file = FilePage(folder, self, ask_path)
        self._columns = ColumnsPage(self)
        self._values = ValuesPage(self)
        self._preview = PreviewPage(self)
        self._done = DonePage(self)
        self._busy = BusyPage(self)
        self._page = Page.FILE
        self._pages = CurrentPageStack(self)
        for page in (self._file, self._columns, self._values, self._preview, self._done, self._busy):
            self._pages.addWidget(page)
        self._said = PlainLabel(parent=self)
        self._said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._said)
        layout.addLayout(self._make_buttons())
        self._connect(service)
        self.resize(_FIRST_SIZE)
        self._show_page(Page.FILE)

    @property
    def folder(self) -> Path:
        """The folder that a file was last chosen from."""
        return self._file.folder

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

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self._back = self._button(row, self.tr("&Back"), self._on_back_clicked)
        self._next = self._button(row, self.tr("&Next"), self._on_next_clicked)
        self._import = self._button(row, self.tr("&Import projects"), self._on_import_clicked)
        self._cancel = self._button(row, self.tr("Cancel"), self.reject)
        return row

    def _button(self, row: QHBoxLayout, words: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words.replace("&", ""))
        button.clicked.connect(slot)
        row.addWidget(button)
        return button

    def _connect(self, service: SyncService) -> None:
        FileDrop(self).dropped.connect(self._on_dropped)
        self._file.file_chosen.connect(self._on_file_chosen)
        self._file.next_requested.connect(self._on_next_clicked)
        self._file.dialect_chosen.connect(self._on_dialect_chosen)
        self._file.sheet_chosen.connect(self._on_sheet_chosen)
        self._file.headings_chosen.connect(self._on_headings_chosen)
        self._file.template_requested.connect(self._on_template_requested)
        self._columns.change_requested.connect(self._on_back_clicked)
        self._preview.mended.connect(self._on_mended)
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

    # -- pages -----------------------------------------------------------------------------------------------------

    def _show_page(self, page: Page) -> None:
        titles = {
            Page.FILE: self.tr("Which file?"),
            Page.COLUMNS: self.tr("What is in its columns?"),
            Page.VALUES: self.tr("What do these values mean?"),
            Page.PREVIEW: self.tr("This will be done"),
            Page.DONE: "",
        }
        self._page = page
        self._title.say(titles[page], Tone.PLAIN)
        self._show_ready()
        if page is Page.COLUMNS:
            self._columns.take_focus()
        elif page is Page.VALUES:
            self._values.take_focus()
        elif page is Page.PREVIEW:
            self._preview.take_focus()
        if titles[page]:
            announce(self, titles[page])

    def _show_ready(self) -> None:
        """Hide the progress, and enable the actions of this page."""
        page, counts = self._page, self._preview.counts
        self._pages.setCurrentIndex(page)
        if not self._is_grown and (page is not Page.FILE or self._file.opened is not None):
            self._is_grown = True
            grow(self, _SIZE)
        self._said.hide()
        self._back.setVisible(page in {Page.COLUMNS, Page.VALUES, Page.PREVIEW})
        self._back.setEnabled(True)
        self._next.setVisible(page in {Page.FILE, Page.COLUMNS, Page.VALUES})
        self._next.setEnabled(True)
        self._import.setVisible(page is Page.PREVIEW)
        amount = counts.new + counts.updates if counts is not None else 0
        self._import.setEnabled(amount > 0)
        self._cancel.setText(self.tr("Close") if page is Page.DONE else self.tr("Cancel"))
        self._cancel.setAccessibleName(self._cancel.text())
        # Enter means something else in the tables.
        for button, is_default in ((self._next, page is Page.FILE), (self._cancel, page is Page.DONE)):
            button.setDefault(is_default)
        if page is Page.PREVIEW and amount == 0:
            self._said.say(nothing_words(counts), Tone.PLAIN)

    def _show_busy(self, words: str) -> None:
        self._busy.begin(words)
        self._pages.setCurrentWidget(self._busy)
        self._said.hide()
        for button in (self._back, self._next, self._import):
            button.setEnabled(False)
        self._cancel.setFocus()

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
    def _on_mended(self, numbers: Sequence[int], cells: Mapping[int, str]) -> None:
        self._is_touched = True
        if len(numbers) > _MANY_MENDED:
            self._show_busy(self.tr("Correcting {0} cells…").format(f"{len(numbers):,}"))
        self._importer.mend(numbers, cells)

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
            return None  # the service tells of a database in trouble itself

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
