"""The ways to recognise what an import may begin with: a dropped file, or cells on the clipboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

#: A drag over the window, and what ends it.
_DRAGS: Final = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})

#: Characters of a text by which it is known; the clipboard may hold a book.
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
