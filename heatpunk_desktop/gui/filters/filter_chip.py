"""A chip for one filter in force: its words edit it, and its cross removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.widgets.icon_button import IconButton
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.theme import field_edge, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

#: Limit in characters for the text of a chip; its tool tip has the whole.
_LONGEST: Final = 48
_MOST_WORDS: Final = 300
#: Padding at the rounded ends of the chip, in pixels.
_END: Final = 4


class FilterChip(QWidget):
    """The chip of one filter. Hidden until it has words."""

    #: The user pressed the words.
    change_requested = Signal()
    #: The user pressed the cross.
    removal_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        #: The whole text.
        self.words = ""
        self._text = QPushButton(self)
        self._cross = IconButton("x", parent=self)
        for button in (self._text, self._cross):
            button.setFlat(True)
            button.setAutoDefault(True)
            button.setMinimumHeight(control_height(button))
        self._cross.setFixedWidth(self._cross.minimumHeight())
        row = QHBoxLayout(self)
        row.setContentsMargins(_END, 0, _END, 0)
        row.setSpacing(0)
        row.addWidget(self._text)
        row.addWidget(self._cross)
        self._text.clicked.connect(self.change_requested)
        self._cross.clicked.connect(self.removal_requested)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_words(self, words: str) -> None:
        """Show the filter on one line, shortened to a bearable length."""
        self.words = words = one_line(words, _MOST_WORDS)
        self._text.setText(one_line(words, _LONGEST).replace("&", "&&"))
        self._text.setFixedWidth(self._text.fontMetrics().horizontalAdvance(self._text.text()) + 4 * _END)
        self._text.setAccessibleName(self.tr("Change filter: {0}").format(words))
        self._text.setToolTip(words if len(words) > _LONGEST else self.tr("Change this filter"))
        self._cross.setAccessibleName(self.tr("Remove filter: {0}").format(words))
        self._cross.setToolTip(self.tr("Remove filter"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.words:
            self.show_words(self.words)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = QPalette()
        painter.setPen(QPen(field_edge(palette), 1))
        painter.setBrush(selection_background(palette))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.end()
