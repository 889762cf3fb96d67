"""What the windows talk to: requests go in, facts come out, nothing here ever waits for the network."""

from __future__ import annotations

import logging
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.services.sync import commands
from heatpunk_desktop.services.sync.batch_requests import BatchRequests
from heatpunk_desktop.services.sync.batch_signals import DEED_SIGNALS
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.operation import Side
    from heatpunk_desktop.services.sync.contact_reader import ContactReader
    from heatpunk_desktop.services.sync.network import Client
    from heatpunk_desktop.services.sync.worker import SyncWorker
    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader
    from heatpunk_desktop.services.tasks.duplicate_finder import DuplicateFinder
    from heatpunk_desktop.services.tasks.exporter import Exporter
    from heatpunk_desktop.services.tasks.importer import Importer
    from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader
    from heatpunk_desktop.sync.policy import SyncPolicy
    from heatpunk_desktop.sync.refresh import RowsChanged

_log = logging.getLogger(__name__)

#: Milliseconds that the worker gets to end; after that the program ends without it, which the database stands.
_STOP_MS: Final = 1800


class SyncService(BatchRequests):
    """One account's projects and operations.

    Every request returns at once with a number; a signal with that number tells how it ended. The signals arrive in
    the window's thread.
    """

    #: sync.refresh.RowsChanged: rows as they are now, for the model.
    rows_changed = Signal(object)
    #: tuple[int, ...]: keys of rows that changed, came or went.
    projects_changed = Signal(object)
    #: Mapping[int, int]: for keys of projects created here the project IDs that the server gave them.
    keys_replaced = Signal(object)
    #: OperationCounts
    operations_changed = Signal(object)
    #: facts.Connection
    connection_changed = Signal(object)
    #: facts.RefreshState
    refresh_changed = Signal(object)
    #: tuple[Member, ...]
    members_changed = Signal(object)
    #: request, StoredEdit: an edit of a form is stored, and where; told before `operation_saved` of the same request.
    edit_stored = Signal(int, object)
    #: request, project key: what the person typed is committed and synced to the disk.
    operation_saved = Signal(int, object)
    #: request, KnownError: it is not stored; the form keeps it.
    operation_not_saved = Signal(int, object)
    #: request, ProjectDetail: `GET /projects/data` answered.
    project_loaded = Signal(int, object)
    #: request, KnownError: it did not; the detail from the store stands.
    project_not_loaded = Signal(int, object)
    #: request, project ID: the server deleted it permanently.
    project_deleted = Signal(int, object)
    #: request, KnownError: a permanent deletion was refused, or its outcome is not known (the words say which).
    project_not_deleted = Signal(int, object)
    #: KnownError: the database is in trouble (damaged, disk full); None: it takes what is saved again.
    storage_troubled = Signal(object)
    #: KnownError: an old copy of the database had been put back, and was joined with the newer journal.
    older_copy_found = Signal(object)
    #: facts.Sending: whether sending is put off, and until when.
    sending_changed = Signal(object)
    #: facts.DetailsState: how far contact details are loaded in the background.
    details_changed = Signal(object)
    #: request: the draft is on the disk (or off it).
    draft_kept = Signal(int)
    #: request, KnownError: it is not.
    draft_not_kept = Signal(int, object)
    #: tuple[int, ...]: operations that have just come to need a person.
    person_needed = Signal(object)
    #: The worker has ended.
    stopped = Signal()

    _asked = Signal(object)

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
        self._asked_early: list[commands.Command] = []

    @property
    def reader(self) -> StoreReader:
        """Reads the store at once, in the window's thread, without writing."""
        return self._reader

    def make_exporter(self) -> Exporter:
        """Makes what writes the account's projects to files."""
        from heatpunk_desktop.services.tasks.exporter import Exporter  # noqa: PLC0415 - when it is wanted only

        return Exporter(self._worker_arguments[0], self)

    def make_details_loader(self) -> DetailsLoader:
        """Makes what asks the server for all about many projects."""
        from heatpunk_desktop.services.tasks.details_loader import DetailsLoader  # noqa: PLC0415 - when it is wanted only

        return DetailsLoader(self, self)

    def make_importer(self) -> Importer:
        """Makes what reads spreadsheets and plans their import."""
        from heatpunk_desktop.services.tasks.importer import Importer  # noqa: PLC0415 - when it is wanted only

        return Importer(self._worker_arguments[0], self)

    def make_contact_reader(self) -> ContactReader:
        """Makes what tells of all projects what the list of projects lacks, as far as it is known."""
        from heatpunk_desktop.services.sync.contact_reader import ContactReader  # noqa: PLC0415 - not needed to start

        return ContactReader(self._worker_arguments[0], self)

    def make_projects_reader(self) -> ProjectsReader:
        """Makes what reads many of the account's projects whole."""
        from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader  # noqa: PLC0415 - when it is wanted only

        return ProjectsReader(self._worker_arguments[0], self)

    def make_customer_finder(self) -> CustomerFinder:
        """Makes what tells whether a customer is there already."""
        from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder  # noqa: PLC0415 - when it is wanted only

        return CustomerFinder(self._worker_arguments[0], self)

    def make_duplicate_finder(self) -> DuplicateFinder:
        """Makes what finds likely duplicates among the account's projects."""
        from heatpunk_desktop.services.tasks.duplicate_finder import DuplicateFinder  # noqa: PLC0415 - when it is wanted only

        return DuplicateFinder(self._worker_arguments[0], self)

    def start(self) -> None:
        """Starts the worker. What was asked before is done first."""
        from heatpunk_desktop.services.sync.worker import SyncWorker  # noqa: PLC0415 - not before the window is painted

        worker = SyncWorker(*self._worker_arguments)
        worker.moveToThread(self._thread)
        self._thread.started.connect(worker.on_thread_started)
        self._asked.connect(worker.on_asked)
        worker.rows_changed.connect(self._on_rows_changed)
        # Direct, as the window's thread waits in `stop` and takes no signals there.
        worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        for name in _FACTS:
            getattr(worker, name).connect(getattr(self, name))
        self._worker = worker
        self._thread.start()
        for command in self._asked_early:
            self._asked.emit(command)
        self._asked_early.clear()

    def create_project(self, values: FieldValues, owner: str, draft_id: str = "") -> int:
        """Stores a new project to be created: the fields that the person set, and the owner's email.

        The draft of the form is forgotten in the same transaction, so that neither a crash nor a power cut can leave
        both, or neither.
        """
        frozen = MappingProxyType(dict(values))
        command = commands.CreateProject(next(self._numbers), frozen, owner, draft_id)
        return self._ask_change(command, NewProject(frozen, owner))

    def edit_project(
        self,
        key: int,
        changes: FieldValues,
        base: FieldValues,
        draft_id: str = "",
        owner: str = "",
        mends: int = 0,
    ) -> int:
        """Stores changed fields of a project; `base` holds what the person saw in them before (missing: not loaded).

        A project that was not created yet can be given another owner. A refused operation that is mended by it goes
        again. The draft of the form goes as in `create_project`.
        """
        wanted, seen = MappingProxyType(dict(changes)), MappingProxyType(dict(base))
        command = commands.EditProject(next(self._numbers), key, wanted, seen, draft_id, owner, mends)
        return self._ask_change(command, FieldEdit(key, seen, wanted, owner))

    def keep_draft(self, draft: Draft) -> int:
        """Keeps what stands in an open form. Ends in `draft_kept` or `draft_not_kept`."""
        return self._ask(commands.KeepDraft(next(self._numbers), draft))

    def drop_draft(self, draft_id: str) -> int:
        """Forgets what stood in a form, because the person discarded it. Ends as `keep_draft`."""
        return self._ask(commands.DropDraft(next(self._numbers), draft_id))

    def resolve(self, operation_id: int, mine: Iterable[Field], theirs: Iterable[Field]) -> int:
        """Settles a conflict field by field: as the person had it, or as the server has it.

        Fields named in neither stay in conflict. Ends in `operation_saved` or `operation_not_saved`.
        """
        return self._ask(commands.Resolve(next(self._numbers), operation_id, frozenset(mine), frozenset(theirs)))

    def adopt(self, operation_id: int, project_id: int) -> int:
        """Says which project on the server an unclear create made: nothing is sent, the two become one."""
        return self._ask(commands.Adopt(next(self._numbers), operation_id, project_id))

    def keep_side(self, side: Side, *operation_ids: int) -> int:
        """Settles conflicts as a whole: as the person had it, or as the server has it. Ends as `resolve`."""
        return self._ask(commands.KeepSide(next(self._numbers), operation_ids, side))

    def create_again(self, *operation_ids: int) -> int:
        """Creates projects again that are gone from the server, with all that is known of them and waited for them.

        Ends in `operation_saved` with the key of the last new project, or `operation_not_saved`.
        """
        return self._ask(commands.CreateAgain(next(self._numbers), operation_ids))

    def change_owner(self, owner: str, *operation_ids: int) -> int:
        """Gives new projects that were refused another owner, and queues them again: all of them, or none.

        Ends in `operation_saved` or `operation_not_saved`.
        """
        return self._ask(commands.ChangeOwner(next(self._numbers), operation_ids, owner))

    def move_to_deleted(self, key: int) -> int:
        """Stores a soft delete. Ends in `operation_saved` or `operation_not_saved`."""
        return self._ask_change(commands.MoveToDeleted(next(self._numbers), key), MoveToDeleted(key))

    def delete_permanently(self, project_id: int) -> int:
        """Asks the server now; is never queued and never repeated."""
        return self._ask(commands.DeletePermanently(next(self._numbers), project_id))

    def load_project(self, key: int) -> int:
        """Asks the server for the fields that the list lacks."""
        return self._ask(commands.LoadProject(next(self._numbers), key))

    def load_quietly(self, is_wanted: bool, days: int) -> None:
        """Says whether the details of all projects are loaded in the background; `details_changed` tells how far it is.

        Args:
            is_wanted: Whether they are.
            days: Details that are older are loaded again; 0: none are.
        """
        self._ask(commands.SetDetailsLoading(next(self._numbers), is_wanted, days))

    def refresh(self, wanted: DateRange) -> None:
        """Reads the projects created in a range, the newest window first. One that runs is replaced."""
        self._ask(commands.Refresh(next(self._numbers), wanted))

    def cancel_refresh(self) -> None:
        """Stops the running refresh; what it read so far stays."""
        self._ask(commands.CancelRefresh(next(self._numbers)))

    def send_now(self) -> None:
        """Tries the server at once, without waiting out the pause between tries."""
        self._ask(commands.SendNow(next(self._numbers)))

    def try_again(self, *operation_ids: int) -> int:
        """Puts refused or doubtful operations back in the queue, because the person said so: all of them, or none."""
        return self._ask(commands.TryAgain(next(self._numbers), operation_ids))

    def discard(self, *operation_ids: int) -> int:
        """Gives operations up, because the person said so: all of them, or none. They stay in Done."""
        return self._ask(commands.Discard(next(self._numbers), operation_ids))

    def check_integrity(self) -> None:
        """Has the database looked over; trouble comes as `storage_troubled`."""
        self._ask(commands.CheckIntegrity(next(self._numbers)))

    def key_given(self) -> None:
        """A person gave a key: the queue goes on with it."""
        self.send_now()

    def stop(self) -> bool:
        """Ends the worker within 2 s, whatever hangs; nothing stored is lost. Tells whether it has ended."""
        ended = True
        # First, so that the worker's connection is the last one and takes the write-ahead log in when it closes.
        self._reader.close()
        if self._thread.isRunning():
            self._ask(commands.Stop(next(self._numbers)))
            ended = self._thread.wait(_STOP_MS)
            if not ended:
                _log.warning("the worker did not end in time; what it was doing is settled at the next start")
        return ended

    @override
    def _ask(self, command: commands.Command) -> int:
        if self._worker is None:
            self._asked_early.append(command)
        else:
            self._asked.emit(command)
        return command.request

    @Slot(object)
    def _on_rows_changed(self, changed: RowsChanged) -> None:
        self.rows_changed.emit(changed)
        self.projects_changed.emit(changed.keys)


#: Signals of the worker that are passed on as they are.
_FACTS: Final = (
    "keys_replaced",
    "operations_changed",
    "connection_changed",
    "refresh_changed",
    "members_changed",
    "edit_stored",
    "operation_saved",
    "operation_not_saved",
    "project_loaded",
    "project_not_loaded",
    "project_deleted",
    "project_not_deleted",
    "storage_troubled",
    "older_copy_found",
    "sending_changed",
    "details_changed",
    "draft_kept",
    "draft_not_kept",
    "person_needed",
    *DEED_SIGNALS,
)
