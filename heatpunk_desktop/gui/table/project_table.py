"""The table of projects, which paints itself and keeps its selection as rows change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from heatpunk_desktop.domain.project import KEY, MARKS, Mark
from heatpunk_desktop.gui import table
from heatpunk_desktop.gui.table.cell_cursor import CellCursorTable
from heatpunk_desktop.gui.table.column_set import ColumnSet
from heatpunk_desktop.gui.table.painter import PADDING, TablePainter
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.gui.widgets.painted_rows import as_tip
from heatpunk_desktop.models.table_columns import FIELD_OF, Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_table_model import ProjectTableModel

_ROW: Final = 36
_COMPACT_ROW: Final = 28
#: Blank above and below the text of a row at least.
_ROOM: Final = 4


class ProjectTable(CellCursorTable):
    """A table view of a model's projects.

    Args:
        model: Whose projects.
        parent: Owner.

    Attributes:
        empty_text: What to say where no row is shown; plain text, may be empty.
    """

    def __init__(self, model: ProjectTableModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._painter: TablePainter | None = None
        self._empty_text = ""
        self._is_compact = False
        self.setAccessibleName(self.tr("Projects"))
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._columns = ColumnSet(self)
        model.rowsInserted.connect(self._on_rows_come_or_gone)
        model.rowsRemoved.connect(self._on_rows_come_or_gone)
        self._set_row_height()

    # -- settings --------------------------------------------------------------------------------------------------

    @property
    def empty_text(self) -> str:
        """The words shown where there are no rows; plain text, may be empty."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self.viewport().update()

    def set_compact(self, is_compact: bool) -> None:
        """Choose between rows of 28 and of 36 pixels; higher ones where the font needs it."""
        self._is_compact = is_compact
        self._set_row_height()

    def _set_row_height(self) -> None:
        least = QFontMetrics(self.font()).height() + 2 * _ROOM
        self.verticalHeader().setDefaultSectionSize(max(_COMPACT_ROW if self._is_compact else _ROW, least))

    @property
    def column_actions(self) -> list[QAction]:
        """One checkable action a column, for menus."""
        return self._columns.actions

    @property
    def column_menu_actions(self) -> list[QAction]:
        """Further actions of the header's menu; more may be added."""
        return self._columns.menu_actions

    @property
    def columns(self) -> ColumnSet:
        """The columns on screen."""
        return self._columns

    @override
    def sizeHintForColumn(self, column: int) -> int:
        """Return the width that holds all of a column in sight, for a double click between two headings."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        count = self._table_model.rowCount()
        rows = range(max(first, 0), last + 1 if last >= 0 else count)
        widths = (self.look().width_of(self._table_model.row_tuple(row), column) for row in rows)
        return max(widths, default=0)

    def shown_columns(self) -> list[int]:
        """Return the shown columns, from the left."""
        return [place.column for place in self._columns.places()]

    def keep_state(self, values: dict[str, object]) -> None:
        """Write order, widths and sorting of the columns into the window's state, as text."""
        self._columns.keep_state(values)

    def restore_state(self, values: dict[str, object]) -> None:
        """Restore what `keep_state` wrote; what cannot be read changes nothing."""
        self._columns.restore_state(values)

    # -- what comes and goes ---------------------------------------------------------------------------------------

    @Slot()
    def _on_rows_come_or_gone(self) -> None:
        self._hovered_row = -1
        self.viewport().update()

    def copy_selected(self) -> None:
        """Copy the selected rows: the shown columns in their order, separated by tabs, with headings.

        While there is a cell cursor, its column alone.
        """
        rows, cell = self.selected_rows(), self.cell_column
        if cell is None:
            text = table.rows_as_text(self._table_model, rows, self.shown_columns())
        else:
            text = table.rows_as_text(self._table_model, rows, [cell], has_headings=False)
        if rows:
            QGuiApplication.clipboard().setText(text)

    def place_of_menu(self) -> QPoint:
        """Return the point below the current project's status pill, in screen coordinates."""
        row = self._table_model.row_of(self.current_key) if self.current_key is not None else None
        column = Column.PROJECT if self.isColumnHidden(Column.STATUS) else Column.STATUS
        index = self._table_model.index(-1 if row is None else row, column)
        self.scrollTo(index)
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft() + QPoint(PADDING, 0))

    # -- keys and pointer ------------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.take_cell_key(event):
            pass
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & ~_KEYPAD:
            if self.current_key is None:
                event.ignore()
                return
            self.open_requested.emit(self.current_key)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    @override
    def _tip_at(self, point: QPoint) -> tuple[str, QRect] | None:
        """Return a tooltip: the text that a cell cuts short, and the meaning of a mark."""
        index = self.indexAt(point)
        if not index.isValid():
            return None
        column, values = index.column(), self._table_model.row_tuple(index.row())
        if column == Column.MODIFIED and self._table_model.pending_words(values[MARKS]):
            return mark_words(Mark(values[MARKS])), self.visualRect(index)
        text, width = self._table_model.text_of(values, column), self.columnWidth(column)
        if tip := self._table_model.sign_words(values[KEY], column):
            return tip, self.visualRect(index)
        if column == Column.PROJECT and (note := self.look().hidden_match(index.row())) is not None:
            heading, _, hidden = note
            found = f"{heading}: {self._table_model.text_of(values, hidden)}"
            return as_tip(f"{text}\n{found}" if text else found), self.visualRect(index)
        if column == Column.STATUS or self.look().cut(text, column, width, values[MARKS]) == text:
            return None
        return as_tip(text), self.visualRect(index)

    # -- painting --------------------------------------------------------------------------------------------------

    def look(self) -> TablePainter:
        """Return what paints the cells, for the table as it is now."""
        ratio = self.devicePixelRatioF()
        if self._painter is None or self._painter.pixel_ratio != ratio:
            self._painter = TablePainter(self._table_model, self.palette(), self.font(), ratio)
        return self._painter

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._painter = None
            self._set_row_height()
            self._columns.take_font()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        rect = event.rect()
        painter = QPainter(self.viewport())
        if not self._table_model.rowCount():
            self._paint_empty(painter)
            return
        look = self.look()
        look.shown = frozenset(self.shown_columns())
        columns = [
            place
            for place in self._columns.places()
            if place.left <= rect.right() and place.left + place.width > rect.left()
        ]
        selection = self.selectionModel()
        has_selection = selection.hasSelection()
        for row, band in self._bands_in(rect):
            look.paint_row(
                painter,
                row,
                band,
                columns,
                selected=has_selection and selection.isSelected(self._table_model.index(row, 0)),
                hovered=row == self._hovered_row,
            )
        current = self.currentIndex()
        if current.isValid() and has_selection and self.hasFocus():
            look.paint_focus(painter, self._band(current.row()))
            if self.cell_column is not None:
                look.paint_cell_cursor(painter, self.visualRect(current), can_edit=current.column() in FIELD_OF)
            elif self.pasted_column in FIELD_OF:
                look.paint_cell_mark(painter, self.visualRect(current))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(theme.muted_text(self.palette()))
        area = self.viewport().rect().adjusted(4 * PADDING, 0, -4 * PADDING, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty_text)


_KEYPAD: Final[Any] = Qt.KeyboardModifier.KeypadModifier
