"""A stack of pages that takes only the room of the current page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QSize


class CurrentPageStack(QStackedWidget):
    """A stack as large as its current page; Qt's own is as large as its largest page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    @override
    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()
