"""What a trial asks its server, and the old database that it lays before the program."""

from __future__ import annotations

import urllib.error
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.store.database import SCHEMA_VERSION, open_writer
from installers.trial import older_database
from installers.trial.report import FailedStepError
from installers.trial.server import Server

if TYPE_CHECKING:
    from pathlib import Path


def test_a_server_comes_back_at_the_same_address_with_the_same_projects() -> None:
    server = Server()
    with server.running():
        address = server.variables["HEATPUNK_DOMAIN"]
        names = {one["project_name"] for one in server.projects()}
        assert len(names) > 1
        assert server.has(min(names))
        assert not server.has("Nobody's")
        assert not server.was_asked_for(int(server.projects()[0]["project_id"]))
    with pytest.raises(urllib.error.URLError):
        server.projects()
    with server.running():
        assert server.variables["HEATPUNK_DOMAIN"] == address
        assert {one["project_name"] for one in server.projects()} == names


def test_the_older_database_is_one_that_the_program_brings_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "accounts" / "somebody.sqlite3"
    file.parent.mkdir()
    older_database.make_first(file)
    older_database.expect_schema(file, 1)
    with pytest.raises(FailedStepError, match="of schema 1"):
        older_database.expect_schema(file, SCHEMA_VERSION)
    writer = open_writer(file)
    writer.close()
    older_database.expect_schema(file, SCHEMA_VERSION)
