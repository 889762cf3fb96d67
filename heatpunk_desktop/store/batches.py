"""Batches: many changes stored in one transaction, and withdrawn as a whole while they are not sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.domain.changes import BatchWithdrawal, FieldEdit, MoveToDeleted, NewProject, Staged
from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import well_formed
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.state_changes import NewOperation, store_operation
from heatpunk_desktop.store.undo.withdraw import UNSENT, operations_where, withdraw
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    import apsw

    from heatpunk_desktop.domain.changes import Change
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.outbox import Outbox

#: As a condition on `operation AS o`, for which SQLite takes the index of batches.
OF_BATCH: Final = "o.batch = ? AND o.batch > 0"


class BatchState(NamedTuple):
    """The state of a batch that is not settled.

    Attributes:
        batch: Its number.
        label: What was done, in words.
        staged_at: UTC text.
        unsent: How many of its operations can be withdrawn.
        operations: How many of its operations were not discarded.
    """

    batch: int
    label: str
    staged_at: str
    unsent: int
    operations: int


class BatchProgress(NamedTuple):
    """How many changes of a batch are in which group, each counted once.

    Attributes:
        created: New projects that the server created.
        changed: Other changes that are on the server.
        waiting: Changes that are queued, being sent, or in doubt.
        needs_you: Changes that need a decision, mostly refused ones.
        discarded: Changes that were discarded.
    """

    created: int = 0
    changed: int = 0
    waiting: int = 0
    needs_you: int = 0
    discarded: int = 0


class BatchWaiting(NamedTuple):
    """What of a batch can be withdrawn.

    Attributes:
        batch: Its number.
        label: What was done, in words, or empty.
        unsent: How many of its operations can be withdrawn; None where so much waits that it was not counted.
    """

    batch: int
    label: str
    unsent: int | None


class Batches:
    """Writes batches. Every public method is one transaction, on the disk when it returns.

    Each change of a batch becomes an operation of its own: it is merged with nothing that waits already, so that the
    batch can be withdrawn without anything else.
    """

    def __init__(self, connection: apsw.Connection, outbox: Outbox) -> None:
        self._connection = connection
        self._outbox = outbox

    def stage(self, changes: Iterable[Change], label: str, owner: str, now: str) -> Staged:
        """Store changes, all or none.

        Args:
            changes: The changes, in order. An edit without changes stores nothing.
            label: What is done, in words for the user.
            owner: Email of the owner of new projects that name none.
            now: UTC text.

        Raises:
            BadInputError: A project was discarded meanwhile. Nothing is stored.
            StorageError: The disk refused. Nothing is stored.
        """
        with transaction(self._connection):
            writing = BatchWriting(self._connection, self._outbox, owner, now)
            keys = tuple([writing.write(change) for change in changes])
            writing.end(label)
        return Staged(writing.batch, keys, tuple(writing.discarded), writing.stored + len(writing.discarded))

    def withdraw(self, batch: int, now: str) -> BatchWithdrawal:
        """Withdraw what of a batch was not sent, with what waits for projects that it would have created."""
        with transaction(self._connection):
            operations = operations_where(self._connection, OF_BATCH, (batch,))
            gone = withdraw(self._connection, operations, now)
        left = tuple(
            operation.operation_id
            for operation in operations
            if operation.operation_id not in gone and operation.state is not OperationState.DISCARDED
        )
        return BatchWithdrawal(batch, len(gone), left, tuple(dict.fromkeys(gone.values())))


class BatchWriting:
    """Writes the operations of one batch, inside a transaction."""

    def __init__(self, connection: apsw.Connection, outbox: Outbox, owner: str, now: str) -> None:
        """Begin an empty batch.

        Args:
            connection: A writing connection, in a transaction.
            outbox: Of the same connection.
            owner: Email of the owner of new projects that name none.
            now: UTC text.
        """
        self._connection = connection
        self._outbox = outbox
        self._owner = owner
        self._now = now
        last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'operation'").get
        self._next = int(last or 0) + 1
        #: The number of the batch; 0 as long as it is empty.
        self.batch = 0
        #: Creates that were discarded instead of being moved to deleted.
        self.discarded: list[int] = []
        #: How many operations were stored.
        self.stored = 0
        #: What the edits of the batch set so far, by the projects' keys.
        self._set: dict[int, dict[Field, str | float | None]] = {}

    def write(self, change: Change) -> int:
        """Store one change and return the key of its project."""
        match change:
            case NewProject():
                return self.create(self._outbox.with_reference(change.values), change.owner or self._owner)
            case FieldEdit():
                key = self._outbox.current_key(change.key)
                if change.changes:
                    self._refuse_gone(key)
                    self.update(key, change.changes, self._seen(key, change))
                return key
            case MoveToDeleted():
                key = self._outbox.current_key(change.key)
                self.delete(key)
                return key

    def _seen(self, key: int, edit: FieldEdit) -> FieldValues:
        """Return the base of an edit: the value that an earlier edit of the batch set, else what the user saw."""
        before = self._set.setdefault(key, {})
        seen = {**edit.base, **{field: before[field] for field in edit.changes if field in before}}
        before.update(edit.changes)
        return seen

    def create(self, values: FieldValues, owner: str) -> int:
        """Store a new project as it is and return its key."""
        return -self._insert(OperationKind.CREATE, 0, owner, values, {})

    def update(self, key: int, changes: FieldValues, base: FieldValues) -> int:
        """Store an update as it is and return its number."""
        return self._insert(OperationKind.UPDATE, key, "", changes, base)

    def delete(self, key: int) -> int:
        """Store a soft delete and return its number, or 0 where none is stored.

        None is stored where one waits already, or where a create that was not sent is discarded instead.
        """
        if self.discards_unsent(key):
            return 0
        self._refuse_gone(key)
        return self.delete_sent(key)

    def discards_unsent(self, key: int) -> bool:
        """Discard a project of which nothing can have reached the server; return whether it is one."""
        if key > 0 or not self._outbox.is_only_here(-key):
            return False
        self.discarded.append(-key)
        self._outbox.add_soft_delete(key, self._now)
        return True

    def delete_sent(self, key: int) -> int:
        """Store a soft delete of a project that was sent and return its number, or 0 where one waits already."""
        return 0 if self._waits_to_be_deleted(key) else self._insert(OperationKind.SOFT_DELETE, key, "", {}, {})

    def store_again(self, operation: Operation, key: int) -> int:
        """Store a discarded operation again, alone or in its own batch, as it was.

        Args:
            operation: The operation as it was.
            key: The current key of its project. A create makes a project of another key.

        Returns:
            Its new number; 0 for a soft delete where none is stored, as in `delete`.
        """
        kind, changes, batch = operation.kind, operation.changes, operation.batch
        match kind:
            case OperationKind.CREATE:
                return self._insert(kind, 0, operation.owner, self._outbox.with_reference(changes), {}, batch)
            case OperationKind.UPDATE:
                return self._insert(kind, key, "", changes, operation.base, batch)
            case OperationKind.SOFT_DELETE:
                is_there_no_more = self.discards_unsent(key) or self._waits_to_be_deleted(key)
                return 0 if is_there_no_more else self._insert(kind, key, "", {}, {}, batch)

    def is_there(self, key: int) -> bool:
        """Return whether a project is on the server, or waits to be created."""
        return (
            key > 0
            or self._connection.execute(
                f"SELECT 1 FROM operation WHERE project_key = ? AND {PENDING}", (key,)
            ).fetchone()
            is not None
        )

    def end(self, label: str) -> None:
        """Store the label of the batch, unless it is empty."""
        if self.batch:
            self._connection.execute(
                "INSERT OR REPLACE INTO batch (batch_id, label, staged_at) VALUES (?, ?, ?)",
                (self.batch, well_formed(label), self._now),
            )

    def _insert(
        self,
        kind: OperationKind,
        key: int,
        owner: str,
        changes: FieldValues,
        base: FieldValues,
        batch: int | None = None,
    ) -> int:
        number = self._next
        self._next += 1
        if batch is None:
            self.batch = batch = self.batch or number
        self.stored += 1
        new = NewOperation(kind, key, changes, base, self._now, owner, batch, number)
        return store_operation(self._connection, new)

    def _waits_to_be_deleted(self, key: int) -> bool:
        sql = f"SELECT 1 FROM operation WHERE project_key = ? AND kind = 'soft_delete' AND {PENDING}"
        return self._connection.execute(sql, (key,)).fetchone() is not None

    def _refuse_gone(self, key: int) -> None:
        if not self.is_there(key):
            raise BadInputError(
                marked("batches", "One of the projects is not there any more"),
                marked(
                    "batches",
                    "It was given up before it was sent, so there is nothing to change. None of the changes was saved.",
                ),
                marked("batches", "Leave it out, and do the same again."),
            )


#: Changes of a batch that are counted in one slice: some milliseconds.
_SLICE: Final = 10_000

#: The attribute of `BatchProgress` in which each state is counted.
_PROGRESS: Final = {
    OperationState.CONFIRMED: "changed",
    OperationState.NEEDS_YOU: "needs_you",
    OperationState.DISCARDED: "discarded",
    OperationState.QUEUED: "waiting",
    OperationState.SENDING: "waiting",
    OperationState.UNKNOWN: "waiting",
}

#: The most waiting operations with which a batch is counted, so that the window is not blocked.
_MOST_COUNTED: Final = 2_000

#: Uses the index of states, which has unsettled operations together, while most of a batch may have been sent.
_UNSENT_OF: Final = (
    "WITH waiting AS MATERIALIZED (SELECT o.batch, o.state, o.attempts, o.reason FROM operation AS o"
    " INDEXED BY operation_state WHERE o.state IN ('queued', 'needs_you') LIMIT ?)"
    f" SELECT coalesce(sum(o.batch = ? AND {UNSENT}), 0), count(*) FROM waiting AS o"
)


def batch_waiting(connection: apsw.Connection, batch: int) -> BatchWaiting:
    """Return what of a batch can be withdrawn, in bounded time however much waits."""
    label = connection.execute("SELECT label FROM batch WHERE batch_id = ?", (batch,)).get
    unsent, waiting = map(int, next(connection.execute(_UNSENT_OF, (_MOST_COUNTED, batch))))
    return BatchWaiting(batch, str(label or ""), unsent if waiting < _MOST_COUNTED else None)


def batch_progress(connection: apsw.Connection, batch: int) -> Generator[None, None, BatchProgress]:
    """Count the changes of a batch by group, in slices: counting 100,000 at once would block a window."""
    counts: Counter[str] = Counter()
    after = 0
    while True:
        of_slice = f"SELECT operation_id, kind, state FROM operation AS o WHERE {OF_BATCH} AND operation_id > ?"
        rows: list[Any] = connection.execute(
            "SELECT kind, state, count(*), max(operation_id)"
            f" FROM ({of_slice} ORDER BY operation_id LIMIT {_SLICE}) GROUP BY 1, 2",
            (batch, after),
        ).fetchall()
        if not rows:
            break
        for kind, state, count, last in rows:
            is_create = kind == OperationKind.CREATE and state == OperationState.CONFIRMED
            counts["created" if is_create else _PROGRESS[OperationState(state)]] += count
            after = max(after, last)
        yield
    return BatchProgress(**counts)


def unsettled_batches(connection: apsw.Connection) -> list[BatchState]:
    """Return every batch that is not settled, the newest first."""
    rows = connection.execute(
        "SELECT o.batch, coalesce(b.label, ''), coalesce(b.staged_at, min(o.created_at)),"
        f" sum({UNSENT}),"
        " sum(o.state <> 'discarded')"
        " FROM operation AS o LEFT JOIN batch AS b ON b.batch_id = o.batch WHERE o.batch > 0 GROUP BY o.batch"
        f" HAVING sum(o.{PENDING}) > 0 ORDER BY o.batch DESC"
    )
    return [BatchState(*row) for row in rows]
