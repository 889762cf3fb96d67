"""A tab bar with a visible focus frame."""

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
    """A tab bar that frames the current tab while it has the focus, which styles hardly show."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _WIDTH))
        painter.drawRect(self.tabRect(self.currentIndex()).adjusted(_INSET, _INSET, -_INSET, -_INSET))
        painter.end()
