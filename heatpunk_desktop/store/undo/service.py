"""The undo service: withdraws what was not sent, and stores compensating changes for what was."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted
from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, StoredEdit, Undoable, UndoObstacle, UndoResult
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.batches import OF_BATCH, BatchWriting
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.undo.compensation import Reverse, reverse_of
from heatpunk_desktop.store.undo.restore import restore_edit
from heatpunk_desktop.store.undo.withdraw import operations_numbered, operations_where, withdraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import apsw

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.outbox import Outbox

_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


class UndoService:
    """Undoes and redoes changes. Both are one transaction, synced to the disk when they return.

    No discarded operation ever becomes active again: what is redone is stored as a new one, so that the journal, an old
    copy of the database and the sender may rely on it that discarded operations stay so.
    """

    def __init__(self, connection: apsw.Connection, outbox: Outbox) -> None:
        self._connection = connection
        self._outbox = outbox

    def undo(
        self, undoable: Undoable, label: str, owner: str, now: str, moved: Mapping[int, int] = _NOTHING
    ) -> UndoResult:
        """Withdraw what was not sent, and store compensating changes for what was.

        Like any other change, those are compared with the server before they are sent: a field that a colleague has
        changed since needs the user.

        Args:
            undoable: The step to undo.
            label: The label for the batch of compensating changes.
            owner: Email of the owner of projects that are stored again.
            now: UTC text.
            moved: Numbers of discarded operations, with the numbers of those in their place.

        Raises:
            StorageError: The disk refused. Nothing was changed.
        """
        with transaction(self._connection):
            step = _Step(self._connection, self._outbox, owner, now, moved)
            done = step.undo(undoable)
            step.writing.end(label)
        return done

    def redo(
        self, undone: UndoResult, label: str, owner: str, now: str, moved: Mapping[int, int] = _NOTHING
    ) -> RedoResult:
        """Redo what was undone. Arguments and errors are those of `undo`."""
        with transaction(self._connection):
            step = _Step(self._connection, self._outbox, owner, now, moved)
            done = step.redo(undone)
            step.writing.end(label)
        return done


class _Step:
    """One undo or redo, inside a transaction."""

    def __init__(
        self, connection: apsw.Connection, outbox: Outbox, owner: str, now: str, moved: Mapping[int, int]
    ) -> None:
        self._connection = connection
        self._outbox = outbox
        self._now = now
        self._moved = dict(moved)
        self._replaced: dict[int, int] = {}
        self._keys: dict[int, None] = {}
        self._left: dict[NotUndone, None] = {}
        self.writing = BatchWriting(connection, outbox, owner, now)

    def undo(self, undoable: Undoable) -> UndoResult:
        """Do the work of `UndoService.undo`."""
        pairs: list[tuple[int, int]] = []
        put: FieldEdit | None = None
        for edit in reversed(undoable.edits):
            found = edit._replace(operation=self._number(edit.operation))
            part, reverse = restore_edit(self._connection, found, self._now)
            put = _together(put, part)
            if number := self._store(reverse):
                pairs.append((0, number))
        if put is not None:
            self._keys[put.key] = None
        operations = self._operations(undoable)
        gone = self._withdraw(operations)
        for operation in operations:
            if operation.operation_id in gone or operation.state is OperationState.DISCARDED:
                continue
            if number := self._store(reverse_of(operation)):
                pairs.append((operation.operation_id, number))
        return UndoResult(
            undoable=undoable,
            withdrawn=tuple(gone),
            reversed=tuple(pairs),
            revived=self._revive(undoable),
            batch=self.writing.batch,
            withdrawn_edit=put,
            left=tuple(self._left),
            keys=tuple(self._keys),
            replaced=tuple(self._replaced.items()),
        )

    def redo(self, undone: UndoResult) -> RedoResult:
        """Do the work of `UndoService.redo`."""
        edits = self._edit_again(undone.withdrawn_edit)
        in_force, more = self._take_back_reverses(undone)
        in_force += self._store_again(operations_numbered(self._connection, undone.withdrawn))
        for create in operations_numbered(self._connection, undone.revived):
            if create.kind is OperationKind.CREATE and self.writing.is_there(key := self._key(-create.operation_id)):
                self.writing.delete(key)
                self._keys[key] = None
        before = undone.undoable
        is_stored = bool(in_force or self.writing.batch or self.writing.discarded)
        return RedoResult(
            before._replace(
                operations=tuple(in_force),
                batches=(self.writing.batch,) if self.writing.batch else (),
                discarded=tuple(self.writing.discarded),
                deleted=0 if is_stored else before.deleted,
                edits=(*edits, *more),
            ),
            left=tuple(self._left),
            keys=tuple(self._keys),
            replaced=tuple(self._replaced.items()),
        )

    # -- undoing -----------------------------------------------------------------------------------------------------

    def _operations(self, undoable: Undoable) -> list[Operation]:
        """Return the operations of the step to undo, the oldest first."""
        found = {
            operation.operation_id: operation
            for operation in operations_numbered(self._connection, undoable.operations)
        }
        for batch in undoable.batches:
            found |= {
                operation.operation_id: operation
                for operation in operations_where(self._connection, OF_BATCH, (batch,))
            }
        moved = [number for original in found if (number := self._number(original)) != original]
        found |= {operation.operation_id: operation for operation in operations_numbered(self._connection, moved)}
        if undoable.deleted:
            key = self._key(undoable.deleted)
            deletes = operations_where(self._connection, "o.project_key = ? AND o.kind = 'soft_delete'", (key,))
            found |= {operation.operation_id: operation for operation in deletes[-1:]}
        return [operation for _, operation in sorted(found.items())]

    def _withdraw(self, operations: list[Operation]) -> dict[int, int]:
        gone = withdraw(self._connection, operations, self._now)
        self._keys.update(dict.fromkeys(gone.values()))
        return gone

    def _store(self, reverse: Reverse) -> int:
        """Store a compensating change and return its number, or 0 where there is nothing to store."""
        self._left.update(dict.fromkeys(reverse.left))
        match reverse.change:
            case FieldEdit(key, base, changes):
                self._keys[key] = None
                return self.writing.update(key, changes, base)
            case MoveToDeleted(key):
                self._keys[key] = None
                return self.writing.delete_sent(key)
            case None:
                return 0

    def _revive(self, undoable: Undoable) -> tuple[int, ...]:
        """Store creates again that were discarded because their projects were deleted, with what waited for them.

        Returns:
            The numbers of all that is stored.
        """
        numbers = list(undoable.discarded)
        if undoable.deleted < 0:
            numbers.append(self._number(-undoable.deleted))
        revived: list[Operation] = []
        for create in operations_numbered(self._connection, numbers):
            if create.kind is OperationKind.CREATE and create.state is OperationState.DISCARDED:
                revived += operations_where(
                    self._connection,
                    "o.project_key = ? AND o.state = 'discarded' AND o.settled_at = ? AND o.cause = ?",
                    (create.project_key, create.settled_at, DiscardCause.DELETED_UNSENT.value),
                )
        return tuple(self._store_again(revived))

    # -- redoing -----------------------------------------------------------------------------------------------------

    def _edit_again(self, edit: FieldEdit | None) -> list[StoredEdit]:
        """Store an edit as a form does, merging it with what waits already; return where it went."""
        if edit is None:
            return []
        try:
            stored = self._outbox.edit(self._key(edit.key), edit.changes, edit.base, self._now, owner=edit.owner)
        except BadInputError:
            self._left[NotUndone(edit.key, UndoObstacle.GONE)] = None
            return []
        self._keys[stored.edit.key] = None
        return [stored]

    def _take_back_reverses(self, undone: UndoResult) -> tuple[list[int], list[StoredEdit]]:
        """Withdraw or compensate the compensating changes; return the operations and edits in force by that."""
        in_force: dict[int, None] = {}
        edits: list[StoredEdit] = []
        reverses = operations_where(self._connection, OF_BATCH, (undone.batch,))
        gone = self._withdraw(reverses)
        pairs = {reverse: number for number, reverse in undone.reversed}
        # A part of a reverse change that met a conflict is an operation of its own (`OutboxDelivery.mark_conflict`).
        of_project = {
            operation.project_key: pairs[operation.operation_id]
            for operation in reverses
            if operation.operation_id in pairs
        }
        for operation in reverses:
            is_gone = operation.operation_id in gone or operation.state is OperationState.DISCARDED
            reverse = reverse_of(operation)
            if not undone.undoable.edits:
                if not is_gone:
                    self._store(reverse)
                elif number := pairs.get(operation.operation_id, of_project.get(operation.project_key, 0)):
                    in_force[number] = None
            elif is_gone:
                edits += [
                    part for edit in undone.undoable.edits if (part := _part_of(edit, operation.changes)) is not None
                ]
            else:
                self._left.update(dict.fromkeys(reverse.left))
                edits += self._edit_again(reverse.change if isinstance(reverse.change, FieldEdit) else None)
        return list(in_force), edits

    def _store_again(self, operations: Iterable[Operation]) -> list[int]:
        """Store discarded operations again and return the numbers of the new ones."""
        stored: dict[int, int] = {}
        for operation in operations:
            key = operation.project_key if operation.kind is OperationKind.CREATE else self._key(operation.project_key)
            self._keys[key] = None
            if operation.kind is not OperationKind.CREATE and not self.writing.is_there(key):
                self._left[NotUndone(key, UndoObstacle.GONE)] = None
            elif number := self.writing.store_again(operation, key):
                self._replaced[operation.operation_id] = stored[operation.operation_id] = number
                if operation.kind is OperationKind.CREATE:
                    self._keys[-number] = None
        return list(stored.values())

    def _number(self, number: int) -> int:
        """Return the number of the operation that is now in the place of one."""
        while (moved := self._replaced.get(number, self._moved.get(number))) is not None:
            number = moved
        return number

    def _key(self, key: int) -> int:
        """Return the current key of a project that was stored again or got its project ID."""
        return self._outbox.current_key(-self._number(-key) if key < 0 else key)


def _together(first: FieldEdit | None, second: FieldEdit | None) -> FieldEdit | None:
    """Return the parts of an edit, each of other fields, as one."""
    if first is None or second is None:
        return first or second
    owner = second.owner or first.owner
    return FieldEdit(second.key, {**first.base, **second.base}, {**first.changes, **second.changes}, owner)


def _part_of(stored: StoredEdit, fields: FieldValues) -> StoredEdit | None:
    """Return the part of an edit that is about some fields, or None where there is none."""
    edit = stored.edit
    changes = {field: value for field, value in edit.changes.items() if field in fields}
    base = {field: value for field, value in edit.base.items() if field in changes}
    return stored._replace(edit=FieldEdit(edit.key, base, changes)) if changes else None
