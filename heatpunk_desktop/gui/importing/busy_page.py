"""The page of the import window that shows progress while a thread works.

It holds no table: painting one calls Python for each cell, and each call waits for the working thread.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone


class BusyPage(QWidget):
    """A progress bar with words above it."""

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
