"""A scroll area for dialogs, as high as what is in it where the screen has the room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from heatpunk_desktop.system.compat import override


class TallScrollArea(QScrollArea):
    """A frameless scroll area that asks for all the room that its content needs, and scrolls where there is less."""

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
