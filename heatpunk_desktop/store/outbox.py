"""The table `operation`: what people did, on its way to the server. The one write path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.projection import PENDING

if TYPE_CHECKING:
    import apsw

    from heatpunk_desktop.store.server import ServerTables

#: An earlier operation of the same project that is not settled: what came later waits for it.
_EARLIER: Final = (
    f"EXISTS (SELECT 1 FROM operation AS e WHERE e.project_key = o.project_key AND e.operation_id < o.operation_id"
    f" AND e.{PENDING})"
)

#: The columns that `read_operation` takes, of `operation AS o`.
OPERATION_COLUMNS: Final = (
    "o.operation_id, o.kind, o.state, o.project_key, o.owner, o.changes, o.base, o.created_at, o.attempts,"
    f" o.attempted_at, o.settled_at, o.words, o.server_words, {_EARLIER},"
    " coalesce((SELECT project_name FROM project_projected WHERE key = o.project_key), '')"
)


def read_operation(row: tuple[Any, ...]) -> Operation:
    """One row of `OPERATION_COLUMNS` as a value."""
    (
        number,
        kind,
        state,
        key,
        owner,
        changes,
        base,
        created,
        attempts,
        attempted,
        settled,
        words,
        said,
        blocked,
        name,
    ) = row
    values = json.loads(changes)
    return Operation(
        operation_id=number,
        kind=OperationKind(kind),
        state=OperationState(state),
        project_key=key,
        project_id=key if key > 0 else None,
        project_name=name or values.get(Field.PROJECT_NAME) or values.get(Field.CUSTOMER_NAME) or _unnamed(key),
        owner=owner,
        changes={Field(name): value for name, value in values.items()},
        base={Field(name): value for name, value in json.loads(base).items()},
        created_at=created,
        attempts=attempts,
        attempted_at=attempted,
        settled_at=settled,
        words=words,
        server_words=said,
        blocked=bool(blocked) and state == OperationState.QUEUED,
    )


def _unnamed(key: int) -> str:
    return f"Project {key}" if key > 0 else "New project"


class Outbox:
    """Writes operations. Every public method is one transaction, synced to the disk when it returns."""

    def __init__(self, connection: apsw.Connection, server: ServerTables) -> None:
        self._connection = connection
        self._server = server

    # -- what people do --------------------------------------------------------------------------------------------

    def add_create(self, values: FieldValues, owner: str, now: str, draft_id: str = "") -> int:
        """Stores a new project to be created; gives its key (below 0)."""
        with transaction(self._connection):
            number = self._insert(OperationKind.CREATE, 0, owner, values, {}, now)
            self._connection.execute("UPDATE operation SET project_key = ? WHERE operation_id = ?", (-number, number))
            self._connection.execute("DELETE FROM draft WHERE draft_id = ?", (draft_id,))
        return -number

    def add_update(self, key: int, changes: FieldValues, base: FieldValues, now: str, draft_id: str = "") -> int:
        """Stores changed fields of a project; gives its key, which may be its project ID by now.

        Changes of a project whose create was never attempted go into that create; changes that follow an update which
        was never attempted are joined to it. What the server refused for good is mended in the same way and goes back
        to the queue: a refusal proves that nothing was done. What was attempted otherwise is never changed.
        """
        with transaction(self._connection):
            key = self._current_key(key)
            last = self._connection.execute(
                f"SELECT operation_id, kind, state, attempts, changes, base FROM operation WHERE project_key = ?"
                f" AND {PENDING} ORDER BY operation_id DESC LIMIT 1",
                (key,),
            ).fetchone()
            if last and _is_open(*last[1:4]):
                number, kind, _, _, changed, before = last
                merged = {**json.loads(changed), **_plain(changes)}
                # The base of a field is what was there before the first of the joined changes.
                bases = {} if kind == OperationKind.CREATE else {**_plain(base), **json.loads(before)}
                self._connection.execute(
                    "UPDATE operation SET changes = ?, base = ?, state = 'queued', attempts = 0, words = '',"
                    " server_words = '', settled_at = '' WHERE operation_id = ?",
                    (_json(merged), _json(bases), number),
                )
            else:
                self._refuse_gone(key)
                self._insert(OperationKind.UPDATE, key, "", changes, base, now)
            self._connection.execute("DELETE FROM draft WHERE draft_id = ?", (draft_id,))
        return key

    def add_soft_delete(self, key: int, now: str) -> int:
        """Stores a soft delete; gives the project's key.

        A project whose create was never attempted is given up instead: nothing is sent.
        """
        with transaction(self._connection):
            key = self._current_key(key)
            if key < 0 and self._never_attempted(-key):
                self._connection.execute(
                    f"UPDATE operation SET state = 'discarded', settled_at = ?,"
                    f" words = 'Given up before it was sent.' WHERE project_key = ? AND {PENDING}",
                    (now, key),
                )
                return key
            self._refuse_gone(key)
            waiting = self._connection.execute(
                f"SELECT 1 FROM operation WHERE project_key = ? AND kind = 'soft_delete' AND {PENDING}", (key,)
            ).fetchone()
            if not waiting:
                self._insert(OperationKind.SOFT_DELETE, key, "", {}, {}, now)
        return key

    def discard(self, number: int, now: str) -> int:
        """Gives an operation up because the person said so; gives the project's key.

        With a create goes all that waits for it.
        """
        with transaction(self._connection):
            key = self._key_of(number)
            self._connection.execute(
                f"UPDATE operation SET state = 'discarded', settled_at = :now, words = 'Given up.'"
                f" WHERE {PENDING} AND (operation_id = :number OR project_key = -:number)"
                # What is on its way cannot be given up, and neither can what belongs to it.
                " AND NOT EXISTS (SELECT 1 FROM operation WHERE operation_id = :number AND state = 'sending')",
                {"now": now, "number": number},
            )
        return key

    def try_again(self, number: int) -> int:
        """Puts a refused or doubtful operation back in the queue, as the person said; gives the project's key."""
        with transaction(self._connection):
            key = self._key_of(number)
            self._connection.execute(
                "UPDATE operation SET state = 'queued', words = '', server_words = '', settled_at = ''"
                " WHERE operation_id = ? AND state IN ('needs_you', 'unknown')",
                (number,),
            )
        return key

    # -- what the sender does --------------------------------------------------------------------------------------

    def next_to_send(self, now: str) -> Operation | None:
        """Takes the oldest operation that may go and marks it `sending`, which is on the disk when this returns."""
        with transaction(self._connection):
            row = self._connection.execute(
                f"SELECT {OPERATION_COLUMNS} FROM operation AS o WHERE o.state = 'queued' AND NOT {_EARLIER}"
                " ORDER BY o.operation_id LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            self._connection.execute(
                "UPDATE operation SET state = 'sending', attempts = attempts + 1, attempted_at = ?"
                " WHERE operation_id = ?",
                (now, row[0]),
            )
        return read_operation(row)

    def back_to_queue(self, number: int, words: str) -> None:
        """Surely nothing was sent, or the server put us off: it waits again, as if it had not been attempted."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = 'queued', attempts = attempts - 1, words = ? WHERE operation_id = ?"
                " AND state = 'sending'",
                (words, number),
            )

    def doubt(self, number: int, words: str, server_words: str, now: str) -> None:
        """It may have been carried out. Only a person, or proof, moves it on."""
        self._settle(number, OperationState.UNKNOWN, words, server_words, now)

    def refuse(self, number: int, words: str, server_words: str, now: str) -> None:
        """The server refused it for good. Only a person moves it on."""
        self._settle(number, OperationState.NEEDS_YOU, words, server_words, now)

    def confirm(self, operation: Operation, project_id: int, owner_id: int | None, now: str) -> None:
        """The server did it: the operation is done and the `server_*` tables say so, in one transaction.

        Args:
            operation: What was sent.
            project_id: The project; for a create the ID in the answer.
            owner_id: The server's number of the owner of a new project, or None where unknown.
            now: UTC text.
        """
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = 'confirmed', settled_at = ?, words = '', server_words = ''"
                " WHERE operation_id = ?",
                (now, operation.operation_id),
            )
            match operation.kind:
                case OperationKind.CREATE:
                    self._connection.execute(
                        "UPDATE operation SET project_key = ? WHERE project_key = ?",
                        (project_id, -operation.operation_id),
                    )
                    self._server.write_created(project_id, operation.changes, owner_id, now)
                case OperationKind.UPDATE:
                    self._server.write_updated(project_id, operation.changes, now)
                case OperationKind.SOFT_DELETE:
                    self._server.write_deleted(project_id, now)

    def doubt_interrupted(self, now: str) -> int:
        """At start-up: what was being sent when the program ended may have been carried out; gives how many."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = 'unknown', settled_at = ?,"
                " words = 'The program ended while this was being sent.' WHERE state = 'sending'",
                (now,),
            )
            return self._connection.changes()

    # -- inside a transaction --------------------------------------------------------------------------------------

    def _insert(
        self, kind: OperationKind, key: int, owner: str, changes: FieldValues, base: FieldValues, now: str
    ) -> int:
        self._connection.execute(
            "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at)"
            " VALUES (?, 'queued', ?, ?, ?, ?, ?)",
            (kind.value, key, owner, _json(_plain(changes)), _json(_plain(base)), now),
        )
        return self._connection.last_insert_rowid()

    def _never_attempted(self, create: int) -> bool:
        row = self._connection.execute(
            "SELECT state, attempts FROM operation WHERE operation_id = ?", (create,)
        ).fetchone()
        return bool(row) and row == (OperationState.QUEUED, 0)

    def _key_of(self, number: int) -> int:
        row = self._connection.execute("SELECT project_key FROM operation WHERE operation_id = ?", (number,)).fetchone()
        if row is None:
            raise BadInputError("This change is not there any more", "It was settled or given up meanwhile.")
        return int(row[0])

    def _current_key(self, key: int) -> int:
        """The project ID where the create behind a key of ours was confirmed since the window read it."""
        if key > 0:
            return key
        row = self._connection.execute("SELECT project_key FROM operation WHERE operation_id = ?", (-key,)).fetchone()
        return int(row[0]) if row else key

    def _refuse_gone(self, key: int) -> None:
        if (
            key < 0
            and not self._connection.execute(
                f"SELECT 1 FROM operation WHERE project_key = ? AND {PENDING}", (key,)
            ).fetchone()
        ):
            raise BadInputError(
                "This project is not there any more",
                "It was given up before it was sent, so there is nothing to change.",
                "Create it anew.",
            )

    def _settle(self, number: int, state: OperationState, words: str, server_words: str, now: str) -> None:
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE operation SET state = ?, words = ?, server_words = ?, settled_at = ?"
                " WHERE operation_id = ? AND state = 'sending'",
                (state.value, words, server_words, now, number),
            )


def _is_open(kind: str, state: str, attempts: int) -> bool:
    """Whether an operation can still be changed: nothing of it can have reached the server's data."""
    unsent = state == OperationState.NEEDS_YOU or (state == OperationState.QUEUED and attempts == 0)
    return unsent and kind != OperationKind.SOFT_DELETE


def _plain(values: FieldValues) -> dict[str, object]:
    return {Field(name).value: _whole(value) if isinstance(value, str) else value for name, value in values.items()}


def _whole(text: str) -> str:
    """Text without half characters, which a field that cuts an emoji in two leaves and neither SQLite nor JSON hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False)
