"""What is known here of projects that the list of projects lacks, with what is pending laid over it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.contacts import Contact, PackedContact
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import apsw

#: In the order of `Contact`.
_FIELDS: Final = (Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.BUILD_DATE, Field.CRM_REFERENCE)
#: Projects that are read at a time; SQLite takes some thousand parameters.
_SLICE: Final = 500
#: More than any project ID.
_HIGHEST: Final = 2**63 - 1
#: In place of a value that is not set, which is something else than one that is set to null.
_UNSET: Final = "\x00"


def _values(column: str) -> str:
    """As SQL: the four values in a column of JSON."""
    return ", ".join(
        f"CASE WHEN json_type({column}, '$.{field}') IS NULL THEN char(0) ELSE json_extract({column}, '$.{field}') END"
        for field in _FIELDS
    )


# One row that a fault of the disk spoilt must not take all others off the screen.
_TOLD: Final = f"SELECT project_id, loaded_at <> '', {_values('known')} FROM server_detail WHERE json_valid(known)"
_PENDING: Final = (
    f"SELECT project_key, kind, {_values('changes')} FROM operation WHERE {PENDING} AND json_valid(changes)"
)


def all_contacts(connection: apsw.Connection, size: int = _SLICE) -> Iterator[dict[int, PackedContact]]:
    """All of which anything is known, some hundred at a time; no transaction stays open between two slices.

    Args:
        connection: One that reads the account's database, of the calling thread.
        size: How many at a time.

    Raises:
        StorageError: The database cannot be read.
    """
    with translated():
        changed = [row[0] for row in connection.execute(f"SELECT DISTINCT project_key FROM operation WHERE {PENDING}")]
    yield from contacts_of(connection, changed)
    done = set(changed)
    last = _HIGHEST
    while True:
        with translated():
            # The newest first, as rows are: what stands together in memory is found several times faster.
            sql = f"{_TOLD} AND project_id < ? ORDER BY project_id DESC LIMIT ?"
            told = list(connection.execute(sql, (last, size)))
        if not told:
            return
        last = told[-1][0]
        yield {row[0]: _contact(row[1:]).packed() for row in told if row[0] not in done}


def contacts_of(connection: apsw.Connection, keys: Iterable[int]) -> Iterator[dict[int, PackedContact]]:
    """Those of some projects, some hundred at a time; one of which nothing is known has an empty one."""
    left = iter(keys)
    while some := list(islice(left, _SLICE)):
        places = ", ".join("?" * len(some))
        with translated():
            told = connection.execute(f"{_TOLD} AND project_id IN ({places})", some)
            found = {row[0]: _contact(row[1:]) for row in told}
            pending = connection.execute(f"{_PENDING} AND project_key IN ({places}) ORDER BY operation_id", some)
            for key, kind, *values in pending:
                before = found.get(key, Contact())
                if kind == OperationKind.CREATE:
                    # What was not filled in is empty, and known to be.
                    before = Contact("", "", "", "")
                found[key] = before._replace(**_set(values))
        yield {key: found[key].packed() if key in found else PackedContact() for key in some}


def _contact(row: tuple[Any, ...]) -> Contact:
    is_asked, *values = row
    return Contact(is_asked=bool(is_asked))._replace(**_set(values))


def _set(values: Iterable[Any]) -> Mapping[str, Any]:
    """The values that are set, by their names in a contact; null is no value, and empty."""
    return {
        name: "" if value is None else str(value)
        for name, value in zip(Contact._fields, values, strict=False)
        if value != _UNSET
    }
