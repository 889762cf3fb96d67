"""The base class of views whose rows are painted by us: the table and the columns of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QToolTip, QWidget

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QAbstractScrollArea


_Index = QModelIndex | QPersistentModelIndex
_Select = QItemSelectionModel.SelectionFlag
_Cursor = QAbstractItemView.CursorAction
_Scroll = QAbstractItemView.ScrollMode


def give_viewport(area: QAbstractScrollArea) -> None:
    """Give a scroll area a viewport like the one that Qt creates.

    Qt's own is only known to PySide as some `QWidget`. To determine its class, PySide creates the Python types of all
    widget classes, from wizard to font dialog, before the window appears.
    """
    viewport = QWidget(area)
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    area.setViewport(viewport)


class PaintedRows(QTableView):
    """A view of rows of one height, selected as a whole, with keyboard and mouse handling.

    Its model returns the key of a project as `UserRole`. It is a table rather than a list because Qt lays out rows of
    one height without asking for each.

    Args:
        aside: Pixels between the left edge and the context menu of a row.
        parent: Owner.
    """

    #: int: the key of a project to be opened in the form.
    open_requested = Signal(object)
    #: int, QPoint: the key of a project and where to open its menu, in screen coordinates.
    context_menu_requested = Signal(object, QPoint)
    #: The user pressed Esc, which the rows themselves do not use.
    escaped = Signal()

    def __init__(self, aside: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self._aside = aside
        self._hovered_row = -1
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(_Scroll.ScrollPerPixel)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.hide()
        self.doubleClicked.connect(self._on_double_clicked)

    def selected_rows(self) -> list[int]:
        """Return the selected rows, from the top."""
        selection = self.selectionModel().selection()
        parts = [range(part.top(), part.bottom() + 1) for part in map(selection.at, range(selection.size()))]
        return [*parts[0]] if len(parts) == 1 else sorted({row for part in parts for row in part})

    # -- keys and pointer ------------------------------------------------------------------------------------------

    def kept_column(self) -> int:
        """Return the column that gets the focus when another row is selected."""
        return 0

    @override
    def moveCursor(self, cursorAction: _Cursor, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        # Rows are selected here, so Home and End go to the first and the last one.
        rows = self.model().rowCount()
        ends = {_Cursor.MoveHome: 0, _Cursor.MoveEnd: rows - 1}
        if rows and cursorAction in ends:
            return self.model().index(ends[cursorAction], self.kept_column())
        return super().moveCursor(cursorAction, modifiers)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.escaped.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    @override
    def selectionCommand(self, index: _Index, event: QEvent | None = None) -> _Select:
        command = super().selectionCommand(index, event)
        # With Ctrl, keys move the focus without selecting; with no selection, it would be invisible.
        is_key = event is not None and event.type() == QEvent.Type.KeyPress
        if command == _Select.NoUpdate and is_key and index.isValid() and not self.selectionModel().hasSelection():
            return _Select.ClearAndSelect | _Select.Rows
        return command

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing, as Qt's search by typing would conflict with the search field."""

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        key = index.data(Qt.ItemDataRole.UserRole)
        if key is not None:
            self.open_requested.emit(key)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row, point = self.rowAt(event.pos().y()), event.globalPos()
        else:
            row = self.currentIndex().row()
            point = self.viewport().mapToGlobal(self._band(row).bottomLeft() + QPoint(self._aside, 0))
        key = self.model().index(row, 0).data(Qt.ItemDataRole.UserRole)
        if key is not None:
            self.context_menu_requested.emit(key, point)
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.mousePressEvent(event)  # treated as two single clicks
        else:
            super().mouseDoubleClickEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self._tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), tip[0], self.viewport(), tip[1])
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        return super().viewportEvent(event)

    def _tip_at(self, point: QPoint) -> tuple[str, QRect] | None:
        """Return the tool tip at a point of the viewport and the area that it is for; None for no tool tip."""
        raise NotImplementedError

    def _hover(self, row: int) -> None:
        if row != self._hovered_row:
            before, self._hovered_row = self._hovered_row, row
            self._update_row(before)
            self._update_row(row)

    # -- where things are ------------------------------------------------------------------------------------------

    def _row_height(self) -> int:
        return self.verticalHeader().defaultSectionSize()

    def _band(self, row: int) -> QRect:
        """Return the rectangle of a row in the viewport, over its whole width."""
        height = self._row_height()
        return QRect(0, row * height - self.verticalHeader().offset(), self.viewport().width(), height)

    def _bands_in(self, rect: QRect) -> Iterator[tuple[int, QRect]]:
        """Return the rows that part of the viewport shows, each with its rectangle."""
        height, offset, width = self._row_height(), self.verticalHeader().offset(), self.viewport().width()
        last = min(self.model().rowCount() - 1, (rect.bottom() + offset) // height)
        for row in range(max(0, (rect.top() + offset) // height), last + 1):
            yield row, QRect(0, row * height - offset, width, height)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(self._band(row))


def as_tip(text: str) -> str:
    """Return text from any source as a tool tip, which would interpret what looks like HTML."""
    from html import escape  # noqa: PLC0415 - its table of characters is not needed to start

    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>"


def selection_of(model: QAbstractItemModel, rows: Sequence[int], last_column: int = 0) -> QItemSelection:
    """Return rows as a selection of few ranges.

    Args:
        model: The model.
        rows: The rows, from the top.
        last_column: The model's last column; with a flag for whole rows, Qt would ask for the columns of each row.
    """
    selection, start = QItemSelection(), 0
    for place, row in enumerate(rows):
        if place + 1 == len(rows) or rows[place + 1] != row + 1:
            # Not `model.index`, which asks for the model's size twice, for each of maybe thousands of rows.
            selection.select(model.createIndex(rows[start], 0), model.createIndex(row, last_column))
            start = place + 1
    return selection
