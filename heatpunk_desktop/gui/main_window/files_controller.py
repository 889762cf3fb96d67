"""Imports, exports and printing in the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from heatpunk_desktop.gui import export, importing
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.importing.dropping import FileDrop, is_rows_of_cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.export.export_controller import ExportController
    from heatpunk_desktop.gui.importing.import_controller import ImportController
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.sync.undo_history import UndoHistory
    from heatpunk_desktop.services.tasks.task_makers import TaskMakers


class FilesController(QObject):
    """A controller that starts imports, exports and prints from the menu, the clipboard and dropped files.

    Args:
        service: Stores what is imported and reads what is exported.
        tasks: Creates the background tasks.
        table: Shows what is exported.
        account: The open account.
        history: Undoes an import.
        kept: The stored choices.
        actions: Every declared action.
        window: The window.
    """

    #: KnownError: to be shown to the user.
    troubled = Signal(object)
    #: str: a message for the status bar.
    said = Signal(str)
    #: int: the batch whose refused changes the user wants to see in Changes.
    refused_requested = Signal(int)

    def __init__(
        self,
        service: SyncService,
        tasks: TaskMakers,
        table: ProjectTable,
        account: Account,
        history: UndoHistory,
        kept: dict[str, object],
        actions: Mapping[Act, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._tasks = tasks
        self._table = table
        self._account = account
        self._history = history
        self._kept = kept
        self._window = window
        self._export_controller: ExportController | None = None
        self._import_controller: ImportController | None = None
        FileDrop(window).dropped.connect(self._on_dropped)
        actions[Act.IMPORT].triggered.connect(self._on_import)
        actions[Act.EXPORT].triggered.connect(self._on_export)
        actions[Act.PRINT].triggered.connect(self._on_print)
        actions[Act.TEMPLATE].triggered.connect(self._on_template)

    @property
    def exports(self) -> export.ExportController:
        """The controller of exports and printing."""
        if self._export_controller is None:
            exporter, loader = self._tasks.exporter(), self._tasks.details_loader()
            self._export_controller = export.ExportController(
                exporter, loader, self._table, self._account, self._kept, self._window
            )
            self._export_controller.troubled.connect(self.troubled)
        return self._export_controller

    @property
    def imports(self) -> importing.ImportController:
        """The controller of imports."""
        if self._import_controller is None:
            importer = self._tasks.importer()
            self._import_controller = importing.ImportController(
                importer, self._service, self._history, self._kept, self._window
            )
            self._import_controller.refused_requested.connect(self.refused_requested)
            self._import_controller.template_requested.connect(self._on_template)
        return self._import_controller

    def paste(self) -> None:
        """Import rows that a spreadsheet put on the clipboard, or report that there are none."""
        text = QGuiApplication.clipboard().text()
        if is_rows_of_cells(text):
            self.imports.open_text(text)
        else:
            self.said.emit(self.tr("The clipboard holds no rows of cells. Copy them in your spreadsheet first."))

    def stop(self) -> None:
        """Stop what is running, as the window closes."""
        for controller in (self._export_controller, self._import_controller):
            if controller is not None:
                controller.stop()

    @Slot()
    def _on_import(self) -> None:
        self.imports.open()

    @Slot(object)
    def _on_dropped(self, path: Path) -> None:
        self.imports.open_file(path)

    @Slot()
    def _on_export(self) -> None:
        self.exports.export()

    @Slot()
    def _on_print(self) -> None:
        self.exports.print_list()

    @Slot()
    def _on_template(self) -> None:
        self.exports.save_template()
