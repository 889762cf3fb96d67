"""Gives up what was stored and not sent yet, because the person takes it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.operation import GivenUp, OperationState, Reason
from heatpunk_desktop.store.outbox_reader import SENDER_COLUMNS, read_operation
from heatpunk_desktop.store.projection import PENDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from heatpunk_desktop.domain.operation import Operation

#: What surely did not reach the server's data, where it needs a person and was never attempted.
_STOPPED_BEFORE: Final = (Reason.CONFLICT, Reason.GONE)

#: As SQL, of `operation AS o`: what `is_unsent` tells, but for rows that are damaged.
UNSENT: Final = (
    "((o.state = 'queued' AND o.attempts = 0) OR (o.state = 'needs_you' AND ((o.reason = 'refused' AND o.attempts <= 1)"
    " OR (o.attempts = 0 AND o.reason IN ({})))))".format(", ".join(f"'{reason}'" for reason in _STOPPED_BEFORE))
)

#: What is said of it in Done.
TAKEN_BACK: Final = "Taken back before it was sent."

#: In two parts, as each index knows operations of some states only.
_WAITING_FOR: Final = (
    f"SELECT operation_id, project_key FROM operation WHERE {PENDING}"
    " AND project_key IN (SELECT -value FROM json_each(?)) ORDER BY operation_id"
)


def is_unsent(operation: Operation) -> bool:
    """Whether surely nothing of an operation was carried out, so that giving it up undoes it.

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
    """Operations by a condition on the table `operation AS o`, the oldest first."""
    sql = f"SELECT {SENDER_COLUMNS} FROM operation AS o WHERE {where} ORDER BY o.operation_id"
    return [read_operation(row) for row in connection.execute(sql, arguments)]


def operations_numbered(connection: apsw.Connection, numbers: Iterable[int]) -> list[Operation]:
    """Operations by their numbers, the oldest first; those that are not there any more are missing."""
    return operations_where(
        connection, "o.operation_id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
    )


def give_up(connection: apsw.Connection, operations: Iterable[Operation], now: str) -> dict[int, int]:
    """Inside a transaction: gives operations up that were not sent, with all that waits for the creates among them.

    Gives the project key of each that was given up, by its number, the oldest first.
    """
    found = {one.operation_id: one.project_key for one in operations if is_unsent(one)}
    creates = [-key for number, key in found.items() if key == -number]
    if creates:
        found |= {int(number): int(key) for number, key in connection.execute(_WAITING_FOR, (json.dumps(creates),))}
    connection.execute(
        "UPDATE operation SET state = 'discarded', settled_at = ?, cause = ?, words = ?"
        " WHERE operation_id IN (SELECT value FROM json_each(?))",
        (now, GivenUp.TAKEN_BACK.value, TAKEN_BACK, json.dumps(list(found))),
    )
    return dict(sorted(found.items()))
