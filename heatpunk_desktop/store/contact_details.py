"""Contact details, which only `GET /projects/data` returns: which are due to be loaded, missing, or known."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.domain.contacts import CONTACT_FIELDS, Contact, PackedContact
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field, Status
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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

#: In the order in which they are loaded: changed since, open projects, all others, old.
_TURNS: Final = (
    f"{_HAS_THEM} WHERE d.due = 1 AND {_LOADABLE} ORDER BY d.project_id DESC",
    f"SELECT s.project_id FROM {_NEVER_LOADED} AND {_IS_OPEN} {_NEWEST_FIRST}",
    f"SELECT s.project_id FROM {_NEVER_LOADED} AND NOT ({_IS_OPEN}) {_NEWEST_FIRST}",
    f"{_HAS_THEM} WHERE d.loaded_at > '' AND d.loaded_at < :stale AND {_LOADABLE} ORDER BY d.loaded_at",
)


class DetailCounts(NamedTuple):
    """How many projects' details were loaded once, and how many are still to be loaded."""

    loaded: int
    left: int


def details_due(connection: apsw.Connection, now: str, stale_before: str, limit: int) -> list[int]:
    """Return the projects whose details are loaded next, the most urgent first.

    Args:
        connection: A connection of the calling thread that reads the account's database.
        now: UTC text.
        stale_before: UTC text; details loaded before then are loaded again, after all others. Empty: none are.
        limit: The most projects to return.

    Raises:
        StorageError: The database cannot be read.
    """
    found: dict[int, None] = {}
    with translated():
        for turn in _TURNS:
            if len(found) < limit:
                sql = f"{turn} LIMIT :limit"
                rows = connection.execute(sql, {"now": now, "stale": stale_before, "limit": limit - len(found)})
                found.update(dict.fromkeys(project_id for (project_id,) in rows))
    return list(found)


def detail_counts(connection: apsw.Connection, now: str) -> DetailCounts:
    """Return the progress of loading. Arguments and errors are those of `details_due`."""
    with translated():
        left = connection.execute(f"SELECT count(*) FROM {_NEVER_LOADED}", {"now": now}).get
        loaded = connection.execute(
            "SELECT count(*) FROM server_detail AS d JOIN server_project AS s ON s.project_id = d.project_id"
            f" WHERE d.loaded_at > '' AND {_SHOWN}"
        ).get
    return DetailCounts(int(loaded), int(left))


#: Projects that are queried at a time; SQLite accepts some thousand parameters.
_SLICE: Final = 500

#: The bit of each field in a byte of `missing_details`.
DETAIL_BITS: Final = {
    field: 1 << place for place, field in enumerate(detail for detail in Field if detail in DETAIL_FIELDS)
}
#: The bit of a project that Heatpunk was asked about; it does not share what is not loaded.
ASKED: Final = 1 << len(DETAIL_BITS)
_BITS: Final = {field.value: bit for field, bit in DETAIL_BITS.items()}
_ALL: Final = sum(_BITS.values())


def missing_details(connection: apsw.Connection, keys: Iterable[int]) -> Iterator[bytes]:
    """Yield a byte for each project, some hundreds at a time.

    It has a bit of `DETAIL_BITS` for each value that is not loaded, and `ASKED` where nothing more can be loaded.

    Args:
        connection: A connection of the calling thread that reads the account's database.
        keys: The projects, in the order in which they are wanted.

    Raises:
        StorageError: The database cannot be read.
    """
    left = iter(keys)
    while some := list(islice(left, _SLICE)):
        with translated():
            missing = _missing(connection, some)
        yield bytes(ASKED if key < 0 else missing.get(key, _ALL) for key in some)


def _missing(connection: apsw.Connection, keys: list[int]) -> dict[int, int]:
    places = ", ".join("?" * len(keys))
    # Fields that were changed here are known even where the server was never asked for the rest.
    known = f"SELECT project_id, known, loaded_at <> '' FROM server_detail WHERE project_id IN ({places})"
    changed = f"SELECT project_key, changes, 0 FROM operation WHERE project_key IN ({places}) AND {PENDING}"
    missing: dict[int, int] = {}
    for sql in (known, changed):
        for key, fields, is_asked in connection.execute(sql, keys):
            before = _ALL | (ASKED if is_asked else 0)
            for name in json.loads(fields):
                missing[key] = missing.get(key, before) & ~_BITS.get(name, 0)
    return missing


#: More than any project ID.
_HIGHEST: Final = 2**63 - 1
#: Of one of which nothing is known: of most, when a list is read for the first time.
_NOTHING: Final = PackedContact()
#: In place of a value that is not set, as opposed to one that is set to null.
_UNSET: Final = "\x00"


def _contact_values(column: str) -> str:
    """Return the SQL of the values in a JSON column."""
    return ", ".join(
        f"CASE WHEN json_type({column}, '$.{field}') IS NULL THEN char(0) ELSE json_extract({column}, '$.{field}') END"
        for field in CONTACT_FIELDS
    )


# One row that a disk fault damaged must not take all others off the screen.
_LOADED: Final = (
    f"SELECT project_id, loaded_at <> '', {_contact_values('known')} FROM server_detail WHERE json_valid(known)"
)
_PENDING: Final = (
    f"SELECT project_key, kind, {_contact_values('changes')} FROM operation WHERE {PENDING} AND json_valid(changes)"
)


def all_contacts(connection: apsw.Connection, size: int = _SLICE) -> Iterator[dict[int, PackedContact]]:
    """Yield all known contacts, some hundreds at a time; no transaction stays open between two slices.

    Args:
        connection: A connection of the calling thread that reads the account's database.
        size: How many at a time.

    Raises:
        StorageError: The database cannot be read.
    """
    with translated():
        changed = [key for (key,) in connection.execute(f"SELECT DISTINCT project_key FROM operation WHERE {PENDING}")]
    yield from contacts_of(connection, changed)
    done = set(changed)
    last = _HIGHEST
    while True:
        with translated():
            # The newest first, like the rows: what is together in memory is found several times faster.
            sql = f"{_LOADED} AND project_id < ? ORDER BY project_id DESC LIMIT ?"
            loaded = list(connection.execute(sql, (last, size)))
        if not loaded:
            return
        last, *_ = loaded[-1]
        yield {project_id: _contact(*row).packed() for project_id, *row in loaded if project_id not in done}


def contacts_of(connection: apsw.Connection, keys: Iterable[int]) -> Iterator[dict[int, PackedContact]]:
    """Yield the contacts of some projects, some hundreds at a time; an unknown one is empty."""
    left = iter(keys)
    while some := list(islice(left, _SLICE)):
        places = ", ".join("?" * len(some))
        with translated():
            loaded = list(connection.execute(f"{_LOADED} AND project_id IN ({places})", some))
            found = {project_id: _contact(*row) for project_id, *row in loaded}
            pending = connection.execute(f"{_PENDING} AND project_key IN ({places}) ORDER BY operation_id", some)
            for key, kind, *values in pending:
                before = found.get(key, Contact())
                if kind == OperationKind.CREATE:
                    # What was not filled in is empty, and known to be.
                    before = Contact._make((*[""] * len(CONTACT_FIELDS), False))
                found[key] = before._replace(**_set(values))
        yield {key: found[key].packed() if key in found else _NOTHING for key in some}


def _contact(is_asked: int, *values: Any) -> Contact:  # noqa: ANN401 - whatever the JSON holds
    return Contact(is_asked=bool(is_asked))._replace(**_set(values))


def _set(values: Iterable[Any]) -> Mapping[str, Any]:
    """Return the values that are set, by their names in a contact; null becomes empty."""
    return {
        name: "" if value is None else str(value)
        for name, value in zip(Contact._fields, values, strict=False)
        if value != _UNSET
    }
