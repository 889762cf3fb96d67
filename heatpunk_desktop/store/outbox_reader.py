"""The table `operation`, read by the sender: what may go, what is in doubt, and what was sent before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.store.operation_rows import EARLIER, HELD, LATE, SENDER_COLUMNS, read_operation
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Collection

    import apsw


class QueueReader:
    """Reads operations as the sender needs them. Every method may raise StorageError; none changes anything."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def next_queued(self, passed_over: Collection[int]) -> Operation | None:
        """The oldest operation that may go: nothing of the same project has to end before it. Changes nothing."""
        found = self.some_queued(passed_over, 1)
        return found[0] if found else None

    def some_queued(self, passed_over: Collection[int], limit: int) -> tuple[Operation, ...]:
        """The oldest operations that may go, each of another project. Changes nothing."""
        return self._some(
            f"o.state = 'queued' AND NOT {EARLIER} AND NOT {HELD}"
            " AND o.operation_id NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(list(passed_over)),),
            limit,
        )

    def in_state(self, state: OperationState, kind: OperationKind | None = None) -> tuple[Operation, ...]:
        """All operations in a state, the oldest first."""
        if kind is None:
            return self._some("o.state = ?", (state.value,))
        return self._some("o.state = ? AND o.kind = ?", (state.value, kind.value))

    def is_held_back(self, operation: Operation) -> bool:
        """Whether an earlier operation of the same project is not settled, or may still be carried out."""
        with translated():
            found = self._connection.execute(
                f"SELECT 1 FROM operation AS o WHERE o.operation_id = ? AND ({EARLIER} OR {HELD})",
                (operation.operation_id,),
            ).fetchone()
        return found is not None

    def late_attempts(self) -> dict[int, str]:
        """Projects for which a request may still be carried out, though a person has moved on, with which one."""
        with translated():
            rows = self._connection.execute(
                "SELECT CAST(substr(name, ?) AS INTEGER), value FROM fact WHERE name >= ? AND name < ?",
                (len(LATE) + 1, LATE, _past(LATE)),
            )
            return dict(rows)

    def sent_later(self, operation: Operation) -> tuple[Operation, ...]:
        """Changes made after this one that set something in the same project, or may have; what, is in `sent`.

        A person may have changed one project under two keys: the one that they made, before it was found on the
        server, and the one that was listed. What was attempted may have been carried out, also where the person has
        had it sent again or given it up since; not where the server said no.
        """
        later = (
            "o.kind = 'update' AND o.project_key = ? AND o.operation_id > ?"
            f" AND o.attempts > 0 AND o.reason NOT IN ('{Reason.REFUSED}', '{Reason.GONE}')"
        )
        return self._some(later, (operation.project_key, operation.operation_id))

    def sent_earlier(self, operation: Operation) -> tuple[Operation, ...]:
        """What was done to the same project before this and was sent: its making, and changes of it."""
        earlier = "o.kind IN ('create', 'update') AND o.project_key = ? AND o.operation_id < ? AND o.attempts > 0"
        return self._some(earlier, (operation.project_key, operation.operation_id))

    def operation(self, number: int) -> Operation | None:
        """One operation, or None."""
        found = self._some("o.operation_id = ?", (number,))
        return found[0] if found else None

    def own_reference(self, project_id: int) -> str:
        """The reference of the program's own that was sent when this project was made here, or empty."""
        with translated():
            found = self._connection.execute(
                "SELECT CASE WHEN json_valid(changes) THEN json_extract(changes, '$.crm_reference') END FROM operation"
                " WHERE project_key = ? AND kind = 'create' AND state = 'confirmed' LIMIT 1",
                (project_id,),
            ).get
        return found if is_own_reference(found) else ""

    def _some(self, where: str, arguments: tuple[object, ...], limit: int = -1) -> tuple[Operation, ...]:
        sql = f"SELECT {SENDER_COLUMNS} FROM operation AS o WHERE {where} ORDER BY o.operation_id LIMIT ?"
        with translated():
            return tuple(map(read_operation, self._connection.execute(sql, (*arguments, limit))))


def _past(beginning: str) -> str:
    """What sorts after everything that begins like this."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)
