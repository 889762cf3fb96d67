"""The table `not_duplicate`: pairs of projects of which a person said that they are two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

#: As SQL: the key that a project has by now, which was created here and may have got its project ID since.
_KEY_BY_NOW: Final = "coalesce((SELECT project_key FROM operation WHERE operation_id = -{0}), {0})"

_PAIRS: Final = f"SELECT one, other, {_KEY_BY_NOW.format('one')}, {_KEY_BY_NOW.format('other')} FROM not_duplicate"


class NotDuplicates:
    """Keeps and forgets pairs. Every method is one transaction, and may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def mark(self, pairs: Iterable[tuple[int, int]], now: str) -> None:
        """Notes that the two projects of each pair are not the same, in either order."""
        with transaction(self._connection):
            for one, other in pairs:
                if one != other:
                    self._connection.execute(
                        "INSERT OR IGNORE INTO not_duplicate (one, other, marked_at) VALUES (?, ?, ?)",
                        (min(one, other), max(one, other), now),
                    )

    def unmark(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forgets that, for pairs by the keys that their projects have now."""
        wanted = {(min(pair), max(pair)) for pair in pairs}
        with transaction(self._connection):
            for one, other, now_one, now_other in _pairs(self._connection):
                if (min(now_one, now_other), max(now_one, now_other)) in wanted:
                    self._connection.execute("DELETE FROM not_duplicate WHERE one = ? AND other = ?", (one, other))


def read_not_duplicates(connection: apsw.Connection) -> frozenset[tuple[int, int]]:
    """All pairs, the lower key first, by the keys that their projects have now."""
    with translated():
        return frozenset((min(one, other), max(one, other)) for _, _, one, other in _pairs(connection))


def _pairs(connection: apsw.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(_PAIRS).fetchall()
