"""Rows of the table `operation` as values."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Decided, GivenUp, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.store.field_json import decided_of_json, fields_of_json
from heatpunk_desktop.store.projection import PENDING, latest

if TYPE_CHECKING:
    from collections.abc import Mapping

#: An earlier operation of the same project that is not settled: what came later waits for it.
EARLIER: Final = (
    f"EXISTS (SELECT 1 FROM operation AS e WHERE e.project_key = o.project_key AND e.operation_id < o.operation_id"
    f" AND e.{PENDING})"
)

#: Beginning of the name of a fact: a request for this project may still be carried out, though a person has moved on.
#: Its value is the operation's number, a slash, and the number of its attempt.
LATE: Final = "late."

#: What goes now would be written over by such a request: everything of that project but the same operation unchanged.
HELD: Final = (
    f"EXISTS (SELECT 1 FROM fact AS f WHERE f.name = '{LATE}' || o.project_key"
    " AND (o.attempts = 0 OR CAST(f.value AS INTEGER) <> o.operation_id))"
)

_HELD_WORDS: Final = (
    "Waits for a few minutes: the server may still be at work on an earlier change of this project, whose end was not"
    " waited for and which would land over this one. It goes by itself."
)


def _now(field: str) -> str:
    # Not from the view `project_projected`: SQLite would go through all of it for each operation.
    server = f"(SELECT {field} FROM server_project WHERE project_id = o.project_key)"
    return f"coalesce({latest(field, 'o.project_key')}, {server}, '')"


#: What a project is called: its name, or its customer's where it has none.
_NAME: Final = f"coalesce(nullif({_now('project_name')}, ''), {_now('customer_name')})"


def _columns(blocked: str, held: str, name: str, customer: str) -> str:
    return (
        "o.operation_id, o.kind, o.state, o.project_key, o.owner, o.changes, o.base, o.created_at, o.attempts,"
        f" o.attempted_at, o.settled_at, o.words, o.server_words, {blocked}, {held}, {name}, {customer},"
        " o.attempt, o.sent, o.reason, o.theirs, o.candidates, o.noted, o.batch, o.cause, o.decided"
    )


#: The columns that `read_operation` takes, of `operation AS o`.
OPERATION_COLUMNS: Final = _columns(EARLIER, HELD, _NAME, _now("customer_name"))

#: The same for the sender, to whom it is all one what a project is called; without what it waits for.
SENDER_COLUMNS: Final = _columns("0", "0", "''", "''")

_KINDS: Final = frozenset(OperationKind)
_REASONS: Final = frozenset(Reason)
_CAUSES: Final = frozenset(GivenUp)
_NOTHING_DECIDED: Final[Mapping[Field, Decided]] = MappingProxyType({})
_NONE: Final = "{}"
_NO_NUMBERS: Final = "[]"


def read_operation(row: tuple[Any, ...]) -> Operation:
    """One row of `OPERATION_COLUMNS` as a value.

    Never fails: one row that a fault of the disk or another program spoilt must not hold up all the others. What
    cannot be read is left out, and `is_damaged` tells.
    """
    number, kind, state, key, owner, changes, base, created, attempts, attempted, settled, words, said = row[:13]
    blocked, held, name, customer, attempt, sent, reason, theirs, candidates, noted, batch, cause, decided = row[13:]
    told = _fields(changes), _fields(base), _fields(sent)
    values = told[0] or {}
    is_queued = state == OperationState.QUEUED
    return Operation(
        operation_id=number,
        kind=OperationKind(kind) if kind in _KINDS else OperationKind.UPDATE,
        state=OperationState(state),
        project_key=key,
        project_id=key if key > 0 else None,
        project_name=name or str(values.get(Field.PROJECT_NAME) or values.get(Field.CUSTOMER_NAME) or _unnamed(key)),
        owner=owner,
        changes=values,
        base=told[1] or {},
        created_at=created,
        attempts=attempts,
        attempted_at=attempted,
        settled_at=settled,
        words=_HELD_WORDS if held and is_queued else words,
        server_words=said,
        blocked=bool(blocked) and is_queued,
        attempt=attempt,
        sent=told[2] or {},
        reason=Reason(reason) if reason in _REASONS else Reason.NONE,
        theirs=_fields(theirs) or {},
        candidates=_numbers(candidates),
        noted=noted,
        is_damaged=None in told or kind not in _KINDS,
        customer_name=customer or str(values.get(Field.CUSTOMER_NAME) or ""),
        batch=batch,
        cause=GivenUp(cause) if cause in _CAUSES else GivenUp.NOT,
        decided=decided_of_json(decided) if decided != _NONE else _NOTHING_DECIDED,
    )


def _fields(text: str) -> FieldValues | None:
    if text == _NONE:
        return {}
    try:
        return fields_of_json(text)
    except (ValueError, RecursionError):
        return None


def _numbers(text: str) -> tuple[int, ...]:
    if text == _NO_NUMBERS:
        return ()
    try:
        numbers = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(one for one in numbers if isinstance(one, int)) if isinstance(numbers, list) else ()


def _unnamed(key: int) -> str:
    return f"Project {key}" if key > 0 else "New project"
