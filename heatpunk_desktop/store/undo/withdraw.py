"""Withdrawal of operations that were stored and not sent yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.operation import DiscardCause, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.store.outbox_reader import SENDER_COLUMNS, read_operation
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.state_changes import move

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from heatpunk_desktop.domain.operation import Operation

#: Reasons for which an operation that was never attempted certainly did not reach the server's data.
_STOPPED_BEFORE: Final = (Reason.CONFLICT, Reason.GONE)

#: As SQL, of `operation AS o`: the same as `is_unsent`, but for damaged rows.
UNSENT: Final = (
    "((o.state = 'queued' AND o.attempts = 0) OR (o.state = 'needs_you' AND ((o.reason = 'refused' AND o.attempts <= 1)"
    " OR (o.attempts = 0 AND o.reason IN ({})))))".format(", ".join(f"'{reason}'" for reason in _STOPPED_BEFORE))
)

#: In two parts, as each index knows operations of some states only.
_WAITING_FOR: Final = (
    f"SELECT operation_id, project_key FROM operation WHERE {PENDING}"
    " AND project_key IN (SELECT -value FROM json_each(?)) ORDER BY operation_id"
)


def is_unsent(operation: Operation) -> bool:
    """Return whether certainly nothing of an operation was carried out, so that discarding it undoes it.

    What was refused at its only attempt was not carried out either. What was attempted otherwise may have been.
    """
    if operation.is_damaged:
        return False
    if operation.state is OperationState.QUEUED:
        return operation.attempts == 0
    if operation.state is not OperationState.NEEDS_YOU:
        return False
    if operation.reason is Reason.REFUSED:
        return operation.attempts <= 1
    return operation.attempts == 0 and operation.reason in _STOPPED_BEFORE


def operations_where(connection: apsw.Connection, where: str, arguments: tuple[object, ...]) -> list[Operation]:
    """Return operations by a condition on the table `operation AS o`, the oldest first."""
    sql = f"SELECT {SENDER_COLUMNS} FROM operation AS o WHERE {where} ORDER BY o.operation_id"
    return [read_operation(row) for row in connection.execute(sql, arguments)]


def operations_numbered(connection: apsw.Connection, numbers: Iterable[int]) -> list[Operation]:
    """Return operations by their numbers, the oldest first; those that do not exist any more are missing."""
    return operations_where(
        connection, "o.operation_id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
    )


def withdraw(connection: apsw.Connection, operations: Iterable[Operation], now: str) -> dict[int, int]:
    """Inside a transaction: discard unsent operations, with all that waits for the creates among them.

    Returns:
        The project key of each discarded operation, by its number, the oldest first.
    """
    found = {operation.operation_id: operation.project_key for operation in operations if is_unsent(operation)}
    creates = [-key for number, key in found.items() if key == -number]
    if creates:
        found |= {int(number): int(key) for number, key in connection.execute(_WAITING_FOR, (json.dumps(creates),))}
    move(connection, Event.DISCARDED, found, settled_at=now, cause=DiscardCause.TAKEN_BACK.value)
    return dict(sorted(found.items()))
