"""A faulty sandbox for each test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=50, seed=7, today=date(2026, 11, 24), clock=lambda: NOW) as running:
        yield running
