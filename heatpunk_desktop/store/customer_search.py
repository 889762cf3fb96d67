"""Looks through all projects for those that may be one customer's; for a thread of its own, as it reads every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    import apsw

#: Projects that are given at most: more than so many say nothing about one of them.
_MOST: Final = 200
#: Projects of one postcode at most; it is that of a street.
_MOST_IN_ONE_PLACE: Final = 5_000


def keys_with_phone(connection: apsw.Connection, digits: str) -> list[int]:
    """The projects in whose phone some digits stand in their order, whatever is between them.

    Args:
        connection: One that reads the account's database, of the calling thread.
        digits: The end of a number.

    Raises:
        StorageError: The database cannot be read.
    """
    return _keys_with(connection, f"json_extract({{}}, '$.{Field.CUSTOMER_PHONE}')", "%".join(digits))


def keys_with_email(connection: apsw.Connection, box: str, domain: str) -> list[int]:
    """The projects in whose email an address stands, with whatever dots and tags.

    Args:
        connection: As above.
        box: What stands before the `@`.
        domain: What stands behind it.

    Raises:
        StorageError: The database cannot be read.
    """
    pattern = f"{_escaped(box)}%@{_escaped(domain)}"
    return _keys_with(connection, f"replace(json_extract({{}}, '$.{Field.CUSTOMER_EMAIL}'), '.', '')", pattern)


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in text.replace(".", ""))


def _keys_with(connection: apsw.Connection, value: str, pattern: str) -> list[int]:
    sql = (
        f"SELECT project_id FROM server_detail WHERE {value.format('known')} LIKE ?1 ESCAPE '\\'"
        f" UNION SELECT project_key FROM operation WHERE {PENDING}"
        f" AND CASE WHEN json_valid(changes) THEN {value.format('changes')} END LIKE ?1 ESCAPE '\\'"
        " ORDER BY 1 DESC LIMIT ?2"
    )
    with translated():
        return [row[0] for row in connection.execute(sql, (f"%{pattern}%", _MOST))]


def names_in(connection: apsw.Connection, postcode: str) -> list[tuple[int, str | None]]:
    """The projects with a postcode and their customers' names; None for a name that may be another by what waits.

    Args:
        connection: As above.
        postcode: In capitals and without a space.

    Raises:
        StorageError: The database cannot be read.
    """
    sql = (
        "SELECT project_id, customer_name FROM server_project WHERE replace(upper(postcode), ' ', '') = ?1"
        f" UNION ALL SELECT project_key, NULL FROM operation WHERE {PENDING} AND CASE WHEN json_valid(changes) THEN"
        f" json_type(changes, '$.{Field.CUSTOMER_NAME}') IS NOT NULL"
        f" OR json_type(changes, '$.{Field.POSTCODE}') IS NOT NULL END"
        " LIMIT ?2"
    )
    with translated():
        return list(connection.execute(sql, (postcode, _MOST_IN_ONE_PLACE)))
