"""Whether what a person did is still here, as the window asks before it offers to undo it. Reads, and never writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.putting_back import those_in
from heatpunk_desktop.store.taking_back import is_unsent, operations_where
from heatpunk_desktop.store.trouble import translated

if TYPE_CHECKING:
    import apsw

    from heatpunk_desktop.domain.deeds import FieldEdit
    from heatpunk_desktop.domain.undoing import Undoable

#: Operations of a batch that are looked at: what is sent goes out in their order, so the first ones tell.
_LOOKED_AT: Final = 500

_BY_NUMBER: Final = "SELECT value AS number FROM json_each(?)"
_BY_BATCH: Final = (
    "SELECT operation_id AS number FROM operation WHERE batch = ? AND batch > 0 ORDER BY operation_id LIMIT ?"
)


def is_whole_unsent(connection: apsw.Connection, undoable: Undoable) -> bool:
    """Whether undoing takes something back of which nothing was sent. Raises StorageError."""
    with translated():
        if undoable.edit is not None and not _edit_is_unsent(connection, undoable.edit):
            return False
        numbers = list(undoable.operations)
        for batch in undoable.batches:
            numbers += [row[0] for row in connection.execute(_BY_BATCH, (batch, _LOOKED_AT))]
        if undoable.deleted:
            sql = f"SELECT operation_id FROM operation WHERE project_key = ? AND kind = 'soft_delete' AND {PENDING}"
            found = [row[0] for row in connection.execute(sql, (_key(connection, undoable.deleted),))]
            if not found and undoable.deleted > 0:
                return False
            numbers += found
        operations = operations_where(connection, f"o.operation_id IN ({_BY_NUMBER})", (json.dumps(numbers),))
        return all(is_unsent(one) or one.state is OperationState.DISCARDED for one in operations)


def _edit_is_unsent(connection: apsw.Connection, edit: FieldEdit) -> bool:
    left = dict(edit.changes)
    for one in operations_where(connection, f"o.project_key = ? AND o.{PENDING}", (_key(connection, edit.key),)):
        if is_unsent(one) and not (one.batch and one.kind is OperationKind.UPDATE):
            for field in those_in(one.changes, left):
                del left[field]
    return not left


def _key(connection: apsw.Connection, key: int) -> int:
    if key > 0:
        return key
    return int(connection.execute("SELECT project_key FROM operation WHERE operation_id = ?", (-key,)).get or key)
