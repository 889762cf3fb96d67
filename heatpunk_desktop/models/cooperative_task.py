"""Long work on the GUI thread in time slices of a few milliseconds, so that windows stay responsive."""

from __future__ import annotations

from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

#: How long work may keep the event loop at a time, in seconds.
_BUDGET: Final = 0.004


class CooperativeTask(QObject):
    """A runner of one piece of work at a time; starting another one replaces it.

    Attributes:
        spent: The CPU time that the work has used, in seconds.
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
        """Whether work is left."""
        return self._work is not None

    def start(self, work: Generator[object, None, Any]) -> None:
        """Run the first slice at once, dropping the work under way.

        Args:
            work: Yields a true value to let painting happen at once.
        """
        self._work = work
        self.spent = 0.0
        self._timer.start()
        self._on_turn()

    def stop(self) -> None:
        """Drop the work under way."""
        self._work = None
        self._timer.stop()

    def finish(self) -> None:
        """Run all that is left at once."""
        while self._work is not None:
            self._go_on(float("inf"))

    @Slot()
    def _on_turn(self) -> None:
        self._go_on(_BUDGET)

    def _go_on(self, budget: float) -> None:
        work = self._work
        began, had = perf_counter(), thread_time()
        # Its signals may have started other work, which is then under way instead.
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


#: The pause is so many times as long as counting took: while much is sent, a twentieth of the time is spent on it.
_SHARE: Final = 20
#: But it is no longer than this, in ms.
_LONGEST_PAUSE: Final = 10_000


class Counting(QObject):
    """Recounts after changes; while changes keep coming, at intervals."""

    #: object: what was counted.
    counted = Signal(object)

    def __init__(
        self, count: Callable[[Any], Generator[None, None, object]], parent: QObject, *, shortest_pause: int = 0
    ) -> None:
        """Begin without counting anything.

        Args:
            count: Counts what is wanted, in slices; rows may change between them.
            parent: Owner.
            shortest_pause: How long to wait for further changes after one, in ms.
        """
        super().__init__(parent)
        self._count = count
        self._shortest_pause = shortest_pause
        self._wanted: object = None
        self._version = self._counted_version = -1
        self._work = CooperativeTask(self)
        self._work.done.connect(self._on_done)
        self._pause = QTimer(self, interval=shortest_pause, singleShot=True)
        self._pause.timeout.connect(self._begin)

    def want(self, wanted: object) -> None:
        """Set what to count: something new is counted at once, None nothing."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._work.stop()
            self._pause.start(0)

    def forget(self) -> None:
        """Discard the last count, as all rows are replaced."""
        self._work.stop()
        self._counted_version = -1

    def note_version(self, version: int) -> None:
        """Note the version of the rows: one that was not counted yet is counted after a pause."""
        self._version = version
        if version != self._counted_version and not self._pause.isActive() and not self._work.is_under_way:
            self._pause.start()

    @Slot()
    def _begin(self) -> None:
        self._pause.setInterval(self._shortest_pause)
        self._counted_version = self._version
        if self._wanted is not None:
            self._work.start(self._count(self._wanted))

    @Slot(object)
    def _on_done(self, counts: object) -> None:
        fair = int(self._work.spent * 1_000 * _SHARE)
        self._pause.setInterval(min(max(self._shortest_pause, fair), _LONGEST_PAUSE))
        self.counted.emit(counts)
        # What has changed meanwhile is in it in part only.
        self.note_version(self._version)
