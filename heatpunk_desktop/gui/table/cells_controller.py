"""The controller of the table's cells: edits one, pastes over several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from heatpunk_desktop.gui import table as table_parts
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.table.paste_plan import Pasted, text_as_rows
from heatpunk_desktop.models.table_columns import FIELD_OF, Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.table.cell_editing import CellEditing
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.task_makers import TaskMakers


class CellsController(QObject):
    """The maker of the cell editor and the paste preview, when they are first needed.

    Args:
        table: The table.
        service: Stores what is done.
        tasks: Makes what reads the projects that are pasted over.
        actions: Every declared action.
        window: The window.
    """

    #: str: a message to show in passing.
    said = Signal(str)
    #: The user wants new projects made of what is on the clipboard instead.
    import_requested = Signal()

    def __init__(
        self,
        table: ProjectTable,
        service: SyncService,
        tasks: TaskMakers,
        actions: Mapping[Act, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._table = table
        self._model = table.project_model
        self._service = service
        self._tasks = tasks
        self._actions = actions
        self._window = window
        self._editing: CellEditing | None = None
        table.edit_requested.connect(self._on_edit_requested)
        actions[Act.EDIT_CELL].triggered.connect(self._on_edit_cell)
        actions[Act.PASTE_CELLS].triggered.connect(self.paste)

    def may_leave(self) -> bool:
        """Store what is typed in a cell, before closing.

        Returns:
            Whether nothing typed would be lost: it is stored, or refused, and the user informed.
        """
        return self._editing is None or self._editing.finish()

    def flush(self) -> None:
        """Store what is typed in a cell as a draft at once, to be offered at the next start."""
        if self._editing is not None:
            self._editing.flush()

    # -- one cell --------------------------------------------------------------------------------------------------

    @property
    def _editor(self) -> table_parts.CellEditing:
        if self._editing is None:
            self._editing = table_parts.CellEditing(self._table, self._service)
            self._editing.said.connect(self.said)
        return self._editing

    @Slot(object, int, object)
    def _on_edit_requested(self, key: int, column: int, typed: str | None) -> None:
        self._editor.begin(key, column, typed)

    @Slot()
    def _on_edit_cell(self) -> None:
        key = self._table.current_key
        column = self._column()
        if key is None:
            return
        if not self._table.isVisible():
            self.said.emit(self.tr("This is done in the table. Show it instead of the board first."))
            return
        if column == Column.STATUS:
            self._table.status_menu_requested.emit(key)
        else:
            self._editor.begin(key, column)

    def _column(self) -> int:
        """Return the column of the current cell where it is editable, else the first editable one from the left."""
        column: int | None = self._table.cell_column
        if column not in FIELD_OF:
            column = self._table.column_at_end(1)
        return Column.PROJECT if column is None else column

    # -- several cells ---------------------------------------------------------------------------------------------

    def paste_into_selection(self) -> bool:
        """Paste into the selected projects.

        Returns:
            Whether any of them are in sight.
        """
        shown = self._table.focusProxy() or self._table
        if self._table.current_key is None or not shown.isVisible():
            return False
        action = self._actions[Act.PASTE_CELLS]
        if action.isEnabled():
            self.paste()
        else:
            self.said.emit(action.toolTip())
        return True

    @Slot()
    def paste(self) -> None:
        """Paste the clipboard into the selected projects.

        It goes into the column that the values suggest, or else that of the cell cursor, and on to the right. One value
        for one cell goes into its editor; all else is previewed first, and stored as one batch.
        """
        if not self.may_leave():
            return
        lines = text_as_rows(QGuiApplication.clipboard().text())
        if not lines:
            self.said.emit(self.tr("There is no text on the clipboard to paste."))
            return
        if self._table.current_key is None:
            self.said.emit(self.tr("Select the projects to paste into first."))
            return
        headings = {int(column): str(self._model.headerData(column, Qt.Orientation.Horizontal)) for column in Column}
        pasted = Pasted(lines, self._table.shown_columns(), headings)
        column = pasted.guessed()
        if column is None:
            column = self._table.pasted_column
        keys = self._targets(len(lines) - pasted.says_columns)
        is_one = len(lines) == len(lines[0]) == len(keys) == 1
        if is_one and column is not None and self._takes_text(column) and self._table.isVisible():
            self._editor.begin(keys[0], column, lines[0][0])
            return

        reader = self._tasks.projects_reader()
        dialog = table_parts.PasteDialog(reader, self._service, pasted, keys, column, self._window)
        dialog.import_requested.connect(self.import_requested)
        dialog.finished.connect(reader.deleteLater)
        dialog.open()

    def _takes_text(self, column: int) -> bool:
        return column in FIELD_OF and column != Column.STATUS and not self._table.isColumnHidden(column)

    def _targets(self, lines: int) -> list[int]:
        """Return the projects that so many lines are pasted over.

        They are the selected ones, or from the only selected one on downwards.
        """
        rows = self._table.selection.rows()
        if len(rows) == 1 and self._table.isVisible():
            rows = list(range(rows[0], min(rows[0] + lines, self._model.rowCount())))
        elif lines > 1:
            rows = rows[:lines]
        return self._model.keys_at(rows)
