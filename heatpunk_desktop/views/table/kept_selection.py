"""A table of projects that keeps what is selected through whatever happens to its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal, Slot

from heatpunk_desktop.models.project_table_model import COLUMNS, Column, ProjectTableModel
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.painted_rows import PaintedRows, selection_of
from heatpunk_desktop.views.table.header import TableHeader
from heatpunk_desktop.views.table.painter import PADDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtWidgets import QWidget

_Index = QModelIndex | QPersistentModelIndex
Select = QItemSelectionModel.SelectionFlag
_WHOLE_ROWS: Final = Select.Rows
#: So many projects at either side of one that goes may take its place.
_NEAR: Final = 20


class KeptSelectionTable(PaintedRows):
    """Selects whole rows, by the keys of their projects.

    A project that a filter hides is selected again when it comes back, unless something else was chosen meanwhile.

    Args:
        model: Whose projects.
        parent: Owner.
    """

    #: int | None: which of the selected projects the keyboard is on.
    current_project_changed = Signal(object)

    def __init__(self, model: ProjectTableModel, parent: QWidget | None = None) -> None:
        super().__init__(PADDING, parent)
        self._table_model = model
        self._current_key: int | None = None
        self._is_restoring = False
        #: Keys that were selected when a filter hid them.
        self._hidden_selected: set[int] = set()
        self._hidden_current: int | None = None
        self._kept_keys: set[int] = set()
        self._anchor: tuple[int, int] | None = None
        #: Projects that the person had go, and those that may be chosen in their place, the best first.
        self._expected: frozenset[int] = frozenset()
        self._successors: list[int] = []
        #: Tells which projects are near some, where they do not stand in rows; None where they do.
        self.find_near: Callable[[frozenset[int]], list[int]] | None = None
        self.setModel(model)
        # First, as a header lets go of the selection when the model is reset.
        self.setHorizontalHeader(TableHeader(self))
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        model.filter_applied.connect(self._on_filter_applied)
        model.keys_replaced.connect(self._on_keys_replaced)

    @property
    def current_key(self) -> int | None:
        """Which of the selected projects the keyboard is on, or None."""
        return self._current_key

    def selected_keys(self) -> list[int]:
        """The selected projects that are shown, from the top."""
        return [key for row in self.selected_rows() if (key := self._table_model.key_at(row)) is not None]

    @property
    def project_model(self) -> ProjectTableModel:
        """The model of the rows."""
        return self._table_model

    def select_key(self, key: int) -> bool:
        """Selects one project and brings it in sight; tells whether it is shown."""
        row = self._table_model.row_of(key)
        if row is None:
            return False
        index = self._table_model.index(row, self.kept_column())
        self.selectionModel().setCurrentIndex(index, Select.ClearAndSelect | _WHOLE_ROWS)
        self.scrollTo(index)
        return True

    def choose_framed(self) -> bool:
        """Chooses the row that only has the keyboard's frame, where none is chosen; tells whether there was one.

        Qt puts the frame on the first row when the table is entered, and goes on from there without choosing it.
        """
        index = self.currentIndex()
        if not index.isValid() or self.selectionModel().hasSelection():
            return False
        self.selectionModel().select(index, Select.ClearAndSelect | _WHOLE_ROWS)
        return True

    def expect_to_go(self, keys: Iterable[int]) -> None:
        """Has the next project chosen once the current one goes, which is among these and goes by the person's wish.

        Where others have a project go, none is chosen in its place.
        """
        self._expected = frozenset(keys)
        if self.find_near is not None:
            self._successors = self.find_near(self._expected)
            return
        rows = self._table_model.rows_of(self._expected)
        if not rows:
            self._successors = []
            return
        current = self.currentIndex().row()
        at = current if current in rows else rows[-1]
        below = range(at + 1, min(at + 1 + len(rows) + _NEAR, self._table_model.rowCount()))
        above = range(at - 1, max(at - 1 - len(rows) - _NEAR, -1), -1)
        near = map(self._table_model.key_at, (*below, *above))
        self._successors = [key for key in near if key is not None and key not in self._expected]

    def forget_expected(self) -> None:
        """What was expected to go stays after all."""
        self._expected, self._successors = frozenset(), []

    @override
    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self._update_row(index.row())
        if self._is_by_person():
            self._hidden_current = None
            self.forget_expected()
            self._tell_current()

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self._is_by_person():
            self._hidden_selected.clear()
            self._tell_current()

    def _is_by_person(self) -> bool:
        """Whether a change of the selection is a person's, and not one that keeps or restores it."""
        return not self._is_restoring and not self._table_model.is_showing

    def _tell_current(self) -> None:
        # A row that only has the keyboard's frame, as the first has when the table is entered, was chosen by nobody.
        is_chosen = self.selectionModel().hasSelection()
        key = self._table_model.key_at(self.currentIndex().row()) if is_chosen else None
        if key is None and self._current_key in self._expected and self._successors:
            return  # one of those takes its place in a moment
        if key != self._current_key:
            self._current_key = key
            self.current_project_changed.emit(key)

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        self._kept_keys = {*self.selected_keys(), *self._hidden_selected}
        if self._current_key is not None:
            self._hidden_current = self._current_key
        self._anchor = None
        scrolled = self.verticalScrollBar().value()
        if self._table_model.keeps_place and scrolled:
            row, offset = divmod(scrolled, self._row_height())
            key = self._table_model.key_at(row)
            self._anchor = (key, offset) if key is not None else None
        self._is_restoring = True

    @Slot()
    def _on_reset(self) -> None:
        model = self._table_model
        rows = model.rows_of(self._kept_keys)
        self._hidden_selected = self._kept_keys - {key for row in rows if (key := model.key_at(row)) is not None}
        self._select_rows(rows)
        self._restore_current()
        self.updateGeometries()
        row = model.row_of(self._anchor[0]) if self._anchor is not None else None
        if row is not None and self._anchor is not None:
            self.verticalScrollBar().setValue(row * self._row_height() + self._anchor[1])
        elif not model.keeps_place:
            self.verticalScrollBar().setValue(0)
        self._is_restoring = False
        self._tell_current()

    def _select_rows(self, rows: list[int]) -> None:
        selection = selection_of(self._table_model, rows, COLUMNS - 1)
        self.selectionModel().select(selection, Select.Select | _WHOLE_ROWS)

    def _restore_current(self) -> None:
        row = self._table_model.row_of(self._hidden_current) if self._hidden_current is not None else None
        if row is not None:
            index = self._table_model.index(row, self.kept_column())
            self.selectionModel().setCurrentIndex(index, Select.NoUpdate)
            self._hidden_current = None

    @override
    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        # A row that changes its place goes and comes back. Qt would choose a neighbour, which nobody asked for.
        for row in range(start, end + 1):
            key = self._table_model.key_at(row)
            if key is not None and self.selectionModel().isRowSelected(row):
                self._hidden_selected.add(key)
            if key is not None and row == self.currentIndex().row():
                self._hidden_current = key
                self.selectionModel().setCurrentIndex(QModelIndex(), Select.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    @override
    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        if self._hidden_selected or self._hidden_current is not None:
            back = [row for row in self._table_model.rows_of(self._hidden_selected) if start <= row <= end]
            self._select_rows(back)
            self._hidden_selected.difference_update(map(self._table_model.key_at, back))
            self._restore_current()
        self.viewport().update()

    @Slot(int, int, bool)
    def _on_filter_applied(self, _shown: int, _total: int, is_all: bool) -> None:
        if is_all:
            self._choose_successor()
            self._tell_current()
        self.viewport().update()  # words may be marked anew in the same rows

    def _choose_successor(self) -> None:
        """Chooses the next project where the current one is gone as expected."""
        is_gone = self._current_key in self._expected and self._table_model.row_of(self._current_key or 0) is None
        if not is_gone or self.selectionModel().hasSelection():
            return
        successors = self._successors
        self.forget_expected()
        next((key for key in successors if self.select_key(key)), None)

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._hidden_selected = {replaced.get(key, key) for key in self._hidden_selected}
        if self._hidden_current is not None:
            self._hidden_current = replaced.get(self._hidden_current, self._hidden_current)
        self._expected = frozenset(replaced.get(key, key) for key in self._expected)
        self._successors = [replaced.get(key, key) for key in self._successors]
        self._tell_current()

    # -- where things are ------------------------------------------------------------------------------------------

    @override
    def kept_column(self) -> int:
        """The column in which a row that is chosen anew gets the keyboard: that at the left of those that are shown."""
        header = self.horizontalHeader()
        columns = map(header.logicalIndex, range(header.count()))
        return next((column for column in columns if not header.isSectionHidden(column)), int(Column.PROJECT))
