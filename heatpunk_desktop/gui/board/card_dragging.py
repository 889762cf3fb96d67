"""Drag and drop of cards between the columns of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QDrag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QScrollArea

    from heatpunk_desktop.gui.board.card_list import CardList
    from heatpunk_desktop.gui.table.project_table import ProjectTable

#: MIME type of dragged cards. Content: the token of the board, then the keys of the projects, as text.
MIME: Final = "application/x-heatpunk-cards"

#: Scrolling while dragging: milliseconds between two steps, width of the edge and length of a step in pixels.
_STEP_MS: Final = 30
_EDGE: Final = 40
_STEP: Final = 16


class CardDragging(QObject):
    """A drag of the selected cards, which scrolls the board at its edges.

    Args:
        table: The table whose selection is dragged.
        board: The scroll area with the columns.
    """

    def __init__(self, table: ProjectTable, board: QScrollArea) -> None:
        super().__init__(board)
        self._table = table
        self._board = board
        #: Prevents drops from the window of another account, where the same keys mean other projects.
        self._token = uuid4().hex
        #: New keys of projects that got their server IDs while they were dragged, by their old keys.
        self._replaced: dict[int, int] = {}
        self._point = QPoint()
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self._on_step)
        table.project_model.keys_replaced.connect(self._on_keys_replaced)

    def mime_data(self) -> QMimeData:
        """Return the selected cards as drag data."""
        data = QMimeData()
        keys = " ".join(map(str, self._table.selected_keys()))
        data.setData(MIME, f"{self._token} {keys}".encode())
        return data

    def keys_in(self, data: QMimeData) -> tuple[int, ...]:
        """Return the project keys in drag data, or nothing where it does not come from this board."""
        parts = bytes(data.data(MIME).data()).decode("ascii", "replace").split()
        if parts[:1] != [self._token]:
            return ()
        return tuple(self._replaced.get(int(key), int(key)) for key in parts[1:])

    def run(self, cards: CardList) -> None:
        """Drag the selected cards, with a picture of the current one, until they are dropped."""
        index = cards.currentIndex()
        if not index.isValid():
            return
        band, count = cards.visualRect(index), len(self._table.selected_rows())
        drag = QDrag(cards)
        drag.setMimeData(self.mime_data())
        values = cards.cards.values(index.row())
        drag.setPixmap(cards.look().picture(cards.cards, values, cards.viewport().width(), band.height(), count))
        drag.setHotSpot(cards.viewport().mapFromGlobal(cards.cursor().pos()) - band.topLeft())
        drag.exec(Qt.DropAction.MoveAction)
        self.end()

    def end(self) -> None:
        """Stop scrolling."""
        self._timer.stop()

    @Slot(QPoint)
    def on_dragged_over(self, point: QPoint) -> None:
        """Scroll while the pointer is near the left or right edge.

        Args:
            point: The pointer, in screen coordinates.
        """
        self._point = self._board.viewport().mapFromGlobal(point)
        x, width = self._point.x(), self._board.viewport().width()
        if x < _EDGE or x > width - _EDGE:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_step(self) -> None:
        bar = self._board.horizontalScrollBar()
        before = bar.value()
        bar.setValue(before + (-_STEP if self._point.x() < _EDGE else _STEP))
        if bar.value() == before:
            self._timer.stop()

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._replaced.update(replaced)
