"""Looks through all projects for those that may be one customer's; for a thread of its own, as it reads every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.trouble import translated

if TYPE_CHECKING:
    import apsw

#: Projects that are given at most: more than so many say nothing about one of them.
_MOST: Final = 200


def keys_reached_by(connection: apsw.Connection, field: Field, signs: str) -> list[int]:
    """The projects in whose phone or email some signs stand in their order, whatever is between them.

    Args:
        connection: One that reads the account's database, of the calling thread.
        field: The customer's phone or email.
        signs: Digits, or an email address.

    Raises:
        StorageError: The database cannot be read.
    """
    escaped = (f"\\{sign}" if sign in "%_\\" else sign for sign in signs)
    pattern = f"%{'%'.join(escaped)}%"
    sql = (
        f"SELECT project_id FROM server_detail WHERE json_extract(known, '$.{field}') LIKE ?1 ESCAPE '\\'"
        f" UNION SELECT project_key FROM operation WHERE {PENDING}"
        f" AND CASE WHEN json_valid(changes) THEN json_extract(changes, '$.{field}') END LIKE ?1 ESCAPE '\\'"
        " ORDER BY 1 DESC LIMIT ?2"
    )
    return _keys(connection, sql, (pattern, _MOST))


def keys_in(connection: apsw.Connection, postcode: str) -> list[int]:
    """The projects with a postcode.

    Args:
        connection: As above.
        postcode: In capitals and without a space.

    Raises:
        StorageError: The database cannot be read.
    """
    sql = (
        "SELECT project_id FROM server_project WHERE replace(upper(postcode), ' ', '') = ?1"
        f" UNION SELECT project_key FROM operation WHERE {PENDING}"
        " AND CASE WHEN json_valid(changes)"
        f" THEN replace(upper(json_extract(changes, '$.{Field.POSTCODE}')), ' ', '') END = ?1"
        " ORDER BY 1 DESC LIMIT ?2"
    )
    return _keys(connection, sql, (postcode, _MOST))


def _keys(connection: apsw.Connection, sql: str, values: tuple[object, ...]) -> list[int]:
    with translated():
        return [row[0] for row in connection.execute(sql, values)]
