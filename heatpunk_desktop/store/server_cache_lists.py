"""Writes what lists of projects said, and which days were read whole."""

from __future__ import annotations

import json
import sys
from array import array
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.server_cache_reader import COLUMNS, LISTED_COLUMNS, ListedRow, ServerReader
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from heatpunk_desktop.domain.dates import DateRange

_VALUES: Final = ", ".join("?" * len(LISTED_COLUMNS))
_UPDATE: Final = (
    f"INSERT INTO server_project ({COLUMNS}) VALUES ({_VALUES}) ON CONFLICT (project_id) DO UPDATE SET"
    f" {', '.join(f'{n} = excluded.{n}' for n in LISTED_COLUMNS[1:])},"
    # One that was missing from a complete list and is listed again was brought back by somebody.
    " listed = 1, absent_since = NULL, deleted_here_at = CASE WHEN absent_since IS NULL THEN deleted_here_at END"
)
#: What changed has its details loaded again. That only the time of the change is another one says little: it is mostly
#: when the project was last opened, and may be when its details were loaded.
_DETAIL_DUE: Final = (
    "UPDATE server_detail SET due = 1 WHERE project_id = ?1 AND loaded_at > ''"
    " AND (?2 OR julianday(?3) > julianday(loaded_at, '+2 minutes'))"
)
_MODIFIED: Final = LISTED_COLUMNS.index("modified")
_TIMES: Final = frozenset({_MODIFIED, LISTED_COLUMNS.index("modified_raw")})


def _is_other(before: ListedRow, now: ListedRow) -> bool:
    """Whether more of an entry is another than when it was last changed."""
    pairs = enumerate(zip(before, now, strict=True))
    return any(one != other for place, (one, other) in pairs if place not in _TIMES)


class ServerLists(ServerReader):
    """Takes lists. Every method that writes is one transaction, synced when it returns, or a part of a `batch`."""

    def batch(self) -> AbstractContextManager[None]:
        """Make all that is written and read inside one transaction, on the disk when it ends."""
        return transaction(self._connection)

    def take_listed(self, projects: Sequence[ListedRow], window: DateRange | None = None) -> list[ListedRow]:
        """Takes some thousand entries of a list, in the order of `LISTED_COLUMNS`; gives those new or changed.

        A project that was deleted here, then missing from a complete list, and is listed again, was brought back by
        somebody: it is shown again. What did not change costs no write. Where something did, the last answer for the
        window tells no more what the table says: the same answer once more is read in full.

        Args:
            projects: The entries.
            window: The window of a refresh that they are of; None for a list of any other days.
        """
        ids = json.dumps([one[0] for one in projects])
        with translated():
            stored = self._connection.execute(
                f"SELECT {COLUMNS} FROM server_project WHERE project_id IN (SELECT value FROM json_each(?))", (ids,)
            )
            known = {row[0]: row for row in stored}
            absent = {
                row[0]
                for row in self._connection.execute(
                    "SELECT project_id FROM server_project WHERE absent_since IS NOT NULL"
                )
            }
        if known:
            new = {one[0]: one for one in projects if one[0] not in known}
            changed = {
                one[0]: one for one in projects if one[0] in known and (known[one[0]] != one or one[0] in absent)
            }
        else:
            new, changed = {one[0]: one for one in projects}, {}
        if new or changed:
            with transaction(self._connection):
                attempt = self.last_attempt()
                insert = f"INSERT INTO server_project ({COLUMNS}, first_seen, listed) VALUES ({_VALUES}, {attempt}, 1)"
                self._connection.executemany(insert, new.values())
                self._connection.executemany(_UPDATE, changed.values())
                self._connection.executemany(
                    _DETAIL_DUE,
                    ((key, _is_other(known[key], one), one[_MODIFIED]) for key, one in changed.items()),
                )
                self._forget_digests(window)
        return [*new.values(), *changed.values()]

    def window_digest(self, window: DateRange) -> bytes | None:
        """The digest of the last complete answer for exactly this window, or None."""
        return self._of_window("digest", window)

    def window_ids(self, window: DateRange) -> set[int]:
        """The IDs in the last complete answer for exactly this window."""
        return set(_unpacked(self._of_window("ids", window) or b""))

    def ids_created(self, first: str, before: str) -> set[int]:
        """The IDs of projects that were created in a stretch of time, in UTC texts."""
        sql = "SELECT project_id FROM server_project WHERE created >= ? AND created < ?"
        with translated():
            return {row[0] for row in self._connection.execute(sql, (first, before))}

    def end_window(self, window: DateRange, digest: bytes | None, ids: Iterable[int], now: str) -> None:
        """Notes that a window was read whole, and what was in it; without a digest it is read in full next time."""
        packed = array("q", ids)
        if sys.byteorder == "big":
            packed.byteswap()
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_window (first_day, last_day, digest, ids, fetched_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (first_day, last_day) DO UPDATE SET digest = excluded.digest, ids = excluded.ids,"
                " fetched_at = excluded.fetched_at",
                (window.first.isoformat(), window.last.isoformat(), digest, packed.tobytes(), now),
            )

    def mark_absent(self, first: str, before: str, seen: set[int], now: str, settled_before: str) -> list[int]:
        """Marks the projects of a stretch of time that a complete list of it lacks; gives their IDs.

        Args:
            first: UTC text; projects created from then on.
            before: UTC text; projects created before then.
            seen: The IDs that the list holds.
            now: UTC text of when the list was asked for.
            settled_before: UTC text; a project that the server confirmed for us later than this is left alone, as a
                list may lag behind.
        """
        with translated():
            known = self._connection.execute(
                "SELECT project_id FROM server_project WHERE created >= ? AND created < ? AND absent_since IS NULL"
                " AND (written_at IS NULL OR written_at < ?)",
                (first, before, settled_before),
            )
            absent = [row[0] for row in known if row[0] not in seen]
        if absent:
            with transaction(self._connection):
                self._connection.executemany(
                    "UPDATE server_project SET absent_since = ? WHERE project_id = ?", ((now, one) for one in absent)
                )
        return absent

    def _forget_digests(self, window: DateRange | None = None) -> None:
        """Inside a transaction: has the next answer for a window, or for each, read in full, whatever it is.

        An answer like the last one could otherwise be passed over although the table says something else by now.
        """
        sql = "UPDATE server_window SET digest = NULL WHERE digest IS NOT NULL"
        if window is None:
            self._connection.execute(sql)
        else:
            days = window.first.isoformat(), window.last.isoformat()
            self._connection.execute(f"{sql} AND first_day = ? AND last_day = ?", days)

    def _of_window(self, column: str, window: DateRange) -> bytes | None:
        with translated():
            found = self._connection.execute(
                f"SELECT {column} FROM server_window WHERE first_day = ? AND last_day = ?",
                (window.first.isoformat(), window.last.isoformat()),
            ).fetchone()
        return found[0] if found else None


def _unpacked(ids: object) -> array[int]:
    numbers = array("q", ids if isinstance(ids, bytes) else b"")
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
