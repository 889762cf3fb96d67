"""The table `operation`, written by the sender: what goes out, and what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import TRANSITIONS, Event, next_state
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
        words: What a person should know of it, or empty.
    """

    operation: Operation
    project_id: int
    owner_id: int | None
    words: str = ""


class Dispatch(QueueReader):
    """Moves operations along. Every public method that writes is one transaction, synced when it returns.

    An event that does not fit the state which an operation has by now came too late and changes nothing
    (`heatpunk_desktop.domain.operation_states`).
    """

    def __init__(self, connection: apsw.Connection, outbox: Outbox, server: ServerTables, facts: Facts) -> None:
        super().__init__(connection)
        self._outbox = outbox
        self._server = server
        self._facts = facts

    # -- sending ---------------------------------------------------------------------------------------------------

    def begin(self, number: int, sent: FieldValues, now: str, noted: str | None = None) -> Operation | None:
        """Says that a request goes out now, which is on the disk when this returns; None where it may not go.

        Args:
            number: The operation.
            sent: The fields that the request carries.
            now: UTC text.
            noted: What `ServerTables.noted_days` gives, where the caller has it.
        """
        with transaction(self._connection):
            if noted is None:
                noted = self._server.noted_days()
            begun = self._begin([(number, fields_as_json(sent), noted)], now)
            return self.operation(number) if begun else None

    def begin_all(self, noted: Sequence[tuple[Operation, str]], now: str) -> dict[int, Operation]:
        """Says that requests go out now that carry all that people set; those that may not go are left out.

        Args:
            noted: Operations, each once, as the caller read them in the same transaction; with each the days whose
                projects were all known by now, as of `ServerTables.noted_days`.
            now: UTC text.

        Returns:
            The operations as they are by now, by their numbers.
        """
        with transaction(self._connection):
            begun = self._begin([(one.operation_id, None, days) for one, days in noted], now)
        return {
            one.operation_id: one._replace(
                state=OperationState.SENDING,
                attempts=begun[one.operation_id][0],
                attempted_at=now,
                sent=one.changes,
                noted=days,
                words="",
                attempt=begun[one.operation_id][1],
            )
            for one, days in noted
            if one.operation_id in begun
        }

    def back_to_queue(self, number: int, words: str) -> None:
        """Surely nothing was sent, or the server put us off: it waits again, as if it had not been attempted."""
        with transaction(self._connection):
            if self._moves(number, Event.NOT_SENT):
                self._connection.execute(
                    "UPDATE operation SET state = 'queued', attempts = attempts - 1, words = ? WHERE operation_id = ?",
                    (words, number),
                )

    def doubt(self, number: int, words: str, server_words: str, now: str) -> None:
        """It may have been carried out. Only proof, or a person, moves it on."""
        self._move(number, Event.IN_DOUBT, words, now, server_words=server_words)

    def refuse(self, number: int, words: str, server_words: str, now: str, reason: Reason = Reason.REFUSED) -> None:
        """The server refused it for good, or said that the project is gone. Only a person moves it on."""
        self._move(number, Event.REFUSED, words, now, reason=reason, server_words=server_words)

    def unusable(self, number: int, words: str, reason: Reason, now: str) -> None:
        """It cannot be sent as it is. Only a person moves it on."""
        self._move(number, Event.UNUSABLE, words, now, reason=reason)

    def confirm(self, operation: Operation, project_id: int, owner_id: int | None, now: str, words: str = "") -> bool:
        """The server did it: the operation is done and the `server_*` tables say so, in one transaction.

        Args:
            operation: What was sent.
            project_id: The project; for a create the ID in the answer.
            owner_id: The server's number of the owner of a new project, or None where unknown.
            now: UTC text.
            words: What a person should know of it, or empty.

        Returns:
            Whether it is so; False where the event came too late.
        """
        if operation.kind is OperationKind.CREATE:
            return bool(self.confirm_creates([Made(operation, project_id, owner_id, words)], now))
        with transaction(self._connection):
            if not self._move(operation.operation_id, Event.DONE, words, now):
                return False
            self._write_changed(operation, now)
        return True

    def confirm_creates(self, made: Sequence[Made], now: str) -> set[int]:
        """As `confirm` for some creates at once; gives the numbers of those that it is so of."""
        done: set[int] = set()
        with transaction(self._connection):
            for some in in_chunks(made):
                values = [value for one in some for value in (one.operation.operation_id, one.project_id, one.words)]
                rows = self._connection.execute(_MAKE.format(rows=row_placeholders(len(some), 3)), (*values, now))
                done.update(row[0] for row in rows)
            sure = [one for one in made if one.operation.operation_id in done]
            self._give_numbers({one.operation.operation_id: one.project_id for one in sure})
            self._server.write_all_created([(one.project_id, one.operation.changes, one.owner_id) for one in sure], now)
        return done

    def hard_deleted(self, project_id: int, now: str) -> None:
        """The server deleted a project for good: nothing of it is kept but what people did to it, which is over."""
        with transaction(self._connection):
            self._server.write_hard_deleted(project_id)
            self._connection.execute(
                "UPDATE operation SET state = 'discarded', settled_at = ?, cause = ?,"
                " words = 'The project was deleted permanently.'"
                f" WHERE project_key = ? AND {PENDING} AND state <> 'sending'",
                (now, DiscardCause.PROJECT_DELETED.value, project_id),
            )

    def interrupt(self, words: str, now: str) -> int:
        """At start-up: what was being sent when the program ended may have been carried out; gives how many."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = 'unknown', settled_at = ?, words = ? WHERE state = 'sending'",
                (now, words),
            )
            return self._connection.changes()

    # -- looking before an update -----------------------------------------------------------------------------------

    def there_already(self, operation: Operation, words: str, now: str) -> None:
        """The server holds what an update would have changed."""
        with transaction(self._connection):
            if self._move(operation.operation_id, Event.THERE_ALREADY, words, now):
                self._server.write_updated(operation.project_key, operation.changes, now, by_others=True)

    def set_against(self, operation: Operation, theirs: FieldValues, words: str, now: str) -> int | None:
        """Sets fields aside that somebody else changed too; gives the operation that needs a person, or None.

        The fields that nobody else touched stay in the operation and go; the others become one of their own that needs
        a person, unless nothing is left to go. That one comes after all that waits: where something of that sets one
        of its fields, or moves the project to deleted, the operation waits for the person as a whole.
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
            self._move(number, Event.CONFLICT, words, now, reason=Reason.CONFLICT)
            self._connection.execute(
                "UPDATE operation SET theirs = ? WHERE operation_id = ?", (fields_as_json(theirs), number)
            )
            return number

    def gone(self, number: int, words: str, now: str) -> None:
        """The project is not on the server any more. Only a person moves it on."""
        self._move(number, Event.GONE, words, now, reason=Reason.GONE)

    # -- finding out -----------------------------------------------------------------------------------------------

    def found(self, operation: Operation, project_id: int, words: str, now: str) -> bool:
        """A doubtful operation was carried out, as was found on the server; False where this came too late."""
        with transaction(self._connection):
            if not self._move(operation.operation_id, Event.FOUND, words, now):
                return False
            if operation.kind is OperationKind.CREATE:
                self._outbox.give_number(operation.operation_id, project_id)
                self._server.write_found(project_id, operation.changes, None, now)
            else:
                self._write_changed(operation, now)
        return True

    def absent(self, number: int, words: str) -> None:
        """A doubtful operation was not carried out, as was proved: it goes again."""
        self._move(number, Event.ABSENT, words, "")

    def unclear(self, number: int, candidates: Sequence[int], words: str, now: str) -> None:
        """Looking did not tell. Only a person moves it on."""
        with transaction(self._connection):
            if self._move(number, Event.UNCLEAR, words, now, reason=Reason.UNCLEAR):
                self._connection.execute(
                    "UPDATE operation SET candidates = ? WHERE operation_id = ?", (json.dumps(list(candidates)), number)
                )

    def end_late_attempt(self, project_id: int) -> None:
        """None of a project can be carried out any more: what came later may go."""
        self._facts.drop(f"{LATE}{project_id}")

    def say(self, number: int, words: str) -> None:
        """Puts in words how things stand with an operation; its state stays."""
        with transaction(self._connection):
            self._connection.execute("UPDATE operation SET words = ? WHERE operation_id = ?", (words, number))

    # -- inside a transaction --------------------------------------------------------------------------------------

    def _begin(self, sent: Sequence[tuple[int, str | None, str]], now: str) -> dict[int, tuple[int, int]]:
        """Numbers attempts: for each operation that may go how often it was tried, and the number of this attempt."""
        begun: dict[int, tuple[int, int]] = {}
        for some in in_chunks(sent):
            last = self._server.last_attempt()
            values = [
                value
                for attempt, (number, text, noted) in enumerate(some, last + 1)
                for value in (number, attempt, text, noted)
            ]
            rows = self._connection.execute(_BEGIN.format(rows=row_placeholders(len(some), 4)), (*values, now))
            begun.update((number, (attempts, attempt)) for number, attempts, attempt in rows)
        return begun

    def _give_numbers(self, made: Mapping[int, int]) -> None:
        """As `Outbox.give_number` for some creates, most of which nothing follows."""
        for creates in in_chunks([*made]):
            keys = row_placeholders(1, len(creates))
            # Two parts, as each index knows operations of some states only. SQLite would take another for many keys.
            followed = self._connection.execute(
                f"SELECT project_key FROM operation INDEXED BY operation_pending WHERE project_key IN {keys}"
                f" AND {PENDING} UNION SELECT project_key FROM operation INDEXED BY operation_settled"
                f" WHERE project_key IN {keys} AND state IN ('confirmed', 'discarded')",
                [-create for create in creates] * 2,
            )
            for create in [-int(row[0]) for row in followed]:
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
        words: str,
        now: str,
        *,
        reason: Reason = Reason.NONE,
        server_words: str = "",
    ) -> bool:
        with transaction(self._connection):
            self._connection.execute(_MOVES[event], (words, server_words, reason.value, now, number))
            return self._connection.changes() > 0
