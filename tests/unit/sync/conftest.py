"""A store in memory for each test: what reaches the disk is proved with the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate
from heatpunk_desktop.store.outbox import Outbox
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.server import ServerTables

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store() -> Iterator[AccountStore]:
    connection = apsw.Connection(":memory:")
    migrate(connection, Path(":memory:"))
    server = ServerTables(connection)
    opened = AccountStore(connection, server, Outbox(connection, server), StoreReader(connection))
    yield opened
    opened.close()
