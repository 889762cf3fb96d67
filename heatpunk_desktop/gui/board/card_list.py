"""The list of cards in one column of the board, and its selection. Only visible cards are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)

from heatpunk_desktop.gui.board.card_painter import ASIDE, CardPainter
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.gui.widgets.painted_rows import PaintedRows, as_tip, selection_of
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QFocusEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.models.board_model import ColumnModel

_Index = QModelIndex | QPersistentModelIndex
_Select = QItemSelectionModel.SelectionFlag
_MODIFIERS: Final[Any] = ~Qt.KeyboardModifier.KeypadModifier
#: Blank above the text of an empty column, in pixels.
_ABOVE: Final = 16


class SelectedCards(PaintedRows):
    """A list of cards whose selection is synchronised with the other columns, and which keeps its scroll position.

    Args:
        model: The cards.
        parent: Owner.
    """

    #: bool: the user changed the selection here; whether the selection of the other columns ends.
    chosen = Signal(bool)
    #: The list got the keyboard focus.
    entered = Signal()

    def __init__(self, model: ColumnModel, parent: QWidget | None = None) -> None:
        super().__init__(ASIDE, parent)
        self._cards = model
        #: The row of the topmost visible card, and how many of its pixels are scrolled out of sight.
        self._anchor: tuple[int, int] | None = None
        #: Whether the board, rather than the user, is changing the selection.
        self._is_told = False
        #: Whether the last change by the user replaces the earlier selection.
        self._clears = False
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)

    @property
    def cards(self) -> ColumnModel:
        """The model of the cards."""
        return self._cards

    def show_selected(self, places: Sequence[int], current: int | None, *, scrolls: bool = False) -> None:
        """Select exactly some cards, without emitting `chosen`.

        Args:
            places: The cards, from the top.
            current: The current card; None where it is in another column.
            scrolls: Whether to scroll to the current card.
        """
        self._is_told = True
        if list(places) != self.selected_rows():
            self.selectionModel().select(selection_of(self._cards, places), _Select.ClearAndSelect | _Select.Rows)
        index = self._cards.index(current) if current is not None else QModelIndex()
        self.setAutoScroll(False)
        self.selectionModel().setCurrentIndex(index, _Select.NoUpdate)
        self.setAutoScroll(True)
        if current is not None and scrolls:
            self.scrollTo(index)
        self._is_told = False

    def choose(self, place: int) -> None:
        """Select a single card, as if the user had gone to it."""
        self._clears = True
        self.selectionModel().setCurrentIndex(self._cards.index(place), _Select.ClearAndSelect | _Select.Rows)
        self._tell_cleared()

    @override
    def selectionCommand(self, index: _Index, event: QEvent | None = None) -> _Select:
        command = super().selectionCommand(index, event)
        self._clears = bool(command & _Select.Clear)
        return command

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._is_told:
            clears, self._clears = self._clears, False
            self.chosen.emit(clears)

    @override
    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()

    def _tell_cleared(self) -> None:
        """Emit `chosen` though nothing changes here, as the selection of the other columns may end."""
        if self._clears:
            self._clears = False
            self.chosen.emit(True)

    # -- what comes and goes ---------------------------------------------------------------------------------------

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        scrolled = self.verticalScrollBar().value()
        self._anchor = None
        if self._cards.keeps_place and scrolled:
            place, offset = divmod(scrolled, self._row_height())
            self._anchor = self._cards.number_of(place), offset

    @Slot()
    def _on_reset(self) -> None:
        self.updateGeometries()
        place = self._cards.place_of_number(self._anchor[0]) if self._anchor is not None else None
        if place is not None and self._anchor is not None:
            self.verticalScrollBar().setValue(place * self._row_height() + self._anchor[1])
        elif not self._cards.keeps_place:
            self.verticalScrollBar().setValue(0)

    @override
    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        # The current card goes away. Qt would select its neighbour, which the user did not ask for.
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().setCurrentIndex(QModelIndex(), _Select.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    # -- what the user does --------------------------------------------------------------------------------------

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        was_on_card = self.currentIndex().isValid()
        self._is_told = True
        super().focusInEvent(event)
        if not was_on_card:  # Qt goes to the first card, which is not selected
            self.selectionModel().setCurrentIndex(QModelIndex(), _Select.NoUpdate)
        self._is_told = False
        self.entered.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._clears = False  # Qt asks for the command also where no change follows
        super().keyPressEvent(event)
        self._tell_cleared()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._clears = False
        super().mousePressEvent(event)
        self._tell_cleared()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._clears = False
        super().mouseReleaseEvent(event)
        self._tell_cleared()


class CardList(SelectedCards):
    """The cards of one status, to be selected, opened, dragged, and dropped on.

    Args:
        model: The cards.
        make_painter: Creates the painter of cards for this list.
        takes: Returns whether dragged data may be dropped on the list.
        parent: Owner.
    """

    #: The user opens the selected projects.
    enter_pressed = Signal()
    #: int: the user goes to the column at the left (−1) or right (1).
    sideways_requested = Signal(int)
    #: The user drags the selected cards.
    drag_requested = Signal()
    #: QPoint: the pointer, in screen coordinates, while something is dragged over the list.
    dragged_over = Signal(QPoint)
    #: QMimeData: the data dropped here.
    dropped = Signal(object)

    def __init__(
        self,
        model: ColumnModel,
        make_painter: Callable[[QWidget], CardPainter],
        takes: Callable[[QMimeData], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, parent)
        self._make_painter = make_painter
        self._takes = takes
        self._painter: CardPainter | None = None
        self._is_compact = False
        self._is_target = False
        #: Returns the place at which the dragged card would land here; None where it cannot be known.
        self.landing_place: Callable[[], int | None] = lambda: None
        #: The place of the line that shows this, during a drag.
        self._landing: int | None = None
        self._is_dimmed = False
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)  # the background is painted with the cards
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        across = self.horizontalHeader()
        across.setStretchLastSection(True)
        across.setMinimumSectionSize(1)
        across.hide()
        model.modelAboutToBeReset.connect(self._forget_hovered)
        model.rowsRemoved.connect(self._forget_hovered)
        self._set_card_height()

    def set_compact(self, is_compact: bool) -> None:
        """Switch between compact and roomy cards."""
        self._is_compact = is_compact
        self._set_card_height()

    def _set_card_height(self) -> None:
        height = self.look().height(self.viewport().width(), is_compact=self._is_compact)
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_card_height()

    def look(self) -> CardPainter:
        """Return the painter of the cards."""
        ratio = self.devicePixelRatioF()
        if self._painter is None or self._painter.pixel_ratio != ratio:
            self._painter = self._make_painter(self)
        return self._painter

    # -- keys and pointer ------------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_plain = not event.modifiers() & _MODIFIERS
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if is_plain and sideways is not None:
            self.sideways_requested.emit(sideways)
            return
        if is_plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.enter_pressed.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _forget_hovered(self) -> None:
        self._hovered_row = -1

    @override
    def _tip_at(self, point: QPoint) -> tuple[str, QRect] | None:
        """Return the full text of a card."""
        place = self.rowAt(point.y())
        if place < 0:
            return None
        words = self._cards.words_of(self._cards.values(place))
        if (note := self.look().hidden_match(self._cards.table_row(place))) is not None:
            heading, text, _ = note
            words = f"{words}\n{heading}: {text}"  # the field that the search matched
        return as_tip(words), self._band(place)

    # -- dragging --------------------------------------------------------------------------------------------------

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        self.drag_requested.emit()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.dragged_over.emit(self.viewport().mapToGlobal(event.position().toPoint()))
        self._show_target(is_target=self._takes(event.mimeData()))
        if self._is_target:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_target(is_target=False)
        event.accept()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(is_target=False)
        if self._takes(event.mimeData()):
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.dropped.emit(event.mimeData())
        else:
            event.ignore()

    def _show_target(self, *, is_target: bool) -> None:
        landing = self.landing_place() if is_target else None
        if (is_target, landing) != (self._is_target, self._landing):
            self._is_target, self._landing = is_target, landing
            self.viewport().update()

    def dim_selected(self, *, is_dimmed: bool) -> None:
        """Paint the selected cards faintly while they are dragged, or normally again."""
        self._is_dimmed = is_dimmed
        self.viewport().update()

    # -- painting --------------------------------------------------------------------------------------------------

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._painter = None
            self._set_card_height()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        rect = event.rect()
        painter = QPainter(self.viewport())
        look = self.look()
        painter.fillRect(rect, look.ground)
        selection = self.selectionModel()
        has_selection = selection.hasSelection()
        for place, band in self._bands_in(rect):
            is_selected = has_selection and selection.isSelected(self._cards.index(place))
            if is_selected and self._is_dimmed:
                look.paint_gap(painter, band)
                continue
            look.paint_card(
                painter,
                self._cards,
                self._cards.values(place),
                band,
                selected=is_selected,
                hovered=place == self._hovered_row,
            )
        if not self._cards.rowCount():
            self._paint_empty(painter)
        elif self.hasFocus() and has_selection and self.currentIndex().isValid():
            look.paint_frame(painter, self._band(self.currentIndex().row()))
        if self._is_target:
            look.paint_target(painter, self.viewport().rect())
        if self._landing is not None:
            look.paint_landing(painter, self._band(self._landing))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(theme.muted_text(self.palette()))
        area = self.viewport().rect().adjusted(ASIDE, _ABOVE, -ASIDE, 0)
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        words = self.tr("No projects match the filters") if self._cards.is_filtered else self.tr("No projects")
        painter.drawText(area, int(align), words)
