"""A clock that is wrong by years, as a dead battery leaves it: the program starts, says so, and does no harm."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.store.database import database_path
from tests.end2end.test_trouble_at_start import Users, account_of, seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCKS = {
    "2000-01-01T00:00:00+00:00": "1 Jan 2000",
    "2009-12-31T23:59:50+00:00": "31 Dec 2009",
    "2015-03-29T00:59:58+00:00": "29 Mar 2015",
    "2106-02-07T06:28:15+00:00": "7 Feb 2106",
}
WRONG = "This computer’s date is wrong: it says "


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path)


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=12, seed=7) as running:
        yield running


def shown(database: Path) -> list[tuple[object, ...]]:
    """What is stored of each project, and whether it is hidden."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        sql = "SELECT project_id, project_name, created, absent_since FROM server_project ORDER BY project_id"
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("clock", CLOCKS)
def test_with_a_wrong_date_it_starts_says_so_and_hides_nothing(
    users: Users, server: SandboxServer, data_dir: Path, clock: str
) -> None:
    where = (*account_of(server), "--data-dir", str(data_dir))
    key = server.api_key
    # A small word on the status bar tells that the list was read.
    users.start(*where, until="12 of 12.*Brought up to date", HEATPUNK_API_KEY=key)
    database = database_path(data_dir, Account(server.origin, server.user_email))
    before = shown(database)
    assert len(before) == 12
    told: dict[str, object] = {"clock": clock}
    wrong = users.start(*where, until=f"12 of 12.*{WRONG}|{WRONG}.*12 of 12", told=told, HEATPUNK_API_KEY=key)
    assert wrong.returncode == 0, wrong.stderr
    assert f"{WRONG}{CLOCKS[clock]}." in seen(wrong)["words"]
    assert "Traceback" not in wrong.stdout + wrong.stderr
    assert shown(database) == before
    right = users.start(*where, until="12 of 12.*Brought up to date", HEATPUNK_API_KEY=key)
    assert WRONG not in seen(right)["words"]
    assert shown(database) == before


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_first_start_with_a_wrong_clock_is_like_any_other(users: Users, data_dir: Path, clock: str) -> None:
    told: dict[str, object] = {"clock": clock}
    done = users.start("--data-dir", str(data_dir), until="API key", told=told)
    assert done.returncode == 0, done.stderr
    seen(done)
    demo = users.start("--demo", "--data-dir", str(data_dir), until=WRONG, told=told)
    assert demo.returncode == 0, demo.stderr
    seen(demo)
    assert "Traceback" not in done.stderr + demo.stderr
    assert (data_dir / "accounts" / "sample-data.sqlite3").exists()
