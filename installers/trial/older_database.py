"""A database as the program's first version left it, for trials of what comes after it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.database import database_path, migrations
from installers.trial.waiting import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from installers.trial.server import Server

#: The project that waits in it.
PROJECT: Final = "Typed in the first version"

#: A version that no program knows.
LATER: Final = 999


def place_of(data: Path, server: Server) -> Path:
    """Where the database of a server's account goes in a data folder; the folder for it is made."""
    account = Account(server.variables["HEATPUNK_DOMAIN"], server.variables["HEATPUNK_USER_EMAIL"])
    file = database_path(data, account)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def make_first(file: Path, server: Server) -> None:
    """Makes a database as the program's first version did, with a project that was not sent to the server."""
    fields = {"project_name": PROJECT, "customer_name": "Somebody"}
    with _opened(file) as connection:
        connection.execute(migrations()[0])
        connection.execute(
            "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at)"
            " VALUES ('create', 'queued', -1, ?, ?, '{}', '2026-01-02T03:04:05.000Z')",
            (server.variables["HEATPUNK_USER_EMAIL"], json.dumps(fields)),
        )
    set_schema(file, 1)


def set_schema(file: Path, version: int) -> None:
    """Has a database say which version of the program made it."""
    with _opened(file) as connection:
        connection.pragma("user_version", version)


def schema(file: Path) -> int:
    """Which version a database says it is of."""
    with _opened(file, apsw.SQLITE_OPEN_READONLY) as connection:
        return int(connection.pragma("user_version"))


def expect_schema(file: Path, version: int) -> None:
    """Ends the step unless a database is of a version. Raises FailedStepError."""
    found = schema(file)
    expect(found == version, f"it is of schema {found}, and should be of {version}")


@contextmanager
def _opened(file: Path, flags: int = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(file), flags=flags)
    try:
        yield connection
    finally:
        connection.close()
