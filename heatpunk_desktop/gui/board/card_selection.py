"""The selection in one column of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Signal,
    Slot,
)

from heatpunk_desktop.gui.board.card_painter import ASIDE
from heatpunk_desktop.gui.widgets.painted_rows import PaintedRows, selection_of
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.models.board_model import ColumnModel

_Index = QModelIndex | QPersistentModelIndex
_Select = QItemSelectionModel.SelectionFlag


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
