"""What the tests of whole programs are held to beside all others."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As for every test, and all of them: a whole program leaves many."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
