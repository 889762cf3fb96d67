"""The outbox on its way to the server: what the sender does to the table `operation`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.domain.remarks import remarks_as_json
from heatpunk_desktop.store.database import in_chunks, row_placeholders, transaction
from heatpunk_desktop.store.field_json import fields_as_json
from heatpunk_desktop.store.outbox_reader import LATE, OutboxReader
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.state_changes import NewOperation, move, move_each, store_operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import apsw

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.remarks import Remarks
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.outbox import Outbox
    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.store.state_changes import Value

#: Events after which an operation waits again, so that it is not settled.
_BACK_IN_QUEUE = (Event.NOT_SENT, Event.ABSENT)


class ConfirmedCreate(NamedTuple):
    """A create that the server carried out.

    Attributes:
        operation: What was sent.
        project_id: The ID in the answer.
        owner_id: The server's number of the owner, or None where unknown.
        remarks: What is remarked on it.
    """

    operation: Operation
    project_id: int
    owner_id: int | None
    remarks: Remarks = ()


class OutboxDelivery(OutboxReader):
    """Move operations from state to state. Every public method that writes is one transaction, synced on return.

    An event that does not fit the state of an operation came too late and changes nothing (`store.state_changes`).
    """

    def __init__(self, connection: apsw.Connection, outbox: Outbox, server: ServerTables, facts: Facts) -> None:
        super().__init__(connection)
        self._outbox = outbox
        self._server = server
        self._facts = facts

    # -- sending ---------------------------------------------------------------------------------------------------

    def begin(self, number: int, sent: FieldValues, now: str, noted: str | None = None) -> Operation | None:
        """Mark an operation as being sent, on the disk when this returns; return None where it may not be sent.

        Args:
            number: The operation.
            sent: The fields that the request carries.
            now: UTC text.
            noted: The result of `ServerTables.noted_days`, if the caller has it.
        """
        with transaction(self._connection):
            if noted is None:
                noted = self._server.noted_days()
            begun = self._begin([(number, fields_as_json(sent), noted)], now)
            return self.operation(number) if begun else None

    def begin_all(self, noted: Sequence[tuple[Operation, str]], now: str) -> dict[int, Operation]:
        """Mark operations as being sent with all that the user set; leave out those that may not be sent.

        Args:
            noted: Operations, each once, as the caller read them in the same transaction; with each the days all of
                whose projects are known, as of `ServerTables.noted_days`.
            now: UTC text.

        Returns:
            The operations in their new state, by their numbers.
        """
        with transaction(self._connection):
            begun = self._begin([(operation.operation_id, None, days) for operation, days in noted], now)
        return {
            operation.operation_id: operation._replace(
                state=OperationState.SENDING,
                attempts=operation.attempts + 1,
                attempted_at=now,
                sent=operation.changes,
                noted=days,
                remarks=(),
                attempt=begun[operation.operation_id],
            )
            for operation, days in noted
            if operation.operation_id in begun
        }

    def move(
        self,
        number: int,
        event: Event,
        now: str = "",
        *,
        remarks: Remarks = (),
        server_words: str = "",
        reason: Reason = Reason.NONE,
        candidates: Sequence[int] = (),
    ) -> bool:
        """Move an operation by an event that changes nothing but its state and what is said about it.

        Args:
            number: The operation.
            event: What happened.
            now: UTC text; not needed where the operation waits again.
            remarks: What is remarked on it.
            server_words: What the server said.
            reason: Why it needs the user.
            candidates: IDs of the projects that an unclear create may have made.

        Returns:
            Whether it moved; False where the event came too late.
        """
        values: dict[str, Value] = {
            "words": remarks_as_json(remarks),
            "server_words": server_words,
            "reason": reason.value,
            "settled_at": "" if event in _BACK_IN_QUEUE else now,
            "candidates": json.dumps(list(candidates)),
        }
        return bool(move(self._connection, event, [number], **values))

    def confirm(
        self, operation: Operation, project_id: int, owner_id: int | None, now: str, remarks: Remarks = ()
    ) -> bool:
        """Settle an operation that the server carried out, and write the `server_*` tables, in one transaction.

        Args:
            operation: What was sent.
            project_id: The project; for a create the ID in the answer.
            owner_id: The server's number of the owner of a new project, or None where unknown.
            now: UTC text.
            remarks: What is remarked on it.

        Returns:
            Whether it moved; False where the event came too late.
        """
        if operation.kind is OperationKind.CREATE:
            return bool(self.confirm_creates([ConfirmedCreate(operation, project_id, owner_id, remarks)], now))
        with transaction(self._connection):
            if not self.move(operation.operation_id, Event.DONE, now, remarks=remarks):
                return False
            self._write_changed(operation, now)
        return True

    def confirm_creates(self, confirmed: Sequence[ConfirmedCreate], now: str) -> set[int]:
        """Settle creates as `confirm` does, many at once; return the numbers of those that moved."""
        with transaction(self._connection):
            rows = [
                (create.operation.operation_id, create.project_id, remarks_as_json(create.remarks))
                for create in confirmed
            ]
            moved = {*move_each(self._connection, Event.DONE, ("project_key", "words"), rows, settled_at=now)}
            done = [create for create in confirmed if create.operation.operation_id in moved]
            self._give_numbers({create.operation.operation_id: create.project_id for create in done})
            self._server.write_all_created(
                [(create.project_id, create.operation.changes, create.owner_id) for create in done], now
            )
        return moved

    def discard_hard_deleted(self, project_id: int, now: str) -> None:
        """Remove a project that the server deleted permanently, and discard what waits for it."""
        with transaction(self._connection):
            self._server.write_hard_deleted(project_id)
            waiting = self._numbers(f"project_key = ? AND {PENDING}", project_id)
            move(self._connection, Event.DISCARDED, waiting, settled_at=now, cause=DiscardCause.PROJECT_DELETED.value)

    def interrupt(self, remarks: Remarks, now: str) -> int:
        """Put what was being sent when the program ended in doubt, at start-up; return how many operations."""
        with transaction(self._connection):
            sending = self._numbers("state = ?", OperationState.SENDING.value)
            return len(
                move(self._connection, Event.INTERRUPTED, sending, words=remarks_as_json(remarks), settled_at=now)
            )

    # -- read before write -----------------------------------------------------------------------------------------

    def confirm_unsent(self, operation: Operation, remarks: Remarks, now: str) -> None:
        """Settle an update that need not be sent, as the server holds what it would have changed."""
        with transaction(self._connection):
            if self.move(operation.operation_id, Event.THERE_ALREADY, now, remarks=remarks):
                self._server.write_updated(operation.project_key, operation.changes, now, by_others=True)

    def mark_conflict(self, operation: Operation, theirs: FieldValues, remarks: Remarks, now: str) -> int | None:
        """Set the fields aside that somebody else changed too; return the operation that needs the user, or None.

        The fields that nobody else touched stay in the operation, and are sent; the others become an operation of their
        own that needs the user, unless nothing is left to send. That one comes after all that waits: where something of
        that sets one of its fields, or moves the project to deleted, the operation waits for the user as a whole.
        """
        with transaction(self._connection):
            number = operation.operation_id
            state = self._connection.execute("SELECT state FROM operation WHERE operation_id = ?", (number,)).get
            if state is None or next_state(OperationState(state), Event.CONFLICT) is None:
                return None
            clash = {field: value for field, value in operation.changes.items() if field in theirs}
            rest = {field: value for field, value in operation.changes.items() if field not in theirs}
            if rest and not self.is_overtaken(operation, clash):
                base = {field: value for field, value in operation.base.items() if field in clash}
                kind, key, created_at = OperationKind.UPDATE, operation.project_key, operation.created_at
                aside = NewOperation(kind, key, clash, base, created_at, batch=operation.batch)
                number = store_operation(self._connection, aside)
                self._connection.execute(
                    "UPDATE operation SET changes = ?, base = ? WHERE operation_id = ?",
                    (
                        fields_as_json(rest),
                        fields_as_json({field: value for field, value in operation.base.items() if field in rest}),
                        operation.operation_id,
                    ),
                )
            move(
                self._connection,
                Event.CONFLICT,
                [number],
                words=remarks_as_json(remarks),
                reason=Reason.CONFLICT.value,
                settled_at=now,
                theirs=fields_as_json(theirs),
            )
            return number

    # -- reconciliation --------------------------------------------------------------------------------------------

    def confirm_found(self, operation: Operation, project_id: int, remarks: Remarks, now: str) -> bool:
        """Settle an in-doubt operation that was found on the server; return False where this came too late."""
        with transaction(self._connection):
            if not self.move(operation.operation_id, Event.FOUND, now, remarks=remarks):
                return False
            if operation.kind is OperationKind.CREATE:
                self._outbox.give_number(operation.operation_id, project_id)
                self._server.write_found(project_id, operation.changes, None, now)
            else:
                self._write_changed(operation, now)
        return True

    def end_late_attempt(self, project_id: int) -> None:
        """Let go what was held back, as no earlier request for the project can be carried out any more."""
        self._facts.drop(f"{LATE}{project_id}")

    def say(self, number: int, remarks: Remarks) -> None:
        """Set what is remarked on an operation; its state stays."""
        words = remarks_as_json(remarks)
        with transaction(self._connection):
            self._connection.execute("UPDATE operation SET words = ? WHERE operation_id = ?", (words, number))

    # -- inside a transaction --------------------------------------------------------------------------------------

    def _begin(self, sent: Sequence[tuple[int, str | None, str]], now: str) -> dict[int, int]:
        """Number attempts; return the number of the attempt of each operation that may be sent."""
        attempts = {number: attempt for attempt, (number, _, _) in enumerate(sent, self._server.last_attempt() + 1)}
        rows = [(number, attempts[number], text, noted) for number, text, noted in sent]
        columns = ("attempt", "sent", "noted")
        moved = move_each(self._connection, Event.BEGUN, columns, rows, attempted_at=now)
        return {number: attempts[number] for number in moved}

    def _give_numbers(self, made: Mapping[int, int]) -> None:
        """Give creates their project IDs as `Outbox.give_number` does; most are followed by nothing."""
        for creates in in_chunks([*made]):
            keys = row_placeholders(1, len(creates))
            # Two parts, as each index knows operations of some states only. SQLite would take another for many keys.
            sql = (
                f"SELECT project_key FROM operation INDEXED BY operation_pending WHERE project_key IN {keys}"
                f" AND {PENDING} UNION SELECT project_key FROM operation INDEXED BY operation_settled"
                f" WHERE project_key IN {keys} AND state IN ('confirmed', 'discarded')"
            )
            followed = [-key for (key,) in list(self._connection.execute(sql, [-create for create in creates] * 2))]
            for create in followed:
                self._outbox.give_number(create, made[create])

    def _write_changed(self, operation: Operation, now: str) -> None:
        if operation.kind is OperationKind.UPDATE:
            self._server.write_updated(operation.project_key, operation.sent, now)
        else:
            self._server.write_deleted(operation.project_key, now)

    def _numbers(self, where: str, value: str | int) -> list[int]:
        rows = self._connection.execute(f"SELECT operation_id FROM operation WHERE {where}", (value,))
        return [number for (number,) in rows]
