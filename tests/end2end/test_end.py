"""How the program ends while something is still on its way: what is closed is not looked into any more."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.end2end.on_screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=12, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    screen.rows(12)
    screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
    return screen


@pytest.fixture
def bugs(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:  # noqa: ARG001 - it sets its own hook first
    """What the running program would tell the user of as a bug."""
    found: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: found.append(error))
    return found


def _end(screen: Screen) -> None:
    """End it, and let timers and what was told before run on, as they do where another account is opened."""
    assert screen.program.stop()
    until = time.monotonic() + 0.7  # over what the inspector waits before it asks the server
    while time.monotonic() < until:
        QCoreApplication.processEvents()
    screen.stop()


def test_a_project_that_is_about_to_be_read_is_not_read_after_the_end(
    screen: Screen, server: SandboxServer, bugs: list[BaseException]
) -> None:
    name = next(project.project_name for project in server.state if project.project_name)
    inspector = screen.program.window.findChild(Inspector)
    screen.table().selectRow(screen.row(name))
    assert inspector is not None
    assert inspector.is_waiting
    _end(screen)
    assert bugs == []


def test_what_the_worker_told_is_not_followed_after_its_end(
    screen: Screen, server: SandboxServer, bugs: list[BaseException]
) -> None:
    project = next(project for project in server.state if project.project_name)
    screen.select(project.project_name)
    screen.program.service.ask(LoadProject(project.project_id))
    time.sleep(0.3)  # the answer now waits for this thread, which has not looked yet
    _end(screen)
    assert bugs == []
