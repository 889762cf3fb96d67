"""Whose a project is: a colleague whom Heatpunk gives as a number gets a name, once, everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import Screen, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=40, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with running(server, data_dir, monkeypatch) as screen:
        yield screen


def test_a_colleague_is_named_once_and_called_so_everywhere(
    screen: Screen, server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = next(member.owner_id for member in server.users if member.email == server.user_email)
    theirs = next(project for project in server.state if project.owner != me)
    screen.table().select_key(theirs.project_id)  # type: ignore[attr-defined]
    screen.reads(f"Colleague {theirs.owner}", "Rename…")
    screen.press("Rename")
    screen.fill("Name", "Dave")
    screen.press("Save")
    screen.reads("Dave")
    screen.fill("Search projects", "owner:dave")
    screen.rows(sum(project.owner == theirs.owner for project in server.state))
    assert screen.cell(0, Column.OWNER) == "Dave"
    screen.stop()
    with running(server, data_dir, monkeypatch) as again:
        again.fill("Search projects", "owner:dave")
        again.rows(sum(project.owner == theirs.owner for project in server.state))
