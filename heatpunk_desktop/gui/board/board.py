"""The board view: a column of cards for each status, whose selection is that of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.board.board_column import BoardColumn
from heatpunk_desktop.gui.board.card_list import CardList
from heatpunk_desktop.gui.board.card_moves import CardDragging
from heatpunk_desktop.gui.board.card_painter import ASIDE, CardPainter
from heatpunk_desktop.gui.widgets.painted_rows import give_viewport
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.models.board_model import BoardModel
from heatpunk_desktop.models.project_selection import Selection
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from PySide6.QtGui import QShowEvent

    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.models.board_model import ColumnModel

#: The minimum width of a column, in pixels and in average characters; the larger one counts.
_LEAST_WIDTH: Final = 150
_LEAST_CHARACTERS: Final = 19
_SPACING: Final = 8
#: Statuses of finished projects, whose columns can be folded, and start folded.
_OVER: Final = frozenset(map(str, (Status.COMPLETED, Status.REJECTED)))
#: How many cards in each direction may be selected next, when the current one leaves.
_NEAR: Final = 50


class Board(QScrollArea):
    """The projects of the table as cards in columns by status. Board and table share one selection.

    Args:
        table: The table that holds the selection.
        today: Returns the current day in the UK.
        parent: Owner.

    Attributes:
        dragging: The drag of cards from column to column.
    """

    #: tuple[int, ...], str: the keys of projects and the status to give them.
    move_requested = Signal(object, str)

    def __init__(self, table: ProjectTable, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self._table = table
        self._today = today
        self._source = table.project_model
        self._model = BoardModel(self._source, self)
        self.dragging = CardDragging(table, self)
        #: What the look of cards depends on besides the rows: the searched words, and the column sorted by.
        self._looks: tuple[object, ...] = ()
        self._is_pushing = False
        #: The current project that was scrolled to last.
        self._sought: int | None = None
        self.setObjectName("board")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._columns = self._lay_out()
        self._current = self._columns[0]
        self._connect()

    def _lay_out(self) -> list[BoardColumn]:
        inside = QWidget(self)
        inside.setBackgroundRole(QPalette.ColorRole.Base)
        inside.setAutoFillBackground(True)
        across = QHBoxLayout(inside)
        across.setContentsMargins(_SPACING, _SPACING, _SPACING, _SPACING)
        across.setSpacing(_SPACING)
        columns = []
        for model in self._model.columns:
            takes = self._takes_into(model)
            cards = CardList(model, self._make_painter, takes, inside)
            cards.landing_place = self._landing_in(model)
            can_fold = model.status in _OVER
            column = BoardColumn(model.status, cards, takes, can_fold=can_fold, parent=inside)
            across.addWidget(column, 1)
            if can_fold:
                column.fold()
                column.folded.connect(self._on_folded)
                column.dropped.connect(self._on_dropped_on_strip)
            columns.append(column)
        self.setWidget(inside)
        self._set_least_width(columns)
        return columns

    def _set_least_width(self, columns: list[BoardColumn]) -> None:
        least = max(_LEAST_WIDTH, _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth())
        for column in columns:
            column.set_least_width(least)

    def _connect(self) -> None:
        for column in self._columns:
            cards = column.cards
            cards.open_requested.connect(self._table.open_requested)
            cards.enter_pressed.connect(self._on_enter_pressed)
            cards.escaped.connect(self._table.escaped)
            cards.context_menu_requested.connect(self._table.context_menu_requested)
            cards.chosen.connect(self._on_chosen)
            cards.sideways_requested.connect(self._on_sideways_requested)
            cards.drag_requested.connect(self._on_drag_requested)
            cards.dragged_over.connect(self.dragging.on_dragged_over)
            cards.dropped.connect(self._on_dropped)
            cards.entered.connect(self._on_entered)
        self._model.changed.connect(self._on_cards_changed)
        self._enter(self._current)
        self._table.selection.chosen.connect(self._on_others_chosen)

    # -- display ---------------------------------------------------------------------------------------------------

    @property
    def model(self) -> BoardModel:
        """The cards of all columns."""
        return self._model

    def lists(self) -> list[CardList]:
        """Return the list of cards of each column, from the left."""
        return [column.cards for column in self._columns]

    def watch(self, is_shown: bool) -> None:
        """Start or stop following the table, as the board is shown or hidden."""
        if is_shown:
            self._take_place()
        self._model.watch(is_shown)

    def _take_place(self) -> None:
        """Lay out the board now, so that its size shows which cards are in sight."""
        for widget in (self.parentWidget(), self.widget()):
            if widget is not None and (layout := widget.layout()) is not None:
                layout.activate()

    def stand_after(self, place: QWidget) -> None:
        """Put the columns after another widget in the tab order, whichever of them Tab reaches."""
        for cards in self.lists():
            cards.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        put_after(place, *self._columns)
        self._enter(self._current)

    @Slot()
    def show_current(self) -> None:
        """Scroll to the current card; if the board is hidden, this happens when it is shown."""
        if self.isVisible() and self._table.current_key is not None:
            self.ensureWidgetVisible(self._current, _SPACING, 0)
            self._current.cards.scrollTo(self._current.cards.currentIndex())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.show_current)  # once its page has its size

    def set_compact(self, is_compact: bool) -> None:
        """Switch between compact and roomy cards."""
        for cards in self.lists():
            cards.set_compact(is_compact)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_least_width(self._columns)

    def _make_painter(self, cards: QWidget) -> CardPainter:
        return CardPainter(self._source, cards.palette(), cards.font(), cards.devicePixelRatioF(), self._today)

    @Slot()
    def _on_cards_changed(self) -> None:
        before, self._looks = self._looks, (self._source.words, self._source.sorting[0])
        for column in self._columns:
            model = column.cards.cards
            column.show_numbers(model.rowCount(), model.waiting)
            if before != self._looks:
                column.cards.viewport().update()
        self._columns[-1].setVisible(self._model.columns[-1].rowCount() > 0)
        self._take_selection(scrolls=False)
        if not self._current.cards.cards.rowCount():
            self._leave_empty_column()

    # -- selection -------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _on_chosen(self, clears: bool) -> None:
        """Pass the selection that the user made in one column to the table.

        Args:
            clears: Whether the selection in the other columns ends.
        """
        if self._model.is_showing or self._is_pushing:
            return
        cards = self.sender()
        self._is_pushing = True
        if clears:
            for other in self.lists():
                if other is not cards:
                    other.show_selected([], None)
        self._push(cards)  # type: ignore[arg-type]  # only lists of cards are connected
        self._is_pushing = False

    def _push(self, chosen_in: CardList) -> None:
        rows = sorted(cards.cards.table_row(place) for cards in self.lists() for place in cards.selected_rows())
        selection = self._table.selection
        current = chosen_in.cards.key_at(chosen_in.currentIndex().row())
        selection.choose(Selection.of(self._source.keys_at(rows), current, selection.now.current))
        self._sought = selection.now.current

    @Slot()
    def _on_others_chosen(self) -> None:
        """Show a selection that was made elsewhere."""
        if not self._is_pushing:
            self._take_selection(scrolls=True)

    def _take_selection(self, *, scrolls: bool) -> None:
        """Select the cards of the projects that are selected in the table.

        Args:
            scrolls: Whether to scroll to the current card even if it has not changed.
        """
        selection = self._table.selection
        places = self._model.find_all(selection.rows())
        row = None if selection.now.current is None else self._source.row_of(selection.now.current)
        current = None if row is None else self._model.find(row)
        scrolls = scrolls or selection.now.current != self._sought
        self._sought = selection.now.current
        had_focus = self.has_focus
        for number, column in enumerate(self._columns):
            if current is None or current[0] != number:
                column.cards.show_selected(places[number], None)
                continue
            column.open()  # or the selected card would be hidden
            is_another = column is not self._current
            column.cards.show_selected(places[number], current[1], scrolls=scrolls or is_another)
            if is_another:
                self._enter(column)
        if had_focus and not self._current.cards.hasFocus():
            self._current.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard focus is on the board."""
        return any(cards.hasFocus() for cards in self.lists())

    @Slot()
    def _on_entered(self) -> None:
        cards = self.sender()
        self._enter(next(column for column in self._columns if column.cards is cards))

    def _leave_empty_column(self) -> None:
        """Make the nearest column with cards the current one, if there is one."""
        with_cards = [column for column in self._columns if column.cards.cards.rowCount() and not column.is_folded]
        if with_cards:
            here, had_focus = self._columns.index(self._current), self.has_focus
            self._enter(min(with_cards, key=lambda column: abs(self._columns.index(column) - here)))
            if had_focus:
                self._current.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self, column: BoardColumn) -> None:
        """Make a column the one that Tab reaches."""
        self._current = column
        for board_column in self._columns:
            policy = Qt.FocusPolicy.StrongFocus if board_column is column else Qt.FocusPolicy.ClickFocus
            board_column.cards.setFocusPolicy(policy)
        self.setFocusProxy(column.cards)
        if self.isVisible():  # before that it has no size to scroll by
            self.ensureWidgetVisible(column, _SPACING, 0)

    @Slot(int)
    def _on_sideways_requested(self, step: int) -> None:
        """Go to the card beside the current one, in the nearest column that has cards.

        Where nothing is selected, select the first card of the current column instead.
        """
        if self._table.current_key is None and self._current.cards.cards.rowCount():
            self._current.cards.choose(0)
            return
        here = self._columns.index(self._current)
        beside = self._columns[here + 1 :] if step > 0 else self._columns[:here][::-1]
        target = next((column for column in beside if column.cards.cards.rowCount() and not column.is_folded), None)
        if target is None:
            return
        band = self._current.cards.visualRect(self._current.cards.currentIndex())
        place = target.cards.rowAt(max(0, band.center().y()))
        if place < 0:
            place = target.cards.cards.rowCount() - 1
        self._enter(target)
        target.cards.setFocus(Qt.FocusReason.OtherFocusReason)
        target.cards.choose(place)

    def find_near(self, keys: frozenset[int]) -> list[int]:
        """Return the projects below some cards in the current column, then those above, nearest first."""
        model = self._current.cards.cards
        places = self._model.find_all(self._source.rows_of(keys))[self._columns.index(self._current)]
        if not places:
            return []
        below = range(places[-1] + 1, min(places[-1] + 1 + _NEAR, model.rowCount()))
        above = range(places[0] - 1, max(places[0] - 1 - _NEAR, -1), -1)
        return [key for key in map(model.key_at, (*below, *above)) if key is not None and key not in keys]

    def place_of_menu(self) -> QPoint:
        """Return where to open the context menu, in screen coordinates: below the current card."""
        cards = self._current.cards
        cards.scrollTo(cards.currentIndex())
        return cards.viewport().mapToGlobal(cards.visualRect(cards.currentIndex()).bottomLeft() + QPoint(ASIDE, 0))

    # -- folding ---------------------------------------------------------------------------------------------------

    def open_columns(self) -> list[str]:
        """Return the statuses of foldable columns that are open."""
        return [column.status for column in self._columns if column.status in _OVER and not column.is_folded]

    def open_only(self, statuses: Collection[str]) -> None:
        """Fold the foldable columns except those of some statuses."""
        for column in self._columns:
            if column.status in statuses:
                column.open()
            else:
                column.fold()

    @Slot(bool)
    def _on_folded(self, is_folded: bool) -> None:
        column = self.sender()
        if not isinstance(column, BoardColumn):
            return
        if is_folded and column is self._current:
            self._leave_empty_column()
        elif not is_folded and self.isVisible():
            # It is wider now, and its layout has to know before it can be scrolled to.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            self.ensureWidgetVisible(column, _SPACING, 0)

    # -- dragging --------------------------------------------------------------------------------------------------

    def _takes_into(self, model: ColumnModel) -> Callable[[QMimeData], bool]:
        """Return a test of whether dragged data may be dropped in a column.

        A column with a known status takes any cards, its own too; those do not change.
        """
        return lambda data: bool(model.status) and bool(self.dragging.keys_in(data))

    @Slot()
    def _on_enter_pressed(self) -> None:
        if self._table.current_key is not None:
            self._table.open_requested.emit(self._table.current_key)

    @Slot()
    def _on_drag_requested(self) -> None:
        if self._table.selected_keys():
            for cards in self.lists():
                cards.dim_selected(is_dimmed=True)
            self.dragging.run(self._current.cards)
            for cards in self.lists():
                cards.dim_selected(is_dimmed=False)

    def _landing_in(self, model: ColumnModel) -> Callable[[], int | None]:
        """Return a function that returns at which place of a column the dragged card would land.

        It returns None where the card is in that column already, or where the place cannot be known.
        """

        def place() -> int | None:
            row, (sorted_by, order) = self._table.currentIndex().row(), self._source.sorting
            if row < 0 or model.place_of(row) is not None or sorted_by is Column.STATUS:
                return None
            if sorted_by is Column.MODIFIED:  # it will be the last one that was modified
                return 0 if order is Qt.SortOrder.DescendingOrder else model.rowCount()
            return model.place_for(row)

        return place

    @Slot(object)
    def _on_dropped_on_strip(self, data: QMimeData) -> None:
        column = self.sender()
        keys = self.dragging.keys_in(data)
        if keys and isinstance(column, BoardColumn):
            self.move_requested.emit(keys, column.status)

    @Slot(object)
    def _on_dropped(self, data: QMimeData) -> None:
        self.dragging.end()
        cards = self.sender()
        keys = self.dragging.keys_in(data)
        if keys and isinstance(cards, CardList):
            self.move_requested.emit(keys, cards.cards.status)
