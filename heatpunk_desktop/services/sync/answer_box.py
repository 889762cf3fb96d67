"""Where network threads leave answers for the worker."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.services.sync.network import Job


class AnswerBox(QObject):
    """Answers that come together are taken together."""

    #: There are answers. Emitted by network threads: connect it queued.
    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._answers: SimpleQueue[tuple[Job, Exchange]] = SimpleQueue()
        self._is_called = False

    def put(self, job: Job, exchange: Exchange) -> None:
        """Called in a network thread, once for each job."""
        self._answers.put((job, exchange))
        if not self._is_called:
            self._is_called = True
            self.came.emit()

    def take_all(self) -> list[tuple[Job, Exchange]]:
        """Takes what is there, in the order in which it came."""
        # Before the first look: what comes after the last one calls again.
        self._is_called = False
        taken: list[tuple[Job, Exchange]] = []
        while True:
            try:
                taken.append(self._answers.get_nowait())
            except Empty:
                return taken
