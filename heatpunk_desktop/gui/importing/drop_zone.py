"""The area on the first page of an import that invites the user to drop a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_RADIUS: Final = 8.0
_PADDING: Final = 16


class DropZone(QWidget):
    """Words about what can be dropped, and a link to the template; the whole dialog accepts drops."""

    #: The user wants a workbook to fill in.
    template_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        template = QPushButton(self.tr("&Download a template"), self)
        template.setAccessibleName(self.tr("Download a template"))
        template.setToolTip(self.tr("A workbook with the columns that an import takes, to fill in"))
        template.setAutoDefault(False)
        template.clicked.connect(self.template_requested)
        words = PlainLabel(self.tr("Drop a spreadsheet here"), Tone.PLAIN, self)
        kinds = PlainLabel(
            self.tr("Excel (.xlsx, .xls), OpenDocument (.ods) or text (.csv). The file is only read, never changed."),
            Tone.MUTED,
            self,
        )
        for label in (words, kinds):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(template)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_PADDING, _PADDING, _PADDING, _PADDING)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(words)
        column.addWidget(kinds)
        column.addLayout(row)
        column.addStretch(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
