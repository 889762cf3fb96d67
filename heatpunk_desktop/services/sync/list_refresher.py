"""Run a refresh: request window after window and pass the chunks of the answers to `ListPull`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus
from threading import Semaphore
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.api.error_messages import known_error_for
from heatpunk_desktop.api.exchange import CancelToken, Exchange
from heatpunk_desktop.domain.clock import is_wrong
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.errors import ConnectionTroubleError, KnownError
from heatpunk_desktop.services.sync.facts import Changed, RefreshState
from heatpunk_desktop.services.sync.network import Job, NetworkThreads
from heatpunk_desktop.sync.policy import MOST_PAUSES_IN_REFRESH, SHORTEST_PAUSE_BEFORE_REFRESH, Backoff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.sync.engine import SyncEngine
    from heatpunk_desktop.sync.list_sync import ListPull, RowsChanged

#: Chunks of a list that may be queued for the worker; more of them would only fill the memory.
_PIECES_WAITING: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """A running refresh; `room` keeps the network thread from getting too far ahead of the worker."""

    pull: ListPull
    room: Semaphore
    token: CancelToken


class ListRefresher(QObject):
    """Run one refresh at a time, in the worker's thread; a new one replaces a running one."""

    #: facts.RefreshState
    refresh_changed = Signal(object)
    #: facts.Changed
    changed = Signal(object)
    #: Exchange: the outcome of a request, for the state of the connection.
    exchange_ended = Signal(object)

    _job_ended = Signal(object, object)
    _piece_came = Signal(object, object)

    def __init__(self, network: NetworkThreads, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._network = network
        self._clock = clock
        self._state = RefreshState()
        self._running: _Running | None = None
        self._pauses = Backoff()
        # A coarse timer ends up to 5 % early.
        self._pause = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._on_pause_ended)
        self._backoff = Backoff()
        self._asked: tuple[SyncEngine, DateRange] | None = None
        self._again = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._again.timeout.connect(self.go_on)
        # Both are emitted by network threads and handled in the worker's thread.
        self._job_ended.connect(self._on_job_ended, Qt.ConnectionType.QueuedConnection)
        self._piece_came.connect(self._on_piece_came, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether the list is being read."""
        return self._running is not None

    def show_last(self, last_at: str) -> None:
        """Report when the last refresh was completed: UTC text, or empty."""
        self._tell(self._state._replace(last_at=last_at))

    def start(self, engine: SyncEngine, wanted: DateRange) -> None:
        """Start a refresh.

        Raises:
            StorageError: The database cannot be read.
        """
        self.drop()
        self._pauses.succeeded()
        self._asked = engine, wanted
        pull = engine.new_refresh(wanted, self._tell_rows)
        pull.hides = not is_wrong()
        self._running = _Running(pull, Semaphore(_PIECES_WAITING), CancelToken())
        self._tell(RefreshState(running=True, windows=pull.windows, last_at=self._state.last_at))
        try:
            self._next_window(self._running)
        except KnownError as error:
            self._fail(error)

    def _tell_rows(self, rows: RowsChanged) -> None:
        self.changed.emit(Changed(rows.rows, rows.gone, rows.keys))

    @Slot()
    def go_on(self) -> None:
        """Start the refresh again that the connection broke off, if there is one."""
        if self._running is not None or self._asked is None:
            return
        try:
            self.start(*self._asked)
        except KnownError as error:
            self._fail(error)

    def cancel(self) -> None:
        """Stop the refresh and report it as cancelled by the user; what was read so far stays."""
        if self._running is not None:
            self.drop()
            self._tell(RefreshState(cancelled=True, last_at=self._state.last_at))

    def drop(self) -> None:
        """Stop the refresh without reporting it."""
        self._pause.stop()
        self._again.stop()
        self._asked = None
        if self._running is not None:
            self._running.token.cancel()
            self._running = None

    def _fail(self, error: KnownError, retry_after_seconds: float | None = None) -> None:
        asked = self._asked
        self.drop()
        self._tell(RefreshState(error=error, last_at=self._state.last_at))
        if isinstance(error, ConnectionTroubleError):
            self._asked = asked
            pause = max(SHORTEST_PAUSE_BEFORE_REFRESH, self._backoff.failed(retry_after_seconds))
            self._again.start(math.ceil(1000 * pause))

    def _next_window(self, running: _Running) -> None:
        request = running.pull.next_request()
        if request is not None:
            job = Job(request, self._job_ended.emit, chunk=self._hand_over, purpose=running, token=running.token)
            self._network.submit(job)
            return
        running.pull.end()
        self._running = self._asked = None
        self._backoff.succeeded()
        self._tell(self._progress(running, running_now=False, last_at=utc_text(self._clock())))

    def _hand_over(self, job: Job, piece: bytes) -> None:
        """Pass a chunk to the worker; called in a network thread, which blocks here while the worker is behind."""
        running = job.purpose
        if not isinstance(running, _Running):
            return
        # No room is made for a refresh that was stopped, and a compressed answer may still hold thousands of chunks.
        while not job.token.is_cancelled:
            if running.room.acquire(timeout=0.2):
                self._piece_came.emit(running, piece)
                return

    @Slot(object, object)
    def _on_piece_came(self, running: _Running, piece: bytes) -> None:
        running.room.release()
        if running is not self._running:
            return
        try:
            running.pull.take(piece)
        except KnownError as error:
            self._fail(error)

    @Slot(object, object)
    def _on_job_ended(self, job: Job, exchange: Exchange) -> None:
        running = job.purpose
        if not isinstance(running, _Running) or running is not self._running:
            return
        self.exchange_ended.emit(exchange)
        retry_after_seconds = exchange.retry_after_seconds(self._clock())
        if exchange.status == HTTPStatus.TOO_MANY_REQUESTS and self._pauses.failures < MOST_PAUSES_IN_REFRESH:
            # Reading twice does no harm, so the same window is requested again after the pause.
            self._pause.start(math.ceil(1000 * self._pauses.failed(retry_after_seconds)))
            self._tell(self._state._replace(is_held_up=True))
            return
        try:
            if error := known_error_for(exchange):
                raise error
            self._pauses.succeeded()
            running.pull.end_window()
            self._tell(self._progress(running, running_now=True, last_at=self._state.last_at))
            self._next_window(running)
        except KnownError as error:
            self._fail(error, retry_after_seconds)

    @Slot()
    def _on_pause_ended(self) -> None:
        if self._running is None:
            return
        self._tell(self._state._replace(is_held_up=False))
        try:
            self._next_window(self._running)
        except KnownError as error:
            self._fail(error)

    def _progress(self, running: _Running, *, running_now: bool, last_at: str) -> RefreshState:
        pull = running.pull
        return RefreshState(running_now, pull.windows_done, pull.windows, pull.projects, last_at)

    def _tell(self, state: RefreshState) -> None:
        self._state = state
        self.refresh_changed.emit(state)
