"""The list of cards in one column of the board. Only visible cards are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
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
from heatpunk_desktop.gui.board.card_selection import SelectedCards
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.gui.widgets.painted_rows import as_tip
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.models.board_model import ColumnModel

_MODIFIERS: Final[Any] = ~Qt.KeyboardModifier.KeypadModifier

#: Blank above the text of an empty column, in pixels.
_ABOVE: Final = 16


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
