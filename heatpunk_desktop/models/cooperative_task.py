"""Work that is done a few milliseconds at a time, so that a window stays quick meanwhile."""

from __future__ import annotations

from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Generator

#: How long work may keep the event loop at a time, in seconds.
_BUDGET: Final = 0.004


class CooperativeTask(QObject):
    """One piece of work at a time; another one takes its place.

    Attributes:
        spent: How much of the processor the work has had, in seconds.
    """

    #: object: what the work gave.
    done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spent = 0.0
        self._work: Generator[object, None, Any] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_under_way(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(self, work: Generator[object, None, Any]) -> None:
        """Begins with the first slice at once, and drops what was under way.

        Args:
            work: Yields something true to give way to painting at once.
        """
        self._work = work
        self.spent = 0.0
        self._timer.start()
        self._on_turn()

    def stop(self) -> None:
        """Drops what is under way."""
        self._work = None
        self._timer.stop()

    def finish(self) -> None:
        """Does at once what is left."""
        while self._work is not None:
            self._go_on(float("inf"))

    @Slot()
    def _on_turn(self) -> None:
        self._go_on(_BUDGET)

    def _go_on(self, budget: float) -> None:
        work = self._work
        began, had = perf_counter(), thread_time()
        # What it tells meanwhile may lead to other work, which then is under way instead.
        while work is not None and work is self._work:
            try:
                gives_way = next(work)
            except StopIteration as end:
                if work is self._work:
                    self.stop()
                    self.spent += thread_time() - had
                    self.done.emit(end.value)
                return
            if gives_way or perf_counter() - began >= budget:
                break
        if work is self._work:
            self.spent += thread_time() - had
