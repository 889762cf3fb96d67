"""The worker: it owns the database, carries out commands, and connects the parts that do the rest.

It lives in its own thread and never waits for the network there, so what the user saves is on the disk at once even
while a server hangs.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.services.sync import worker_messages as words
from heatpunk_desktop.services.sync.answer_box import AnswerBox
from heatpunk_desktop.services.sync.background_details import BackgroundDetails, DetailsJob
from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
from heatpunk_desktop.services.sync.commands import Work
from heatpunk_desktop.services.sync.connectivity import ConnectionWatch
from heatpunk_desktop.services.sync.disk_watch import DiskWatch
from heatpunk_desktop.services.sync.engine_driver import EngineDriver
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.instructions import LoadProject, Parts
from heatpunk_desktop.services.sync.key_question import KeyQuestion
from heatpunk_desktop.services.sync.list_refresher import ListRefresher
from heatpunk_desktop.services.sync.network import Client, NetworkThreads
from heatpunk_desktop.services.sync.online_requests import OnlineRequest, OnlineRequests
from heatpunk_desktop.services.sync.reply import Answer
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.recovery.stale_database import merge_journal
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.instructions import Instruction, Request
    from heatpunk_desktop.services.sync.network import Job
    from heatpunk_desktop.sync.policy import ReconciliationPolicy

_log = logging.getLogger(__name__)

#: Seconds that the network threads have to end.
_STOP_SECONDS: Final = 1.0


class _Opened(NamedTuple):
    """The account's open database, and the parts that work on it."""

    store: AccountStore
    engine: SyncEngine
    notifier: ChangeNotifier
    driver: EngineDriver
    online: OnlineRequests
    details: BackgroundDetails


class SyncWorker(QObject):
    """Lives in the worker's thread. Signals carry immutable values; see `SyncService` for what they mean."""

    changed = Signal(object)
    connection_changed = Signal(object)
    refresh_changed = Signal(object)
    members_changed = Signal(object)
    #: Answer
    answered = Signal(object)
    storage_troubled = Signal(object)
    stale_database_found = Signal(object)
    sending_changed = Signal(object)
    details_changed = Signal(object)
    stopped = Signal()

    def __init__(
        self,
        database: Path,
        account: Account,
        make_client: Callable[[], Client],
        clock: Callable[[], datetime],
        policy: ReconciliationPolicy | None = None,
    ) -> None:
        super().__init__()
        self._policy = policy
        self._database = database
        self._account = account
        self._clock = clock
        self._make_client = make_client
        self._network = NetworkThreads(make_client)
        self._box = AnswerBox(self)
        self._box.came.connect(self._on_answers_came, Qt.ConnectionType.QueuedConnection)
        self._refresher = ListRefresher(self._network, clock, self)
        self._refresher.changed.connect(self.changed)
        self._refresher.refresh_changed.connect(self._on_refresh_changed)
        self._refresher.exchange_ended.connect(self._on_exchange_ended)
        self._connection = ConnectionWatch(clock, self)
        self._connection.connection_changed.connect(self.connection_changed)
        self._connection.came_back.connect(self._refresher.go_on)
        self._disk = DiskWatch(clock, self)
        self._disk.storage_troubled.connect(self.storage_troubled)
        self._opened: _Opened | None = None
        self._trouble: KnownError | None = None

    @Slot()
    def on_thread_started(self) -> None:
        """Open the database; what was being sent when the program last ended becomes in doubt."""
        try:
            store = AccountStore.open(self._database)
            stale = merge_journal(store.connection, self._clock())
            engine = SyncEngine(self._account, store, self._clock, policy=self._policy)
            engine.start()
        except KnownError as error:
            _log.exception("the database could not be opened")
            self._trouble = error
            self.storage_troubled.emit(error)
            return
        opened = self._opened = self._start_parts(store, engine)
        if stale is not None:
            opened.notifier.notify(stale.keys - {0})
            self.stale_database_found.emit(stale.words())
        self.changed.emit(Changed(counts=store.reader.operation_counts()))
        self._refresher.show_last(store.reader.fact("refreshed_at"))
        opened.driver.go_on()

    def _start_parts(self, store: AccountStore, engine: SyncEngine) -> _Opened:
        notifier = ChangeNotifier(store.reader, self)
        notifier.changed.connect(self.changed)
        key = KeyQuestion(self._make_client, self)
        driver = EngineDriver(engine, self._network, key, self._box, notifier, self._disk, self._clock, self)
        driver.key_missing.connect(self._connection.learn)
        driver.sending_changed.connect(self.sending_changed)
        online = OnlineRequests(engine, store.reader, self._network, self._box, notifier, self)
        online.answered.connect(self.answered)
        details = BackgroundDetails(
            engine,
            store,
            self._network,
            self._box,
            notifier,
            lambda: self._refresher.is_running or driver.is_busy,
            self._clock,
            self,
        )
        details.details_changed.connect(self.details_changed)
        self._connection.came_back.connect(details.come_back)
        return _Opened(store, engine, notifier, driver, online, details)

    # -- commands, requests, instructions --------------------------------------------------------------------------

    @Slot(int, object)
    def on_command(self, number: int, command: Command[object]) -> None:
        """Run a command in a transaction; `answered` follows once it is synced to the disk."""
        opened = self._opened
        if opened is None:
            self._fail(number, self._trouble or words.NOT_OPEN)
            return
        work = Work(opened.store, self._account, self._now())
        connection = opened.store.connection
        before = connection.total_changes()
        try:
            with transaction(connection):
                result = command.apply(work)
        except KnownError as error:
            self._fail(number, error)
            return
        except Exception:
            # A bug; but the window waits for a reply.
            self._fail(number, words.BROKEN)
            raise
        if connection.total_changes() != before:
            self._disk.write_succeeded()
        try:
            if work.keys:
                opened.notifier.notify(work.keys, work.replaced)
        finally:
            self.answered.emit(Answer(number, result))
        if work.keys:
            opened.driver.go_on()

    @Slot(int, object)
    def on_request(self, number: int, request: Request[object]) -> None:
        """Ask the server something that the user waits for."""
        if self._opened is None:
            self._fail(number, self._trouble or words.NOT_OPEN)
            return
        try:
            self._opened.online.ask(number, request)
        except KnownError as error:
            self._fail(number, error)
        except Exception:
            self._fail(number, words.BROKEN)
            raise

    @Slot(object)
    def on_instruction(self, instruction: Instruction) -> None:
        """Follow an instruction, which has no reply."""
        opened = self._opened
        if opened is None:
            self._disk.write_failed(self._trouble or words.NOT_OPEN)
            return
        parts = Parts(opened.store, opened.engine, opened.driver, self._refresher, opened.details, self._disk)
        try:
            instruction.follow(parts)
        except KnownError as error:
            self._disk.write_failed(error)
        except Exception:
            self._disk.write_failed(words.BROKEN)
            raise

    def _fail(self, number: int, error: KnownError) -> None:
        self.answered.emit(Answer(number, error=error))

    # -- answers ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_answers_came(self) -> None:
        if self._opened is not None:
            self._take_answers(self._opened)

    def _take_answers(self, opened: _Opened) -> None:
        others: list[tuple[Job, Exchange]] = []
        for job, exchange in self._box.take_all():
            if isinstance(job.purpose, DetailsJob):
                if opened.details.take(job.purpose, exchange):
                    self._connection.learn(exchange)
                continue
            if isinstance(job.purpose, Task):
                opened.driver.gather(job.purpose, exchange)
            else:
                others.append((job, exchange))
            self._connection.learn(exchange)
        for job, exchange in others:
            opened.online.take(job, exchange)
            if isinstance(job.purpose, OnlineRequest) and isinstance(job.purpose.request, LoadProject):
                opened.details.forget(job.purpose.request.key)
        if others:
            opened.driver.go_on()
        else:
            opened.driver.go_on_if_due()

    @Slot(object)
    def _on_exchange_ended(self, exchange: Exchange) -> None:
        """Update the state of the connection from a refresh."""
        if self._opened is not None:
            self._opened.engine.learn(Endpoint.LIST, exchange)
        self._connection.learn(exchange)
        if self._opened is not None:
            self._opened.driver.go_on()

    @Slot(object)
    def _on_refresh_changed(self, state: object) -> None:
        self.refresh_changed.emit(state)
        if self._opened is not None and not self._refresher.is_running:
            self._learn_members(self._opened)
            self._opened.details.look_again()
        if self._opened is not None:
            self.members_changed.emit(self._opened.store.reader.members())

    def _learn_members(self, opened: _Opened) -> None:
        try:
            if keys := opened.store.server.learn_members():
                opened.notifier.notify(keys)
        except StorageError:
            _log.warning("the members of the team could not be stored", exc_info=True)

    @Slot()
    def on_stop(self) -> None:
        """End, after everything that was submitted before is done; `stopped` follows."""
        opened = self._opened
        if opened is not None:
            opened.driver.stop_sending()
            opened.details.stop()
        self._refresher.drop()
        if not self._network.stop(_STOP_SECONDS):
            _log.warning("a network thread did not end in time and is left behind")
        if opened is not None:
            # A request that was cancelled before a byte was sent is queued again; all others are in doubt now.
            self._take_answers(opened)
            opened.driver.end()
            opened.details.stop()
            opened.notifier.stop()
            opened.store.close()
            self._opened = None
        self.stopped.emit()

    def _now(self) -> str:
        return utc_text(self._clock())
