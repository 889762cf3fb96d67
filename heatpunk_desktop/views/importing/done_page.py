"""The last page of an import: how many changes wait, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone


class DonePage(QWidget):
    """The last page: how many changes wait, and the way back."""

    #: The person wants the whole import undone.
    undo_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = TitleLabel(parent=self)
        self._words = PlainLabel(parent=self)
        self._undo = QPushButton(self.tr("&Undo"), self)
        self._undo.setAccessibleName(self.tr("Undo"))
        self._undo.clicked.connect(self.undo_wanted)
        self._how = PlainLabel(tone=Tone.MUTED, parent=self)
        row = QHBoxLayout()
        row.addWidget(self._undo)
        row.addWidget(self._how, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(1)

    def say(self, title: str, words: str) -> None:
        """Says what came of it."""
        self._title.setText(title)
        self._words.setText(words)

    def offer_undo(self, how: str, *, can: bool) -> None:
        """Offers to undo it, or says why not."""
        self._undo.setEnabled(can)
        self._undo.setVisible(can or bool(how))
        self._how.setText(how)
