"""Customers' phone numbers of many projects, as far as they are known here, with what is pending laid over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.trouble import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

_PATH: Final = f"'$.{Field.CUSTOMER_PHONE}'"
#: Projects that are asked for at a time.
_SLICE: Final = 500


def known_phones(connection: apsw.Connection, keys: Sequence[int] | None = None) -> dict[int, str]:
    """The phone number of each project of which it is known; empty where there is none.

    Args:
        connection: One that reads the account's database, of the calling thread.
        keys: The projects; all of them where None.

    Raises:
        StorageError: The database cannot be read.
    """
    if keys is None:
        return _phones(connection, "", ())
    found: dict[int, str] = {}
    for start in range(0, len(keys), _SLICE):
        some = tuple(keys[start : start + _SLICE])
        found |= _phones(connection, f" AND {{}} IN ({', '.join('?' * len(some))})", some)
    return found


def _phones(connection: apsw.Connection, within: str, keys: tuple[int, ...]) -> dict[int, str]:
    told = (
        f"SELECT project_id, json_extract(known, {_PATH}) FROM server_detail"
        f" WHERE json_type(known, {_PATH}) IS NOT NULL" + within.format("project_id")
    )
    pending = (
        f"SELECT project_key, kind, json_type(changes, {_PATH}) IS NOT NULL, json_extract(changes, {_PATH})"
        # One row that a fault of the disk spoilt must not take the whole column off the screen.
        f" FROM operation WHERE {PENDING} AND json_valid(changes)"
        + within.format("project_key")
        + " ORDER BY operation_id"
    )
    with translated():
        found = {key: str(phone or "") for key, phone in connection.execute(told, keys)}
        for key, kind, sets_it, phone in connection.execute(pending, keys):
            if sets_it:
                found[key] = str(phone or "")
            elif kind == OperationKind.CREATE:
                found[key] = ""
    return found
