"""The worker: owns the database, hands requests to the network threads and takes their answers, one at a time.

It lives in a thread of its own and never waits for the network there, so what a person saves is on the disk at once
even while a server hangs.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.outcome import OutcomeKind
from heatpunk_desktop.api.words import known_error_for
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.services import commands
from heatpunk_desktop.services.facts import Connection, Link
from heatpunk_desktop.services.list_refresher import ListRefresher
from heatpunk_desktop.services.network import CONNECTIONS, Client, Job, NetworkThreads
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity
from heatpunk_desktop.sync.engine import Sending, SyncEngine
from heatpunk_desktop.sync.policy import Backoff
from heatpunk_desktop.sync.refresh import RowsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.commands import Command, StoringCommand

_log = logging.getLogger(__name__)

#: Seconds that the network threads get to end.
_STOP_SECONDS: Final = 1.0

#: Connections for writes; one is left for reading.
_SENDERS: Final = CONNECTIONS - 1


@dataclass(frozen=True, slots=True, eq=False)
class _Detail:
    command: commands.LoadProject


@dataclass(frozen=True, slots=True, eq=False)
class _HardDelete:
    command: commands.DeletePermanently


class SyncWorker(QObject):
    """Lives in the worker's thread. Signals carry immutable values; see `SyncService` for what they mean."""

    rows_changed = Signal(object)
    key_replaced = Signal(object, object)
    operations_changed = Signal(object)
    connection_changed = Signal(object)
    refresh_changed = Signal(object)
    members_changed = Signal(object)
    operation_saved = Signal(int, object)
    operation_not_saved = Signal(int, object)
    project_loaded = Signal(int, object)
    project_not_loaded = Signal(int, object)
    project_deleted = Signal(int, object)
    project_not_deleted = Signal(int, object)
    storage_troubled = Signal(object)
    sending_changed = Signal(object)
    draft_kept = Signal(int)
    draft_not_kept = Signal(int, object)
    person_needed = Signal(object)
    stopped = Signal()

    _job_ended = Signal(object, object)

    def __init__(
        self, database: Path, account: Account, make_client: Callable[[], Client], clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._database = database
        self._account = account
        self._clock = clock
        self._network = NetworkThreads(make_client)
        self._refresher = ListRefresher(self._network, clock, self)
        self._refresher.rows_changed.connect(self.rows_changed)
        self._refresher.refresh_changed.connect(self._on_refresh_changed)
        self._refresher.exchange_ended.connect(self._on_exchange_ended)
        # Emitted by network threads, and taken in this object's thread.
        self._job_ended.connect(self._on_job_ended, Qt.ConnectionType.QueuedConnection)
        # A coarse timer ends up to 5 % early, which is too early for a server that asked for a pause.
        self._pause_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._pause_timer.timeout.connect(self._on_pause_ended)
        self._backoff = Backoff()
        self._connection = Connection()
        self._in_flight = 0
        self._not_noted: list[tuple[Sending, Exchange]] = []
        self._paused_for_key = False
        self._stopping = False
        self._store: AccountStore | None = None
        self._engine: SyncEngine | None = None
        self._trouble: KnownError | None = None
        self._disk_refuses = False

    @Slot()
    def on_thread_started(self) -> None:
        """Opens the database; what was being sent when the program last ended is doubtful from now on."""
        try:
            store = AccountStore.open(self._database)
            store.outbox.doubt_interrupted(utc_text(self._clock()))
        except KnownError as error:
            _log.exception("the database could not be opened")
            self._trouble = error
            self.storage_troubled.emit(error)
            return
        self._store = store
        self._engine = SyncEngine(self._account, store.outbox, store.server, store.reader, self._clock)
        self.operations_changed.emit(store.reader.operation_counts())
        self._refresher.tell_last(store.reader.fact("refreshed_at"))
        self._send_waiting()

    @Slot(object)
    def on_asked(self, command: Command) -> None:
        """Does what a window asks for."""
        if isinstance(command, commands.Stop):
            self._stop()
        elif self._store is None or self._engine is None:
            self._cannot(command, self._trouble or _NOT_OPEN)
        else:
            try:
                self._do(command, self._store, self._engine)
            except KnownError as error:
                self._cannot(command, error)
            except Exception:
                # A bug; but whoever asked waits for a word.
                self._cannot(command, _BROKEN)
                raise

    def _do(self, command: Command, store: AccountStore, engine: SyncEngine) -> None:
        match command:
            case (
                commands.CreateProject()
                | commands.EditProject()
                | commands.MoveToDeleted()
                | commands.TryAgain()
                | commands.Discard()
            ):
                key = _save(command, store, utc_text(self._clock()))
                self._disk_takes_again()
                self._tell_keys(store, (key,))
                self.operation_saved.emit(command.request, key)
                self._send_waiting()
            case commands.KeepDraft():
                store.drafts.keep(command.draft)
                self._disk_takes_again()
                self.draft_kept.emit(command.request)
            case commands.DropDraft():
                store.drafts.drop(command.draft_id)
                self.draft_kept.emit(command.request)
            case commands.Refresh():
                self._refresher.start(store, self._account.email, command.wanted)
            case commands.CancelRefresh():
                self._refresher.cancel()
            case commands.LoadProject() if command.key < 0:
                # Created here and not sent: everything about it is known.
                self._tell_detail(store, command)
            case commands.LoadProject():
                request = engine.detail_request(command.key)
                self._network.submit(Job(request, self._job_ended.emit, purpose=_Detail(command)))
            case commands.DeletePermanently():
                request = engine.hard_delete_request(command.project_id)
                self._network.submit(Job(request, self._job_ended.emit, purpose=_HardDelete(command)))
            case commands.SendNow():
                self._paused_for_key = False
                self._pause_timer.stop()
                self._on_pause_ended()
            case commands.CheckIntegrity():
                if found := check_integrity(store.connection):
                    _log.error("the database is damaged: %s", found[:500])
                    self.storage_troubled.emit(_DAMAGED)

    def _cannot(self, command: Command, error: KnownError) -> None:
        """Says that something asked for could not be done."""
        match command:
            case commands.LoadProject():
                self.project_not_loaded.emit(command.request, error)
            case commands.DeletePermanently():
                self.project_not_deleted.emit(command.request, error)
            case commands.KeepDraft() | commands.DropDraft():
                self.draft_not_kept.emit(command.request, error)
            case commands.CheckIntegrity():
                # That something can be written later does not mend what is damaged.
                self.storage_troubled.emit(error)
            case commands.Refresh() | commands.CancelRefresh() | commands.SendNow():
                self._tell_disk_refuses(error)
            case _:
                self.operation_not_saved.emit(command.request, error)

    def _tell_disk_refuses(self, error: KnownError) -> None:
        self._disk_refuses = True
        self.storage_troubled.emit(error)

    def _disk_takes_again(self) -> None:
        """Something was written: what was said about a disk that did not take it holds no longer."""
        if self._disk_refuses:
            self._disk_refuses = False
            self.storage_troubled.emit(None)

    # -- sending ---------------------------------------------------------------------------------------------------

    def _send_waiting(self) -> None:
        """Sends what may go, over the connections that are free, unless a pause is on."""
        if self._engine is None or self._stopping or self._pause_timer.isActive() or self._paused_for_key:
            return
        try:
            while self._in_flight < _SENDERS and (sending := self._engine.next_send()):
                self._disk_takes_again()
                self._in_flight += 1
                self._network.submit(Job(sending.request, self._job_ended.emit, purpose=sending))
        except StorageError as error:
            # Not marked as being sent, so not sent.
            self._tell_disk_refuses(error)
            self._pause(self._backoff.failed())

    def _on_sent(self, store: AccountStore, engine: SyncEngine, sending: Sending, exchange: Exchange) -> None:
        try:
            settled = engine.settle(sending, exchange)
        except StorageError as error:
            # Its row says that it is being sent, so even if the program ends now, it is not sent again by itself.
            self._not_noted.append((sending, exchange))
            self._tell_disk_refuses(error)
            self._pause(self._backoff.failed())
            return
        self._disk_takes_again()
        if settled.created_id is not None:
            self.key_replaced.emit(sending.operation.project_key, settled.created_id)
        self._tell_keys(store, settled.keys)
        if settled.outcome.kind is OutcomeKind.NOT_SENT:
            self._pause(self._backoff.failed(settled.outcome.retry_after))
        self._send_waiting()

    def _pause(self, seconds: float) -> None:
        # Of two pauses the one that ends later is kept to: a server's wish is not cut short by a pause of our own.
        milliseconds = math.ceil(seconds * 1000)
        if milliseconds > self._pause_timer.remainingTime():
            self._pause_timer.start(milliseconds)

    @Slot()
    def _on_pause_ended(self) -> None:
        self._note_again()
        self._send_waiting()

    def _note_again(self) -> None:
        """Notes the answers that the disk did not take when they came."""
        answers, self._not_noted = self._not_noted, []
        for sending, exchange in answers:
            if self._store is not None and self._engine is not None:
                self._on_sent(self._store, self._engine, sending, exchange)

    # -- answers ---------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_job_ended(self, job: Job, exchange: Exchange) -> None:
        if self._store is None or self._engine is None:
            return
        store, engine = self._store, self._engine
        self._on_exchange_ended(exchange)
        try:
            match job.purpose:
                case Sending() as sending:
                    self._in_flight -= 1
                    self._on_sent(store, engine, sending, exchange)
                case _Detail(command):
                    engine.settle_detail(command.key, exchange)
                    self._tell_keys(store, (command.key,))
                    self._tell_detail(store, command)
                case _HardDelete(command):
                    engine.settle_hard_delete(command.project_id, exchange)
                    self._tell_keys(store, (command.project_id,))
                    self.project_deleted.emit(command.request, command.project_id)
        except KnownError as error:
            match job.purpose:
                case _Detail(command) | _HardDelete(command):
                    self._cannot(command, error)
                case _:
                    self._tell_disk_refuses(error)

    @Slot(object)
    def _on_exchange_ended(self, exchange: Exchange) -> None:
        """Learns from any exchange whether the server can be reached."""
        if exchange.failure is FailureKind.CANCELLED:
            return
        link = _link_of(exchange)
        self._paused_for_key = link in (Link.KEY_MISSING, Link.KEY_REFUSED)
        if link is Link.ONLINE:
            if exchange.status != HTTPStatus.TOO_MANY_REQUESTS:
                self._backoff.succeeded()
            if self._connection.link is Link.OFFLINE:
                self._pause_timer.stop()
                self._refresher.go_on()
        error = None if link is Link.ONLINE else known_error_for(exchange)
        if link is not self._connection.link:
            self._tell_connection(Connection(link, utc_text(self._clock()), error))
        elif error and self._connection.error and error.title != self._connection.error.title:
            # Still no way to the server, but for another reason, which may want something else of the person.
            self._tell_connection(self._connection._replace(error=error))
        if link is Link.ONLINE:
            self._send_waiting()

    def _tell_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.connection_changed.emit(connection)

    @Slot(object)
    def _on_refresh_changed(self, state: object) -> None:
        self.refresh_changed.emit(state)
        if self._store is not None:
            self.members_changed.emit(self._store.reader.members())

    def _tell_keys(self, store: AccountStore, keys: Iterable[int]) -> None:
        wanted = tuple(keys)
        rows = store.reader.rows_of(wanted)
        self.rows_changed.emit(RowsChanged(tuple(rows.values()), tuple(key for key in wanted if key not in rows)))
        self.operations_changed.emit(store.reader.operation_counts())

    def _tell_detail(self, store: AccountStore, command: commands.LoadProject) -> None:
        detail = store.reader.detail(command.key)
        if detail is None:
            self._cannot(command, _GONE)
        else:
            self.project_loaded.emit(command.request, detail)

    def _stop(self) -> None:
        self._stopping = True
        self._refresher.drop()
        if not self._network.stop(_STOP_SECONDS):
            _log.warning("a network thread did not end in time and is left behind")
        # What was cut short before a byte of it left goes back to the queue, and the rest is doubtful from now on.
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)
        self._note_again()
        self._pause_timer.stop()
        if self._store is not None:
            self._store.close()
            self._store = self._engine = None
        self.stopped.emit()


def _save(command: StoringCommand, store: AccountStore, now: str) -> int:
    """Stores what a person did; it is on the disk when this returns. Gives the project's key."""
    match command:
        case commands.CreateProject():
            return store.outbox.add_create(command.values, command.owner, now, command.draft_id)
        case commands.EditProject():
            return store.outbox.add_update(command.key, command.changes, command.base, now, command.draft_id)
        case commands.MoveToDeleted():
            return store.outbox.add_soft_delete(command.key, now)
        case commands.TryAgain():
            return store.outbox.try_again(command.operation_id)
        case commands.Discard():
            return store.outbox.discard(command.operation_id, now)


def _link_of(exchange: Exchange) -> Link:
    if exchange.failure is FailureKind.KEY_MISSING:
        return Link.KEY_MISSING
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return Link.KEY_REFUSED
    # A refusal is an answer too: the way to the server is open.
    return Link.OFFLINE if exchange.status is None else Link.ONLINE


_NOT_OPEN: Final = StorageError(
    "The data on this computer are not open",
    "Nothing was saved. What you typed stays in the form.",
    "Start the program anew.",
)

_BROKEN: Final = KnownError(
    "Something in the program is broken",
    "It could not be done. What you typed stays in the form.",
    "Start the program anew. What happened is written in the log.",
)

_DAMAGED: Final = StorageError(
    "The data on this computer are damaged",
    "The check of the database found faults. What is shown may be incomplete.",
    "Make a copy of the data folder now, then start with another one (--data-dir) and read your projects again from"
    " the server.",
)

_GONE: Final = KnownError("This project is not there any more", "It was deleted or given up meanwhile.")
