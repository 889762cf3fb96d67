"""The transactional outbox: the table `operation`, as written on behalf of the user.

`store.outbox_delivery` writes what the sender does to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import (
    Decided,
    DiscardCause,
    OperationKind,
    OperationState,
    Reason,
    Side,
    is_open,
)
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.domain.own_references import is_own_reference, new_reference
from heatpunk_desktop.domain.remarks import RemarkCode, remark, remarks_as_json
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import decided_as_json, fields_as_json, fields_of_json
from heatpunk_desktop.store.outbox_reader import LATE, OPERATION_COLUMNS, read_operation
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.state_changes import NewOperation, move, store_operation
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

    import apsw

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.store.state_changes import Value

#: How a create is remarked on that the user found.
_ADOPTED: Final = remarks_as_json(remark(RemarkCode.ADOPTED))


class Outbox:
    """Stores and changes the user's operations. Every public method is one transaction, on the disk when it returns."""

    def __init__(
        self,
        connection: apsw.Connection,
        server: ServerTables,
        facts: Facts,
        make_reference: Callable[[], str] = new_reference,
    ) -> None:
        self._connection = connection
        self._server = server
        self._facts = facts
        self._make_reference = make_reference

    def add_create(self, values: FieldValues, owner: str, now: str, draft_id: str = "") -> int:
        """Store a new project to be created and return its key (below 0).

        Where the CRM reference was left blank, one of the app's own is filled in, by which the project is recognised if
        the answer gets lost. The draft of the form is removed in the same transaction.
        """
        with transaction(self._connection):
            new = NewOperation(OperationKind.CREATE, 0, self.with_reference(values), {}, now, owner)
            number = store_operation(self._connection, new)
            self._drop_draft(draft_id)
        return -number

    def add_update(self, key: int, changes: FieldValues, base: FieldValues, now: str, draft_id: str = "") -> int:
        """Store an edit as `edit` does; return only the project's key, which may be its project ID now."""
        return self.edit(key, changes, base, now, draft_id).edit.key

    def edit(
        self,
        key: int,
        changes: FieldValues,
        base: FieldValues,
        now: str,
        draft_id: str = "",
        owner: str = "",
        mends: int = 0,
    ) -> StoredEdit:
        """Store changed fields of a project; return where they went, from which undoing starts.

        Changes of a project whose create was never attempted are merged into that create; changes that follow an update
        that was never attempted are merged into it. An operation that needs the user is changed in the same way and
        queued again, unless it may have been carried out. Operations that were attempted otherwise are never changed.
        An update of a batch that waits is not changed, so that the batch can be withdrawn without this edit; one that
        is corrected stays in its batch.

        Args:
            key: The project.
            changes: The fields with their new values; none where only the owner changes.
            base: What the user saw in these fields.
            now: UTC text.
            draft_id: The draft of the form, which is removed in the same transaction.
            owner: Email of the new owner, for a project that was not created yet; else empty.
            mends: Number of a refused operation that this edit corrects and queues again, though others may follow it;
                or 0.

        Raises:
            BadInputError: The project was discarded, or the owner is to change though it may have been created.
        """
        with transaction(self._connection):
            key = self.current_key(key)
            create = self._give_owner(key, owner) if owner else None
            last = self._last_pending(key)
            corrected = self._to_mend(mends, key)
            if corrected is not None and corrected != last:
                if self._is_set_later(corrected, changes):
                    self._move(Event.EDITED, corrected.operation_id)
                else:
                    last = corrected
            if create is not None and not changes:
                stored = StoredEdit(FieldEdit(key, base, changes, owner), create.operation_id, create)
            elif last is not None and is_open(last) and not _waits_in_batch(last):
                merged = {**last.changes, **changes}
                bases: dict[Field, str | float | None] = {}
                if last.kind is OperationKind.CREATE:
                    merged = self.with_reference(merged, str(last.changes.get(Field.CRM_REFERENCE) or ""))
                else:
                    # The base of a field is what was there before the first of the joined changes: not what the user
                    # saw of a change that waits.
                    bases = {field: value for field, value in base.items() if field not in last.changes}
                    bases |= last.base
                self._move(
                    Event.EDITED,
                    last.operation_id,
                    changes=fields_as_json(merged),
                    base=fields_as_json(bases),
                    attempts=0,
                )
                before = last if create is None or create.operation_id != last.operation_id else create
                stored = StoredEdit(FieldEdit(key, base, changes, owner), last.operation_id, before)
            else:
                self._refuse_gone(key)
                new = NewOperation(OperationKind.UPDATE, key, changes, base, now)
                number = store_operation(self._connection, new)
                stored = StoredEdit(FieldEdit(key, base, changes), number)
            self._drop_draft(draft_id)
        return stored

    def change_owner(self, numbers: Iterable[int], owner: str) -> list[int]:
        """Give refused new projects another owner and queue them again; return the projects' keys.

        What was settled meanwhile, or is no such project, is left unchanged.
        """
        keys: list[int] = []
        with transaction(self._connection):
            for number in numbers:
                operation = self._operation(number)
                if operation.kind is OperationKind.CREATE and is_open(operation):
                    self._send_to(number, owner)
                keys.append(operation.project_key)
        return keys

    def add_soft_delete(self, key: int, now: str) -> int:
        """Store a soft delete and return the project's key.

        A project of which nothing can have reached the server is discarded instead: nothing more is sent of it.
        """
        with transaction(self._connection):
            key = self.current_key(key)
            if key < 0 and self.is_only_here(-key):
                self._discard(self._pending(key), DiscardCause.DELETED_UNSENT, now)
                return key
            self._refuse_gone(key)
            waiting = self._connection.execute(
                f"SELECT 1 FROM operation WHERE project_key = ? AND kind = 'soft_delete' AND {PENDING}", (key,)
            ).fetchone()
            if not waiting:
                store_operation(self._connection, NewOperation(OperationKind.SOFT_DELETE, key, {}, {}, now))
        return key

    def discard(self, number: int, now: str) -> int:
        """Discard an operation because the user said so; return the project's key.

        All that waits for a create is discarded with it. What is being sent cannot be discarded, nor can what waits for
        it.
        """
        with transaction(self._connection):
            operation = self._operation(number)
            if next_state(operation.state, Event.DISCARDED) is not None:
                self._note_late(operation)
                self._discard([number, *self._pending(-number)], DiscardCause.DISCARDED, now)
        return operation.project_key

    def try_again(self, number: int) -> int:
        """Queue a refused or in-doubt operation again, as the user said; return the project's key."""
        with transaction(self._connection):
            operation = self._operation(number)
            if next_state(operation.state, Event.TRY_AGAIN) is not None:
                self._note_late(operation)
                self._move(Event.TRY_AGAIN, number)
        return operation.project_key

    def resolve(self, number: int, mine: Set[Field], theirs: Set[Field], now: str) -> int:
        """Settle a conflict field by field and return the project's key.

        A field kept as the server has it is taken out of the change. A field kept as the user had it is sent over what
        the server had when the user saw it: should it have changed again, that is a new conflict. While fields are left
        in conflict the operation keeps its state.
        """
        with transaction(self._connection):
            operation = self._operation(number)
            if operation.reason is not Reason.CONFLICT or next_state(operation.state, Event.RESOLVED) is None:
                return operation.project_key
            changes = {field: value for field, value in operation.changes.items() if field not in theirs}
            seen = {field: operation.theirs[field] for field in operation.theirs if field in mine}
            left = {
                field: value
                for field, value in operation.theirs.items()
                if field not in mine and field not in theirs and field in changes
            }
            base = {field: value for field, value in {**operation.base, **seen}.items() if field in changes}
            decided = {**operation.decided}
            for field, value in operation.theirs.items():
                if field in mine:
                    decided[field] = Decided(Side.MINE, value)
                elif field in theirs and field in operation.changes:
                    decided[field] = Decided(Side.THEIRS, operation.changes[field])
            self._connection.execute(
                "UPDATE operation SET theirs = ?, decided = ? WHERE operation_id = ?",
                (fields_as_json(left), decided_as_json(decided), number),
            )
            if not changes:
                # What it would have changed stays visible in Done.
                self._discard([number], DiscardCause.THEIRS_KEPT, now)
                return operation.project_key
            self._connection.execute(
                "UPDATE operation SET changes = ?, base = ? WHERE operation_id = ?",
                (fields_as_json(changes), fields_as_json(base), number),
            )
            if not left:
                self._move(Event.RESOLVED, number)
        return operation.project_key

    def keep_side(self, number: int, side: Side, now: str) -> int:
        """Settle the rest of a conflict for one side, as `resolve` does; return the project's key."""
        with transaction(self._connection):
            fields = self._operation(number).theirs.keys()
            mine, theirs = (fields, frozenset[Field]()) if side is Side.MINE else (frozenset[Field](), fields)
            return self.resolve(number, mine, theirs, now)

    def adopt(self, number: int, project_id: int, now: str) -> int:
        """Accept the user's word that an unclear create made this project; return the project's ID.

        Raises:
            BadInputError: Another operation made that project, as the server said.
        """
        with transaction(self._connection):
            operation = self._operation(number)
            if operation.kind is not OperationKind.CREATE or next_state(operation.state, Event.ADOPTED) is None:
                return operation.project_key
            if project_id in self.claimed([project_id]):
                raise BadInputError(
                    marked("outbox", "This project belongs to another change"),
                    marked("outbox", "The server said that another of your changes created it."),
                    marked("outbox", "Choose another project, try again, or give this one up."),
                )
            self._move(Event.ADOPTED, number, words=_ADOPTED, settled_at=now)
            self.give_number(number, project_id)
            self._server.write_found(project_id, operation.changes, None, now)
        return project_id

    def recreate(self, number: int, values: FieldValues, owner: str, now: str) -> int:
        """Create a project again that is gone from the server and return the new project's key.

        Args:
            number: The operation that found it gone; it and all that waits for the same project are discarded, as what
                they would have changed is in `values`.
            values: Everything known of the project, with pending changes laid over it.
            owner: Email of the owner.
            now: UTC text.
        """
        with transaction(self._connection):
            operation = self._operation(number)
            if operation.reason is not Reason.GONE or next_state(operation.state, Event.RECREATED) is None:
                return operation.project_key
            replaced, cause = self._pending(operation.project_key), DiscardCause.CREATED_AGAIN.value
            move(self._connection, Event.RECREATED, replaced, settled_at=now, cause=cause)
            # Its row would be beside the new one until the list is read again.
            self._server.write_gone(operation.project_key, now)
            return self.add_create(values, owner, now)

    def claimed(self, project_ids: list[int]) -> set[int]:
        """Return which of some projects were made by our creates, as the server or the user said."""
        rows = self._connection.execute(
            "SELECT project_key FROM operation WHERE kind = 'create' AND state = 'confirmed'"
            " AND project_key IN (SELECT value FROM json_each(?))",
            (json.dumps(project_ids),),
        )
        return {project_id for (project_id,) in rows}

    def give_number(self, create: int, project_id: int) -> None:
        """Inside a transaction: assign all operations of a project created here to the ID that it got."""
        self._connection.execute(
            # Two parts, as each index knows operations of some states only.
            f"UPDATE operation SET project_key = ?1 WHERE operation_id IN ("
            f" SELECT operation_id FROM operation WHERE project_key = ?2 AND {PENDING} UNION ALL"
            " SELECT operation_id FROM operation WHERE project_key = ?2 AND state IN ('confirmed', 'discarded'))",
            (project_id, -create),
        )

    def current_key(self, key: int) -> int:
        """Return the project ID for a key of ours whose create was confirmed meanwhile, else the key itself."""
        if key > 0:
            return key
        row = self._connection.execute("SELECT project_key FROM operation WHERE operation_id = ?", (-key,)).fetchone()
        return int(row[0]) if row else key

    # -- inside a transaction --------------------------------------------------------------------------------------

    def _move(self, event: Event, number: int, **values: Value) -> None:
        move(self._connection, event, [number], **values)

    def _discard(self, numbers: Iterable[int], cause: DiscardCause, now: str) -> None:
        move(self._connection, Event.DISCARDED, numbers, settled_at=now, cause=cause.value)

    def _pending(self, key: int) -> list[int]:
        rows = self._connection.execute(
            f"SELECT operation_id FROM operation WHERE project_key = ? AND {PENDING} ORDER BY operation_id", (key,)
        )
        return [number for (number,) in rows]

    def with_reference(self, values: FieldValues, own: str = "") -> dict[Field, str | float | None]:
        """Return values with a CRM reference: their own, else `own`, else a new one of the app's."""
        if str(values.get(Field.CRM_REFERENCE) or "").strip():
            return dict(values)
        return {**values, Field.CRM_REFERENCE: own if is_own_reference(own) else self._make_reference()}

    def _to_mend(self, number: int, key: int) -> Operation | None:
        """Return the operation that needs the user and that an edit corrects, unless it was settled meanwhile."""
        found = self._operation(number) if number else None
        is_it = found is not None and found.state is OperationState.NEEDS_YOU and found.project_key == key
        return found if found is not None and is_it and is_open(found) else None

    def _is_set_later(self, operation: Operation, fields: FieldValues) -> bool:
        """Return whether an operation that waits behind another one sets some fields differently."""
        later = self._connection.execute(
            f"SELECT changes FROM operation WHERE project_key = ? AND operation_id > ? AND {PENDING}",
            (operation.project_key, operation.operation_id),
        )
        return any(not fields.keys().isdisjoint(fields_of_json(changes)) for (changes,) in later)

    def _give_owner(self, key: int, owner: str) -> Operation:
        """Give a project that was not created yet another owner; return its create as it was before."""
        create = self._operation(-key) if key < 0 else None
        if create is None or create.kind is not OperationKind.CREATE or not is_open(create):
            raise BadInputError(
                marked("outbox", "The owner can’t be changed any more"),
                marked("outbox", "Heatpunk may have created this project by now."),
                marked("outbox", "Owners can only be changed in Heatpunk itself. Put the owner back to save the rest."),
            )
        self._send_to(create.operation_id, owner)
        return create

    def _send_to(self, create: int, owner: str) -> None:
        self._move(Event.EDITED, create, owner=owner, attempts=0)

    def _note_late(self, operation: Operation) -> None:
        """Hold back what comes after an in-doubt change, which may still be carried out and would overwrite it.

        Not after a create: carried out late, it makes a project of its own.
        """
        if operation.state is OperationState.UNKNOWN and operation.kind is not OperationKind.CREATE:
            value = f"{operation.operation_id}/{operation.attempt}"
            self._facts.keep(f"{LATE}{operation.project_key}", value)

    def _drop_draft(self, draft_id: str) -> None:
        self._connection.execute("DELETE FROM draft WHERE draft_id = ?", (draft_id,))

    def _operation(self, number: int) -> Operation:
        row = self._connection.execute(
            f"SELECT {OPERATION_COLUMNS} FROM operation AS o WHERE o.operation_id = ?", (number,)
        ).fetchone()
        if row is None:
            raise BadInputError(
                marked("outbox", "This change is not there any more"),
                marked("outbox", "It was settled or given up meanwhile."),
            )
        return read_operation(row)

    def _last_pending(self, key: int) -> Operation | None:
        row = self._connection.execute(
            f"SELECT {OPERATION_COLUMNS} FROM operation AS o WHERE o.project_key = ? AND o.{PENDING}"
            " ORDER BY o.operation_id DESC LIMIT 1",
            (key,),
        ).fetchone()
        return read_operation(row) if row else None

    def is_only_here(self, create: int) -> bool:
        """Return whether a create is pending of which nothing can have reached the server: never sent, or refused."""
        row = self._connection.execute(
            f"SELECT 1 FROM operation WHERE operation_id = ? AND {PENDING}", (create,)
        ).fetchone()
        return bool(row) and is_open(self._operation(create))

    def _refuse_gone(self, key: int) -> None:
        if (
            key < 0
            and not self._connection.execute(
                f"SELECT 1 FROM operation WHERE project_key = ? AND {PENDING}", (key,)
            ).fetchone()
        ):
            raise BadInputError(
                marked("outbox", "This project is not there any more"),
                marked("outbox", "It was given up before it was sent, so there is nothing to change."),
                marked("outbox", "Create it anew."),
            )


def _waits_in_batch(operation: Operation) -> bool:
    return operation.batch > 0 and operation.kind is OperationKind.UPDATE and operation.state is OperationState.QUEUED
