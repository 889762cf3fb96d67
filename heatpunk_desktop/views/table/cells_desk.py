"""What a person does in the cells of the table: edits one, chooses a status, pastes over several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from heatpunk_desktop.domain.project import MARKS, NAME, STATUS, Mark
from heatpunk_desktop.models.project_table_model import Column
from heatpunk_desktop.views.actions import Act
from heatpunk_desktop.views.table.cells import FIELD_OF
from heatpunk_desktop.views.table.painter import PADDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.table.cell_editing import CellEditing
    from heatpunk_desktop.views.table.project_table import ProjectTable


class CellsDesk(QObject):
    """Makes the editor, the menu of statuses and the preview of a paste when they are first wanted.

    Args:
        table: The table.
        service: Stores what is done.
        actions: Every declared action.
        window: The window.
    """

    #: str: something to be said in passing.
    said = Signal(str)
    #: KnownError
    troubled = Signal(object)

    def __init__(
        self, table: ProjectTable, service: SyncService, actions: Mapping[Act, QAction], window: QWidget
    ) -> None:
        super().__init__(window)
        self._table = table
        self._model = table.project_model
        self._service = service
        self._window = window
        self._editing: CellEditing | None = None
        #: The project whose menu of statuses is open, and what stood there.
        self._menu_for: tuple[int, str] | None = None
        self._requests: set[int] = set()
        table.edit_requested.connect(self._on_edit_requested)
        table.status_menu_requested.connect(self.open_status_menu)
        service.operation_saved.connect(self._on_saved)
        service.operation_not_saved.connect(self._on_not_saved)
        self._model.keys_replaced.connect(self._on_keys_replaced)
        actions[Act.EDIT_CELL].triggered.connect(self._on_edit_cell)
        actions[Act.SET_STATUS].triggered.connect(self._on_set_status)
        actions[Act.PASTE_CELLS].triggered.connect(self.paste)
        # In a combo box this key opens its list.
        actions[Act.SET_STATUS].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        table.addAction(actions[Act.SET_STATUS])

    def may_leave(self) -> bool:
        """Whether nothing typed in a cell would be lost by closing: it is stored, or refused and the person told."""
        return self._editing is None or self._editing.finish()

    def flush(self) -> None:
        """Has what is typed in a cell kept at once, to be offered at the next start."""
        if self._editing is not None:
            self._editing.flush()

    # -- one cell --------------------------------------------------------------------------------------------------

    @property
    def _editor(self) -> CellEditing:
        if self._editing is None:
            from heatpunk_desktop.views.table.cell_editing import CellEditing  # noqa: PLC0415 - not needed to start

            self._editing = CellEditing(self._table, self._service)
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
            self.open_status_menu(key)
        else:
            self._editor.begin(key, column)

    def _column(self) -> int:
        """The column of the current cell where it can be changed, else the first from the left that can."""
        column: int | None = self._table.cell_column
        if column not in FIELD_OF:
            column = self._table.column_at_end(1)
        return Column.PROJECT if column is None else column

    # -- the status ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_set_status(self) -> None:
        # On the board the board sees to it.
        if self._table.current_key is not None and self._table.isVisible():
            self.open_status_menu(self._table.current_key)

    @Slot(object)
    def open_status_menu(self, key: int) -> None:
        """Opens the menu of statuses on a project's pill."""
        from heatpunk_desktop.views.table.status_menu import StatusMenu  # noqa: PLC0415 - not needed to start

        row = self._model.row_of(key)
        if row is None:
            return
        values = self._model.row_tuple(row)
        if values[MARKS] & Mark.DELETED_HERE:
            self.said.emit(self.tr("This project was moved to deleted, so nothing is changed in it."))
            return
        menu = StatusMenu(values[STATUS], self.tr("Status of {0}").format(values[NAME]), self._table)
        self._menu_for = (key, values[STATUS])
        menu.chosen.connect(self._on_status_chosen)
        menu.popup(self._place_of_menu(row))

    def _place_of_menu(self, row: int) -> QPoint:
        """Below the pill, as a point of the screen; in the middle of the window where the table is not shown."""
        if not self._table.isVisible():
            return self._window.mapToGlobal(self._window.rect().center())
        column = Column.PROJECT if self._table.isColumnHidden(Column.STATUS) else Column.STATUS
        index = self._model.index(row, column)
        self._table.scrollTo(index)
        place = self._table.visualRect(index).bottomLeft() + QPoint(PADDING, 0)
        return self._table.viewport().mapToGlobal(place)

    @Slot(str)
    def _on_status_chosen(self, status: str) -> None:
        if self._menu_for is None:
            return
        (key, before), self._menu_for = self._menu_for, None
        if status == before:
            return
        # The status may be what shows the project: the next one is chosen where it goes.
        self._table.selection.expect_to_go([key])
        field = FIELD_OF[Column.STATUS]
        self._requests.add(self._service.edit_project(key, {field: status}, {field: before}))

    @Slot(int, object)
    def _on_saved(self, request: int, _key: int) -> None:
        self._requests.discard(request)

    @Slot(int, object)
    def _on_not_saved(self, request: int, error: KnownError) -> None:
        if request in self._requests:
            self._requests.discard(request)
            self._table.selection.forget_leaving()
            self.troubled.emit(error)

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        if self._menu_for is not None:
            self._menu_for = (replaced.get(self._menu_for[0], self._menu_for[0]), self._menu_for[1])

    # -- several cells ---------------------------------------------------------------------------------------------

    def paste_where_the_keyboard_is(self) -> bool:
        """Pastes where the keyboard is on a cell of the table; tells whether it is."""
        if self._table.cell_column is None or not self._table.hasFocus():
            return False
        self.paste()
        return True

    @Slot()
    def paste(self) -> None:
        """Pastes what is on the clipboard over the selected projects, from the current cell on to the right.

        One value for one cell goes into its editor; all else is shown first, and stored as one change.
        """
        from heatpunk_desktop.views.table.copying import text_as_rows  # noqa: PLC0415 - not needed to start
        from heatpunk_desktop.views.table.paste_plan import block_of  # noqa: PLC0415 - as above

        if not self.may_leave():
            return
        lines = text_as_rows(QGuiApplication.clipboard().text())
        key = self._table.current_key
        if not lines:
            self.said.emit(self.tr("There is no text on the clipboard to paste."))
            return
        if key is None or not self._table.isVisible():
            self.said.emit(
                self.tr("Choose the projects to paste into in the table first, and a cell with Left or Right.")
            )
            return
        headings = {int(one): str(self._model.headerData(one, Qt.Orientation.Horizontal)) for one in Column}
        start = self._table.cell_column
        block = block_of(lines, self._table.shown_columns(), headings, self._column() if start is None else start)
        keys = self._targets(len(block.lines))
        if len(lines) == len(lines[0]) == len(keys) == 1 and self._takes_text(block.columns[0]):
            self._editor.begin(keys[0], block.columns[0], lines[0][0])
            return
        from heatpunk_desktop.views.table.paste_dialog import PasteDialog  # noqa: PLC0415 - not needed to start

        reader = self._service.make_projects_reader()
        dialog = PasteDialog(reader, self._service, block, keys, headings, self._window)
        dialog.finished.connect(reader.deleteLater)
        dialog.open()

    @staticmethod
    def _takes_text(column: int) -> bool:
        return column in FIELD_OF and column != Column.STATUS

    def _targets(self, lines: int) -> list[int]:
        """The projects that so many lines go to: the selected ones, or from the only selected one on downwards."""
        rows = self._table.selected_rows()
        if len(rows) == 1:
            rows = list(range(rows[0], min(rows[0] + lines, self._model.rowCount())))
        elif lines > 1:
            rows = rows[:lines]
        return [key for key in map(self._model.key_at, rows) if key is not None]
