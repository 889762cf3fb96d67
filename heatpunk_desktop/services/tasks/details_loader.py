"""All details of many projects: read whole from the database, or loaded while the user waits, a few at a time.

Each is asked for as a window asks for one (`LoadProject`); `services.sync.background_details` loads the rest.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import ConnectionTroubleError, KeyRefusedError, KeyringError, KnownError, StorageError
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, mistake
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import ProjectDetail, WholeRow
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.background_task import Cancelled

#: Requests at a time; one connection is left for what else the user does meanwhile.
_AT_A_TIME: Final = 3
#: Trouble after which the next project would fare no better.
_FOR_ALL: Final = (ConnectionTroubleError, KeyRefusedError, KeyringError, StorageError)
#: Projects that the server may refuse one after the other before the others are not asked for.
_REFUSED: Final = 5


class DetailsLoaded(NamedTuple):
    """The result of loading.

    Attributes:
        loaded: How many projects were loaded.
        wanted: How many were to be.
        error: Why one of the others was not, or None where all were.
    """

    loaded: int
    wanted: int
    error: KnownError | None = None


class DetailsLoader(QObject):
    """A loader of one list of projects at a time.

    Args:
        service: Asks for each.
        parent: Owner.
    """

    #: int: how many were asked for and answered.
    progressed = Signal(int)
    #: DetailsLoaded
    ended = Signal(object)

    def __init__(self, service: SyncService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._left: deque[int] = deque()
        self._replies: list[Reply[ProjectDetail]] = []
        self._wanted = self._loaded = self._refused = 0
        self._error: KnownError | None = None

    @property
    def is_running(self) -> bool:
        """Whether projects are being loaded."""
        return bool(self._replies)

    def start(self, keys: Sequence[int]) -> None:
        """Start loading; `ended` follows. An earlier list is abandoned.

        Args:
            keys: One project at least.
        """
        self.stop()
        self._left = deque(keys)
        self._wanted, self._loaded, self._refused, self._error = len(keys), 0, 0, None
        self._ask_on()

    def stop(self) -> None:
        """Stop loading; `ended` does not follow."""
        self._left.clear()
        for reply in self._replies:
            reply.leave(self)
        self._replies = []

    def _ask_on(self) -> None:
        while self._left and len(self._replies) < _AT_A_TIME:
            reply = self._service.ask(LoadProject(self._left.popleft()))
            self._replies.append(reply.then(self._on_loaded, self._on_not_loaded))

    @Slot(object)
    def _on_loaded(self, _detail: ProjectDetail) -> None:
        self._loaded += 1
        self._refused = 0
        self._settle()

    @Slot(object)
    def _on_not_loaded(self, error: KnownError) -> None:
        self._error = error
        self._refused += 1
        if isinstance(error, _FOR_ALL) or self._refused >= _REFUSED:
            self._left.clear()
        self._settle()

    def _settle(self) -> None:
        self._replies = [reply for reply in self._replies if not reply.is_answered]
        self._ask_on()
        self.progressed.emit(self._wanted - len(self._left) - len(self._replies))
        if not self._replies:
            self.ended.emit(DetailsLoaded(self._loaded, self._wanted, self._error))


class ProjectsReader(QObject):
    """A reader of one list of projects at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: list[WholeRow]: in the order of their keys; one that is there no more is left out.
    read = Signal(object)
    #: KnownError: they could not be read.
    failed = Signal(object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread = BackgroundTask(
            "heatpunk-projects", mistake(marked("projects_reader", "The projects could not be read")), self
        )
        self._thread.ended.connect(self.read)
        self._thread.failed.connect(self.failed)

    def start(self, keys: Sequence[int]) -> None:
        """Start reading; `read` or `failed` follows. A running one is stopped first, and reports nothing more."""
        wanted = tuple(keys)
        self._thread.start(lambda cancelled, _: self._rows(wanted, cancelled))

    def stop(self) -> None:
        """Stop reading, and wait for its end; neither signal follows."""
        self._thread.stop()

    def _rows(self, keys: tuple[int, ...], cancelled: Cancelled) -> list[WholeRow]:
        found: list[WholeRow] = []
        connection = open_reader(self._database)
        try:
            for row in chain.from_iterable(whole_rows(connection, keys)):
                if cancelled():
                    break
                found.append(row)
        finally:
            connection.close()
        return found
