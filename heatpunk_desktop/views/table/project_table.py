"""The table of projects: a table view that paints itself and keeps its selection through whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QByteArray,
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
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QToolTip, QWidget

from heatpunk_desktop.domain.project import MARKS, Mark
from heatpunk_desktop.domain.spreadsheets import guarded_cell
from heatpunk_desktop.models.project_table_model import HIDDEN_BY_DEFAULT, Column, ProjectTableModel
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views import theme
from heatpunk_desktop.views.own_viewport import give_viewport
from heatpunk_desktop.views.table.header import TableHeader
from heatpunk_desktop.views.table.painter import PADDING, ColumnPlace, TablePainter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ROW: Final = 36
_COMPACT_ROW: Final = 28
#: Blank above and below the text of a row at least.
_ROOM: Final = 4

_STATE: Final = "columns"

#: Widths at first, in hundredths of an em.
_WIDTHS: Final = {
    Column.PROJECT: 1800,
    Column.CUSTOMER: 1400,
    Column.POSTCODE: 750,
    Column.STATUS: 950,
    Column.CREATED: 880,
    Column.MODIFIED: 1080,
    Column.ADDRESS: 2200,
    Column.OWNER: 1500,
    Column.PROJECT_ID: 750,
}

_Index = QModelIndex | QPersistentModelIndex
_Select = QItemSelectionModel.SelectionFlag
_WHOLE_ROWS: Final = _Select.Rows


class ProjectTable(QTableView):
    """Shows the projects of a model.

    What is selected is kept by key: a project that a filter hides is selected again when it comes back, unless
    something else was chosen meanwhile.

    Args:
        model: Whose projects.
        parent: Owner.

    Attributes:
        column_actions: One checkable action a column, for menus.
        column_menu_actions: What else the headings' menu offers.
        empty_text: What to say where no row is shown; plain text, may be empty.
    """

    #: int: a project is to be opened in the form.
    open_requested = Signal(object)
    #: int, QPoint: the menu of a project is wanted, at a point of the screen.
    context_menu_requested = Signal(object, QPoint)
    #: int | None: which of the selected projects the keyboard is on.
    current_project_changed = Signal(object)

    def __init__(self, model: ProjectTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self._table_model = model
        self._painter: TablePainter | None = None
        self._hovered_row = -1
        self._current_key: int | None = None
        self._is_restoring = False
        #: Keys that were selected when a filter hid them.
        self._hidden_selected: set[int] = set()
        self._hidden_current: int | None = None
        self._kept_keys: set[int] = set()
        self._anchor: tuple[int, int] | None = None
        self._empty_text = ""
        self._is_compact = False
        self.setAccessibleName(self.tr("Projects"))
        self._set_up()
        self.setModel(model)
        self._set_up_columns()
        self._connect()
        self._set_row_height()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()
        columns = TableHeader(self)
        self.setHorizontalHeader(columns)
        columns.setSectionsMovable(True)
        columns.setHighlightSections(False)
        columns.setStretchLastSection(True)
        columns.setMinimumSectionSize(2 * PADDING + 20)
        columns.setTextElideMode(Qt.TextElideMode.ElideRight)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _set_up_columns(self) -> None:
        self.column_actions: list[QAction] = []
        self.column_menu_actions: list[QAction] = []
        em = QFontMetrics(self.font()).horizontalAdvance("m")
        for column in Column:
            self.setColumnWidth(column, _WIDTHS[column] * em // 100)
            action = QAction(self._table_model.headerData(column, Qt.Orientation.Horizontal), self)
            action.setCheckable(True)
            action.setChecked(column not in HIDDEN_BY_DEFAULT)
            # The name of a project is how it is known: that column stays.
            action.setEnabled(column is not Column.PROJECT)
            action.setData(int(column))
            action.toggled.connect(self._on_column_toggled)
            self.column_actions.append(action)
            self.setColumnHidden(column, column in HIDDEN_BY_DEFAULT)

    def _connect(self) -> None:
        columns = self.horizontalHeader()
        column, order = self._table_model.sorting
        columns.setSortIndicator(column, order)
        self.setSortingEnabled(True)
        columns.customContextMenuRequested.connect(self._on_header_menu_requested)
        self.doubleClicked.connect(self._on_double_clicked)
        model = self._table_model
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        model.rowsRemoved.connect(self._on_rows_removed)
        model.filter_applied.connect(self._on_filter_applied)
        model.keys_replaced.connect(self._on_keys_replaced)

    # -- settings --------------------------------------------------------------------------------------------------

    @property
    def empty_text(self) -> str:
        """What to say where no row is shown; plain text, may be empty."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self.viewport().update()

    def set_compact(self, is_compact: bool) -> None:
        """Chooses between rows of 28 pixels and of 36; higher ones where the font needs it."""
        self._is_compact = is_compact
        self._set_row_height()

    def _set_row_height(self) -> None:
        least = QFontMetrics(self.font()).height() + 2 * _ROOM
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(max(_COMPACT_ROW if self._is_compact else _ROW, least))

    def keep_state(self, values: dict[str, object]) -> None:
        """Writes order, widths and sorting of the columns into the window's state, as text."""
        values[_STATE] = bytes(self.horizontalHeader().saveState().toBase64().data()).decode("ascii")

    def restore_state(self, values: dict[str, object]) -> None:
        """Reads what `keep_state` wrote; what cannot be read changes nothing."""
        text = values.get(_STATE)
        columns = self.horizontalHeader()
        if not isinstance(text, str) or not columns.restoreState(QByteArray.fromBase64(text.encode("ascii", "ignore"))):
            return
        self.setColumnHidden(Column.PROJECT, False)
        for column, action in zip(Column, self.column_actions, strict=True):
            action.setChecked(not self.isColumnHidden(column))
        self.sortByColumn(columns.sortIndicatorSection(), columns.sortIndicatorOrder())

    # -- selection -------------------------------------------------------------------------------------------------

    @property
    def current_key(self) -> int | None:
        """Which of the selected projects the keyboard is on, or None."""
        return self._current_key

    def selected_keys(self) -> list[int]:
        """The selected projects that are shown, from the top."""
        return [key for row in self.selected_rows() if (key := self._table_model.key_at(row)) is not None]

    def selected_rows(self) -> list[int]:
        """Where the selected projects are shown, from the top."""
        selection = self.selectionModel().selection()
        parts = map(selection.at, range(selection.size()))
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    def shown_columns(self) -> list[int]:
        """The columns that are shown, from the left."""
        return [place.column for place in self._places()]

    @property
    def project_model(self) -> ProjectTableModel:
        """The model of the rows."""
        return self._table_model

    def select_key(self, key: int) -> bool:
        """Selects one project and brings it in sight; tells whether it is shown."""
        row = self._table_model.row_of(key)
        if row is None:
            return False
        index = self._table_model.index(row, self._first_column())
        self.selectionModel().setCurrentIndex(index, _Select.ClearAndSelect | _WHOLE_ROWS)
        self.scrollTo(index)
        return True

    def copy_selected(self) -> None:
        """Puts the selected rows on the clipboard: the shown columns in their order, parted by tabs, with headings.

        Most people paste them in a spreadsheet, which must find no formulas there.
        """
        columns = [place.column for place in self._places()]
        lines = [[str(self._table_model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]]
        lines += (
            [guarded_cell(self._table_model.text_of(values, column)).replace("\t", " ") for column in columns]
            for values in map(self._table_model.row_tuple, self.selected_rows())
        )
        if len(lines) > 1:
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def _first_column(self) -> int:
        return next((place.column for place in self._places()), int(Column.PROJECT))

    @override
    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self._update_row(index.row())
        if self._is_by_person():
            self._hidden_current = None
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
        selection = QItemSelection()
        last = len(Column) - 1
        start = 0
        for place, row in enumerate(rows):
            if place + 1 == len(rows) or rows[place + 1] != row + 1:
                selection.select(self._table_model.index(rows[start], 0), self._table_model.index(row, last))
                start = place + 1
        self.selectionModel().select(selection, _Select.Select | _WHOLE_ROWS)

    def _restore_current(self) -> None:
        row = self._table_model.row_of(self._hidden_current) if self._hidden_current is not None else None
        if row is not None:
            index = self._table_model.index(row, self._first_column())
            self.selectionModel().setCurrentIndex(index, _Select.NoUpdate)
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
                self.selectionModel().setCurrentIndex(QModelIndex(), _Select.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    @Slot()
    def _on_rows_removed(self) -> None:
        self._hovered_row = -1
        self.viewport().update()

    @override
    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self._hovered_row = -1
        if self._hidden_selected or self._hidden_current is not None:
            back = [row for row in self._table_model.rows_of(self._hidden_selected) if start <= row <= end]
            self._select_rows(back)
            self._hidden_selected.difference_update(map(self._table_model.key_at, back))
            self._restore_current()
        self.viewport().update()

    @Slot(int, int, bool)
    def _on_filter_applied(self, _shown: int, _total: int, is_all: bool) -> None:
        if is_all:
            self._tell_current()
        self.viewport().update()  # words may be marked anew in the same rows

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._hidden_selected = {replaced.get(key, key) for key in self._hidden_selected}
        if self._hidden_current is not None:
            self._hidden_current = replaced.get(self._hidden_current, self._hidden_current)
        self._tell_current()

    # -- keys and pointer ------------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & ~_KEYPAD:
            if self._current_key is None:
                event.ignore()
                return
            self.open_requested.emit(self._current_key)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    @override
    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        # Rows are what is chosen here, so Home and End go to the first and the last.
        rows = self._table_model.rowCount()
        if rows and cursorAction in {
            QAbstractItemView.CursorAction.MoveHome,
            QAbstractItemView.CursorAction.MoveEnd,
        }:
            is_home = cursorAction == QAbstractItemView.CursorAction.MoveHome
            return self._table_model.index(0 if is_home else rows - 1, self._first_column())
        return super().moveCursor(cursorAction, modifiers)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Does nothing: there is a search field, and a second way of searching would fight with it."""

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        key = self._table_model.key_at(index.row())
        if key is not None:
            self.open_requested.emit(key)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row, point = self.rowAt(event.pos().y()), event.globalPos()
        else:
            row = self.currentIndex().row()
            point = self.viewport().mapToGlobal(self._band(row).bottomLeft() + QPoint(PADDING, 0))
        key = self._table_model.key_at(row)
        if key is not None:
            self.context_menu_requested.emit(key, point)
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_whole_text(event)
            return True
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._hovered_row:
            before, self._hovered_row = self._hovered_row, row
            self._update_row(before)
            self._update_row(row)

    def _show_whole_text(self, event: QHelpEvent) -> None:
        """Shows as a tool tip what a cell has no room for, and what a mark means."""
        index = self.indexAt(event.pos())
        if index.isValid():
            values = self._table_model.row_tuple(index.row())
            text = self._table_model.text_of(values, index.column())
            width = self.columnWidth(index.column())
            if index.column() == Column.MODIFIED and self._table_model.pending_words(values[MARKS]):
                from heatpunk_desktop.views.mark_words import mark_words  # noqa: PLC0415 - not needed to start

                QToolTip.showText(
                    event.globalPos(), mark_words(Mark(values[MARKS])), self.viewport(), self.visualRect(index)
                )
                return
            if index.column() != Column.STATUS and self._look().cut(text, index.column(), width, values[MARKS]) != text:
                # Tool tips take what looks like HTML for HTML.
                from html import escape  # noqa: PLC0415 - its table of characters is not needed to start

                words = f"<p style='white-space:pre-wrap'>{escape(text)}</p>"
                QToolTip.showText(event.globalPos(), words, self.viewport(), self.visualRect(index))
                return
        QToolTip.hideText()
        event.ignore()

    # -- columns ---------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _on_column_toggled(self, is_shown: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.setColumnHidden(action.data(), not is_shown)

    @Slot(QPoint)
    def _on_header_menu_requested(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.column_actions)
        menu.addSeparator()
        menu.addActions(self.column_menu_actions)
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    # -- painting --------------------------------------------------------------------------------------------------

    def _row_height(self) -> int:
        return self.verticalHeader().defaultSectionSize()

    def _band(self, row: int) -> QRect:
        height = self._row_height()
        return QRect(0, row * height - self.verticalHeader().offset(), self.viewport().width(), height)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(self._band(row))

    def _places(self) -> Iterator[ColumnPlace]:
        """The columns that are shown, from the left."""
        header = self.horizontalHeader()
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            if not header.isSectionHidden(column):
                yield ColumnPlace(column, header.sectionViewportPosition(column), header.sectionSize(column))

    def _look(self) -> TablePainter:
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

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        rect = event.rect()
        painter = QPainter(self.viewport())
        rows = self._table_model.rowCount()
        if not rows:
            self._paint_empty(painter)
            return
        look = self._look()
        height, offset = self._row_height(), self.verticalHeader().offset()
        columns = [
            place for place in self._places() if place.left <= rect.right() and place.left + place.width > rect.left()
        ]
        selection = self.selectionModel()
        has_selection = selection.hasSelection()
        for row in range(
            max(0, (rect.top() + offset) // height), min(rows - 1, (rect.bottom() + offset) // height) + 1
        ):
            look.paint_row(
                painter,
                row,
                QRect(0, row * height - offset, self.viewport().width(), height),
                columns,
                selected=has_selection and selection.isSelected(self._table_model.index(row, 0)),
                hovered=row == self._hovered_row,
            )
        current = self.currentIndex().row()
        if current >= 0 and self.hasFocus():
            look.paint_focus(painter, self._band(current))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(theme.muted_text(self.palette()))
        area = self.viewport().rect().adjusted(4 * PADDING, 0, -4 * PADDING, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty_text)


_KEYPAD: Final[Any] = Qt.KeyboardModifier.KeypadModifier
