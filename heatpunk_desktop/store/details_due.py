"""Which projects' details are to be loaded next, from what the tables `server_*` say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    import apsw

#: As SQL: a project `s` that the server has and All projects shows.
_SHOWN: Final = "s.absent_since IS NULL AND s.deleted_here_at IS NULL"
#: As SQL: one of these that the server is not known to refuse for now.
_LOADABLE: Final = (
    f"{_SHOWN} AND NOT EXISTS"
    " (SELECT 1 FROM server_detail_refused AS r WHERE r.project_id = s.project_id AND r.ask_after > :now)"
)
#: As SQL: projects whose details were never loaded.
_NEVER_LOADED: Final = (
    "server_project AS s LEFT JOIN server_detail AS d ON d.project_id = s.project_id"
    f" WHERE coalesce(d.loaded_at, '') = '' AND {_LOADABLE}"
)
_IS_OPEN: Final = f"s.status NOT IN ('{Status.COMPLETED.value}', '{Status.REJECTED.value}')"
_NEWEST_FIRST: Final = "ORDER BY s.created DESC, s.project_id DESC"
_HAS_THEM: Final = "SELECT s.project_id FROM server_detail AS d JOIN server_project AS s ON s.project_id = d.project_id"

#: In the order in which they are loaded: what changed since, open projects, all others, what is old.
_TURNS: Final = (
    f"{_HAS_THEM} WHERE d.due = 1 AND {_LOADABLE} ORDER BY d.project_id DESC",
    f"SELECT s.project_id FROM {_NEVER_LOADED} AND {_IS_OPEN} {_NEWEST_FIRST}",
    f"SELECT s.project_id FROM {_NEVER_LOADED} AND NOT ({_IS_OPEN}) {_NEWEST_FIRST}",
    f"{_HAS_THEM} WHERE d.loaded_at > '' AND d.loaded_at < :stale AND {_LOADABLE} ORDER BY d.loaded_at",
)


class DetailCounts(NamedTuple):
    """How many projects' details were loaded once, and how many are still to be."""

    loaded: int
    left: int


def details_due(connection: apsw.Connection, now: str, stale_before: str, limit: int) -> list[int]:
    """The projects whose details are loaded next, the most urgent first.

    Args:
        connection: One that reads the account's database, of the calling thread.
        now: UTC text.
        stale_before: UTC text; details loaded before then are loaded again, after all others. Empty: none are.
        limit: How many at most.

    Raises:
        StorageError: The database cannot be read.
    """
    found: dict[int, None] = {}
    with translated():
        for turn in _TURNS:
            if len(found) < limit:
                sql = f"{turn} LIMIT :limit"
                rows = connection.execute(sql, {"now": now, "stale": stale_before, "limit": limit - len(found)})
                found.update(dict.fromkeys(row[0] for row in rows))
    return list(found)


def detail_counts(connection: apsw.Connection, now: str) -> DetailCounts:
    """How far the loading is. Arguments and errors are as of `details_due`."""
    with translated():
        left = connection.execute(f"SELECT count(*) FROM {_NEVER_LOADED}", {"now": now}).get
        loaded = connection.execute(
            "SELECT count(*) FROM server_detail AS d JOIN server_project AS s ON s.project_id = d.project_id"
            f" WHERE d.loaded_at > '' AND {_SHOWN}"
        ).get
    return DetailCounts(int(loaded), int(left))
