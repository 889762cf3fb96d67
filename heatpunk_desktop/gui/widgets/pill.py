"""A widget that shows a status as the table does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from heatpunk_desktop.gui.widgets.status_pill import paint_pill, pill_size, pill_words
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QPaintEvent


class Pill(QWidget):
    """The pill of a status."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_status(self, status: str) -> None:
        """Show a status, known or unknown, or that there is none."""
        self._status = " ".join(status.split())
        self.setAccessibleName(self.tr("Status {0}").format(self._status) if self._status else pill_words(""))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return pill_size(self._status, self.font())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        paint_pill(painter, self.rect(), self._status, QPalette())
        painter.end()
