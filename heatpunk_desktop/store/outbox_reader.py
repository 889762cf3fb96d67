"""Reading of the table `operation`: rows as values, and the queries of the sender."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Decided, DiscardCause, Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.remarks import RemarkCode, remark, remarks_of_json
from heatpunk_desktop.store.field_json import decided_of_json, fields_of_json
from heatpunk_desktop.store.projection import PENDING, latest
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import apsw

#: An earlier operation of the same project that is not settled: what came later waits for it.
EARLIER: Final = (
    f"EXISTS (SELECT 1 FROM operation AS e WHERE e.project_key = o.project_key AND e.operation_id < o.operation_id"
    f" AND e.{PENDING})"
)

#: Prefix of a fact's name: a request for this project may still be carried out, though the user has moved on.
#: Its value is the operation's number, a slash, and the number of its attempt.
LATE: Final = "late."

#: As SQL: such a request would overwrite this one: any of that project but the same operation unchanged.
HELD: Final = (
    f"EXISTS (SELECT 1 FROM fact AS f WHERE f.name = '{LATE}' || o.project_key"
    " AND (o.attempts = 0 OR CAST(f.value AS INTEGER) <> o.operation_id))"
)

_HELD: Final = remark(RemarkCode.HELD)


def _now(field: str) -> str:
    # Not from the view `project_projected`: SQLite would go through all of it for each operation.
    server = f"(SELECT {field} FROM server_project WHERE project_id = o.project_key)"
    return f"coalesce({latest(field, 'o.project_key')}, {server}, '')"


#: As SQL: the name of a project, or its customer's where it has none.
_NAME: Final = f"coalesce(nullif({_now('project_name')}, ''), {_now('customer_name')})"


def _columns(blocked: str, held: str, name: str, customer: str) -> str:
    return (
        "o.operation_id, o.kind, o.state, o.project_key, o.owner, o.changes, o.base, o.created_at, o.attempts,"
        f" o.attempted_at, o.settled_at, o.words, o.server_words, {blocked}, {held}, {name}, {customer},"
        " o.attempt, o.sent, o.reason, o.theirs, o.candidates, o.noted, o.batch, o.cause, o.decided"
    )


#: The columns that `read_operation` takes, of `operation AS o`.
OPERATION_COLUMNS: Final = _columns(EARLIER, HELD, _NAME, _now("customer_name"))

#: The same for the sender, which needs neither names nor what an operation waits for.
SENDER_COLUMNS: Final = _columns("0", "0", "''", "''")

#: Looked up far quicker than an enum makes a member of a text.
_KINDS: Final = {kind.value: kind for kind in OperationKind}
_REASONS: Final = {reason.value: reason for reason in Reason}
_CAUSES: Final = {cause.value: cause for cause in DiscardCause}
_NOTHING_DECIDED: Final[Mapping[Field, Decided]] = MappingProxyType({})
_QUEUED: Final = OperationState.QUEUED.value
_NONE: Final = "{}"
_NO_NUMBERS: Final = "[]"


def read_operation(row: tuple[Any, ...]) -> Operation:
    """Convert one row of `OPERATION_COLUMNS` to a value.

    Never fails: one row that a disk fault or another program damaged must not hold up all the others. What cannot be
    read is left out, and `is_damaged` is set.
    """
    number, kind, state, key, owner, changes, base, created, attempts, attempted, settled, words, said = row[:13]
    blocked, held, name, customer, attempt, sent, reason, theirs, candidates, noted, batch, cause, decided = row[13:]
    told = _fields(changes), _fields(base), _fields(sent)
    values = told[0] or {}
    is_queued = state == _QUEUED
    return Operation(
        operation_id=number,
        kind=_KINDS.get(kind, OperationKind.UPDATE),
        state=OperationState(state),
        project_key=key,
        project_id=key if key > 0 else None,
        project_name=name or str(values.get(Field.PROJECT_NAME) or values.get(Field.CUSTOMER_NAME) or ""),
        owner=owner,
        changes=values,
        base=told[1] or {},
        created_at=created,
        attempts=attempts,
        attempted_at=attempted,
        settled_at=settled,
        remarks=_HELD if held and is_queued else remarks_of_json(words),
        server_words=said,
        blocked=bool(blocked) and is_queued,
        attempt=attempt,
        sent=told[2] or {},
        reason=_REASONS.get(reason, Reason.NONE),
        theirs=_fields(theirs) or {},
        candidates=_numbers(candidates),
        noted=noted,
        is_damaged=None in told or kind not in _KINDS,
        customer_name=customer or str(values.get(Field.CUSTOMER_NAME) or ""),
        batch=batch,
        cause=_CAUSES.get(cause, DiscardCause.NONE),
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
    return tuple(number for number in numbers if isinstance(number, int)) if isinstance(numbers, list) else ()


class OutboxReader:
    """Queries operations for the sender. Every method may raise StorageError; none changes anything."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def next_queued(self, passed_over: Collection[int]) -> Operation | None:
        """Return the oldest operation that may be sent, with no earlier one of the same project pending."""
        found = self.some_queued(passed_over, 1)
        return found[0] if found else None

    def some_queued(self, passed_over: Collection[int], limit: int) -> tuple[Operation, ...]:
        """Return the oldest operations that may be sent, each of another project."""
        return self._some(
            f"o.state = 'queued' AND NOT {EARLIER} AND NOT {HELD}"
            " AND o.operation_id NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(list(passed_over)),),
            limit,
        )

    def in_state(self, state: OperationState, kind: OperationKind | None = None) -> tuple[Operation, ...]:
        """Return all operations in a state, the oldest first."""
        if kind is None:
            return self._some("o.state = ?", (state.value,))
        return self._some("o.state = ? AND o.kind = ?", (state.value, kind.value))

    def is_held_back(self, operation: Operation) -> bool:
        """Return whether an earlier operation of the same project is not settled, or may still be carried out."""
        with translated():
            found = self._connection.execute(
                f"SELECT 1 FROM operation AS o WHERE o.operation_id = ? AND ({EARLIER} OR {HELD})",
                (operation.operation_id,),
            ).fetchone()
        return found is not None

    def is_overtaken(self, operation: Operation, fields: Collection[Field]) -> bool:
        """Whether something that waits behind an operation says otherwise of some of its fields."""
        with translated():
            later = self._connection.execute(
                f"SELECT kind, changes FROM operation WHERE project_key = ? AND operation_id > ? AND {PENDING}",
                (operation.project_key, operation.operation_id),
            )
            return any(kind != "update" or not {*fields}.isdisjoint(json.loads(changes)) for kind, changes in later)

    def late_attempts(self) -> dict[int, str]:
        """Return the projects for which an abandoned request may still be applied, with its operation and attempt."""
        with translated():
            rows = self._connection.execute(
                "SELECT CAST(substr(name, ?) AS INTEGER), value FROM fact WHERE name >= ? AND name < ?",
                (len(LATE) + 1, LATE, _past(LATE)),
            )
            return dict(rows)

    def sent_later(self, operation: Operation) -> tuple[Operation, ...]:
        """Return later changes that set, or may have set, something in the same project; what, is in `sent`.

        The user may have changed one project under two keys: the one that it got here, before it was found on the
        server, and the one that was listed. What was attempted may have been carried out, also where the user has had
        it sent again or discarded it since; not where the server said no.
        """
        later = (
            "o.kind = 'update' AND o.project_key = ? AND o.operation_id > ?"
            f" AND o.attempts > 0 AND o.reason NOT IN ('{Reason.REFUSED}', '{Reason.GONE}')"
        )
        return self._some(later, (operation.project_key, operation.operation_id))

    def sent_earlier(self, operation: Operation) -> tuple[Operation, ...]:
        """Return earlier operations of the same project that were sent: its create, and changes of it."""
        earlier = "o.kind IN ('create', 'update') AND o.project_key = ? AND o.operation_id < ? AND o.attempts > 0"
        return self._some(earlier, (operation.project_key, operation.operation_id))

    def operation(self, number: int) -> Operation | None:
        """Return one operation, or None."""
        found = self._some("o.operation_id = ?", (number,))
        return found[0] if found else None

    def own_reference(self, project_id: int) -> str:
        """Return the app's own CRM reference that was sent when this project was created here, or empty."""
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
    """Return the smallest text that sorts after everything with a prefix."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)
