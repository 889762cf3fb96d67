"""A push button that does an action of the menus, and stands as the action does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class ActionButton(QPushButton):
    """A button with words of its own for an action.

    Args:
        words: What stands on it.
        action: What it does.
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
