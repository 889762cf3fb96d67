"""Asks the server for all about many projects, a few at a time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import ConnectionTroubleError, KeyRefusedError, KeyringError, KnownError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.services.sync.service import SyncService

#: Requests at a time; one connection is left for what else a person does meanwhile.
_AT_A_TIME: Final = 3
#: Trouble after which the next project would fare no better.
_FOR_ALL: Final = (ConnectionTroubleError, KeyRefusedError, KeyringError, StorageError)
#: Projects that the server may refuse one after the other before the others are not asked for.
_REFUSED: Final = 5


class DetailsLoaded(NamedTuple):
    """How it ended.

    Attributes:
        loaded: How many projects were loaded.
        wanted: How many were to be.
        error: Why one of the others was not, or None where all were.
    """

    loaded: int
    wanted: int
    error: KnownError | None = None


class DetailsLoader(QObject):
    """Loads one lot of projects at a time.

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
        self._requests: set[int] = set()
        self._wanted = self._loaded = self._refused = 0
        self._error: KnownError | None = None
        service.project_loaded.connect(self._on_loaded)
        service.project_not_loaded.connect(self._on_not_loaded)

    @property
    def is_running(self) -> bool:
        """Whether projects are being loaded."""
        return bool(self._requests)

    def start(self, keys: Sequence[int]) -> None:
        """Begins; `ended` follows. What was begun before is given up.

        Args:
            keys: One project at least.
        """
        self._left = deque(keys)
        self._requests.clear()
        self._wanted, self._loaded, self._refused, self._error = len(keys), 0, 0, None
        self._ask_on()

    def stop(self) -> None:
        """Asks for no more; `ended` does not follow."""
        self._left.clear()
        self._requests.clear()

    def _ask_on(self) -> None:
        while self._left and len(self._requests) < _AT_A_TIME:
            self._requests.add(self._service.load_project(self._left.popleft()))

    @Slot(int, object)
    def _on_loaded(self, request: int, _detail: object) -> None:
        if request in self._requests:
            self._loaded += 1
            self._refused = 0
            self._settle(request)

    @Slot(int, object)
    def _on_not_loaded(self, request: int, error: KnownError) -> None:
        if request in self._requests:
            self._error = error
            self._refused += 1
            if isinstance(error, _FOR_ALL) or self._refused >= _REFUSED:
                self._left.clear()
            self._settle(request)

    def _settle(self, request: int) -> None:
        self._requests.remove(request)
        self._ask_on()
        self.progressed.emit(self._wanted - len(self._left) - len(self._requests))
        if not self._requests:
            self.ended.emit(DetailsLoaded(self._loaded, self._wanted, self._error))
