"""The controller of imports: from the menu, from a file dropped on the window, and from pasted cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.changes import ChangeBatch
from heatpunk_desktop.gui.dialogs.file_dialogs import usual_folder
from heatpunk_desktop.gui.importing.import_dialog import ImportDialog
from heatpunk_desktop.gui.text.undo_words import undone_words

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.services.sync.facts import UndoReport
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.sync.undo_history import UndoHistory
    from heatpunk_desktop.services.tasks.importer import Importer

_FOLDER: Final = "import_folder"


class ImportController(QObject):
    """The opener of the import window, one at a time.

    Emits `template_requested` where the user wants a workbook to fill in.

    Args:
        importer: Reads and plans.
        service: Stores the batch.
        history: Undoes a whole import.
        kept: Where the folder is kept between starts.
        window: The window that it belongs to.
    """

    template_requested = Signal()

    #: int: what was refused of this batch is to be shown.
    refused_requested = Signal(int)

    def __init__(
        self,
        importer: Importer,
        service: SyncService,
        history: UndoHistory,
        kept: dict[str, object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._importer = importer
        importer.setParent(self)
        self._service = service
        self._history = history
        self._kept = kept
        self._window = window
        self._dialog: ImportDialog | None = None
        history.changed.connect(self._on_history_changed)
        history.undone.connect(self._on_undone)

    def stop(self) -> None:
        """Stop reading, because the window closes."""
        self._importer.stop()

    @Slot()
    def open(self) -> None:
        """Open the window without a file."""
        if self._open() is not None:
            self._importer.prepare()

    def open_file(self, path: Path) -> None:
        """Open the window with a file."""
        if (dialog := self._open()) is not None:
            dialog.open_file(path)

    def open_text(self, text: str) -> None:
        """Open the window with cells that were pasted."""
        if (dialog := self._open()) is not None:
            dialog.open_text(text)

    def _open(self) -> ImportDialog | None:
        if self._dialog is not None:
            return None
        dialog = ImportDialog(self._importer, self._service, usual_folder(self._kept.get(_FOLDER)), self._window)
        dialog.undo_requested.connect(self._on_undo_requested)
        dialog.staged.connect(self._on_history_changed)
        dialog.refused_requested.connect(self.refused_requested)
        dialog.finished.connect(self._on_finished)
        dialog.template_requested.connect(self.template_requested)
        self._dialog = dialog
        dialog.open()
        return dialog

    # -- undo ------------------------------------------------------------------------------------------------------

    def _is_last(self, dialog: ImportDialog) -> bool:
        """Return whether a dialog's import is what undo would undo."""
        done = self._history.to_undo
        return (
            done is not None
            and isinstance(done.change, ChangeBatch)
            and bool(dialog.label)
            and done.change.label == dialog.label
        )

    @Slot()
    def _on_history_changed(self) -> None:
        dialog = self._dialog
        if dialog is None or not dialog.label or not self._is_last(dialog):
            return
        if self._history.undo_withdraws:
            how = self.tr("Nothing of it has been sent: all of it is taken back.")
        else:
            how = self.tr("Undo deletes what was created and puts changed fields back.")
        dialog.offer_undo(how, can=True)

    @Slot()
    def _on_undo_requested(self) -> None:
        if self._dialog is not None and self._is_last(self._dialog):
            self._dialog.offer_undo(self.tr("One moment…"), can=False)
            self._history.undo()

    @Slot(object)
    def _on_undone(self, report: UndoReport) -> None:
        dialog = self._dialog
        if (
            dialog is not None
            and isinstance(report.done.change, ChangeBatch)
            and report.done.change.label == dialog.label
        ):
            dialog.show_undone(undone_words(report))

    @Slot()
    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._kept[_FOLDER] = str(self._dialog.folder)
            self._dialog.forget()
            self._dialog = None
            self._importer.stop(waits=False)
