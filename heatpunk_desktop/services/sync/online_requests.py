"""Requests to the server that the user waits for: to load a project, or to delete one permanently."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync.network import Job, NetworkThreads
from heatpunk_desktop.services.sync.reply import Answer

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.services.sync.answer_box import AnswerBox
    from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
    from heatpunk_desktop.services.sync.instructions import Request
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server_cache_reader import AsOf
    from heatpunk_desktop.sync.engine import SyncEngine


class OnlineRequest(NamedTuple):
    """A request on its way, the number of its reply, and when it was made."""

    number: int
    request: Request[object]
    asked: AsOf


class OnlineRequests(QObject):
    """Send each request once, without queueing it; again only where its answer may be older than an update of ours."""

    #: Answer
    answered = Signal(object)

    def __init__(
        self,
        engine: SyncEngine,
        reader: StoreReader,
        network: NetworkThreads,
        box: AnswerBox,
        notifier: ChangeNotifier,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._reader = reader
        self._network = network
        self._box = box
        self._notifier = notifier

    def ask(self, number: int, request: Request[object]) -> None:
        """Ask the server; `answered` follows, at once if nothing needs to be sent.

        Raises:
            KnownError: The request cannot be made.
        """
        sent = request.request(self._engine)
        if sent is None:
            self.answered.emit(Answer(number, request.result(self._reader)))
        else:
            self._network.submit(Job(sent, self._box.put, purpose=OnlineRequest(number, request, self._engine.as_of())))

    def take(self, job: Job, exchange: Exchange) -> None:
        """Process the outcome of a request."""
        self._engine.learn(job.request.endpoint, exchange)
        if not isinstance(job.purpose, OnlineRequest):
            return
        number, request, asked = job.purpose
        try:
            if not request.settle(self._engine, exchange, asked):
                self.ask(number, request)
                return
            self._notifier.notify({request.key})
            self.answered.emit(Answer(number, request.result(self._reader)))
        except KnownError as error:
            self.answered.emit(Answer(number, error=error))
