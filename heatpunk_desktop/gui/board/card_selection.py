"""A list of cards that tells what a person chooses in it, and keeps its place while cards come and go."""

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
    """What is selected in one column. It is told to the board, which holds all columns to it.

    Args:
        model: Whose cards.
        parent: Owner.
    """

    #: The person chose other cards here; bool: whether those of the other columns are chosen no more.
    chosen = Signal(bool)
    #: The keyboard is here now.
    entered = Signal()

    def __init__(self, model: ColumnModel, parent: QWidget | None = None) -> None:
        super().__init__(ASIDE, parent)
        self._cards = model
        #: The card at the top, as its model knows it, and the pixels of it that are out of sight.
        self._anchor: tuple[int, int] | None = None
        #: Whether the selection changes because the board says so.
        self._is_told = False
        #: Whether what the person did last to the selection lets go of what was selected before.
        self._clears = False
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)

    @property
    def cards(self) -> ColumnModel:
        """The model of the cards."""
        return self._cards

    def show_selected(self, places: Sequence[int], current: int | None, *, scrolls: bool = False) -> None:
        """Selects just some cards, which the board knows of already.

        Args:
            places: The cards, from the top.
            current: The card that the keyboard is on; None where that is in another column.
            scrolls: Whether that card is to be brought in sight.
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
        """Chooses a card alone, as a person does who goes to it."""
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
        """Where the selection stays as it is here, it may still be another in the other columns."""
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
        # The card goes to another column, or out of sight. Qt would choose its neighbour, which nobody asked for.
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().setCurrentIndex(QModelIndex(), _Select.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    # -- what the person does --------------------------------------------------------------------------------------

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        was_on_card = self.currentIndex().isValid()
        self._is_told = True
        super().focusInEvent(event)
        if not was_on_card:  # Qt goes to the first card, which nobody selected
            self.selectionModel().setCurrentIndex(QModelIndex(), _Select.NoUpdate)
        self._is_told = False
        self.entered.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._clears = False  # Qt asks what a change would do to the selection also where none follows
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
