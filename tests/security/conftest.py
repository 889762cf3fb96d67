"""What the tests of "nobody else's business" share."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As for every test, and all of them: a whole program leaves many."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    """A sandbox with a few projects, and a key that is found again wherever it goes."""
    with FaultySandbox(projects=6, seed=7) as running:
        running.api_key = "zQ7+recognisable/key=&000"
        yield running
