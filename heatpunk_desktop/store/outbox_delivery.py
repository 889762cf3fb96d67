"""Writing of the table `operation` by the sender: what is sent, and its outcome."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import TRANSITIONS, Event, next_state
from heatpunk_desktop.domain.remarks import Remarks, remarks_as_json
from heatpunk_desktop.store.database import in_chunks, row_placeholders, transaction
from heatpunk_desktop.store.field_json import fields_as_json
from heatpunk_desktop.store.outbox_reader import LATE, QueueReader
from heatpunk_desktop.store.projection import PENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import apsw

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.outbox import Outbox
    from heatpunk_desktop.store.server_cache import ServerTables


def _stands(states: Iterable[OperationState]) -> str:
    return "state IN ({})".format(", ".join(f"'{state}'" for state in states))


_BEGIN: Final = (
    "WITH begun (number, attempt, sent, noted) AS (VALUES {rows})"
    " UPDATE operation SET state = 'sending', attempts = attempts + 1, attempted_at = ?,"
    " sent = coalesce(begun.sent, changes), noted = begun.noted, words = '', attempt = begun.attempt FROM begun"
    f" WHERE operation_id = begun.number AND {_stands(TRANSITIONS[Event.BEGUN])}"
    " RETURNING operation_id, attempts, operation.attempt"
)

_MAKE: Final = (
    "WITH made (number, project_id, words) AS (VALUES {rows})"
    " UPDATE operation SET state = 'confirmed', words = made.words, server_words = '', reason = '', settled_at = ?,"
    " theirs = json_object(), candidates = json_array(), project_key = made.project_id FROM made"
    f" WHERE operation_id = made.number AND {_stands(TRANSITIONS[Event.DONE])} RETURNING operation_id"
)

#: For each event, what moves an operation that it can happen to.
_MOVES: Final = {
    event: (
        f"UPDATE operation SET state = '{next(iter(moves.values()))}', words = ?, server_words = ?, reason = ?,"
        " settled_at = ?, theirs = '{}', candidates = '[]'"
        f" WHERE operation_id = ? AND {_stands(moves)}"
    )
    for event, moves in TRANSITIONS.items()
    if len(set(moves.values())) == 1
}


class Made(NamedTuple):
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


class Dispatch(QueueReader):
    """Move operations from state to state. Every public method that writes is one transaction, synced on return.

    An event that does not fit the current state of an operation came too late and changes nothing
    (`heatpunk_desktop.domain.operation_states`).
    """

    def __init__(self, connection: apsw.Connection, outbox: Outbox, server: ServerTables, facts: Facts) -> None:
        super().__init__(connection)
        self._outbox = outbox
        self._server = server
        self._facts = facts

    # -- sending ---------------------------------------------------------------------------------------------------

    def begin(self, number: int, sent: FieldValues, now: str, noted: str | None = None) -> Operation | None:
        """Mark an operation as being sent, synced when this returns; return None if it may not be sent.

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
        """Mark operations as being sent with all their fields; those that may not be sent are left out.

        Args:
            noted: Operations, each once, as the caller read them in the same transaction; with each the days all of
                whose projects are known, as of `ServerTables.noted_days`.
            now: UTC text.

        Returns:
            The operations as they are then, by their numbers.
        """
        with transaction(self._connection):
            begun = self._begin([(operation.operation_id, None, days) for operation, days in noted], now)
        return {
            operation.operation_id: operation._replace(
                state=OperationState.SENDING,
                attempts=begun[operation.operation_id][0],
                attempted_at=now,
                sent=operation.changes,
                noted=days,
                remarks=(),
                attempt=begun[operation.operation_id][1],
            )
            for operation, days in noted
            if operation.operation_id in begun
        }

    def back_to_queue(self, number: int, remarks: Remarks) -> None:
        """Queue an operation again as if not attempted: nothing was sent, or the server asked for a pause."""
        with transaction(self._connection):
            if self._moves(number, Event.NOT_SENT):
                self._connection.execute(
                    "UPDATE operation SET state = 'queued', attempts = attempts - 1, words = ? WHERE operation_id = ?",
                    (remarks_as_json(remarks), number),
                )

    def doubt(self, number: int, remarks: Remarks, server_words: str, now: str) -> None:
        """Mark an operation as in doubt. Only proof, or the user, moves it on."""
        self._move(number, Event.IN_DOUBT, remarks, now, server_words=server_words)

    def refuse(
        self, number: int, remarks: Remarks, server_words: str, now: str, reason: Reason = Reason.REFUSED
    ) -> None:
        """Mark an operation as refused, or its project as gone. Only the user moves it on."""
        self._move(number, Event.REFUSED, remarks, now, reason=reason, server_words=server_words)

    def unusable(self, number: int, remarks: Remarks, reason: Reason, now: str) -> None:
        """Mark an operation that cannot be sent as it is. Only the user moves it on."""
        self._move(number, Event.UNUSABLE, remarks, now, reason=reason)

    def confirm(
        self, operation: Operation, project_id: int, owner_id: int | None, now: str, remarks: Remarks = ()
    ) -> bool:
        """Mark an operation as carried out, and apply it to the `server_*` tables, in one transaction.

        Args:
            operation: What was sent.
            project_id: The project; for a create the ID in the answer.
            owner_id: The server's number of the owner of a new project, or None where unknown.
            now: UTC text.
            remarks: What is remarked on it.

        Returns:
            True; False if the event came too late.
        """
        if operation.kind is OperationKind.CREATE:
            return bool(self.confirm_creates([Made(operation, project_id, owner_id, remarks)], now))
        with transaction(self._connection):
            if not self._move(operation.operation_id, Event.DONE, remarks, now):
                return False
            self._write_changed(operation, now)
        return True

    def confirm_creates(self, made: Sequence[Made], now: str) -> set[int]:
        """Do the same as `confirm` for several creates; return the numbers of those for which it was not too late."""
        done: set[int] = set()
        with transaction(self._connection):
            for some in in_chunks(made):
                values = [
                    value
                    for create in some
                    for value in (create.operation.operation_id, create.project_id, remarks_as_json(create.remarks))
                ]
                sql = _MAKE.format(rows=row_placeholders(len(some), 3))
                done.update(number for (number,) in list(self._connection.execute(sql, (*values, now))))
            sure = [create for create in made if create.operation.operation_id in done]
            self._give_numbers({create.operation.operation_id: create.project_id for create in sure})
            self._server.write_all_created(
                [(create.project_id, create.operation.changes, create.owner_id) for create in sure], now
            )
        return done

    def hard_deleted(self, project_id: int, now: str) -> None:
        """Remove a project that was deleted permanently; its operations are kept, as discarded."""
        with transaction(self._connection):
            self._server.write_hard_deleted(project_id)
            self._connection.execute(
                "UPDATE operation SET state = 'discarded', settled_at = ?, cause = ?, words = ''"
                f" WHERE project_key = ? AND {PENDING} AND state <> 'sending'",
                (now, DiscardCause.PROJECT_DELETED.value, project_id),
            )

    def interrupt(self, remarks: Remarks, now: str) -> int:
        """Mark as in doubt, at start-up, what was being sent when the program ended; return how many operations."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = 'unknown', settled_at = ?, words = ? WHERE state = 'sending'",
                (now, remarks_as_json(remarks)),
            )
            return self._connection.changes()

    # -- read-before-write -------------------------------------------------------------------------------------------

    def there_already(self, operation: Operation, remarks: Remarks, now: str) -> None:
        """Mark an update as done whose values the server already holds."""
        with transaction(self._connection):
            if self._move(operation.operation_id, Event.THERE_ALREADY, remarks, now):
                self._server.write_updated(operation.project_key, operation.changes, now, by_others=True)

    def set_against(self, operation: Operation, theirs: FieldValues, remarks: Remarks, now: str) -> int | None:
        """Split off the fields that a colleague changed too; return the operation that needs the user, or None.

        The other fields stay in the operation and are sent; those in conflict become a separate operation that needs
        the user, unless nothing else is left. It comes after everything queued: if one of those operations sets one of
        its fields, or moves the project to deleted, the operation waits for the user as a whole.
        """
        with transaction(self._connection):
            if not self._moves(operation.operation_id, Event.CONFLICT):
                return None
            clash = {field: value for field, value in operation.changes.items() if field in theirs}
            rest = {field: value for field, value in operation.changes.items() if field not in theirs}
            number = operation.operation_id
            if rest and not self.is_overtaken(operation, clash):
                self._connection.execute(
                    "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at, batch)"
                    " VALUES ('update', 'queued', ?, '', ?, ?, ?, ?)",
                    (
                        operation.project_key,
                        fields_as_json(clash),
                        fields_as_json({field: value for field, value in operation.base.items() if field in clash}),
                        operation.created_at,
                        operation.batch,
                    ),
                )
                number = self._connection.last_insert_rowid()
                self._connection.execute(
                    "UPDATE operation SET changes = ?, base = ? WHERE operation_id = ?",
                    (
                        fields_as_json(rest),
                        fields_as_json({field: value for field, value in operation.base.items() if field in rest}),
                        operation.operation_id,
                    ),
                )
            self._move(number, Event.CONFLICT, remarks, now, reason=Reason.CONFLICT)
            self._connection.execute(
                "UPDATE operation SET theirs = ? WHERE operation_id = ?", (fields_as_json(theirs), number)
            )
            return number

    def gone(self, number: int, remarks: Remarks, now: str) -> None:
        """Mark an operation whose project is gone from the server. Only the user moves it on."""
        self._move(number, Event.GONE, remarks, now, reason=Reason.GONE)

    # -- reconciliation --------------------------------------------------------------------------------------------

    def found(self, operation: Operation, project_id: int, remarks: Remarks, now: str) -> bool:
        """Mark an operation in doubt as carried out, as found on the server; return False if this came too late."""
        with transaction(self._connection):
            if not self._move(operation.operation_id, Event.FOUND, remarks, now):
                return False
            if operation.kind is OperationKind.CREATE:
                self._outbox.give_number(operation.operation_id, project_id)
                self._server.write_found(project_id, operation.changes, None, now)
            else:
                self._write_changed(operation, now)
        return True

    def absent(self, number: int, remarks: Remarks) -> None:
        """Queue an operation in doubt again that was proved not to be carried out."""
        self._move(number, Event.ABSENT, remarks, "")

    def unclear(self, number: int, candidates: Sequence[int], remarks: Remarks, now: str) -> None:
        """Mark an operation whose reconciliation had no result. Only the user moves it on."""
        with transaction(self._connection):
            if self._move(number, Event.UNCLEAR, remarks, now, reason=Reason.UNCLEAR):
                self._connection.execute(
                    "UPDATE operation SET candidates = ? WHERE operation_id = ?", (json.dumps(list(candidates)), number)
                )

    def end_late_attempt(self, project_id: int) -> None:
        """Release what waits for an earlier request about a project, which can no longer be carried out."""
        self._facts.drop(f"{LATE}{project_id}")

    def say(self, number: int, remarks: Remarks) -> None:
        """Set the message for the user about an operation; its state stays."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET words = ? WHERE operation_id = ?", (remarks_as_json(remarks), number)
            )

    # -- inside a transaction --------------------------------------------------------------------------------------

    def _begin(self, sent: Sequence[tuple[int, str | None, str]], now: str) -> dict[int, tuple[int, int]]:
        """Number attempts; return for each operation that may be sent its count of attempts and the new number."""
        begun: dict[int, tuple[int, int]] = {}
        for some in in_chunks(sent):
            last = self._server.last_attempt()
            values = [
                value
                for attempt, (number, text, noted) in enumerate(some, last + 1)
                for value in (number, attempt, text, noted)
            ]
            sql = _BEGIN.format(rows=row_placeholders(len(some), 4))
            rows = list(self._connection.execute(sql, (*values, now)))
            begun.update((number, (attempts, attempt)) for number, attempts, attempt in rows)
        return begun

    def _give_numbers(self, made: Mapping[int, int]) -> None:
        """Do the same as `Outbox.give_number` for several creates, most of which nothing follows."""
        for creates in in_chunks([*made]):
            keys = row_placeholders(1, len(creates))
            # Two parts, as each index knows operations of some states only. SQLite would take another for many keys.
            followed = list(
                self._connection.execute(
                    f"SELECT project_key FROM operation INDEXED BY operation_pending WHERE project_key IN {keys}"
                    f" AND {PENDING} UNION SELECT project_key FROM operation INDEXED BY operation_settled"
                    f" WHERE project_key IN {keys} AND state IN ('confirmed', 'discarded')",
                    [-create for create in creates] * 2,
                )
            )
            for create in [-int(key) for (key,) in followed]:
                self._outbox.give_number(create, made[create])

    def _write_changed(self, operation: Operation, now: str) -> None:
        if operation.kind is OperationKind.UPDATE:
            self._server.write_updated(operation.project_key, operation.sent, now)
        else:
            self._server.write_deleted(operation.project_key, now)

    def _moves(self, number: int, event: Event) -> OperationState | None:
        row = self._connection.execute("SELECT state FROM operation WHERE operation_id = ?", (number,)).fetchone()
        return next_state(OperationState(row[0]), event) if row else None

    def _move(
        self,
        number: int,
        event: Event,
        remarks: Remarks,
        now: str,
        *,
        reason: Reason = Reason.NONE,
        server_words: str = "",
    ) -> bool:
        with transaction(self._connection):
            self._connection.execute(_MOVES[event], (remarks_as_json(remarks), server_words, reason.value, now, number))
            return self._connection.changes() > 0
