"""The header of a board column: its status, how many projects it has, and how many have unsent changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.status_pill import GLYPH, paint_glyph
from heatpunk_desktop.gui.widgets.theme import panel_background, readable_on, status_colour, waiting_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class _Glyph(QWidget):
    """The glyph of a status in its colour."""

    def __init__(self, status: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._status = status
        self.setFixedSize(GLYPH, GLYPH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        colour = readable_on(status_colour(self._status, palette), panel_background(palette))
        paint_glyph(painter, QRectF(self.rect()), self._status, colour)


class ColumnHeader(QWidget):
    """The header of a column.

    Args:
        status: The status; empty for the column of all unknown statuses.
        parent: Owner.

    Attributes:
        title: The label with the status, or with the name of the column of unknown statuses.
        row: The layout, with the number at the right end.
    """

    def __init__(self, status: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = status or self.tr("Other")
        word = PlainLabel(self.title, parent=self)
        word.setWordWrap(False)
        font = word.font()
        font.setBold(True)
        word.setFont(font)
        self._count = _small(self, Tone.MUTED)
        self._clock = QLabel(self)
        self._waiting = _small(self, Tone.WARNING)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(10, 8, 10, 6)
        self.row.setSpacing(6)
        for part in (_Glyph(status, self), word, self._clock, self._waiting):
            self.row.addWidget(part)
        self.row.addStretch(1)
        self.row.addWidget(self._count)
        for part in (self._clock, self._waiting):
            part.hide()

    def show_numbers(self, count: int, waiting: int) -> str:
        """Show how many projects there are, and return it as a sentence for screen readers.

        Args:
            count: Projects in the column.
            waiting: How many of them have unsent changes.
        """
        self._count.setText(f"{count:,}")
        waits = self.tr("{0} waiting").format(f"{waiting:,}") if waiting else ""
        self._waiting.setText(f"{waiting:,}")
        if waiting and self._clock.isHidden():
            self._tint_clock()
        for part in (self._clock, self._waiting):
            part.setVisible(bool(waiting))
            part.setToolTip(waits)
        return ", ".join(part for part in (self.title, f"{count:,}", waits) if part)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._clock.isHidden():
            self._tint_clock()

    def _tint_clock(self) -> None:
        self._clock.setPixmap(tinted_pixmap("clock", waiting_text(self.palette()), GLYPH))


def _small(parent: QWidget, tone: Tone) -> QLabel:
    label = PlainLabel(tone=tone, parent=parent)
    label.setWordWrap(False)
    return label
