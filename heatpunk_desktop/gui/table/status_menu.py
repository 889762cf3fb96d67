"""The menu of statuses that opens on a status pill of the table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.widgets.status_pill import status_icon


class StatusMenu(QMenu):
    """One entry a status, the current one marked.

    Args:
        now: The status of now, whatever the server calls it.
        name: What a screen reader says of the menu.
        parent: The table.
    """

    #: str
    chosen = Signal(str)

    def __init__(self, now: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        group = QActionGroup(self)
        for status in Status:
            action = QAction(status_icon(status, self.palette()), status.value, group)
            action.setCheckable(True)
            action.setData(status.value)
            self.addAction(action)
            if status == now:
                action.setChecked(True)
                self.setActiveAction(action)
        group.triggered.connect(self._on_triggered)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
