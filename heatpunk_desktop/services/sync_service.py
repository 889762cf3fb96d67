"""What the windows talk to: requests go in, facts come out, nothing here ever waits for the network."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import FieldValues
from heatpunk_desktop.store.reader import StoreReader


class SyncService(QObject):
    """One account's projects and operations.

    Every request returns at once with a number; a signal with that number tells how it ended. The signals arrive in
    the window's thread.
    """

    #: tuple[int, ...]: keys of rows that changed, came or went; empty: all may have.
    projects_changed = Signal(object)
    #: int, int: the key of a project created here, and the project ID that the server gave it.
    key_replaced = Signal(object, object)
    #: OperationCounts
    operations_changed = Signal(object)
    #: facts.Connection
    connection_changed = Signal(object)
    #: facts.RefreshState
    refresh_changed = Signal(object)
    #: tuple[Member, ...]
    members_changed = Signal(object)
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
    #: KnownError: the database is in trouble (damaged, disk full).
    storage_troubled = Signal(object)
    #: The worker has ended.
    stopped = Signal()

    @property
    def reader(self) -> StoreReader:
        """Reads the store at once, in the window's thread, without writing."""
        raise NotImplementedError

    def create_project(self, values: FieldValues, owner: str) -> int:
        """Stores a new project to be created: the fields that the person set, and the owner's email."""
        raise NotImplementedError

    def edit_project(self, key: int, changes: FieldValues, base: FieldValues) -> int:
        """Stores changed fields of a project; `base` holds what the person saw in them before (missing: not loaded)."""
        raise NotImplementedError

    def move_to_deleted(self, key: int) -> int:
        """Stores a soft delete. Ends in `operation_saved` or `operation_not_saved`."""
        raise NotImplementedError

    def delete_permanently(self, project_id: int) -> int:
        """Asks the server now; is never queued and never repeated."""
        raise NotImplementedError

    def load_project(self, key: int) -> int:
        """Asks the server for the fields that the list lacks."""
        raise NotImplementedError

    def refresh(self, wanted: DateRange) -> None:
        """Reads the projects created in a range, the newest window first. One that runs is replaced."""
        raise NotImplementedError

    def cancel_refresh(self) -> None:
        """Stops the running refresh; what it read so far stays."""
        raise NotImplementedError

    def send_now(self) -> None:
        """Tries the server at once, without waiting out the pause between tries."""
        raise NotImplementedError

    def try_again(self, operation_id: int) -> int:
        """Puts a refused or doubtful operation back in the queue, because the person said so."""
        raise NotImplementedError

    def discard(self, operation_id: int) -> int:
        """Gives an operation up, because the person said so; it stays in Done."""
        raise NotImplementedError

    def key_given(self, api_key: str) -> None:
        """A person gave a key: the queue goes on with it."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends the worker within 2 s, whatever hangs; nothing stored is lost."""
        raise NotImplementedError
