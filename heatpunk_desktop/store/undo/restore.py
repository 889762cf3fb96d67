"""Removal of one form edit from the operation that it was merged into, which other edits may share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.domain.operation import DiscardCause, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.remarks import remarks_as_json
from heatpunk_desktop.domain.undo import NotUndone, UndoObstacle
from heatpunk_desktop.store.field_json import fields_as_json, well_formed
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.state_changes import move
from heatpunk_desktop.store.undo.compensation import Reverse, reverse_edit
from heatpunk_desktop.store.undo.withdraw import is_unsent, operations_where

if TYPE_CHECKING:
    import apsw

    from heatpunk_desktop.domain.operation import Operation
from heatpunk_desktop.domain.undo import StoredEdit

_Values = dict[Field, str | float | None]

#: The operation, and those that fields of it were moved to because somebody else had changed them too, which are of the
#: same moment (`OutboxDelivery.mark_conflict`). In two parts, as each index knows operations of some states.
_PARTS: Final = "o.operation_id IN (SELECT ?1 UNION ALL {})".format(
    " UNION ALL ".join(
        f"SELECT part.operation_id FROM operation AS it CROSS JOIN operation AS part INDEXED BY {index}"
        f" WHERE it.operation_id = ?1 AND part.project_key = it.project_key AND part.{states}"
        " AND part.operation_id > it.operation_id AND it.kind = 'update' AND part.kind = 'update'"
        " AND part.created_at = it.created_at AND part.batch = it.batch"
        for index, states in (
            ("operation_pending", PENDING),
            ("operation_settled", "state IN ('confirmed', 'discarded')"),
        )
    )
)


def restore_edit(connection: apsw.Connection, edit: StoredEdit, now: str) -> tuple[FieldEdit | None, Reverse]:
    """Inside a transaction: restore the fields of an edit in the operation that it was merged into.

    Args:
        connection: A writing connection.
        edit: The edit, with the current number of its operation. Later changes are undone already, or are left: a field
            with another value was changed by something else since.
        now: UTC text.

    Returns:
        The part of the edit that was restored, and the compensating change for the rest, which was sent, or may have
        been.
    """
    key, base, changes = edit.edit.key, edit.edit.base, edit.edit.changes
    left: _Values = {field: well_formed(value) if isinstance(value, str) else value for field, value in changes.items()}
    done: _Values = {}
    sent: _Values = {}
    is_undecided = False
    owner, owner_before = edit.edit.owner, edit.before.owner if edit.before else ""
    is_owner_back = False
    for operation in operations_where(connection, _PARTS, (edit.operation,)):
        key = operation.project_key
        if operation.is_damaged or operation.state is OperationState.DISCARDED:
            continue
        if is_unsent(operation):
            found = {field: value for field, value in left.items() if _is_it(field, operation.changes, value)}
            has_owner = (
                bool(owner and owner_before) and operation.kind is OperationKind.CREATE and operation.owner == owner
            )
            if found or has_owner:
                was = operation._replace(owner=owner_before) if has_owner else operation
                _take_out(connection, was, found, edit.before, now)
            done |= found
            is_owner_back = is_owner_back or has_owner
        elif operation.state is OperationState.NEEDS_YOU:
            # It may have been carried out, and what would change it back would wait behind it.
            found = {field: value for field, value in left.items() if field in operation.changes}
            is_undecided = is_undecided or bool(found)
        else:
            # Whatever of it was sent, possibly with a later value that was changed back since.
            held = operation.changes if operation.state is OperationState.QUEUED else operation.sent
            found = {field: value for field, value in left.items() if field in held}
            sent |= found
        left = {field: value for field, value in left.items() if field not in found and field not in operation.changes}
    reverse = reverse_edit(FieldEdit(key, base, sent))
    if is_undecided:
        reverse = reverse._replace(left=(*reverse.left, NotUndone(key, UndoObstacle.UNDECIDED)))
    elif len(done) + len(sent) < len(changes):
        reverse = reverse._replace(left=(*reverse.left, NotUndone(key, UndoObstacle.NOTHING_SENT)))
    if owner and not is_owner_back:
        reverse = reverse._replace(left=(*reverse.left, NotUndone(key, UndoObstacle.OWNER)))
    seen = {field: value for field, value in base.items() if field in done}
    put = FieldEdit(key, seen, done, owner if is_owner_back else "")
    return put if done or is_owner_back else None, reverse


def _is_it(field: Field, held: FieldValues, value: str | float | None) -> bool:
    """Return whether a change holds a field as the edit set it."""
    if field not in held:
        return False
    if field is Field.CRM_REFERENCE and not value and is_own_reference(held[field]):
        return True  # left blank, and filled in by the program
    return held[field] == value if field in NUMERIC_FIELDS else (held[field] or "") == (value or "")


def _take_out(
    connection: apsw.Connection, operation: Operation, fields: FieldValues, before: Operation | None, now: str
) -> None:
    """Restore fields of an operation, and discard it where nothing is left of it."""
    changes = _restored(operation.changes, fields, before.changes if before else {})
    base = _restored(operation.base, fields, before.base if before else {})
    theirs = {field: value for field, value in operation.theirs.items() if field not in fields}
    number, owner = operation.operation_id, operation.owner
    texts = {"changes": fields_as_json(changes), "base": fields_as_json(base)}
    if before is not None and (changes, base, owner) == (before.changes, before.base, before.owner):
        # Nothing but the edit, which may have mended it, was done to it.
        move(
            connection,
            Event.EDITED if before.state is OperationState.QUEUED else Event.CORRECTION_UNDONE,
            [number],
            **texts,
            owner=owner,
            theirs=fields_as_json(before.theirs),
            reason=before.reason.value,
            words=remarks_as_json(before.remarks),
            server_words=before.server_words,
            attempts=before.attempts,
            settled_at=before.settled_at,
            batch=before.batch,
        )
    elif not changes:
        # What it would have changed stays visible in Done.
        cause = DiscardCause.TAKEN_BACK.value
        move(connection, Event.DISCARDED, [number], owner=owner, theirs="{}", reason="", settled_at=now, cause=cause)
    elif operation.reason is Reason.CONFLICT and not theirs:
        move(connection, Event.RESOLVED, [number], **texts, owner=owner)
    else:
        connection.execute(
            "UPDATE operation SET changes = ?, base = ?, theirs = ?, owner = ? WHERE operation_id = ?",
            (*texts.values(), fields_as_json(theirs), owner, number),
        )


def _restored(values: FieldValues, fields: FieldValues, before: FieldValues) -> _Values:
    """Return values with some fields as they were before, where they may have been missing."""
    kept = {field: value for field, value in values.items() if field not in fields}
    return kept | {field: before[field] for field in fields if field in before}
