"""A store in memory for each test: what reaches the disk is proved with the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store() -> Iterator[AccountStore]:
    connection = apsw.Connection(":memory:")
    migrate(connection, Path(":memory:"))
    opened = AccountStore.on(connection)
    yield opened
    opened.close()
