"""The two buttons above the projects that choose between the table and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.theme import selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction


class _Choice(IconButton):
    """A checkable button that follows an action of an exclusive group."""

    def __init__(self, action: QAction, icon: str, parent: QWidget) -> None:
        super().__init__(icon, parent=parent)
        self._action = action
        self._has_words = True
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        self.toggled.connect(self._on_toggled)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        self.setText(self._action.iconText().replace("&", "&&") if self._has_words else "")
        self.setAccessibleName(self._action.iconText())
        self.setToolTip(self._action.toolTip())
        self.setChecked(self._action.isChecked())

    def show_words(self, has_words: bool) -> None:
        """Show the words beside the icon, or the icon alone."""
        if has_words != self._has_words:
            self._has_words = has_words
            self._on_action_changed()

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        font = self.font()
        font.setBold(is_on)  # not by colour alone
        self.setFont(font)
        self._colour()

    @override
    def _colour(self) -> None:
        """Give a checked button the background of a selection, as dark themes hardly mark a pressed button."""
        palette = QPalette()
        if self.isChecked():
            palette.setColor(QPalette.ColorRole.Button, selection_background(palette))
        if self.palette().color(QPalette.ColorRole.Button) != palette.color(QPalette.ColorRole.Button):
            self.setPalette(palette)


class LayoutSwitch(QWidget):
    """A row of buttons for the actions of an exclusive group.

    Args:
        actions: Each action with the file name of its icon.
        parent: Owner.
    """

    def __init__(self, actions: Mapping[QAction, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._choices = [_Choice(action, icon, self) for action, icon in actions.items()]
        for choice in self._choices:
            layout.addWidget(choice)

    def show_words(self, has_words: bool) -> None:
        """Show the words of the buttons, or their icons alone; their accessible names stay."""
        for choice in self._choices:
            choice.show_words(has_words)
