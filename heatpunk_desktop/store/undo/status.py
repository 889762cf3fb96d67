"""Whether a step can still be undone by withdrawing it, as windows ask before they offer undo. Read-only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated
from heatpunk_desktop.store.undo.withdraw import UNSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import apsw

    from heatpunk_desktop.domain.undo import Undoable

#: Operations that are checked: they are sent in their order, so the first ones decide.
_LOOKED_AT: Final = 500

#: `MATERIALIZED`, or SQLite would filter before it applies the limit.
_ANY_SENT: Final = (
    "WITH first AS MATERIALIZED (SELECT o.state, o.attempts, o.reason FROM operation AS o"
    f" WHERE {{which}} AND o.state <> 'discarded' ORDER BY o.operation_id LIMIT {_LOOKED_AT})"
    f" SELECT EXISTS (SELECT 1 FROM first AS o WHERE NOT {UNSENT})"
)
_ANY_SENT_OF: Final = _ANY_SENT.format(which="o.operation_id IN (SELECT value FROM json_each(?))")
_ANY_SENT_IN: Final = _ANY_SENT.format(which="o.batch = ? AND o.batch > 0")

_EDIT_WAITS: Final = f"SELECT EXISTS (SELECT 1 FROM operation AS o WHERE o.operation_id = ? AND {UNSENT})"

_DELETIONS: Final = f"SELECT operation_id FROM operation WHERE project_key = ? AND kind = 'soft_delete' AND {PENDING}"


def is_fully_unsent(connection: apsw.Connection, undoable: Undoable, moved: Mapping[int, int]) -> bool:
    """Return whether undoing would withdraw something of which nothing was sent. Raises StorageError.

    Args:
        connection: A reading connection.
        undoable: The step to undo.
        moved: Numbers of discarded operations, with the numbers of those in their place.
    """
    with translated():
        numbers = [_by_now(number, moved) for number in undoable.operations[:_LOOKED_AT]]
        for edit in undoable.edits:
            if not connection.execute(_EDIT_WAITS, (_by_now(edit.operation, moved),)).get:
                return False
        if undoable.deleted:
            key = _key(connection, undoable.deleted, moved)
            found: list[int] = [number for (number,) in connection.execute(_DELETIONS, (key,))]
            if not found and undoable.deleted > 0:
                return False
            numbers += found
        if numbers and connection.execute(_ANY_SENT_OF, (json.dumps(numbers),)).get:
            return False
        return not any(connection.execute(_ANY_SENT_IN, (batch,)).get for batch in undoable.batches)


def _by_now(number: int, moved: Mapping[int, int]) -> int:
    while number in moved:
        number = moved[number]
    return number


def _key(connection: apsw.Connection, key: int, moved: Mapping[int, int]) -> int:
    if key > 0:
        return key
    number = _by_now(-key, moved)
    return int(connection.execute("SELECT project_key FROM operation WHERE operation_id = ?", (number,)).get or -number)
