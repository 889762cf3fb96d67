"""Spreadsheets in and out, and paper: what the window does about files, made when it is wanted first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

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
    """Begins imports, exports and prints, from the menu, the clipboard and files that are dropped on the window.

    Args:
        service: Stores what is imported.
        tasks: Makes what reads and writes files.
        table: What is exported.
        account: The account that is open.
        history: For undoing an import.
        kept: Where what was chosen last is kept.
        actions: Every declared action.
        window: The window.
    """

    #: KnownError: the user has to read it.
    troubled = Signal(object)
    #: str: for the status bar.
    said = Signal(str)
    #: int: what was refused of this batch is to be shown in Changes.
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
    def exports(self) -> ExportController:
        """What exports and prints."""
        if self._export_controller is None:
            from heatpunk_desktop.gui.export.export_controller import ExportController  # noqa: PLC0415 - not needed to start

            exporter, loader = self._tasks.exporter(), self._tasks.details_loader()
            self._export_controller = ExportController(
                exporter, loader, self._table, self._account, self._kept, self._window
            )
            self._export_controller.troubled.connect(self.troubled)
        return self._export_controller

    @property
    def imports(self) -> ImportController:
        """What imports."""
        if self._import_controller is None:
            from heatpunk_desktop.gui.importing.import_controller import ImportController  # noqa: PLC0415 - not needed to start

            importer = self._tasks.importer()
            self._import_controller = ImportController(importer, self._service, self._history, self._kept, self._window)
            self._import_controller.refused_wanted.connect(self.refused_requested)
            self._import_controller.template_wanted.connect(self._on_template)
        return self._import_controller

    def paste(self) -> None:
        """Begin an import of what spreadsheets put on the clipboard; say so where there is no such thing."""
        text = QGuiApplication.clipboard().text()
        if is_rows_of_cells(text):
            self.imports.open_text(text)
        else:
            self.said.emit(self.tr("The clipboard holds no rows of cells. Copy them in your spreadsheet first."))

    def stop(self) -> None:
        """Return up what is under way; for when the window goes."""
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
