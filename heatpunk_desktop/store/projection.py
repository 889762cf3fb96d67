"""The projection: SQL views that lay pending operations over the server's projects."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.domain.operation import PENDING_STATES
from heatpunk_desktop.domain.project import Mark

#: As SQL; word for word the condition of the index `operation_pending`, or SQLite would not use it.
PENDING: Final = "state IN ({})".format(", ".join(f"'{state}'" for state in PENDING_STATES))

#: Columns of a plain row, in the order of `ProjectRow`, as they are read from `server_project` alone.
SERVER_ROW: Final = (
    "project_id, project_name, customer_name, postcode, status, created, modified, address, owner_id, latitude,"
    f" longitude, CASE WHEN deleted_here_at IS NULL THEN 0 ELSE {int(Mark.DELETED_HERE)} END"
)

#: As SQL: a project that the server has, that was moved to deleted here, or with something pending.
SHOWN: Final = (
    "(absent_since IS NULL OR deleted_here_at IS NOT NULL"
    f" OR project_id IN (SELECT project_key FROM operation WHERE {PENDING}))"
)

#: The same columns, in the same order, of the view `project_projected`. What is pending counts as a change of its time.
PROJECTED_ROW: Final = (
    "key, project_name, customer_name, postcode, status, created,"
    f" max(modified, coalesce((SELECT max(created_at) FROM operation WHERE project_key = key AND {PENDING}), '')),"
    " address, owner_id, latitude, longitude, marks"
)

_LISTED: Final = ("project_name", "customer_name", "address", "postcode", "latitude", "longitude", "status")


def latest(field: str, key: str) -> str:
    """Return the SQL of the value that the last pending operation of a project sets a field to, or null."""
    return (
        f"(SELECT json_extract(changes, '$.{field}') FROM operation WHERE project_key = {key} AND {PENDING}"
        # One row that a disk fault damaged must not take the whole table off the screen.
        f" AND CASE WHEN json_valid(changes) THEN json_type(changes, '$.{field}') END IS NOT NULL"
        " ORDER BY operation_id DESC LIMIT 1)"
    )


def _marks(key: str) -> str:
    return (
        f"(SELECT max(state IN ('queued', 'sending')) * {int(Mark.WAITING)}"
        f" + max(state = 'unknown') * {int(Mark.POSSIBLY_DONE)} + max(state = 'needs_you') * {int(Mark.NEEDS_YOU)}"
        # A soft delete that is in doubt or was refused hides nothing: the project may well be there.
        f" + max(kind = 'soft_delete' AND state IN ('queued', 'sending')) * {int(Mark.DELETED_HERE)}"
        f" FROM operation WHERE project_key = {key} AND {PENDING})"
    )


def projection_sql() -> str:
    """Return the statements that recreate the views; run in the transaction of a migration."""
    projected = ", ".join(f"coalesce({latest(name, 's.project_id')}, s.{name}) AS {name}" for name in _LISTED)
    created_here = ", ".join(
        latest(name, "c.project_key") + f" AS {name}"
        if name in ("latitude", "longitude")
        else f"coalesce({latest(name, 'c.project_key')}, '') AS {name}"
        for name in _LISTED
    )
    deleted = int(Mark.DELETED_HERE)
    return f"""
        DROP VIEW IF EXISTS project_projected;
        CREATE VIEW project_projected AS
        SELECT s.project_id AS key, {projected}, s.created AS created, s.modified AS modified, s.owner_id AS owner_id,
               coalesce({_marks("s.project_id")}, 0)
               | CASE WHEN s.deleted_here_at IS NULL THEN 0 ELSE {deleted} END AS marks
          FROM server_project AS s
         WHERE {SHOWN}
        UNION ALL
        SELECT c.project_key AS key, {created_here}, c.created_at AS created, '' AS modified,
               (SELECT owner_id FROM server_member WHERE email = lower(c.owner)) AS owner_id,
               {_marks("c.project_key")} | {int(Mark.NOT_ON_SERVER)} AS marks
          FROM operation AS c
         WHERE c.kind = 'create' AND c.{PENDING};
    """
