"""The service that the windows use: commands and requests go in, replies and signals come out; nothing blocks."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.services import sync
from heatpunk_desktop.services.sync.reply import Reply
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.instructions import Instruction, Request
    from heatpunk_desktop.services.sync.network import Client
    from heatpunk_desktop.services.sync.reply import Answer
    from heatpunk_desktop.services.sync.worker import SyncWorker
    from heatpunk_desktop.sync.policy import ReconciliationPolicy

_log = logging.getLogger(__name__)

#: Milliseconds that the worker gets to end; after that the program ends without it, which is safe for the database.
_STOP_MS: Final = 1800

T = TypeVar("T")


class SyncService(QObject):
    """One account's projects and operations.

    A window runs a command, asks the server, or gives the worker an instruction (see `commands` and `instructions`);
    all of these return at once. The result comes as a reply; the new state of the store, whatever caused it, as the
    signals here, before the reply. All of them arrive in the GUI thread.
    """

    #: Command, Reply: a window has submitted a command; the store still holds the state before it.
    command_given = Signal(object, object)
    #: Request, Reply: a window asks the server for something.
    request_given = Signal(object, object)
    #: facts.Changed: projects or operations have changed.
    changed = Signal(object)
    #: facts.Connection
    connection_changed = Signal(object)
    #: facts.RefreshState
    refresh_changed = Signal(object)
    #: tuple[Member, ...]
    members_changed = Signal(object)
    #: KnownError: the database is in trouble (damaged, disk full); None: it accepts writes again.
    storage_troubled = Signal(object)
    #: KnownError: an old copy of the database had been restored, and was merged with the newer journal.
    stale_database_found = Signal(object)
    #: facts.Sending: whether sending is put off, and until when.
    sending_changed = Signal(object)
    #: facts.DetailsState: how far contact details are loaded in the background.
    details_changed = Signal(object)

    _command_requested = Signal(int, object)
    _request_requested = Signal(int, object)
    _instruction_requested = Signal(object)
    _stop_requested = Signal()

    def __init__(
        self,
        database: Path,
        account: Account,
        make_client: Callable[[], Client],
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
        policy: ReconciliationPolicy | None = None,
    ) -> None:
        """Open the account for reading; `start` starts the worker.

        Args:
            database: A database that `open_writer` has created or migrated.
            account: The account.
            make_client: Creates a client for a network thread; called in that thread.
            clock: Returns the current time, time zone aware.
            parent: Owner.
            policy: The delays of retries and of reconciliation; None for the default.

        Raises:
            StorageError: The database cannot be read.
        """
        super().__init__(parent)
        self._reader = StoreReader(open_reader(database))
        self._numbers = count(1)
        self._thread = QThread(self)
        self._thread.setObjectName("heatpunk-worker")
        self._worker_arguments = (database, account, make_client, clock, policy)
        self._worker: SyncWorker | None = None
        #: Replies that were not delivered yet, by number.
        self._replies: dict[int, Reply[Any]] = {}
        #: What was submitted before the worker was started.
        self._early: list[Callable[[], object]] = []

    @property
    def reader(self) -> StoreReader:
        """A read-only view of the store, for the GUI thread."""
        return self._reader

    def start(self) -> None:
        """Start the worker. What was submitted before is done first."""
        worker = sync.SyncWorker(*self._worker_arguments)
        worker.moveToThread(self._thread)
        self._thread.started.connect(worker.on_thread_started)
        self._command_requested.connect(worker.on_command)
        self._request_requested.connect(worker.on_request)
        self._instruction_requested.connect(worker.on_instruction)
        self._stop_requested.connect(worker.on_stop)
        worker.answered.connect(self._on_answered)
        # Direct, as the GUI thread blocks in `stop`, where it handles no queued signals.
        worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        for name in _FACTS:
            getattr(worker, name).connect(getattr(self, name))
        self._worker = worker
        self._thread.start()
        for emit in self._early:
            emit()
        self._early.clear()

    def run(self, command: Command[T]) -> Reply[T]:
        """Store something; the reply succeeds once it is synced to the disk, and fails if nothing of it is stored."""
        number, reply = self._new_reply()
        self.command_given.emit(command, reply)
        self._pass_on(lambda: self._command_requested.emit(number, command))
        return reply

    def ask(self, request: Request[T]) -> Reply[T]:
        """Ask the server now; the reply comes when it has answered, or when it is certain that it will not."""
        number, reply = self._new_reply()
        self.request_given.emit(request, reply)
        self._pass_on(lambda: self._request_requested.emit(number, request))
        return reply

    def instruct(self, instruction: Instruction) -> None:
        """Give the worker an instruction, which has no reply."""
        self._pass_on(lambda: self._instruction_requested.emit(instruction))

    def set_details_loading(self, is_wanted: bool, days: int) -> None:
        """See `instructions.SetDetailsLoading`."""
        self.instruct(sync.SetDetailsLoading(is_wanted, days))

    def refresh(self, wanted: DateRange) -> None:
        """See `instructions.Refresh`."""
        self.instruct(sync.Refresh(wanted))

    @Slot()
    def cancel_refresh(self) -> None:
        """See `instructions.CancelRefresh`."""
        self.instruct(sync.CancelRefresh())

    @Slot()
    def send_now(self) -> None:
        """See `instructions.SendNow`."""
        self.instruct(sync.SendNow())

    def check_integrity(self) -> None:
        """See `instructions.CheckIntegrity`."""
        self.instruct(sync.CheckIntegrity())

    def key_given(self) -> None:
        """Continue sending with the key that the user has entered."""
        self.send_now()

    def stop(self) -> bool:
        """End the worker within 2 s, whatever hangs; nothing stored is lost. Return whether it has ended."""
        ended = True
        self._replies.clear()
        # First, so that the worker's connection is the last one, which checkpoints the write-ahead log on closing.
        self._reader.close()
        if self._thread.isRunning():
            self._stop_requested.emit()
            ended = self._thread.wait(_STOP_MS)
            if not ended:
                _log.warning("the worker did not end in time; its work is reconciled at the next start")
        # What the worker emitted last is still queued: whoever received it would read a store that is closed.
        self.blockSignals(True)
        return ended

    def _new_reply(self) -> tuple[int, Reply[Any]]:
        number, reply = next(self._numbers), Reply[Any](self)
        self._replies[number] = reply
        return number, reply

    def _pass_on(self, emit: Callable[[], object]) -> None:
        if self._worker is None:
            self._early.append(emit)
        else:
            emit()

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        # None once the service was stopped: its windows are closed, or can no longer read the store.
        if (reply := self._replies.pop(answer.number, None)) is not None:
            reply.deliver(answer)


#: Signals of the worker that the service forwards.
_FACTS: Final = (
    "changed",
    "connection_changed",
    "refresh_changed",
    "members_changed",
    "storage_troubled",
    "stale_database_found",
    "sending_changed",
    "details_changed",
)
