"""Work that the server goes on with after the client has gone."""

from __future__ import annotations

import heapq
import threading
import time
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class LateWork:
    """Carries out pieces of work when their time has come, all in one thread."""

    def __init__(self) -> None:
        """Begin with none; the thread starts with the first piece of work."""
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._busy = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, work: Callable[[], object]) -> None:
        """Carry `work` out in so many seconds, unless stopped before."""
        with self._changed:
            if self._stopped:
                return
            heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._numbers), work))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sandbox-late", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def hurry(self) -> None:
        """Let the time come now of all that is waiting; `wait` tells when it is done."""
        with self._changed:
            self._waiting = [(0.0, number, work) for _, number, work in sorted(self._waiting, key=lambda each: each[1])]
            self._changed.notify_all()

    def wait(self, within: float = 90) -> None:
        """Wait until nothing is left to do; TimeoutError where it takes longer than so many seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._waiting and not self._busy, within):
                raise TimeoutError("late work is still waiting")

    def stop(self) -> None:
        """Give up what is waiting, and return once the thread has ended; `after` begins again."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join()
        with self._changed:
            self._waiting.clear()
            self._thread = None
            self._stopped = False

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                if not self._waiting:
                    self._changed.wait()
                    continue
                wait = self._waiting[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                work = heapq.heappop(self._waiting)[2]
                self._busy = True
                self._changed.release()
                try:
                    work()
                finally:
                    self._changed.acquire()
                    self._busy = False
                    self._changed.notify_all()
