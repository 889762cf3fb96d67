"""The table `named_owner`: what the user calls owners whose email is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    import apsw


class NamedOwners:
    """Keeps names. Every method is one transaction, and may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def name(self, owner_id: int, name: str, now: str) -> None:
        """Calls an owner by a name from now on; an empty one takes the name away."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM named_owner WHERE owner_id = ?", (owner_id,))
            if name:
                self._connection.execute(
                    "INSERT INTO named_owner (owner_id, name, named_at) VALUES (?, ?, ?)", (owner_id, name, now)
                )


def read_named_owners(connection: apsw.Connection) -> dict[int, str]:
    """The names that the user gave, by the server's numbers. Raises StorageError."""
    with translated():
        return dict(connection.execute("SELECT owner_id, name FROM named_owner"))
