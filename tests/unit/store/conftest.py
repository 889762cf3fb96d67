"""A store on a real file for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from tests.fakes import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(data_dir: Path) -> Path:
    return database_path(data_dir, ACCOUNT)


@pytest.fixture
def store(path: Path) -> Iterator[AccountStore]:
    opened = AccountStore.open(path)
    yield opened
    opened.close()
