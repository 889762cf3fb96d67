"""The table `saved_view`: views of a person's own, in the order of the sidebar."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from heatpunk_desktop.domain.saved_views import KeptView
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import whole
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

_log = logging.getLogger(__name__)


class SavedViews:
    """Keeps views. Every method is one transaction, on the disk when it returns, and may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def keep(self, view: KeptView) -> int:
        """Keeps a view in place of the one with its number, or as the last one where it has none; gives the number.

        One that was removed meanwhile comes back under its number.
        """
        with transaction(self._connection):
            row = (whole(view.name), whole(view.content))
            if view.view_id:
                self._connection.execute(
                    "UPDATE saved_view SET name = ?, content = ? WHERE view_id = ?", (*row, view.view_id)
                )
                if self._connection.changes():
                    return view.view_id
            self._connection.execute(
                "INSERT INTO saved_view (view_id, position, name, content)"
                " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM saved_view), ?, ?)",
                (view.view_id or None, *row),
            )
            return self._connection.last_insert_rowid()

    def remove(self, view_id: int) -> None:
        """Forgets a view; one that is not there is forgotten already."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM saved_view WHERE view_id = ?", (view_id,))

    def order(self, view_ids: Iterable[int]) -> None:
        """Puts views in this order; those that are not named come after them, as they were."""
        places = {view_id: place for place, view_id in enumerate(view_ids)}
        with transaction(self._connection):
            sql = "SELECT view_id FROM saved_view ORDER BY position"
            there = [int(row[0]) for row in self._connection.execute(sql)]
            there.sort(key=lambda view_id: places.get(view_id, len(places)))
            self._connection.executemany(
                "UPDATE saved_view SET position = ? WHERE view_id = ?", list(enumerate(there, 1))
            )


def read_saved_views(connection: apsw.Connection) -> tuple[KeptView, ...]:
    """All views in their order; one whose content a fault of the disk spoilt is left out."""
    with translated():
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT view_id, name, content FROM saved_view ORDER BY position, view_id"
        ).fetchall()
    return tuple(KeptView(*row) for row in rows if _reads(row[0], row[2]))


def _reads(view_id: int, content: str) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        _log.warning("the view %s cannot be read and is left out", view_id)
        return False
    return True
