"""A push button for an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class ActionButton(QPushButton):
    """A button that triggers an action and is enabled as the action is, with a text of its own.

    Args:
        words: The text.
        action: The action.
        parent: Owner.
    """

    def __init__(self, words: str, action: QAction, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._action = action
        self.setAutoDefault(True)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
