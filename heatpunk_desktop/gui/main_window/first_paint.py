"""A signal for the first paint of a window, after which everything that can wait is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

#: Timeout in milliseconds, as a window that starts minimised is not painted.
_TIMEOUT_MS: Final = 1000


class FirstPaint(QObject):
    """A one-time watcher of a window, which emits `painted`."""

    #: The window with all its parts has been painted, or the timeout has passed.
    painted = Signal()

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = window
        window.installEventFilter(self)
        QTimer.singleShot(_TIMEOUT_MS, self._on_painted)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The children are painted before the event loop turns again.
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None
            self.painted.emit()
