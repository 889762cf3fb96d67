"""A new project, from a form on the screen to the sandbox's server: its name, its status, and whether it is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton

from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import CUSTOMER, PROJECT, STATUS, Screen, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 5


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        shown.wait(lambda: not shown.there("Cancel"), "the end of the refresh")
        yield shown


def test_its_name_and_status_are_there_at_once_without_a_connection(screen: Screen, server: SandboxServer) -> None:
    server.stop()
    screen.press("New project")
    screen.fill("Customer name", "Priya Patel")
    screen.fill("Address", "87 High Street, Exeter, EX1 1HS")
    screen.press("Create project")
    screen.rows(COUNT + 1)
    row = screen.row("Priya Patel")
    assert (screen.cell(row, PROJECT), screen.cell(row, STATUS)) == ("87 High Street, Exeter", "Lead")
    screen.reads("87 High Street, Exeter", "Lead")
    server.start()
    screen.press("Try now")
    screen.wait(lambda: len(server.state) == COUNT + 1, "the server")
    made = max(server.state, key=lambda project: project.project_id)
    assert (made.project_name, made.status) == ("87 High Street, Exeter", "Lead")


def test_what_the_server_made_of_it_is_shown_without_a_refresh(screen: Screen, server: SandboxServer) -> None:
    screen.press("New project")
    screen.fill("Customer phone", "01392 258 258")  # which names nothing, so the server does
    screen.press("Create project")
    screen.wait(lambda: len(server.state) == COUNT + 1, "the server")
    made = max(server.state, key=lambda project: project.project_id)
    assert made.project_name
    screen.wait(lambda: made.project_name in screen.names(), "its name")


def test_a_customer_who_is_here_already_is_told_of_and_opened(screen: Screen, server: SandboxServer) -> None:
    there = next(iter(server.state))
    server.state.edit(there.project_id, project_name="Barn", customer_name="Priya Patel", postcode="EX1 1HS")
    screen.press("Refresh")
    screen.wait(lambda: screen.row("Barn") >= 0, "the project")
    screen.press("New project")
    screen.fill("Customer name", "Mrs P. Patel")
    screen.fill("Postcode", "EX1 1HS")
    screen.fill("Customer name", "Patel, Priya")
    screen.reads("Priya Patel, EX1 1HS is already here (")
    new = next(
        project_form for project_form in screen.program.window.findChildren(ProjectForm) if project_form.isVisible()
    )
    next(
        button for button in new.findChildren(QPushButton) if button.text() == "Open it" and button.isVisible()
    ).click()
    screen.wait(
        lambda: sum(project_form.isVisible() for project_form in screen.program.window.findChildren(ProjectForm)) == 2,
        "its form",
    )
    forms = [
        project_form for project_form in screen.program.window.findChildren(ProjectForm) if project_form.isVisible()
    ]
    assert [form.key for form in forms if form is not new] == [there.project_id]
    assert screen.cell(screen.row("Barn"), CUSTOMER) == "Priya Patel"
