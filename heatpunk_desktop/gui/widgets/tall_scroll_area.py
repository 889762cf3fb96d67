"""A scroll area for dialogs that is as tall as its content where the screen has room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from heatpunk_desktop.system.compat import override


class TallScrollArea(QScrollArea):
    """A frameless scroll area that prefers the size of its content, and scrolls where there is less room."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(content)

    @override
    def sizeHint(self) -> QSize:
        content = self._content
        hint = content.sizeHint()
        height = content.heightForWidth(hint.width()) if content.hasHeightForWidth() else hint.height()
        return QSize(hint.width() + self.verticalScrollBar().sizeHint().width(), height)
