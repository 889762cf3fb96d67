"""Work that is done a few milliseconds at a time, so that a window stays quick meanwhile."""

from __future__ import annotations

from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

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


#: The pause is so many times as long as counting took: while much is sent, a twentieth of the time is spent on it.
_SHARE: Final = 20
#: But it is no longer than this, in ms.
_LONGEST_PAUSE: Final = 10_000


class Counting(QObject):
    """Counts anew after changes; while changes keep coming, once in a while."""

    #: object: what was counted.
    counted = Signal(object)

    def __init__(
        self, count: Callable[[Any], Generator[None, None, object]], parent: QObject, *, shortest_pause: int = 0
    ) -> None:
        """Nothing is counted at first.

        Args:
            count: Counts what is wanted, in slices; rows may change between them.
            parent: Owner.
            shortest_pause: How long what follows a change is waited for, in ms.
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
        """Says what is to be counted: something else than before is counted at once; None: nothing."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._work.stop()
            self._pause.start(0)

    def forget(self) -> None:
        """Takes nothing for counted: the rows are others altogether."""
        self._work.stop()
        self._counted_version = -1

    def note_version(self, version: int) -> None:
        """Says which state the rows are in: where it is another one than was counted, it is counted in a while."""
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
