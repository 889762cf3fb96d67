"""The stack of pages of the import window, and its page that shows progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
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


class BusyPage(QWidget):
    """A progress bar with words above it, while a thread works.

    It holds no table: painting one calls Python for each cell, and each call waits for the working thread.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = PlainLabel(tone=Tone.MUTED, parent=self)
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName(self.tr("Progress of the import"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addWidget(self._progress)
        column.addStretch(1)

    def begin(self, words: str) -> None:
        """Show what is being done, without knowing yet how long it takes."""
        self._words.setText(words)
        self._progress.setRange(0, 0)

    @Slot(int, int)
    def show_progress(self, done: int, total: int) -> None:
        """Show how many of how many steps are done."""
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)
