"""Forgets what was given up long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.store.database import transaction

if TYPE_CHECKING:
    from datetime import datetime

    import apsw

#: How long what a person gave up stays in Done, from where it can be looked at and copied.
KEPT: Final = timedelta(days=30)

#: Rows that go in one transaction, so that nobody waits long for the database.
_A_TRANSACTION: Final = 500


def prune(connection: apsw.Connection, now: datetime) -> int:
    """Forgets operations that were given up more than 30 days ago; gives how many.

    Confirmed ones stay: which project a create made has to be known, or another create could be taken for it. A create
    that was given up stays as long as anything names its project.

    Args:
        connection: A connection that writes.
        now: The time, aware of its zone.

    Raises:
        StorageError: The disk refused; what was not forgotten yet is next time.
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
