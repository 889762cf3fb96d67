"""The two buttons above the projects that choose between the table and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.icons import control_height
from heatpunk_desktop.views.theme import selection_background

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class _Choice(QPushButton):
    """One of several, as an action of a group is."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(False)
        self.setMinimumHeight(control_height(self))
        self.clicked.connect(action.trigger)
        self.toggled.connect(self._on_toggled)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        self.setText(self._action.iconText().replace("&", "&&"))
        self.setToolTip(self._action.toolTip())
        self.setChecked(self._action.isChecked())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        font = self.font()
        font.setBold(is_on)  # not by its colour alone
        self.setFont(font)
        self._colour()

    def _colour(self) -> None:
        """Gives the one that is on the ground of what is selected: in the dark a pressed button looks like another."""
        palette = QPalette()
        if self.isChecked():
            palette.setColor(QPalette.ColorRole.Button, selection_background(palette))
        if self.palette().color(QPalette.ColorRole.Button) != palette.color(QPalette.ColorRole.Button):
            self.setPalette(palette)


class LayoutSwitch(QWidget):
    """Shows which of some actions of a group is on, side by side, and triggers them."""

    def __init__(self, *actions: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for action in actions:
            layout.addWidget(_Choice(action, self))
