"""The worker: owns the database, hands requests to the network threads and takes their answers, one at a time.

It lives in a thread of its own and never waits for the network there, so what a person saves is on the disk at once
even while a server hangs.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.api.words import known_error_for
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.undoing import StoredEdit
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.services import commands
from heatpunk_desktop.services.deed_storing import keep_choice, store_deeds
from heatpunk_desktop.services.facts import Connection, Link, Sending
from heatpunk_desktop.services.list_refresher import ListRefresher
from heatpunk_desktop.services.network import CONNECTIONS, Client, Job, NetworkThreads
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity
from heatpunk_desktop.store.older_copy import take_up_journal
from heatpunk_desktop.store.pruning import prune
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import Backoff, SyncPolicy
from heatpunk_desktop.sync.refresh import RowsChanged
from heatpunk_desktop.sync.tasks import Send, Taken, Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.commands import Command, DeedsCommand, StoringCommand

_log = logging.getLogger(__name__)

#: Seconds that the network threads get to end.
_STOP_SECONDS: Final = 1.0

#: Milliseconds; longer waits are cut in pieces, as a timer's interval is limited.
_LONGEST_WAIT_MS: Final = 600_000

#: Requests of the engine at a time; one connection is left for reading the list and for what a person waits for.
_SENDERS: Final = CONNECTIONS - 1

#: Seconds: where answers come sooner, the disk is what is waited for. Nobody notices a request that is in the way so
#: long, so the engine has all connections, and some requests lie ready for when an answer comes.
_QUICK: Final = 0.025

#: How many lie ready: what goes out in the time in which answers are kept, and some. They say on the disk that they are
#: being sent, so where the program is killed, so many more have to be found out.
_READY: Final = 32

#: Milliseconds that answers are kept, so that several are noted at once, while each connection has something to do.
_GATHER_MS: Final = 15

#: Milliseconds between two times that the window is told what was sent, while there is more of it.
_TELL_MS: Final = 300


@dataclass(frozen=True, slots=True, eq=False)
class _Detail:
    command: commands.LoadProject


@dataclass(frozen=True, slots=True, eq=False)
class _HardDelete:
    command: commands.DeletePermanently


class SyncWorker(QObject):
    """Lives in the worker's thread. Signals carry immutable values; see `SyncService` for what they mean."""

    rows_changed = Signal(object)
    #: One signal for all of them, as each takes its time to cross.
    keys_replaced = Signal(object)
    operations_changed = Signal(object)
    connection_changed = Signal(object)
    refresh_changed = Signal(object)
    members_changed = Signal(object)
    edit_stored = Signal(int, object)
    operation_saved = Signal(int, object)
    operation_not_saved = Signal(int, object)
    project_loaded = Signal(int, object)
    project_not_loaded = Signal(int, object)
    project_deleted = Signal(int, object)
    project_not_deleted = Signal(int, object)
    storage_troubled = Signal(object)
    older_copy_found = Signal(object)
    sending_changed = Signal(object)
    draft_kept = Signal(int)
    draft_not_kept = Signal(int, object)
    person_needed = Signal(object)
    staged = Signal(int, object)
    taken_back = Signal(int, object)
    undone = Signal(int, object)
    redone = Signal(int, object)
    deeds_not_stored = Signal(int, object)
    choice_kept = Signal(int, int)
    choice_not_kept = Signal(int, object)
    stopped = Signal()

    _answers_came = Signal()

    def __init__(
        self,
        database: Path,
        account: Account,
        make_client: Callable[[], Client],
        clock: Callable[[], datetime],
        policy: SyncPolicy | None = None,
    ) -> None:
        super().__init__()
        self._policy = policy
        self._database = database
        self._account = account
        self._clock = clock
        self._network = NetworkThreads(make_client)
        self._refresher = ListRefresher(self._network, clock, self)
        self._refresher.rows_changed.connect(self.rows_changed)
        self._refresher.refresh_changed.connect(self._on_refresh_changed)
        self._refresher.exchange_ended.connect(self._on_exchange_ended)
        # Emitted by network threads, and taken in this object's thread; answers that come together are taken together.
        self._answers: SimpleQueue[tuple[Job, Exchange]] = SimpleQueue()
        self._answers_came.connect(self._on_answers_came, Qt.ConnectionType.QueuedConnection)
        self._is_called = False
        self._gathered: list[tuple[Task, Exchange]] = []
        self._gathering = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gathering.timeout.connect(self._on_gathered)
        self._untold = Taken()
        self._telling = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._telling.timeout.connect(self._on_telling_time)
        # A coarse timer ends up to 5 % early, which is too early for a server that asked for a pause.
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time_come)
        self._connection = Connection()
        self._sending = Sending()
        self._in_flight = 0
        self._not_noted: list[tuple[Task, Exchange]] = []
        self._disk_backoff = Backoff()
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
            older = take_up_journal(store.connection, self._clock())
            engine = SyncEngine(self._account, store, self._clock, policy=self._policy)
            engine.start()
        except KnownError as error:
            _log.exception("the database could not be opened")
            self._trouble = error
            self.storage_troubled.emit(error)
            return
        self._store = store
        self._engine = engine
        if older is not None:
            self._untold.keys |= older.keys - {0}
            self._tell(store)
            self.older_copy_found.emit(older.words())
        self.operations_changed.emit(store.reader.operation_counts())
        self._refresher.tell_last(store.reader.fact("refreshed_at"))
        self._work([])

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

    def _do(  # noqa: C901, PLR0912 - one line or two for each thing that can be asked
        self, command: Command, store: AccountStore, engine: SyncEngine
    ) -> None:
        match command:
            case (
                commands.CreateProject()
                | commands.EditProject()
                | commands.MoveToDeleted()
                | commands.TryAgain()
                | commands.Discard()
                | commands.Resolve()
                | commands.Adopt()
                | commands.CreateAnew()
            ):
                self._store_deed(command, store)
            case commands.StageDeeds() | commands.TakeBackBatch() | commands.UndoDeeds() | commands.RedoDeeds():
                self._store_deeds(command, store)
            case commands.KeepChoice():
                kept = keep_choice(command.choice, store, utc_text(self._clock()))
                self._disk_takes_again()
                self.choice_kept.emit(command.request, kept)
            case commands.KeepDraft():
                store.drafts.keep(command.draft)
                self._disk_takes_again()
                self.draft_kept.emit(command.request)
            case commands.DropDraft():
                store.drafts.drop(command.draft_id)
                self.draft_kept.emit(command.request)
            case commands.Refresh():
                self._refresher.start(engine, command.wanted)
            case commands.CancelRefresh():
                self._refresher.cancel()
            case commands.LoadProject() if command.key < 0:
                # Created here and not sent: everything about it is known.
                self._tell_detail(store, command)
            case commands.LoadProject():
                request = engine.detail_request(command.key)
                self._network.submit(Job(request, self._on_job_ended, purpose=_Detail(command)))
            case commands.DeletePermanently():
                request = engine.hard_delete_request(command.project_id)
                self._network.submit(Job(request, self._on_job_ended, purpose=_HardDelete(command)))
            case commands.SendNow():
                engine.pace.key_given()
                self._on_time_come()
            case commands.CheckIntegrity():
                if found := check_integrity(store.connection):
                    _log.error("the database is damaged: %s", found[:500])
                    self.storage_troubled.emit(_DAMAGED)
                else:
                    self._prune(store)

    def _prune(self, store: AccountStore) -> None:
        """Forgets what was given up long ago; where the disk refuses, another time."""
        try:
            prune(store.connection, self._clock())
        except StorageError:
            _log.warning("what was given up long ago could not be forgotten", exc_info=True)

    def _cannot(self, command: Command, error: KnownError) -> None:
        """Says that something asked for could not be done."""
        match command:
            case commands.LoadProject():
                self.project_not_loaded.emit(command.request, error)
            case commands.DeletePermanently():
                self.project_not_deleted.emit(command.request, error)
            case commands.StageDeeds() | commands.TakeBackBatch() | commands.UndoDeeds() | commands.RedoDeeds():
                self.deeds_not_stored.emit(command.request, error)
            case commands.KeepChoice():
                self.choice_not_kept.emit(command.request, error)
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

    def _store_deed(self, command: StoringCommand, store: AccountStore) -> None:
        before = 0
        if isinstance(command, commands.EditProject):
            before = store.outbox.current_key(command.key)
        elif isinstance(command, commands.CreateAnew) and (gone := store.dispatch.operation(command.operation_id)):
            before = gone.project_key
        saved = _save(command, store, self._account, utc_text(self._clock()))
        key = saved.edit.key if isinstance(saved, StoredEdit) else saved
        self._disk_takes_again()
        if isinstance(command, commands.Adopt):
            self._untold.replaced.append((-command.operation_id, key))
        self._untold.keys |= {key, before} - {0}
        self._tell(store)
        if isinstance(saved, StoredEdit):
            self.edit_stored.emit(command.request, saved)
        self.operation_saved.emit(command.request, key)
        self._work([])

    def _store_deeds(self, command: DeedsCommand, store: AccountStore) -> None:
        stored = store_deeds(command, store, self._account, utc_text(self._clock()))
        self._disk_takes_again()
        self._untold.keys |= {*stored.keys}
        self._untold.replaced += stored.replaced
        self._tell(store)
        getattr(self, stored.signal).emit(command.request, stored.result)
        self._work([])

    # -- working ---------------------------------------------------------------------------------------------------

    def _work(self, answers: list[tuple[Task, Exchange]]) -> None:
        """Takes answers and hands on what is asked next, in one transaction; nothing leaves before it is synced."""
        if self._engine is None or self._store is None:
            return
        self._gathering.stop()
        answers = self._not_noted + self._gathered + answers
        self._not_noted, self._gathered = [], []
        free = max(0, self._most_in_flight - self._in_flight)
        try:
            with self._engine.batch():
                taken = self._engine.take(answers)
                # Even where none is free: what follows a look goes at once, while the look holds good.
                tasks = [] if self._stopping else self._engine.next_tasks(free)
        except StorageError as error:
            # Nothing new is marked as being sent, so nothing is sent. What came of earlier sends is noted later: their
            # rows say that they are being sent, so even if the program ends now, they are not sent again by themselves.
            self._engine.forget()
            self._not_noted = [(task, exchange) for task, exchange in answers if isinstance(task, Send)]
            self._tell_disk_refuses(error)
            self._timer.start(math.ceil(1000 * self._disk_backoff.failed()))
            return
        if answers or tasks:
            self._disk_takes_again()
        for task in tasks:
            self._in_flight += 1
            self._network.submit(Job(task.request, self._on_job_ended, purpose=task, can_wait=True))
        self._tell_soon(self._store, taken)
        self._wait(self._engine)

    @property
    def _is_quick(self) -> bool:
        return self._network.last_seconds < _QUICK

    @property
    def _most_in_flight(self) -> int:
        return CONNECTIONS + _READY if self._is_quick else _SENDERS

    def _wait(self, engine: SyncEngine) -> None:
        """Sets the clock for the next thing to do, and tells until when sending is put off."""
        seconds = engine.seconds_to_wait()
        if seconds is None or self._stopping:
            self._timer.stop()
        elif not (self._in_flight >= self._most_in_flight and seconds <= 0):
            self._timer.start(min(math.ceil(1000 * seconds), _LONGEST_WAIT_MS))
        put_off = engine.seconds_put_off()
        sending = Sending(
            engine.pace.is_paused_for_key,
            utc_text(self._clock() + timedelta(seconds=put_off)) if put_off > 0 else "",
        )
        if sending != self._sending and not (sending.next_try_at and self._sending.next_try_at and put_off < 1):
            self._sending = sending
            self.sending_changed.emit(sending)

    @Slot()
    def _on_time_come(self) -> None:
        self._work([])

    # -- answers ---------------------------------------------------------------------------------------------------

    def _on_job_ended(self, job: Job, exchange: Exchange) -> None:
        """Called in a network thread."""
        self._answers.put((job, exchange))
        if not self._is_called:
            self._is_called = True
            self._answers_came.emit()

    @Slot()
    def _on_answers_came(self) -> None:
        # Before the first look: what comes after the last one calls again.
        self._is_called = False
        if self._store is None or self._engine is None:
            return
        others: list[tuple[Job, Exchange]] = []
        while True:
            try:
                job, exchange = self._answers.get_nowait()
            except Empty:
                break
            if isinstance(job.purpose, Task):
                self._in_flight -= 1
                self._gathered.append((job.purpose, exchange))
            else:
                others.append((job, exchange))
            self._learn_of_connection(exchange)
        for job, exchange in others:
            self._take_other(self._store, self._engine, job, exchange)
        if others or (self._gathered and not (self._is_quick and self._in_flight > CONNECTIONS)):
            self._work([])
        elif self._gathered and not self._gathering.isActive():
            self._gathering.start()

    @Slot()
    def _on_gathered(self) -> None:
        self._work([])

    def _take_other(self, store: AccountStore, engine: SyncEngine, job: Job, exchange: Exchange) -> None:
        """Takes the answer to something that a person waits for."""
        engine.learn(job.request.endpoint, exchange)
        try:
            match job.purpose:
                case _Detail(command):
                    engine.settle_detail(command.key, exchange)
                    self._untold.keys.add(command.key)
                    self._tell(store)
                    self._tell_detail(store, command)
                case _HardDelete(command):
                    engine.settle_hard_delete(command.project_id, exchange)
                    self._untold.keys.add(command.project_id)
                    self._tell(store)
                    self.project_deleted.emit(command.request, command.project_id)
        except KnownError as error:
            match job.purpose:
                case _Detail(command) | _HardDelete(command):
                    self._cannot(command, error)

    @Slot(object)
    def _on_exchange_ended(self, exchange: Exchange) -> None:
        """Learns from a refresh whether the server can be reached."""
        if self._engine is not None:
            self._engine.learn(Endpoint.LIST, exchange)
        self._learn_of_connection(exchange)
        self._work([])

    def _learn_of_connection(self, exchange: Exchange) -> None:
        if exchange.failure is FailureKind.CANCELLED:
            return
        link = _link_of(exchange)
        if link is Link.ONLINE and self._connection.link is Link.OFFLINE:
            self._refresher.go_on()
        error = None if link is Link.ONLINE else known_error_for(exchange)
        if link is not self._connection.link:
            self._tell_connection(Connection(link, utc_text(self._clock()), error))
        elif error and self._connection.error and error.title != self._connection.error.title:
            # Still no way to the server, but for another reason, which may want something else of the person.
            self._tell_connection(self._connection._replace(error=error))

    def _tell_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.connection_changed.emit(connection)

    @Slot(object)
    def _on_refresh_changed(self, state: object) -> None:
        self.refresh_changed.emit(state)
        if self._store is not None:
            self.members_changed.emit(self._store.reader.members())

    def _tell_soon(self, store: AccountStore, taken: Taken) -> None:
        """Tells what became of operations: at once, but while many go out, not for each of them alone."""
        self._untold.keys |= taken.keys
        self._untold.replaced += taken.replaced
        self._untold.needs_person += taken.needs_person
        if not self._telling.isActive() or not self._in_flight:
            self._tell(store)

    @Slot()
    def _on_telling_time(self) -> None:
        if self._store is not None:
            self._tell(self._store)

    def _tell(self, store: AccountStore) -> None:
        """Tells all that was not told yet."""
        untold, self._untold = self._untold, Taken()
        if untold.replaced:
            self.keys_replaced.emit(MappingProxyType(dict(untold.replaced)))
        if untold.keys:
            rows = store.reader.rows_of(untold.keys)
            self.rows_changed.emit(RowsChanged(tuple(rows.values()), tuple(untold.keys - rows.keys())))
            self.operations_changed.emit(store.reader.operation_counts())
            self._telling.start()
        if untold.needs_person:
            self.person_needed.emit(tuple(untold.needs_person))

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
        self._on_answers_came()
        self._work([])
        for timer in (self._timer, self._gathering, self._telling):
            timer.stop()
        if self._store is not None:
            self._store.close()
            self._store = self._engine = None
        self.stopped.emit()


def _save(command: StoringCommand, store: AccountStore, account: Account, now: str) -> int | StoredEdit:
    """Stores what a person did; it is on the disk when this returns. Gives the project's key, or where an edit went."""
    match command:
        case commands.CreateProject():
            return store.outbox.add_create(command.values, command.owner, now, command.draft_id)
        case commands.EditProject():
            return store.outbox.edit(command.key, command.changes, command.base, now, command.draft_id)
        case commands.MoveToDeleted():
            return store.outbox.add_soft_delete(command.key, now)
        case commands.TryAgain():
            return store.outbox.try_again(command.operation_id)
        case commands.Discard():
            return store.outbox.discard(command.operation_id, now)
        case commands.Resolve():
            return store.outbox.resolve(command.operation_id, command.mine, command.theirs, now)
        case commands.Adopt():
            return store.outbox.adopt(command.operation_id, command.project_id, now)
        case commands.CreateAnew():
            return _create_anew(command.operation_id, store, account, now)


def _create_anew(number: int, store: AccountStore, account: Account, now: str) -> int:
    operation = store.dispatch.operation(number)
    detail = store.reader.detail(operation.project_key) if operation is not None else None
    if detail is None:
        raise _GONE
    values = {field: value for field, value in detail.values.items() if value not in (None, "")}
    return store.outbox.create_anew(number, values, detail.owner_email or account.email, now)


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
    "Start the program anew. It then sets the file aside, makes a new one, and carries over what waits to be sent.",
)

_GONE: Final = KnownError("This project is not there any more", "It was deleted or given up meanwhile.")
