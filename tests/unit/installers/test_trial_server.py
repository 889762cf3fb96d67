"""What a trial asks its server, and the old database that it lays before the program."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
from pathlib import Path

import pytest

from heatpunk_desktop.store.database import SCHEMA_VERSION
from installers.trial import older_database
from installers.trial.report import FailedStepError
from installers.trial.server import Server
from installers.trial.waiting import wait_for

ROOT = Path(__file__).resolve().parents[3]


def test_a_server_comes_back_at_the_same_address_with_the_same_projects() -> None:
    server = Server()
    with server.running():
        address = server.variables["HEATPUNK_DOMAIN"]
        names = {project["project_name"] for project in server.projects()}
        assert len(names) > 1
        assert server.has(min(names))
        assert not server.has("Nobody's")
        assert not server.was_asked_for(int(server.projects()[0]["project_id"]))
    with pytest.raises(urllib.error.URLError):
        server.projects()
    with server.running():
        assert server.variables["HEATPUNK_DOMAIN"] == address
        assert {project["project_name"] for project in server.projects()} == names


def test_the_program_updates_an_older_database_and_sends_what_waits(tmp_path: Path) -> None:
    server = Server()
    with server.running():
        file = older_database.place_of(tmp_path, server)
        older_database.make_first(file, server)
        older_database.expect_schema(file, 1)
        with pytest.raises(FailedStepError, match="of schema 1"):
            older_database.expect_schema(file, SCHEMA_VERSION)
        variables = {**os.environ, **server.variables, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "heatpunk_desktop", "--data-dir", str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, env=variables) as program:
            try:
                wait_for(lambda: server.has(older_database.PROJECT), "what waited to reach the server")
            finally:
                program.kill()
        older_database.expect_schema(file, SCHEMA_VERSION)
