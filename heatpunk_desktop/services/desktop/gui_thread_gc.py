"""Collection of reference cycles in the GUI thread only.

Python otherwise collects in whatever thread happens to allocate. In a network thread or the worker that destroys Qt
objects that belong to the GUI thread and are in use there, which ends the program: seen with sockets of
`SingleInstance`, in a test that failed.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Slot

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

#: Milliseconds between two looks at how much there is to collect.
_INTERVAL_MS: Final = 1000


class GarbageCollector:
    """A replacement of Python's collection timing; made, started and stopped in the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._timer = QTimer(parent, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Start collecting in this thread."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Return collection to Python, which is safe once the other threads have ended."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def _on_timeout(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (2, 1, 0) if counts[generation] > thresholds[generation]]
        if due:
            gc.collect(due[0])
