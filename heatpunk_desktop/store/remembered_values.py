"""The table `remembered_value`: what values of spreadsheets became, for the next spreadsheet that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.choices import ValueMeant
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import whole
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

#: As many are kept, those that were used last.
MOST: Final = 2000


class RememberedValues:
    """Keeps what people chose. Every method is one transaction, and may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def remember(self, values: Iterable[ValueMeant], now: str) -> None:
        """Keeps what values became, in place of what was chosen for them before.

        Args:
            values: The values.
            now: UTC text.
        """
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO remembered_value (target, heading, value, becomes, used_at)"
                " VALUES (?, ?, ?, ?, ?)",
                [(one.target, whole(one.heading), whole(one.value), whole(one.becomes), now) for one in values],
            )
            self._connection.execute(
                "DELETE FROM remembered_value WHERE rowid NOT IN"
                " (SELECT rowid FROM remembered_value ORDER BY used_at DESC, rowid DESC LIMIT ?)",
                (MOST,),
            )


def recall_values(connection: apsw.Connection) -> tuple[ValueMeant, ...]:
    """What values became in earlier imports, what was chosen last first."""
    with translated():
        rows = connection.execute(
            "SELECT target, heading, value, becomes FROM remembered_value ORDER BY used_at DESC, rowid DESC"
        )
        return tuple(ValueMeant(*row) for row in rows)
