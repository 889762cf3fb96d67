"""Queries of the tables `server_*` for the engine: what the server is known to hold."""

from __future__ import annotations

import json
import sys
from array import array
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.domain.listed_row import LISTED_COLUMNS
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.listed_row import ListedRow

#: The columns of a listed project, as SQL.
COLUMNS: Final = ", ".join(LISTED_COLUMNS)
#: As SQL: how many attempts have begun.
LAST_ATTEMPT: Final = "(SELECT coalesce(max(attempt), 0) FROM operation)"


def unpacked(ids: object) -> array[int]:
    """Return the IDs that `server_window.ids` holds."""
    numbers = array("q", ids if isinstance(ids, bytes) else b"")
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class AsOf(NamedTuple):
    """The moment at which something was asked of the server; told by attempts, as clocks may jump.

    Attributes:
        attempt: The last attempt that had begun.
        updating: IDs of projects of which an update was on its way.
    """

    attempt: int
    updating: frozenset[int]


class ServerReader:
    """Queries for the engine. Every method may raise StorageError; none changes anything."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def was_listed(self, project_id: int) -> bool:
        """Return whether a list of the account has contained a project."""
        with translated():
            found = self._connection.execute(
                "SELECT listed FROM server_project WHERE project_id = ?", (project_id,)
            ).get
        return bool(found)

    def noted_days(self) -> str:
        """Return the latest days without a gap that were read completely, `YYYY-MM-DD/YYYY-MM-DD`, or empty.

        A project created on one of them that appears later was created after they were read.
        """
        with translated():
            windows: list[Any] = self._connection.execute(
                "SELECT first_day, last_day FROM server_window ORDER BY last_day DESC, first_day DESC"
            ).fetchall()
        if not windows:
            return ""
        begin, end = windows[0]
        for first, last in windows[1:]:
            if (date.fromisoformat(begin) - timedelta(days=1)).isoformat() > last:
                break
            begin = min(begin, first)
        return f"{begin}/{end}"

    def window_digest(self, window: DateRange) -> bytes | None:
        """Return the digest of the last complete answer for exactly this window, or None."""
        return self._of_window("digest", window)

    def window_ids(self, window: DateRange) -> set[int]:
        """Return the IDs in the last complete answer for exactly this window."""
        return set(unpacked(self._of_window("ids", window) or b""))

    def ids_created(self, first: str, before: str) -> set[int]:
        """Return the IDs of projects created between two UTC texts."""
        sql = "SELECT project_id FROM server_project WHERE created >= ? AND created < ?"
        with translated():
            return {project_id for (project_id,) in self._connection.execute(sql, (first, before))}

    def _of_window(self, column: str, window: DateRange) -> bytes | None:
        with translated():
            found = self._connection.execute(
                f"SELECT {column} FROM server_window WHERE first_day = ? AND last_day = ?",
                (window.first.isoformat(), window.last.isoformat()),
            ).fetchone()
        return found[0] if found else None

    def new_since(self, attempt: int) -> list[ListedRow]:
        """Return projects that appeared after an attempt had begun, in the order of `LISTED_COLUMNS`."""
        with translated():
            return self._connection.execute(
                f"SELECT {COLUMNS} FROM server_project WHERE first_seen >= ? AND absent_since IS NULL", (attempt,)
            ).fetchall()

    def first_seen(self, project_ids: Iterable[int]) -> dict[int, int]:
        """Return for each of some known projects how many attempts had begun when it first appeared."""
        with translated():
            rows = self._connection.execute(
                "SELECT project_id, first_seen FROM server_project"
                " WHERE project_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(project_ids)),),
            )
            return dict(rows)

    def known_between(self, first: str, before: str, owner_id: int | None = None) -> dict[int, str]:
        """Return the projects created in a period that the server listed or made for us, and is not known to have lost.

        Args:
            first: UTC text; created from then on.
            before: UTC text; created before then.
            owner_id: Only those of this owner, or None for all.

        Returns:
            For each ID when the server last confirmed a write of ours: UTC text, or empty.
        """
        with translated():
            rows = self._connection.execute(
                "SELECT project_id, coalesce(written_at, '') FROM server_project WHERE created >= ? AND created < ?"
                " AND absent_since IS NULL AND deleted_here_at IS NULL AND (? IS NULL OR owner_id = ?)",
                (first, before, owner_id, owner_id),
            )
            return dict(rows)

    def created(self, project_id: int) -> str:
        """Return when a project was created, by the server's clock: UTC text, or empty where that is not known."""
        with translated():
            found = self._connection.execute(
                "SELECT created FROM server_project WHERE project_id = ?", (project_id,)
            ).get
        return str(found or "")

    def last_attempt(self) -> int:
        """Return the number of the last attempt that has begun, 0 before the first."""
        with translated():
            return int(self._connection.execute(f"SELECT {LAST_ATTEMPT}").get)

    def as_of(self) -> AsOf:
        """Return the moment at which a request is made, for `updated_since`."""
        with translated():
            # First: a cursor that is held while another one is closed is kept for ever.
            attempt = self.last_attempt()
            rows = self._connection.execute(
                "SELECT project_key FROM operation WHERE kind = 'update' AND state = 'sending'"
            )
            return AsOf(attempt, frozenset(project_id for (project_id,) in rows))

    def updated_since(self, asked: AsOf) -> set[int]:
        """Return the IDs of projects that an answer may show as they were before an update of ours.

        Args:
            asked: When the answer was asked for.
        """
        with translated():
            rows = self._connection.execute(
                "SELECT DISTINCT project_key FROM operation WHERE kind = 'update' AND attempt > ?", (asked.attempt,)
            )
            return {*asked.updating, *(project_id for (project_id,) in rows)}

    def may_be_older(self, project_id: int, asked: AsOf) -> bool:
        """Return whether an answer about one project may be older than an update of ours that has ended.

        One that is still on its way does no harm: its values are shown over the answer's, and stored once it is done.
        """
        with translated():
            update = "SELECT 1 FROM operation WHERE project_key = :project AND kind = 'update'"
            later, earlier = self._connection.execute(
                f"SELECT EXISTS ({update} AND attempt > :attempt AND state <> 'sending'),"
                f" EXISTS ({update} AND attempt <= :attempt AND state = 'sending')",
                {"project": project_id, "attempt": asked.attempt},
            ).get
        return bool(later) or (project_id in asked.updating and not earlier)

    def known_by(self, attempt: int, limit: int, but: int) -> list[int]:
        """Return the IDs of the oldest projects that appeared before any attempt after this one, but for one."""
        with translated():
            rows = self._connection.execute(
                "SELECT project_id FROM server_project WHERE absent_since IS NULL AND deleted_here_at IS NULL"
                " AND first_seen <= ? AND project_id <> ? ORDER BY created, project_id LIMIT ?",
                (attempt, but, limit),
            )
            return [project_id for (project_id,) in rows]

    def newest_before(self, before: str, owner_id: int | None = None) -> str:
        """Return the creation time of the newest project older than this: UTC text, or empty where there is none."""
        with translated():
            found = self._connection.execute(
                "SELECT max(created) FROM server_project WHERE created < ? AND created <> '' AND absent_since IS NULL"
                " AND deleted_here_at IS NULL AND (? IS NULL OR owner_id = ?)",
                (before, owner_id, owner_id),
            ).get
        return str(found or "")
