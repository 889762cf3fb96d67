"""The event loop of the window, and how long it stalls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds; the longest stall that nobody notices.
STALL_BAR = 0.033


class Ticks(QObject):
    """Notes when a timer that should come all the time comes: the longest gap is the longest stall.

    Attributes:
        longest: Seconds of the longest gap.
        longest_worked: The same, where of each gap only what this process itself worked counts. On a machine that is
            busy with something else the process waits for its turn, which is no stall of its own making.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last = time.perf_counter()
        self.longest = self.longest_worked = 0.0
        self._worked = time.process_time()
        self._timer = QTimer(self, interval=1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    def restart(self) -> None:
        """Begin to measure again."""
        self.longest = self.longest_worked = 0.0
        self.last, self._worked = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _on_tick(self) -> None:
        now, worked = time.perf_counter(), time.process_time()
        gap = now - self.last
        self.longest = max(self.longest, gap)
        self.longest_worked = max(self.longest_worked, min(gap, worked - self._worked))
        self.last, self._worked = now, worked


def run_until(until: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Let the event loop run as it does for the user, until something is so; report whether it came to be."""
    loop = QEventLoop()
    check = QTimer(interval=20)
    check.timeout.connect(lambda: loop.quit() if until() else None)
    check.start()
    QTimer.singleShot(int(1000 * seconds), loop, loop.quit)
    loop.exec()
    check.stop()
    return until()
