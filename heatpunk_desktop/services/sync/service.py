"""What the windows talk to: requests go in, facts come out, nothing here ever waits for the network."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.services.sync import instructions
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
    from heatpunk_desktop.sync.policy import SyncPolicy

_log = logging.getLogger(__name__)

#: Milliseconds that the worker gets to end; after that the program ends without it, which the database stands.
_STOP_MS: Final = 1800

T = TypeVar("T")


class SyncService(QObject):
    """One account's projects and operations.

    A window has a command run, asks the server, or tells the worker to do something (see `commands` and
    `instructions`); all of it returns at once. How it ended comes by its reply; what is so now, whoever caused it, by
    the signals here, before the reply. All of it arrives in the window's thread.
    """

    #: Command, Reply: a window wants something stored; whoever is told still reads how things stood before.
    command_given = Signal(object, object)
    #: Request, Reply: a window asks the server for something.
    request_given = Signal(object, object)
    #: facts.Changed: projects and operations stand otherwise now.
    changed = Signal(object)
    #: facts.Connection
    connection_changed = Signal(object)
    #: facts.RefreshState
    refresh_changed = Signal(object)
    #: tuple[Member, ...]
    members_changed = Signal(object)
    #: KnownError: the database is in trouble (damaged, disk full); None: it takes what is saved again.
    storage_troubled = Signal(object)
    #: KnownError: an old copy of the database had been put back, and was joined with the newer journal.
    older_copy_found = Signal(object)
    #: facts.Sending: whether sending is put off, and until when.
    sending_changed = Signal(object)
    #: facts.DetailsState: how far contact details are loaded in the background.
    details_changed = Signal(object)
    #: The worker has ended.
    stopped = Signal()

    _command_wanted = Signal(int, object)
    _request_wanted = Signal(int, object)
    _instruction_wanted = Signal(object)
    _stop_wanted = Signal()

    def __init__(
        self,
        database: Path,
        account: Account,
        make_client: Callable[[], Client],
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
        policy: SyncPolicy | None = None,
    ) -> None:
        """Opens the account for reading; `start` begins the work.

        Args:
            database: A database that `open_writer` has made or brought up to date.
            account: The account.
            make_client: Makes a client for a network thread, in that thread.
            clock: The present, aware.
            parent: Owner.
            policy: How patiently doubtful operations are found out; the default where None.

        Raises:
            StorageError: The database cannot be read.
        """
        super().__init__(parent)
        self._reader = StoreReader(open_reader(database))
        self._numbers = count(1)
        self._thread = QThread(self)
        self._thread.setObjectName("heatpunk-worker")
        self._thread.finished.connect(self.stopped)
        self._worker_arguments = (database, account, make_client, clock, policy)
        self._worker: SyncWorker | None = None
        #: Who waits for an answer, by the number under which it comes.
        self._replies: dict[int, Reply[Any]] = {}
        #: What was wanted before the worker was there.
        self._early: list[Callable[[], object]] = []

    @property
    def reader(self) -> StoreReader:
        """Reads the store at once, in the window's thread, without writing."""
        return self._reader

    def start(self) -> None:
        """Starts the worker. What was asked before is done first."""
        from heatpunk_desktop.services.sync.worker import SyncWorker  # noqa: PLC0415 - not before the window is painted

        worker = SyncWorker(*self._worker_arguments)
        worker.moveToThread(self._thread)
        self._thread.started.connect(worker.on_thread_started)
        self._command_wanted.connect(worker.on_command)
        self._request_wanted.connect(worker.on_request)
        self._instruction_wanted.connect(worker.on_instruction)
        self._stop_wanted.connect(worker.on_stop)
        worker.answered.connect(self._on_answered)
        # Direct, as the window's thread waits in `stop` and takes no signals there.
        worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        for name in _FACTS:
            getattr(worker, name).connect(getattr(self, name))
        self._worker = worker
        self._thread.start()
        for emit in self._early:
            emit()
        self._early.clear()

    def run(self, command: Command[T]) -> Reply[T]:
        """Store something; the reply succeeds once it is synced to the disk, and fails where nothing of it is."""
        number, reply = self._new_reply()
        self.command_given.emit(command, reply)
        self._pass_on(lambda: self._command_wanted.emit(number, command))
        return reply

    def ask(self, request: Request[T]) -> Reply[T]:
        """Ask the server now; the reply comes when it has answered, or when it is known that it will not."""
        number, reply = self._new_reply()
        self.request_given.emit(request, reply)
        self._pass_on(lambda: self._request_wanted.emit(number, request))
        return reply

    def tell(self, instruction: Instruction) -> None:
        """Have the worker do something of which nothing is told in the end."""
        self._pass_on(lambda: self._instruction_wanted.emit(instruction))

    def load_quietly(self, is_wanted: bool, days: int) -> None:
        """See `instructions.SetDetailsLoading`."""
        self.tell(instructions.SetDetailsLoading(is_wanted, days))

    def refresh(self, wanted: DateRange) -> None:
        """See `instructions.Refresh`."""
        self.tell(instructions.Refresh(wanted))

    @Slot()
    def cancel_refresh(self) -> None:
        """See `instructions.CancelRefresh`."""
        self.tell(instructions.CancelRefresh())

    @Slot()
    def send_now(self) -> None:
        """See `instructions.SendNow`."""
        self.tell(instructions.SendNow())

    def check_integrity(self) -> None:
        """See `instructions.CheckIntegrity`."""
        self.tell(instructions.CheckIntegrity())

    def key_given(self) -> None:
        """A user gave a key: the queue goes on with it."""
        self.send_now()

    def stop(self) -> bool:
        """Ends the worker within 2 s, whatever hangs; nothing stored is lost. Tells whether it has ended."""
        ended = True
        self._replies.clear()
        # First, so that the worker's connection is the last one and takes the write-ahead log in when it closes.
        self._reader.close()
        if self._thread.isRunning():
            self._stop_wanted.emit()
            ended = self._thread.wait(_STOP_MS)
            if not ended:
                _log.warning("the worker did not end in time; what it was doing is settled at the next start")
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
        # None once the service was stopped: its windows are closed, or have nothing to look things up in.
        if (reply := self._replies.pop(answer.number, None)) is not None:
            reply.tell(answer)


#: Signals of the worker that are passed on as they are.
_FACTS: Final = (
    "changed",
    "connection_changed",
    "refresh_changed",
    "members_changed",
    "storage_troubled",
    "older_copy_found",
    "sending_changed",
    "details_changed",
)
