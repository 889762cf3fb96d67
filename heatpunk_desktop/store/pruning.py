"""Deletion of operations that were discarded long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.store.database import transaction

if TYPE_CHECKING:
    from datetime import datetime

    import apsw

#: How long discarded operations stay in Done, where they can be viewed and copied.
KEPT: Final = timedelta(days=30)

#: Rows that are deleted in one transaction, so that nothing waits long for the database.
_A_TRANSACTION: Final = 500


def prune(connection: apsw.Connection, now: datetime) -> int:
    """Delete operations that were discarded more than 30 days ago and return how many.

    Confirmed ones stay: which project a create made must be known, or another create could be mistaken for it. A
    discarded create stays as long as anything refers to its project.

    Args:
        connection: A writing connection.
        now: The current time, time-zone aware.

    Raises:
        StorageError: The disk refused; the rest is deleted next time.
    """
    forgotten = 0
    while True:
        with transaction(connection):
            connection.execute(
                "DELETE FROM operation WHERE operation_id IN (SELECT o.operation_id FROM operation AS o"
                " WHERE o.state = 'discarded' AND o.settled_at <> '' AND o.settled_at < ?"
                " AND NOT EXISTS (SELECT 1 FROM draft AS d WHERE d.project_key = -o.operation_id)"
                " AND NOT EXISTS (SELECT 1 FROM operation AS e WHERE e.project_key = -o.operation_id"
                " AND e.operation_id <> o.operation_id"
                " AND NOT (e.state = 'discarded' AND e.settled_at <> '' AND e.settled_at < ?)) LIMIT ?)",
                (utc_text(now - KEPT), utc_text(now - KEPT), _A_TRANSACTION),
            )
            changed = connection.changes()
        forgotten += changed
        if changed < _A_TRANSACTION:
            break
    with transaction(connection):
        connection.execute(
            "DELETE FROM batch WHERE NOT EXISTS (SELECT 1 FROM operation AS o WHERE o.batch = batch_id AND o.batch > 0)"
        )
    return forgotten
