"""A day at the office: an account with some projects, and the program on it, with the loading of details on."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.services.sync import background_details
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.server import FaultySandbox
from tests.journeys.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Projects of the account.
COUNT = 60


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As for every test, and all of them: a whole program leaves many."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    """The program, open and up to date; what it loads in the background takes no longer than a test has."""
    del qtbot  # whose application the program takes
    monkeypatch.setattr(background_details, "_BETWEEN", (0.01, 0.02))
    monkeypatch.setattr(background_details, "_QUIET", 0.05)
    monkeypatch.setattr(background_details, "_BUSY", 0.02)
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email, loads_details=True).start()
    screen.program.window.resize(1366, 768)
    screen.rows(len(server.state), seconds=60)
    screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh", 60)
    yield screen
    server.faults.clear()
    screen.stop()


@pytest.fixture
def hands(screen: Screen) -> Hands:
    return Hands(screen)


@pytest.fixture
def hands_at_start(data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Hands]:
    """The program as it is started for the first time, with no account."""
    del qtbot
    monkeypatch.delenv("HEATPUNK_API_KEY", raising=False)
    screen = Screen(data_dir).start()
    yield Hands(screen)
    screen.stop()
