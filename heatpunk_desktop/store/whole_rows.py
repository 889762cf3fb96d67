"""Queries over all fields of many projects: for exports, duplicates, and finding the projects of one customer."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.project import (
    CREATED,
    KEY,
    MARKS,
    MODIFIED,
    OWNER_ID,
    ROW_PLACES,
    WholeRow,
)
from heatpunk_desktop.store.projection import PENDING, SHOWN
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import apsw

#: Projects that are read at a time; SQLite accepts some thousand parameters.
_SLICE: Final = 500

_ALL: Final = tuple(field.value for field in Field)
_TEXTS: Final = frozenset(field.value for field in Field if field not in NUMERIC_FIELDS)
_LISTED: Final = tuple(field.value for field in ROW_PLACES)
_LISTED_PLACES: Final = tuple(ROW_PLACES.values())
_DETAIL: Final = tuple(field.value for field in Field if field in DETAIL_FIELDS)


def all_keys(connection: apsw.Connection) -> list[int]:
    """Return the keys of all projects that are shown, and of those that were moved to deleted here; ascending.

    Raises:
        StorageError: The database cannot be read.
    """
    sql = (
        f"SELECT project_key FROM operation WHERE project_key < 0 AND kind = '{OperationKind.CREATE}' AND {PENDING}"
        f" UNION SELECT project_id FROM server_project WHERE {SHOWN} ORDER BY 1"
    )
    with translated():
        return [key for (key,) in connection.execute(sql)]


def whole_rows(connection: apsw.Connection, keys: Iterable[int]) -> Iterator[list[WholeRow]]:
    """Yield projects in the order of their keys, some hundreds at a time; missing projects are left out.

    No transaction stays open between two slices.

    Args:
        connection: A connection of the calling thread that reads the account's database.
        keys: The projects.

    Raises:
        StorageError: The database cannot be read.
    """
    reader = StoreReader(connection)
    owners = reader.named_owners()
    owners |= {member.owner_id: member.email for member in reader.members() if member.owner_id is not None}
    left = iter(keys)
    while some := list(islice(left, _SLICE)):
        with translated():
            rows = reader.rows_of(some)
            details, asked = _details(connection, some)
            changes = _changes(connection, some)
        yield [
            _whole(rows[key], details.get(key, {}), changes.get(key, ()), owners)._replace(is_asked=key in asked)
            for key in some
            if key in rows
        ]


def _details(connection: apsw.Connection, keys: list[int]) -> tuple[dict[int, dict[str, Any]], frozenset[int]]:
    """Return the loaded details of each project, and which of them Heatpunk was asked about."""
    places = ", ".join("?" * len(keys))
    sql = f"SELECT project_id, known, loaded_at <> '' FROM server_detail WHERE project_id IN ({places})"
    found: list[Any] = connection.execute(sql, keys).fetchall()
    return {key: json.loads(known) for key, known, _ in found}, frozenset(key for key, _, is_asked in found if is_asked)


def _changes(connection: apsw.Connection, keys: list[int]) -> dict[int, list[tuple[str, str, dict[str, Any]]]]:
    """Return kind, owner and changes of the unsettled operations of each project, oldest first."""
    sql = (
        "SELECT project_key, kind, owner, changes FROM operation"
        f" WHERE project_key IN ({', '.join('?' * len(keys))}) AND {PENDING} ORDER BY operation_id"
    )
    found: dict[int, list[tuple[str, str, dict[str, Any]]]] = {}
    for key, kind, owner, changes in connection.execute(sql, keys):
        found.setdefault(key, []).append((kind, owner, json.loads(changes)))
    return found


def _whole(
    row: tuple[Any, ...],
    detail: dict[str, Any],
    changes: Iterable[tuple[str, str, dict[str, Any]]],
    owners: dict[int, str],
) -> WholeRow:
    values: dict[str, Any] = dict(zip(_LISTED, map(row.__getitem__, _LISTED_PLACES), strict=True))
    # A text that the server returned as null is known to be empty.
    values.update((field, detail[field] or "") for field in _DETAIL if field in detail)
    owner_id = row[OWNER_ID]
    owner = "" if owner_id is None else owners.get(owner_id) or str(owner_id)
    for kind, set_to, changed in changes:
        if kind == OperationKind.CREATE:
            values.update(dict.fromkeys(_DETAIL, ""))
        owner = set_to or owner
        values.update((name, "" if value is None and name in _TEXTS else value) for name, value in changed.items())
    return WholeRow._make((row[KEY], *map(values.get, _ALL), owner, row[CREATED], row[MODIFIED], row[MARKS], False))


#: Projects that are given at most: more than so many say nothing about one of them.
_MOST: Final = 200
#: Projects of one postcode at most; it is that of a street.
_MOST_IN_ONE_PLACE: Final = 5_000


def keys_with_phone(connection: apsw.Connection, digits: str) -> list[int]:
    """Return the projects whose phone contains some digits in their order, whatever is between them.

    Args:
        connection: A connection of the calling thread that reads the account's database.
        digits: The end of a number.

    Raises:
        StorageError: The database cannot be read.
    """
    return _keys_with(connection, f"json_extract({{}}, '$.{Field.CUSTOMER_PHONE}')", "%".join(digits))


def keys_with_email(connection: apsw.Connection, box: str, domain: str) -> list[int]:
    """Return the projects whose email contains an address, with any dots and tags.

    Args:
        connection: As above.
        box: The part before the `@`.
        domain: The part after it.

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
        return [key for (key,) in connection.execute(sql, (f"%{pattern}%", _MOST))]


def names_in(connection: apsw.Connection, postcode: str) -> list[tuple[int, str | None]]:
    """Return the projects with a postcode and their customers' names; None where a pending change may set another.

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
