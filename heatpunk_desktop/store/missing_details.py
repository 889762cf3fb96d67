"""Which projects lack values that the list of projects does not bring, and nobody has told this program yet."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import apsw

#: Projects that are looked at at a time; SQLite takes some thousand parameters.
_SLICE: Final = 500

#: The bit of each field in a byte of `missing_details`.
DETAIL_BITS: Final = {field: 1 << place for place, field in enumerate(one for one in Field if one in DETAIL_FIELDS)}
#: The bit of a project that Heatpunk was asked about; what is not loaded of it, it did not tell.
ASKED: Final = 1 << len(DETAIL_BITS)
_BITS: Final = {field.value: bit for field, bit in DETAIL_BITS.items()}
_ALL: Final = sum(_BITS.values())


def missing_details(connection: apsw.Connection, keys: Iterable[int]) -> Iterator[bytes]:
    """A byte for each project, some hundred at a time.

    It has a bit of `DETAIL_BITS` for each value that is not loaded, and `ASKED` where nothing more is to be loaded.

    Args:
        connection: One that reads the account's database, of the calling thread.
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
    # What was changed from here is known without that the server was ever asked for the rest.
    known = f"SELECT project_id, known, loaded_at <> '' FROM server_detail WHERE project_id IN ({places})"
    changed = f"SELECT project_key, changes, 0 FROM operation WHERE project_key IN ({places}) AND {PENDING}"
    missing: dict[int, int] = {}
    for sql in (known, changed):
        for key, fields, is_asked in connection.execute(sql, keys):
            before = _ALL | (ASKED if is_asked else 0)
            for name in json.loads(fields):
                missing[key] = missing.get(key, before) & ~_BITS.get(name, 0)
    return missing
