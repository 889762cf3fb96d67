"""Tells when a window has been painted for the first time, for all that can wait until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

#: Milliseconds after which nobody waits any longer: a window that starts minimised is not painted.
_PATIENCE_MS: Final = 1000


class FirstPaint(QObject):
    """Watches a window until it is painted; then it is done."""

    #: The window and everything in it has been painted.
    painted = Signal()

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = window
        window.installEventFilter(self)
        QTimer.singleShot(_PATIENCE_MS, self._on_painted)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The children are painted in the same go, before the event loop turns again.
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None
            self.painted.emit()
