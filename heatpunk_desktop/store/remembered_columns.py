"""The table `remembered_columns`: what the columns of a spreadsheet were taken for, for the next one like it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import whole
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

_log = logging.getLogger(__name__)

#: As many are kept, those that were used last.
MOST: Final = 200


class RememberedColumns:
    """Keeps what people chose. Every method is one transaction, and may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def remember(self, headings: Sequence[str], columns: str, now: str) -> None:
        """Keeps what was chosen for spreadsheets with these headings, in place of what was chosen before.

        Args:
            headings: The headings as they stand in the file.
            columns: JSON of what each column is taken for.
            now: UTC text.
        """
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO remembered_columns (headings, columns, used_at) VALUES (?, ?, ?)",
                (_same_for_equal(headings), whole(columns), now),
            )
            self._connection.execute(
                "DELETE FROM remembered_columns WHERE headings NOT IN"
                " (SELECT headings FROM remembered_columns ORDER BY used_at DESC, rowid DESC LIMIT ?)",
                (MOST,),
            )


def recall_columns(connection: apsw.Connection, headings: Sequence[str]) -> Any:  # noqa: ANN401 - JSON of its reader
    """What was chosen for spreadsheets with these headings, read from JSON; None where nothing was."""
    with translated():
        found = connection.execute(
            "SELECT columns FROM remembered_columns WHERE headings = ?", (_same_for_equal(headings),)
        ).get
    if found is None:
        return None
    try:
        return json.loads(str(found))
    except (ValueError, RecursionError):
        _log.warning("what was chosen for some columns cannot be read, and is forgotten")
        return None


def _same_for_equal(headings: Sequence[str]) -> str:
    """The same text for headings that differ in capitals and blanks only."""
    return json.dumps([" ".join(whole(heading).casefold().split()) for heading in headings], ensure_ascii=False)
