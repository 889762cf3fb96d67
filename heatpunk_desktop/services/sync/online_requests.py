"""What a person asks of the server itself, and waits for: to load a project, or to delete one for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync import commands
from heatpunk_desktop.services.sync.network import Job, NetworkThreads
from heatpunk_desktop.services.sync.worker_messages import GONE

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.services.sync.answer_box import AnswerBox
    from heatpunk_desktop.services.sync.news import News
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.sync.engine import SyncEngine


class OnlineRequests(QObject):
    """Asks at once, and never again by itself."""

    #: request, ProjectDetail
    loaded = Signal(int, object)
    #: request, project_id
    deleted = Signal(int, object)
    #: command, KnownError
    failed = Signal(object, object)

    def __init__(
        self,
        engine: SyncEngine,
        reader: StoreReader,
        network: NetworkThreads,
        box: AnswerBox,
        news: News,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._reader = reader
        self._network = network
        self._box = box
        self._news = news

    def load(self, command: commands.LoadProject) -> None:
        """Asks for everything about a project."""
        if command.key < 0:
            # Created here and not sent: everything about it is known.
            self._tell_detail(command)
            return
        request = self._engine.detail_request(command.key)
        self._network.submit(Job(request, self._box.put, purpose=command))

    def delete(self, command: commands.DeletePermanently) -> None:
        """Asks to delete a project for good."""
        request = self._engine.hard_delete_request(command.project_id)
        self._network.submit(Job(request, self._box.put, purpose=command))

    def take(self, job: Job, exchange: Exchange) -> None:
        """Takes what came of one of them."""
        self._engine.learn(job.request.endpoint, exchange)
        command = job.purpose
        try:
            match command:
                case commands.LoadProject():
                    self._engine.settle_detail(command.key, exchange)
                    self._news.tell({command.key})
                    self._tell_detail(command)
                case commands.DeletePermanently():
                    self._engine.settle_hard_delete(command.project_id, exchange)
                    self._news.tell({command.project_id})
                    self.deleted.emit(command.request, command.project_id)
        except KnownError as error:
            self.failed.emit(command, error)

    def _tell_detail(self, command: commands.LoadProject) -> None:
        detail = self._reader.detail(command.key)
        if detail is None:
            self.failed.emit(command, GONE)
        else:
            self.loaded.emit(command.request, detail)
