"""A queue from the network threads to the worker."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.services.sync.network import Job


class AnswerBox(QObject):
    """Collect answers from the network threads, so that the worker handles several at once."""

    #: There are answers. Emitted by network threads: use a queued connection.
    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._answers: SimpleQueue[tuple[Job, Exchange]] = SimpleQueue()
        self._is_called = False

    def put(self, job: Job, exchange: Exchange) -> None:
        """Add the answer to a job; called once for each job, in a network thread."""
        self._answers.put((job, exchange))
        if not self._is_called:
            self._is_called = True
            self.came.emit()

    def take_all(self) -> list[tuple[Job, Exchange]]:
        """Remove and return all answers, in order of arrival."""
        # Before the queue is read: an answer that arrives after that must emit the signal again.
        self._is_called = False
        taken: list[tuple[Job, Exchange]] = []
        while True:
            try:
                taken.append(self._answers.get_nowait())
            except Empty:
                return taken
