"""Saved views with the real store: kept, there at the next start, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import STATUS, Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NEW_YEAR_2021 = 1_609_459_200_000
QUERY = "status:quote,lead created:>2020"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=60, seed=7) as running:
        yield running


@pytest.fixture
def start(server: SandboxServer, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[list[Screen]]:
    del qtbot  # whose application the program takes
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screens: list[Screen] = []
    yield screens
    for screen in screens:
        screen.stop()


def opened(screens: list[Screen], server: SandboxServer, data_dir: Path) -> Screen:
    screen = Screen(data_dir, server.origin, server.user_email).start()
    screens.append(screen)
    screen.rows(60)
    return screen


def do(screen: Screen, name: str) -> None:
    next(action for action in screen.program.window.findChildren(QAction) if action.objectName() == name).trigger()
    screen.settle()


def sidebar(screen: Screen) -> Sidebar:
    return screen.program.window.findChildren(Sidebar)[0]


def test_a_view_is_there_at_the_next_start_and_shows_the_same(
    start: list[Screen], server: SandboxServer, data_dir: Path
) -> None:
    screen = opened(start, server, data_dir)
    screen.fill("Search projects", QUERY)
    wanted = [
        project for project in server.state if project.status in {"Quote", "Lead"} and project.created >= NEW_YEAR_2021
    ]
    assert 0 < len(wanted) < 60
    screen.rows(len(wanted))
    do(screen, "save_view")
    screen.fill("Name of the view", "Still open")
    screen.press("Save view")
    screen.wait(lambda: f"Still open, {len(wanted)}" in screen.words(), "the view with its number")
    screen.stop()
    start.clear()

    screen = opened(start, server, data_dir)
    screen.wait(lambda: f"Still open, {len(wanted)}" in screen.words(), "the view with its number")
    (item,) = sidebar(screen).findItems("Still open", Qt.MatchFlag.MatchExactly)
    views = sidebar(screen)
    QTest.mouseClick(views.viewport(), Qt.MouseButton.LeftButton, pos=views.visualItemRect(item).center())
    screen.rows(len(wanted))
    assert screen.field("Search projects") == QUERY
    assert {screen.cell(row, STATUS) for row in range(len(wanted))} <= {"Quote", "Lead"}

    # The palette finds it too, and another view takes its filter away.
    do(screen, "palette")
    screen.fill("Command, view or project", "all projects")
    palette = next(window for window in screen.windows() if window.windowTitle() == "Command palette")
    QTest.keyClick(palette.focusWidget(), Qt.Key.Key_Return)
    screen.rows(60)
    assert not screen.field("Search projects")
