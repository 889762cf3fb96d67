"""A table of projects with a cell cursor: the keyboard can be on one cell of a row, to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from heatpunk_desktop.gui.table.kept_selection import KeptSelectionTable, Select
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.models.table_columns import FIELD_OF, Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.models.project_table_model import ProjectTableModel

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SIDEWAYS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_NO_KEYS: Final = Qt.KeyboardModifier.NoModifier
_LEFT_BUTTON: Final = Qt.MouseButton.LeftButton


class CellCursorTable(KeptSelectionTable):
    """A table that selects rows until the user goes to a cell: with Left or Right, or by a click on a selected row.

    Then letters, Enter and F2 are for the cell, as in a spreadsheet; Esc goes back to the row. No letter changes
    anything as long as no cell is marked, or several rows are selected.

    Args:
        model: Whose projects.
        parent: Owner.
    """

    #: int, int, str | None: a project's cell in a column is to be edited, starting with a text in place of its
    #: value, or with the value where the text is None.
    edit_requested = Signal(object, int, object)
    #: int: the key of the project whose status menu is requested.
    status_menu_requested = Signal(object)

    def __init__(self, model: ProjectTableModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._is_in_cell = False
        #: Whether the column was set by a click on one of its cells.
        self._is_pointed = False
        #: The column of the cell, whatever becomes of its row.
        self._column = int(Column.PROJECT)
        #: Row and column of a second click that has begun.
        self._pressed: tuple[int, int] | None = None

    @property
    def cell_column(self) -> Column | None:
        """The column of the cell cursor; None while the keyboard is on the whole row, or the column is hidden."""
        index = self.currentIndex()
        if not self._is_in_cell or not self._is_on_current() or self.isColumnHidden(index.column()):
            return None
        return Column(index.column())

    @property
    def pasted_column(self) -> Column | None:
        """The column of the cell cursor or of the clicked cell, where pasted cells go."""
        index = self.currentIndex()
        is_marked = (self._is_in_cell or self._is_pointed) and self._is_on_current()
        return Column(index.column()) if is_marked and not self.isColumnHidden(index.column()) else None

    def _is_on_current(self) -> bool:
        """Return whether the keyboard is on the current project.

        With Ctrl the user goes past rows without selecting them.
        """
        return self.current_key is not None and self._table_model.key_at(self.currentIndex().row()) == self.current_key

    @override
    def kept_column(self) -> int:
        """Return the column of the cell cursor while there is one; its row may be gone, or come back."""
        is_kept = (self._is_in_cell or self._is_pointed) and not self.isColumnHidden(self._column)
        return self._column if is_kept else super().kept_column()

    @override
    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        if current.isValid():
            self._column = current.column()
        super().currentChanged(current, previous)

    def go_to_cell(self, key: int, column: int) -> bool:
        """Put the cell cursor on a project's cell, and select the project.

        Returns:
            Whether the project is shown.
        """
        row = self._table_model.row_of(key)
        if row is None or self.isColumnHidden(column):
            return False
        index = self._table_model.index(row, column)
        is_selected = self.selectionModel().isRowSelected(row)
        how = Select.NoUpdate if is_selected else Select.ClearAndSelect | Select.Rows
        self.selectionModel().setCurrentIndex(index, how)
        self.scrollTo(index)
        self._set_in_cell(is_in_cell=True)
        return True

    def leave_cell(self) -> None:
        """Put the keyboard back on the whole row."""
        self._is_pointed = False
        self._set_in_cell(is_in_cell=False)

    def cell_rect(self, key: int, column: int) -> QRect | None:
        """Return the rectangle of a project's cell in the viewport; None where it is not shown."""
        row = self._table_model.row_of(key)
        if row is None or self.isColumnHidden(column):
            return None
        return self.visualRect(self._table_model.index(row, column))

    def column_beside(self, column: int, step: int, *, only_edited: bool = False) -> int | None:
        """Return the shown column at the right (1) or the left (-1) of another; None at the end.

        Args:
            column: The other.
            step: 1 or -1.
            only_edited: Whether columns that nobody can change are passed over.
        """
        header = self.horizontalHeader()
        visual = header.visualIndex(column) + step
        while 0 <= visual < header.count():
            found = header.logicalIndex(visual)
            if not header.isSectionHidden(found) and (found in FIELD_OF or not only_edited):
                return found
            visual += step
        return None

    def column_at_end(self, step: int) -> int | None:
        """Return the first editable column that is shown, from the left (1) or from the right (-1)."""
        header = self.horizontalHeader()
        order = range(header.count()) if step > 0 else reversed(range(header.count()))
        return next((column for column in map(header.logicalIndex, order) if self._is_edited(column)), None)

    def _is_edited(self, column: int) -> bool:
        return column in FIELD_OF and not self.isColumnHidden(column)

    def _set_in_cell(self, *, is_in_cell: bool) -> None:
        if is_in_cell != self._is_in_cell:
            self._is_in_cell = is_in_cell
            self._update_row(self.currentIndex().row())

    # -- keys ------------------------------------------------------------------------------------------------------

    @override
    def event(self, event: QEvent) -> bool:
        # F2 edits the whole project by the menu, unless the keyboard is on a cell.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_for_cell(event):
            event.accept()
            return True
        return super().event(event)

    def _is_for_cell(self, event: QKeyEvent) -> bool:
        is_f2 = event.key() == Qt.Key.Key_F2 and event.modifiers() == _NO_KEYS
        return is_f2 and self.cell_column in FIELD_OF and self._is_one_selected

    def take_cell_key(self, event: QKeyEvent) -> bool:
        """Handle a key press for a cell.

        Returns:
            Whether the key means anything to a cell.
        """
        index = self.currentIndex()
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self._is_on_current():
            return False
        if event.key() in _SIDEWAYS and keys == _NO_KEYS:
            self._go_sideways(_SIDEWAYS[Qt.Key(event.key())])
            return True
        if self.cell_column is None:
            return False
        if event.key() == Qt.Key.Key_Escape and keys == _NO_KEYS:
            self.leave_cell()
            return True
        return index.column() in FIELD_OF and self._is_one_selected and self._take_edit_key(event, keys)

    @property
    def _is_one_selected(self) -> bool:
        # Of several, a cell says which column is copied and pasted into: editing it would be editing one of them.
        return len(self.selection.now.keys) == 1

    def _take_edit_key(self, event: QKeyEvent, keys: Qt.KeyboardModifier) -> bool:
        key, typed = event.key(), event.text()
        if keys == _NO_KEYS and (key in _ENTER or key == Qt.Key.Key_F2):
            self._request_edit(None)
        elif key == Qt.Key.Key_Backspace and keys == _NO_KEYS:
            self._request_edit("")
        elif typed.strip() and typed.isprintable() and keys in (_NO_KEYS, Qt.KeyboardModifier.ShiftModifier):
            self._request_edit(typed)
        else:
            return False
        return True

    def _request_edit(self, typed: str | None) -> None:
        index = self.currentIndex()
        key = self._table_model.key_at(index.row())
        if key is None:
            return
        if index.column() == Column.STATUS:
            self.status_menu_requested.emit(key)
        else:
            self.edit_requested.emit(key, index.column(), typed)

    def _go_sideways(self, step: int) -> None:
        """Show the cell cursor at the first key, and move it at those that follow."""
        index = self.currentIndex()
        column: int | None = index.column()
        if self._is_in_cell:
            column = self.column_beside(index.column(), step)
        elif self.isColumnHidden(index.column()):
            column = super().kept_column()
        if column is None:
            return
        is_first = not self._is_in_cell
        self._set_in_cell(is_in_cell=True)
        goal = self._table_model.index(index.row(), column)
        self.selectionModel().setCurrentIndex(goal, Select.NoUpdate)
        self.scrollTo(goal)
        if is_first:
            self._tell_cell(goal)

    def _tell_cell(self, index: QModelIndex) -> None:
        """Tell a screen reader which cell it is: Qt does so only where the current index changes."""
        heading = self._table_model.headerData(index.column(), Qt.Orientation.Horizontal)
        words = self.tr("{0}: {1}. Enter edits it.") if index.column() in FIELD_OF else self.tr("{0}: {1}")
        announce(self, words.format(heading, index.data(Qt.ItemDataRole.AccessibleTextRole)))

    # -- pointer ---------------------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        is_plain = event.button() == _LEFT_BUTTON and event.modifiers() == _NO_KEYS
        was_chosen = is_plain and index.isValid() and self.selected_rows() == [index.row()]
        super().mousePressEvent(event)
        if event.button() == _LEFT_BUTTON:
            self._is_pointed = index.isValid()
            self._set_in_cell(is_in_cell=was_chosen and index.column() in FIELD_OF)
            self._pressed = (index.row(), index.column()) if self._is_in_cell else None
            self._update_row(self.currentIndex().row())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        index = self.indexAt(event.position().toPoint())
        if pressed == (index.row(), index.column()) and index.column() == Column.STATUS:
            self._request_edit(None)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self._set_in_cell(is_in_cell=False)
        super().mouseDoubleClickEvent(event)
