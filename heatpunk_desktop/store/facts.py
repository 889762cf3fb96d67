"""The table `fact`: single things to remember about the account, each by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.store.database import transaction

if TYPE_CHECKING:
    import apsw


class Facts:
    """Writes facts. Each method is one transaction, or part of the caller's."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def keep(self, name: str, value: str) -> None:
        """Keeps a fact, such as when the account was last brought up to date."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def drop(self, name: str) -> None:
        """Forgets a fact."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM fact WHERE name = ?", (name,))
