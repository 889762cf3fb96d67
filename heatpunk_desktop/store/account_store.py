"""An account's database, opened for writing, with everything that writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from heatpunk_desktop.domain.naming import new_reference
from heatpunk_desktop.store.batches import Batches
from heatpunk_desktop.store.choices import NamedOwners, NotDuplicates, RememberedColumns, RememberedValues, SavedViews
from heatpunk_desktop.store.database import Facts, open_writer
from heatpunk_desktop.store.drafts import Drafts
from heatpunk_desktop.store.outbox import Outbox
from heatpunk_desktop.store.outbox_delivery import Dispatch
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.server_cache import ServerTables
from heatpunk_desktop.store.undo.service import UndoService

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import apsw


@dataclass(frozen=True, slots=True)
class AccountStore:
    """One writing connection and those who share it.

    Attributes:
        connection: The connection; used by the thread that opened it only.
        server: Writes what the server said.
        facts: Keeps single things to remember.
        outbox: Writes what people did.
        dispatch: Writes what becomes of it on its way to the server.
        reader: Reads through the same connection.
        drafts: Keeps what stands in open forms.
        batches: Writes many things that people did at once.
        undoing: Undoes and redoes what people did.
        views: Keeps views of a person's own.
        not_duplicates: Keeps which projects are two.
        columns: Keeps how the columns of spreadsheets were read.
        owners: Keeps what owners are called.
        values: Keeps what values of spreadsheets became.
    """

    connection: apsw.Connection
    server: ServerTables
    facts: Facts
    outbox: Outbox
    dispatch: Dispatch
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
        """Opens it, as `open_writer` does. Raises StorageError."""
        connection = open_writer(path)
        return cls.on(connection)

    @classmethod
    def on(cls, connection: apsw.Connection, make_reference: Callable[[], str] = new_reference) -> Self:
        """The same on a connection that is open and up to date; references of the program's own are made so."""
        server = ServerTables(connection)
        facts = Facts(connection)
        outbox = Outbox(connection, server, facts, make_reference)
        dispatch = Dispatch(connection, outbox, server, facts)
        return cls(
            connection,
            server,
            facts,
            outbox,
            dispatch,
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
        """Closes the connection."""
        self.connection.close()
