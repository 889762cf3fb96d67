"""Takes one edit of a form out of changes that wait, which it may have gone into together with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.deeds import FieldEdit
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.references import is_own_reference
from heatpunk_desktop.domain.undoing import Left, NoWayBack
from heatpunk_desktop.store.field_json import fields_as_json, whole
from heatpunk_desktop.store.reversing import Reverse, reverse_edit
from heatpunk_desktop.store.taking_back import TAKEN_BACK, is_unsent, operations_where

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

    #: As `Outbox.with_reference`.
    WithReference = Callable[[FieldValues, str], "_Values"]

_Values = dict[Field, str | float | None]

_UPDATE: Final = (
    "UPDATE operation SET changes = ?, base = ?, theirs = ?, state = ?, reason = ?, words = ?, settled_at = ?"
    " WHERE operation_id = ?"
)


def put_back(
    connection: apsw.Connection, edit: FieldEdit, with_reference: WithReference, now: str
) -> tuple[FieldEdit | None, Reverse]:
    """Inside a transaction: has the fields of an edit stand as before in what waits and was not sent.

    Gives the part of the edit that was put back, and what changes the rest back, which was sent or is in a batch.

    Args:
        connection: A connection that writes.
        edit: The edit, with the key that its project has by now.
        with_reference: Gives a new project a reference where it has none.
        now: UTC text.
    """
    left: _Values = {field: whole(value) if isinstance(value, str) else value for field, value in edit.changes.items()}
    done: _Values = {}
    sent: _Values = {}
    for one in reversed(operations_where(connection, "o.project_key = ?", (edit.key,))):
        if one.kind is OperationKind.SOFT_DELETE or one.is_damaged or one.state is OperationState.DISCARDED:
            continue
        is_queued = one.state is OperationState.QUEUED
        found = those_in(_held(one, one.changes if is_queued or is_unsent(one) else one.sent, left), left)
        if not is_unsent(one) or (one.batch and one.kind is OperationKind.UPDATE):
            # A batch that waits is left as it is, so that it can be taken back whole: another change follows it.
            sent |= found
        elif found:
            _take_out(connection, one, found, edit.base, with_reference, now)
            done |= found
        left = {field: value for field, value in left.items() if field not in found}
    reverse = reverse_edit(FieldEdit(edit.key, edit.base, sent))
    if left:
        reverse = reverse._replace(left=(*reverse.left, Left(edit.key, NoWayBack.NOTHING_SENT)))
    base = {field: value for field, value in edit.base.items() if field in done}
    return FieldEdit(edit.key, base, done) if done else None, reverse


def _held(operation: Operation, values: FieldValues, wanted: FieldValues) -> FieldValues:
    """What an operation holds of the wanted fields. A new project without a field holds it as empty."""
    if operation.kind is not OperationKind.CREATE:
        return values
    empty: _Values = {field: "" for field in wanted if field not in NUMERIC_FIELDS}
    return {**empty, **values}


def those_in(held: FieldValues, wanted: FieldValues) -> _Values:
    """The fields of an edit that an operation holds as the edit set them."""
    return {field: value for field, value in wanted.items() if field in held and _is_it(field, held[field], value)}


def _is_it(field: Field, held: str | float | None, value: str | float | None) -> bool:
    if field is Field.CRM_REFERENCE and not value and is_own_reference(held):
        return True  # left blank, and filled in by the program
    return _same(field, held, value)


def _same(field: Field, one: str | float | None, other: str | float | None) -> bool:
    return one == other if field in NUMERIC_FIELDS else (one or "") == (other or "")


def _take_out(
    connection: apsw.Connection,
    operation: Operation,
    fields: _Values,
    before: FieldValues,
    with_reference: WithReference,
    now: str,
) -> None:
    """Puts fields of an operation back to what they were before, and gives it up where nothing is left of it."""
    changes, base = dict(operation.changes), dict(operation.base)
    for field in fields:
        if operation.kind is OperationKind.CREATE:
            was_before = before.get(field) not in (None, "")
        else:
            # What the person saw before was what another change, which waits in the same operation, had set.
            was_before = field in before and not (field in base and _same(field, base[field], before[field]))
        if was_before:
            changes[field] = before[field] if field in NUMERIC_FIELDS else before[field] or ""
        else:
            changes.pop(field, None)
            base.pop(field, None)
    if operation.kind is OperationKind.CREATE:
        changes = with_reference(changes, str(operation.changes.get(Field.CRM_REFERENCE) or ""))
    theirs = {field: value for field, value in operation.theirs.items() if field not in fields}
    state, reason, words, settled_at = operation.state, operation.reason, operation.words, operation.settled_at
    if not changes:
        # What it would have changed stays to be seen in Done.
        changes, base, theirs = dict(operation.changes), dict(operation.base), {}
        state, reason, words, settled_at = OperationState.DISCARDED, Reason.NONE, TAKEN_BACK, now
    elif reason is Reason.CONFLICT and not theirs:
        state, reason, words, settled_at = OperationState.QUEUED, Reason.NONE, "", ""
    connection.execute(
        _UPDATE,
        (
            fields_as_json(changes),
            fields_as_json(base),
            fields_as_json(theirs),
            state.value,
            reason.value,
            words,
            settled_at,
            operation.operation_id,
        ),
    )
