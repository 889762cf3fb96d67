"""An account's database, opened for writing, with all objects that write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from heatpunk_desktop.domain.own_references import new_reference
from heatpunk_desktop.store.batches import Batches
from heatpunk_desktop.store.choices import NamedOwners, NotDuplicates, RememberedColumns, RememberedValues, SavedViews
from heatpunk_desktop.store.database import Facts, open_writer
from heatpunk_desktop.store.drafts import Drafts
from heatpunk_desktop.store.outbox import Outbox
from heatpunk_desktop.store.outbox_delivery import OutboxDelivery
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.server_cache import ServerTables
from heatpunk_desktop.store.undo.service import UndoService

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import apsw


@dataclass(frozen=True, slots=True)
class AccountStore:
    """The writing connection and the objects that share it.

    Attributes:
        connection: The connection; used only by the thread that opened it.
        server: Writes the server's answers.
        facts: Writes facts about the account.
        outbox: Writes the user's operations.
        delivery: Writes what becomes of operations on their way to the server.
        reader: Reads through the same connection.
        drafts: Writes the drafts of open forms.
        batches: Writes batches of changes.
        undoing: Undoes and redoes changes.
        views: Writes saved views.
        not_duplicates: Writes pairs of projects that are not duplicates.
        columns: Writes how columns of spreadsheets were read.
        owners: Writes the user's names for owners.
        values: Writes replacements of spreadsheet values.
    """

    connection: apsw.Connection
    server: ServerTables
    facts: Facts
    outbox: Outbox
    delivery: OutboxDelivery
    reader: StoreReader
    drafts: Drafts
    batches: Batches
    undoing: UndoService
    views: SavedViews
    not_duplicates: NotDuplicates
    columns: RememberedColumns
    owners: NamedOwners
    values: RememberedValues

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database, as `open_writer` does. Raises StorageError."""
        connection = open_writer(path)
        return cls.on(connection)

    @classmethod
    def on(cls, connection: apsw.Connection, make_reference: Callable[[], str] = new_reference) -> Self:
        """Return the store on an open connection of the current version.

        Args:
            connection: The writing connection.
            make_reference: Makes the app's own CRM references.
        """
        server = ServerTables(connection)
        facts = Facts(connection)
        outbox = Outbox(connection, server, facts, make_reference)
        delivery = OutboxDelivery(connection, outbox, server, facts)
        return cls(
            connection,
            server,
            facts,
            outbox,
            delivery,
            StoreReader(connection),
            Drafts(connection),
            Batches(connection, outbox),
            UndoService(connection, outbox),
            SavedViews(connection),
            NotDuplicates(connection),
            RememberedColumns(connection),
            NamedOwners(connection),
            RememberedValues(connection),
        )

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
