"""A table of projects that shows which of them are selected, with a header aligned with its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from heatpunk_desktop.gui.table.painter import PADDING
from heatpunk_desktop.gui.widgets.painted_rows import PaintedRows, selection_of
from heatpunk_desktop.gui.widgets.theme import hairline, panel_background, selection_background
from heatpunk_desktop.models.project_selection import ProjectSelection, Selection
from heatpunk_desktop.models.table_columns import COLUMNS, Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QMouseEvent

    from heatpunk_desktop.models.project_table_model import ProjectTableModel

#: Width of the arrow that shows the order; it is half as high.
_ARROW: Final = 8
_Index = QModelIndex | QPersistentModelIndex
Select = QItemSelectionModel.SelectionFlag


class TableHeader(QHeaderView):
    """A header that paints its sections itself.

    Styles put the words closer to the edge than the cells' are; and for a proxy style of its own, Qt would have to make
    all of its style's types for Python before the window is seen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hovered = -1
        self.setSectionsClickable(True)
        self.setMouseTracking(True)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.logicalIndexAt(event.position().toPoint()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, section: int) -> None:
        if section != self._hovered:
            self._hovered = section
            self.viewport().update()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        palette = self.palette()
        is_hovered = logicalIndex == self._hovered
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(selection_background(palette) if is_hovered else panel_background(palette))
        painter.drawRect(rect)
        painter.setPen(hairline(palette))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex:
            left = rect.right() - PADDING // 2 - _ARROW
            self._paint_arrow(painter, QRect(left, rect.center().y() - _ARROW // 4, _ARROW, _ARROW // 2))
            room.setRight(room.right() - _ARROW - PADDING)
        words = str(self.model().headerData(logicalIndex, self.orientation()) or "")
        painter.setFont(self.font())
        cut = painter.fontMetrics().elidedText(words, self.textElideMode(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)

    def _paint_arrow(self, painter: QPainter, box: QRect) -> None:
        left, right, middle = box.left(), box.left() + box.width(), box.left() + box.width() / 2
        base, tip = box.top(), box.top() + box.height()
        if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder:
            base, tip = tip, base
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(left, base), QPointF(right, base), QPointF(middle, tip)]))
        painter.restore()


class KeptSelectionTable(PaintedRows):
    """A table that selects whole rows, by the keys of their projects.

    Qt's selection here only shows the record. It counts as the user's where Qt selects other rows, or goes to another
    of the selected ones. Where Qt merely goes to a row, as it does when the table gets the focus, or where rows come
    and go, the record stands and is shown again.

    Args:
        model: Whose projects.
        parent: Owner.

    Attributes:
        selection: The record of what is selected.
    """

    #: int | None: which of the selected projects the keyboard is on.
    current_project_changed = Signal(object)

    def __init__(self, model: ProjectTableModel, parent: QWidget | None = None) -> None:
        super().__init__(PADDING, parent)
        self._table_model = model
        self._current_key: int | None = None
        #: Whether Qt's selection changes because the record is being shown; there is none before the rows are.
        self._is_showing = True
        #: Whether what the user selected here is being handed on.
        self._is_taking = False
        self._anchor: tuple[int, int] | None = None
        self.setModel(model)
        # First, as a header lets go of the selection when the model is reset.
        self.setHorizontalHeader(TableHeader(self))
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        self.selection = ProjectSelection(model, self)
        self.selection.settled.connect(self._show_selection)
        self.selection.chosen.connect(self._show_selection)
        self.selection.changed.connect(self._on_selection_changed)
        model.filter_applied.connect(self._on_filter_applied)
        self._is_showing = False

    @property
    def current_key(self) -> int | None:
        """The current project, or None."""
        return self.selection.now.current

    def selected_keys(self) -> list[int]:
        """Return the selected projects, from the top."""
        return self.selection.keys()

    @property
    def project_model(self) -> ProjectTableModel:
        """The model of the rows."""
        return self._table_model

    def select_key(self, key: int) -> bool:
        """Select one project and scroll to it.

        Returns:
            Whether it is shown.
        """
        if self._table_model.row_of(key) is None:
            return False
        self.selection.choose(Selection.of((key,)))
        self.show_current()
        return True

    def show_current(self) -> None:
        """Scroll to the current row."""
        self.scrollTo(self.currentIndex())

    # -- what the user selects -------------------------------------------------------------------------------------

    @override
    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self._update_row(index.row())
        if self._is_by_user():
            key, now = self._table_model.key_at(current.row()), self.selection.now
            if key in now.keys and key != now.current:
                self._hand_on(Selection(now.keys, key))

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self._is_by_user():
            self._take_selected()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._take_selected()  # who clicks on what is selected alone selects it all the same

    def _is_by_user(self) -> bool:
        """Return whether a change of Qt's selection is the user's.

        Others show the record, or follow the rows.
        """
        return not self._is_showing and not self._table_model.is_showing

    def _take_selected(self) -> None:
        """Record Qt's selection as the user's."""
        model = self._table_model
        keys = model.keys_at(self.selected_rows())
        self._hand_on(Selection.of(keys, model.key_at(self.currentIndex().row()), self.selection.now.current))

    def _hand_on(self, selection: Selection) -> None:
        self._is_taking = True
        self.selection.choose(selection)
        self._is_taking = False

    @Slot(object)
    def _on_selection_changed(self, now: Selection) -> None:
        if now.current != self._current_key:
            self._current_key = now.current
            self.current_project_changed.emit(now.current)

    # -- what is shown of it ---------------------------------------------------------------------------------------

    @Slot()
    def _show_selection(self) -> None:
        """Make Qt show the recorded selection, with its current row nowhere else."""
        if self._is_taking:
            return
        self._is_showing = True
        chosen, rows = self.selectionModel(), self.selection.rows()
        if rows != self.selected_rows():
            chosen.select(selection_of(self._table_model, rows, COLUMNS - 1), Select.ClearAndSelect)
        current = self.selection.now.current
        row = -1 if current is None else self._table_model.row_of(current)
        if row is not None and row != self.currentIndex().row():
            index = self._table_model.index(row, self.kept_column())
            self.setAutoScroll(False)  # the rows stay where the user reads them
            chosen.setCurrentIndex(index, Select.NoUpdate)
            self.setAutoScroll(True)
        self._is_showing = False

    @Slot()
    def _on_filter_applied(self) -> None:
        self.viewport().update()  # other words may be marked in the same rows

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_showing = True  # Qt goes to the first row where none is selected
        super().focusInEvent(event)
        self._is_showing = False
        self._show_selection()

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        self._is_showing = True
        self._anchor = None
        scrolled = self.verticalScrollBar().value()
        if self._table_model.keeps_place and scrolled:
            row, offset = divmod(scrolled, self._row_height())
            key = self._table_model.key_at(row)
            self._anchor = (key, offset) if key is not None else None

    @Slot()
    def _on_reset(self) -> None:
        model = self._table_model
        self.updateGeometries()
        row = model.row_of(self._anchor[0]) if self._anchor is not None else None
        if row is not None and self._anchor is not None:
            self.verticalScrollBar().setValue(row * self._row_height() + self._anchor[1])
        elif not model.keeps_place:
            self.verticalScrollBar().setValue(0)
        self._is_showing = False

    @override
    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        # Qt would go to a neighbour, which nobody asked for.
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().setCurrentIndex(QModelIndex(), Select.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    @override
    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self.viewport().update()

    # -- where things are ------------------------------------------------------------------------------------------

    @override
    def kept_column(self) -> int:
        """Return the column that gets the keyboard in a newly selected row: the leftmost that is shown."""
        header = self.horizontalHeader()
        columns = map(header.logicalIndex, range(header.count()))
        return next((column for column in columns if not header.isSectionHidden(column)), int(Column.PROJECT))
