"""A tab bar that shows when it has the keyboard, however it came by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QTabBar

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_WIDTH: Final = 2
_INSET: Final = 3


class FocusTabBar(QTabBar):
    """With a frame around the current tab while it has the keyboard: styles draw a faint one, or none."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _WIDTH))
        painter.drawRect(self.tabRect(self.currentIndex()).adjusted(_INSET, _INSET, -_INSET, -_INSET))
        painter.end()
