"""The one door for state changes: the only code that writes the state of an operation.

It follows the table of states (`heatpunk_desktop.domain.operation_states`): an event that does not fit the state of an
operation came too late, and changes nothing.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.domain.operation_states import INITIAL_STATE, TRANSITIONS, Event
from heatpunk_desktop.store.database import insert_record, transaction
from heatpunk_desktop.store.field_json import fields_as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import apsw

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import OperationKind

#: A value of a column.
Value = str | float | None

_INSERT: Final = (
    "INSERT INTO operation (operation_id, kind, state, project_key, owner, changes, base, created_at, batch)"
    f" VALUES (?, ?, '{INITIAL_STATE}', ?, ?, ?, ?, ?, ?)"
)

#: What was said about an earlier state, and does not hold after an event; as SQL.
_CLEARED: Final = {
    "words": "''",
    "server_words": "''",
    "reason": "''",
    "settled_at": "''",
    "theirs": "'{}'",
    "candidates": "'[]'",
}

#: What an event does beside, as SQL.
_COUNTED: Final = {Event.BEGUN: {"attempts": "attempts + 1"}, Event.NOT_SENT: {"attempts": "attempts - 1"}}

#: What a column is set to where a row has no value for it; others stay. As SQL: all that the user set is sent.
_OTHERWISE: Final = {"sent": "changes"}

#: A discarded operation keeps what was said: whether the server had refused it decides what it may have set there.
_CLEARED_BY_DISCARDING: Final = {"words": "''"}


class NewOperation(NamedTuple):
    """An operation to store.

    Attributes:
        kind: The kind of change.
        key: The project; 0 for a new one, which gets a key by the operation's number.
        changes: The fields to send.
        base: What the user saw in these fields.
        created_at: UTC text.
        owner: Email of the owner of a new project, else empty.
        batch: Number of its batch, or 0.
        number: Its number, where the caller counts; else it gets the next one.
    """

    kind: OperationKind
    key: int
    changes: FieldValues
    base: FieldValues
    created_at: str
    owner: str = ""
    batch: int = 0
    number: int | None = None


def store_operation(connection: apsw.Connection, new: NewOperation) -> int:
    """Inside a transaction: store a new operation, which waits to be sent, and return its number."""
    kind, key, changes, base, created_at, owner, batch, number = new
    key = key or -(number or 0)
    texts = fields_as_json(changes), fields_as_json(base)
    connection.execute(_INSERT, (number, kind.value, key, owner, *texts, created_at, batch))
    if number is None:
        number = connection.last_insert_rowid()
    if not key:
        connection.execute("UPDATE operation SET project_key = ? WHERE operation_id = ?", (-number, number))
    return number


def store_copy(connection: apsw.Connection, record: Mapping[str, object]) -> None:
    """Inside a transaction: store an operation as its copies have it, in place of any that has its number."""
    connection.execute("DELETE FROM operation WHERE operation_id = ?", (record["operation_id"],))
    insert_record(connection, "operation", record)


def move(connection: apsw.Connection, event: Event, numbers: Iterable[int], **values: Value) -> list[int]:
    """Move operations to the state that an event leads to.

    What was said about the state before is cleared: the columns `words`, `server_words`, `reason`, `settled_at`,
    `theirs` and `candidates`, as far as they are not among the values (of a discarded operation, only `words`).

    Args:
        connection: A writing connection.
        event: What happened.
        numbers: The operations.
        **values: Columns of `operation` with their new values, the same for each.

    Returns:
        The numbers of those that moved; for the others the event came too late.
    """
    rows = json.dumps([[number] for number in numbers])
    with transaction(connection):
        return [number for (number,) in connection.execute(_update(event, tuple(values), ()), (*values.values(), rows))]


def move_each(
    connection: apsw.Connection,
    event: Event,
    columns: tuple[str, ...],
    rows: Iterable[Sequence[Value]],
    **values: Value,
) -> list[int]:
    """Move operations as `move` does, each with values of its own.

    It is one statement however many there are: while it runs, the other threads have the interpreter, and getting it
    back takes a while.

    Args:
        connection: A writing connection.
        event: What happened.
        columns: Columns of `operation`.
        rows: For each operation its number, and its values of these columns. None leaves a column as it is, or has
            `sent` be all that the user set.
        **values: Columns with values that are the same for each.
    """
    sql = _update(event, tuple(values), columns)
    with transaction(connection):
        found = connection.execute(sql, (*values.values(), json.dumps([*rows])))
        return [number for (number,) in found]


@cache
def _update(event: Event, same: tuple[str, ...], own: tuple[str, ...]) -> str:
    """Return the statement that moves operations.

    Args:
        event: What happens to them.
        same: Columns with one value for all, which are bound first.
        own: Columns with a value for each, which are in the rows after the number.
    """
    moves = TRANSITIONS[event]
    (state,) = {*moves.values()}
    cleared = _CLEARED_BY_DISCARDING if state is OperationState.DISCARDED else _CLEARED
    settings = {**dict.fromkeys(same, "?"), **_COUNTED.get(event, {})}
    for place, column in enumerate(own, 1):
        settings[column] = f"coalesce(moving.value ->> {place}, {_OTHERWISE.get(column, column)})"
    settings |= {column: value for column, value in cleared.items() if column not in settings}
    setting = ", ".join(f"{column} = {value}" for column, value in settings.items())
    before = ", ".join(f"'{state}'" for state in moves)
    return (
        f"UPDATE operation SET state = '{state}', {setting} FROM json_each(?) AS moving"
        # The plus keeps SQLite from the index of states: it looks each number up.
        f" WHERE operation_id = moving.value ->> 0 AND +state IN ({before}) RETURNING operation_id"
    )
