"""Several projects changed at once and moved to deleted, from the table to the sandbox's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import STATUS, Screen, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 12


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        yield shown


def test_all_that_are_shown_get_a_status_and_reach_the_server(screen: Screen, server: SandboxServer) -> None:
    to_change = sum(project.status != "Install" for project in server.state)
    screen.table().selectAll()
    screen.act(Act.CHANGE_SEVERAL)
    screen.reads(f"Change {COUNT} projects", "Choose or type what the field is to be set to.")
    screen.choose("Set to", "Install")
    screen.press(f"Change {to_change} projects")
    screen.wait(lambda: {screen.cell(row, STATUS) for row in range(COUNT)} == {"Install"}, "the rows")
    screen.wait(lambda: {project.status for project in server.state} == {"Install"}, "the server")


def test_without_a_connection_all_of_it_waits_and_reaches_the_server_once(
    screen: Screen, server: SandboxServer
) -> None:
    to_change = sum(project.status != "Install" for project in server.state)
    server.stop()
    screen.table().selectAll()
    screen.act(Act.CHANGE_SEVERAL)
    screen.choose("Set to", "Install")
    screen.press(f"Change {to_change} projects")
    screen.reads(f"Changes {to_change}")
    screen.wait(lambda: {screen.cell(row, STATUS) for row in range(COUNT)} == {"Install"}, "the rows")
    server.start()
    screen.act(Act.SEND_NOW)
    screen.wait(lambda: {project.status for project in server.state} == {"Install"}, "the server")
    screen.wait(lambda: screen.program.service.reader.operation_counts().waiting == 0, "nothing to wait")
    assert sum(request.path.endswith(Endpoint.UPDATE) for request in server.requests) == to_change


def test_two_are_moved_to_deleted_together(screen: Screen, server: SandboxServer) -> None:
    table = screen.table()
    table.selectRow(0)
    model = table.model()
    table.selectionModel().select(
        model.index(1, 0), table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows
    )
    screen.act(Act.DELETE)
    screen.reads("Move 2 projects to deleted?")
    screen.press("Move to deleted")
    screen.rows(COUNT - 2)
    screen.wait(lambda: sum(1 for project in server.state if not project.deleted) == COUNT - 2, "the server")


def test_without_a_selection_the_command_says_why_it_is_disabled(screen: Screen) -> None:
    screen.table().clearSelection()
    action = screen.program.window.findChild(QAction, Act.CHANGE_SEVERAL)
    assert isinstance(action, QAction)
    assert not action.isEnabled()
    assert "Select" in action.toolTip()
