"""The sources of an import beside the menu: a dropped file, with the area to drop it on, and cells on the clipboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QPaintEvent

#: The events of a drag over the window, and of its drop.
_DRAGS: Final = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})

#: Characters of a text that are examined; the clipboard may hold a book.
_BEGINNING: Final = 64 * 1024


class FileDrop(QObject):
    """An event filter that accepts one dropped file of any kind; the import says what it cannot use.

    Args:
        window: The window.
    """

    #: Path
    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAGS or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        path = dropped_file(event.mimeData())
        if path is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(path)
        return True


def dropped_file(data: QMimeData) -> Path | None:
    """Return the one local file that is dragged, or None."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())


def is_rows_of_cells(text: str) -> bool:
    """Return whether a text is more than one row of several cells, as spreadsheets copy them."""
    lines = [line for line in text[:_BEGINNING].splitlines() if line.strip()]
    return len(lines) > 1 and "\t" in lines[0]


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
