"""A list whose rows the user puts in order."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QPushButton, QWidget


class MovableList(QListWidget):
    """A list whose rows are moved by dragging them, or by two buttons that act on the current one.

    Rows can be dragged if their flags say so.

    Args:
        parent: Owner, also of the buttons.

    Attributes:
        up: The button `Move up`.
        down: The button `Move down`.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.up = QPushButton(self.tr("Move &up"), parent)
        self.down = QPushButton(self.tr("Move &down"), parent)
        self.up.clicked.connect(self._on_up_clicked)
        self.down.clicked.connect(self._on_down_clicked)
        self.currentRowChanged.connect(self._update_buttons)
        self.model().rowsMoved.connect(self._update_buttons)
        self.model().rowsInserted.connect(self._update_buttons)
        self._update_buttons()

    def _move(self, by: int) -> None:
        row = self.currentRow()
        if 0 <= row + by < self.count():
            self.insertItem(row + by, self.takeItem(row))
            self.setCurrentRow(row + by)

    @Slot()
    def _update_buttons(self) -> None:
        row = self.currentRow()
        for button, can_move, words in (
            (self.up, row > 0, self.tr("It is at the top already")),
            (self.down, 0 <= row < self.count() - 1, self.tr("It is at the bottom already")),
        ):
            button.setEnabled(can_move)
            button.setToolTip("" if can_move else words)
            button.setAccessibleDescription(button.toolTip())

    @Slot()
    def _on_up_clicked(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down_clicked(self) -> None:
        self._move(1)
