"""The board: a column of cards for each status, held to what the table has selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.board.board_column import BoardColumn
from heatpunk_desktop.gui.board.card_dragging import CardDragging
from heatpunk_desktop.gui.board.card_list import CardList
from heatpunk_desktop.gui.board.card_painter import ASIDE, CardPainter
from heatpunk_desktop.gui.widgets.own_viewport import give_viewport
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

#: A column is at least so many pixels wide, and so many characters where the font is large.
_LEAST_WIDTH: Final = 150
_LEAST_CHARACTERS: Final = 19
_SPACING: Final = 8
#: Columns of what is over; they can be folded, and are at first.
_OVER: Final = frozenset(map(str, (Status.COMPLETED, Status.REJECTED)))
#: So many cards are looked at for the one that takes the place of one that goes.
_NEAR: Final = 50


class Board(QScrollArea):
    """Shows what the table shows, by status. What is chosen is the table's selection, here as there.

    Args:
        table: The table, whose selection it is.
        today: Tells which day it is in the UK.
        parent: Owner.

    Attributes:
        dragging: Cards on their way to another column.
    """

    #: tuple[int, ...], str: projects, by their keys, are to have another status.
    move_wanted = Signal(object, str)

    def __init__(self, table: ProjectTable, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self._table = table
        self._today = today
        self._source = table.project_model
        self._model = BoardModel(self._source, self)
        self.dragging = CardDragging(table, self)
        #: What may look otherwise on the same cards: words of the search are marked, the day is that of the sorting.
        self._looks: tuple[object, ...] = ()
        self._is_pushing = False
        #: The project that was brought in sight last, as the keyboard was on it.
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
            cards.sideways_wanted.connect(self._on_sideways_wanted)
            cards.drag_wanted.connect(self._on_drag_wanted)
            cards.dragged_over.connect(self.dragging.on_dragged_over)
            cards.dropped.connect(self._on_dropped)
            cards.entered.connect(self._on_entered)
        self._model.changed.connect(self._on_cards_changed)
        self._enter(self._current)
        self._table.selection.chosen.connect(self._on_others_chosen)

    # -- what it shows ---------------------------------------------------------------------------------------------

    @property
    def model(self) -> BoardModel:
        """The cards."""
        return self._model

    def lists(self) -> list[CardList]:
        """The columns' cards, from the left."""
        return [column.cards for column in self._columns]

    def watch(self, is_shown: bool) -> None:
        """Takes whether the board is what the window shows."""
        if is_shown:
            self._take_place()
        self._model.watch(is_shown)

    def _take_place(self) -> None:
        """Takes the size that the window has for the board, by which it can be told what is in sight."""
        for one in (self.parentWidget(), self.widget()):
            if one is not None and (layout := one.layout()) is not None:
                layout.activate()

    def stand_after(self, place: QWidget) -> None:
        """Puts the columns behind another part of the window in the order of Tab, whichever of them it reaches."""
        for cards in self.lists():
            cards.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        put_after(place, *self._columns)
        self._enter(self._current)

    @Slot()
    def show_current(self) -> None:
        """Brings in sight the card that the keyboard is on, where the board is seen; else it does so once it is."""
        if self.isVisible() and self._table.current_key is not None:
            self.ensureWidgetVisible(self._current, _SPACING, 0)
            self._current.cards.scrollTo(self._current.cards.currentIndex())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.show_current)  # by then the page that it is on has its size

    def set_compact(self, is_compact: bool) -> None:
        """Chooses between cards with more and with less room in them."""
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

    # -- what is chosen --------------------------------------------------------------------------------------------

    @Slot(bool)
    def _on_chosen(self, clears: bool) -> None:
        """Hands on what the person chose in one column."""
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
        """Shows what was selected elsewhere."""
        if not self._is_pushing:
            self._take_selection(scrolls=True)

    def _take_selection(self, *, scrolls: bool) -> None:
        """Selects here what is selected in the table.

        Args:
            scrolls: Whether the card that the keyboard is on is to be brought in sight, though it is where it was.
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
            column.open()  # or nobody would see what is chosen
            is_another = column is not self._current
            column.cards.show_selected(places[number], current[1], scrolls=scrolls or is_another)
            if is_another:
                self._enter(column)
        if had_focus and not self._current.cards.hasFocus():
            self._current.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is on the board."""
        return any(cards.hasFocus() for cards in self.lists())

    @property
    def current_status(self) -> str:
        """The status of the column that the keyboard is in."""
        return self._current.cards.cards.status

    @Slot()
    def _on_entered(self) -> None:
        cards = self.sender()
        self._enter(next(column for column in self._columns if column.cards is cards))

    def _leave_empty_column(self) -> None:
        """Has the keyboard in a column that has cards, if one has."""
        with_cards = [column for column in self._columns if column.cards.cards.rowCount() and not column.is_folded]
        if with_cards:
            here, had_focus = self._columns.index(self._current), self.has_focus
            self._enter(min(with_cards, key=lambda column: abs(self._columns.index(column) - here)))
            if had_focus:
                self._current.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self, column: BoardColumn) -> None:
        """Makes a column the one that Tab reaches."""
        self._current = column
        for one in self._columns:
            policy = Qt.FocusPolicy.StrongFocus if one is column else Qt.FocusPolicy.ClickFocus
            one.cards.setFocusPolicy(policy)
        self.setFocusProxy(column.cards)
        if self.isVisible():  # else it has no size yet by which it could be told what is in sight
            self.ensureWidgetVisible(column, _SPACING, 0)

    @Slot(int)
    def _on_sideways_wanted(self, step: int) -> None:
        """Goes to the card beside, in the nearest column that has one; to the first here, where none is selected."""
        if self._table.current_key is None and self._current.cards.cards.rowCount():
            self._current.cards.choose(0)
            return
        here = self._columns.index(self._current)
        beside = self._columns[here + 1 :] if step > 0 else self._columns[:here][::-1]
        target = next((one for one in beside if one.cards.cards.rowCount() and not one.is_folded), None)
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
        """The projects of the current column below some cards, and then those above, the nearest first."""
        model = self._current.cards.cards
        places = self._model.find_all(self._source.rows_of(keys))[self._columns.index(self._current)]
        if not places:
            return []
        below = range(places[-1] + 1, min(places[-1] + 1 + _NEAR, model.rowCount()))
        above = range(places[0] - 1, max(places[0] - 1 - _NEAR, -1), -1)
        return [key for key in map(model.key_at, (*below, *above)) if key is not None and key not in keys]

    def place_of_menu(self) -> QPoint:
        """Below the card that the keyboard is on, as a point of the screen."""
        cards = self._current.cards
        cards.scrollTo(cards.currentIndex())
        return cards.viewport().mapToGlobal(cards.visualRect(cards.currentIndex()).bottomLeft() + QPoint(ASIDE, 0))

    # -- what is folded --------------------------------------------------------------------------------------------

    def open_columns(self) -> list[str]:
        """Return the statuses whose columns could be folded and are open."""
        return [column.status for column in self._columns if column.status in _OVER and not column.is_folded]

    def open_only(self, statuses: Collection[str]) -> None:
        """Fold the columns that can be folded, but for those of some statuses."""
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
            # It is wider from now on, and its heading says how much.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            self.ensureWidgetVisible(column, _SPACING, 0)

    # -- dragging --------------------------------------------------------------------------------------------------

    def _takes_into(self, model: ColumnModel) -> Callable[[QMimeData], bool]:
        """Every status takes cards, from its own column too, where nothing changes; other words cannot be set."""
        return lambda data: bool(model.status) and bool(self.dragging.keys_in(data))

    @Slot()
    def _on_enter_pressed(self) -> None:
        if self._table.current_key is not None:
            self._table.open_requested.emit(self._table.current_key)

    @Slot()
    def _on_drag_wanted(self) -> None:
        if self._table.selected_keys():
            for cards in self.lists():
                cards.dim_selected(is_dimmed=True)
            self.dragging.run(self._current.cards)
            for cards in self.lists():
                cards.dim_selected(is_dimmed=False)

    def _landing_in(self, model: ColumnModel) -> Callable[[], int | None]:
        """Tell where in a column the current card would lie; None where it is there already or nobody can tell."""

        def place() -> int | None:
            row, (sorted_by, order) = self._table.currentIndex().row(), self._source.sorting
            if row < 0 or model.place_of(row) is not None or sorted_by is Column.STATUS:
                return None
            if sorted_by is Column.MODIFIED:  # by then it is what was changed last
                return 0 if order is Qt.SortOrder.DescendingOrder else model.rowCount()
            return model.place_for(row)

        return place

    @Slot(object)
    def _on_dropped_on_strip(self, data: QMimeData) -> None:
        column = self.sender()
        keys = self.dragging.keys_in(data)
        if keys and isinstance(column, BoardColumn):
            self.move_wanted.emit(keys, column.status)

    @Slot(object)
    def _on_dropped(self, data: QMimeData) -> None:
        self.dragging.end()
        cards = self.sender()
        keys = self.dragging.keys_in(data)
        if keys and isinstance(cards, CardList):
            self.move_wanted.emit(keys, cards.cards.status)
