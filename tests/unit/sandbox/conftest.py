"""A sandbox for each test, and a client that keeps to the bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 24)


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=50, seed=7, today=TODAY, clock=lambda: datetime(2026, 11, 24, 15, 0, tzinfo=UTC)) as it:
        yield it
