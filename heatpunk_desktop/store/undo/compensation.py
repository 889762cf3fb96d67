"""The compensating change for an operation that was sent, or the reason why there is none. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, BuildDate, Field, FieldValues, Status
from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.domain.undo import NotUndone, UndoObstacle

if TYPE_CHECKING:
    from heatpunk_desktop.domain.operation import Operation

_S = OperationState

#: What may be, or will be, on the server, so that only another change can change it back.
_ON_ITS_WAY = (_S.SENDING, _S.UNKNOWN, _S.QUEUED)

_WORDS = {Field.STATUS: frozenset(Status), Field.BUILD_DATE: frozenset(BuildDate)}


class Reverse(NamedTuple):
    """A compensating change.

    Attributes:
        change: The change to store, or None where there is none.
        left: Why something, or all, stays.
    """

    change: FieldEdit | MoveToDeleted | None
    left: tuple[NotUndone, ...] = ()


def reverse_of(operation: Operation) -> Reverse:
    """Return the compensating change for an operation that was sent, or may have been."""
    key, state = operation.project_key, operation.state
    if operation.is_damaged or state not in (*_ON_ITS_WAY, _S.CONFIRMED):
        return Reverse(None, (NotUndone(key, UndoObstacle.UNDECIDED),))
    if operation.kind is OperationKind.CREATE:
        return Reverse(MoveToDeleted(key))
    if operation.kind is OperationKind.SOFT_DELETE:
        why = UndoObstacle.DELETED if state is _S.CONFIRMED else UndoObstacle.UNDECIDED
        return Reverse(None, (NotUndone(key, why),))
    sent = operation.changes if state is _S.QUEUED else operation.sent
    if not sent:
        return Reverse(None, (NotUndone(key, UndoObstacle.NOTHING_SENT),))
    return reverse_edit(FieldEdit(key, operation.base, sent))


def reverse_edit(edit: FieldEdit) -> Reverse:
    """Return the edit that restores what the user saw before an edit, as far as known and possible."""
    back: dict[Field, str | float | None] = {}
    left: list[NotUndone] = []
    for field in edit.changes:
        if field not in edit.base:
            left.append(NotUndone(edit.key, UndoObstacle.NOT_KNOWN))
        elif not can_be_set(field, edit.base[field]):
            left.append(NotUndone(edit.key, UndoObstacle.CANNOT_EMPTY))
        else:
            back[field] = edit.base[field] if field in NUMERIC_FIELDS else edit.base[field] or ""
    seen: FieldValues = {field: edit.changes[field] for field in back}
    return Reverse(FieldEdit(edit.key, seen, back) if back else None, tuple(dict.fromkeys(left)))


def can_be_set(field: Field, value: str | float | None) -> bool:
    """Return whether the server accepts a value of a field; it cannot empty a number or a choice."""
    if field in NUMERIC_FIELDS:
        return value is not None
    words = _WORDS.get(field)
    return words is None or value in words
