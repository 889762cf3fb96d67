"""The program on a server that follows the guide and is not ours: it opens on its table, and the main job works."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import SidebarView
from tests.conftest import TIMEOUT_S
from tests.end2end.on_screen import CREATED, CUSTOMER, MODIFIED, POSTCODE, STATUS, Screen
from tests.end2end.strangers_server import EMAIL, KEY, StrangersServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[True, False], ids=["with a length", "until the connection ends"])
def server(request: pytest.FixtureRequest) -> Iterator[StrangersServer]:
    with StrangersServer(says_length=request.param, status_of_create=201 if request.param else 200) as running:
        yield running


@pytest.fixture
def screen(server: StrangersServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """The program with the four variables set, and nothing else."""
    monkeypatch.setenv("HEATPUNK_API_KEY", KEY)
    running = Screen(data_dir, server.origin, EMAIL).start()
    yield running
    running.stop()


def test_it_opens_on_the_table_and_shows_what_there_is(screen: Screen) -> None:
    screen.rows(4)
    screen.reads("4 of 4", "Brought up to date")
    rows = {screen.cell(row, 0): row for row in range(4)}
    assert screen.cell(rows["Zoneless barn"], CREATED) == "1 Mar 2026"
    assert screen.cell(rows["Zoneless barn"], MODIFIED) == "—"
    assert screen.cell(rows["Zoneless barn"], STATUS) == "Lead"
    lodge = rows["Undated <b>lodge</b>"]
    assert (screen.cell(lodge, STATUS), screen.cell(lodge, CREATED)) == ("On hold", "—")
    turned = rows["Keys in another order"]
    assert (screen.cell(turned, POSTCODE), screen.cell(turned, CUSTOMER)) == ("12345", "Turned round")
    screen.select("Zoneless barn")
    screen.reads("52.5, −1.25", "…")


def test_the_main_job(screen: Screen, server: StrangersServer) -> None:
    screen.rows(4)
    screen.press("New project")
    screen.fill("Project name", "At a stranger's")
    screen.fill("Customer email", "zoe@example.com")
    screen.press("Create project")
    screen.wait(lambda: len(server.projects) == 5, "the new project")
    screen.reads_not("Changes 1")
    (body,) = server.bodies_to("create")
    assert is_own_reference(body["meta"].pop("crmReference"))
    meta = {"projectName": "At a stranger's", "customerEmail": "zoe@example.com", "status": "Lead"}
    assert body == {"owner": EMAIL, "meta": meta}
    number = max(server.projects)
    screen.select("At a stranger's")
    screen.press("Edit")
    screen.fill("Project name", "Changed at a stranger's")
    screen.choose("Status", "Install")
    screen.press("Save changes")
    screen.wait(lambda: server.projects[number].get("status") == "Install", "the change")
    assert server.bodies_to("update") == [
        {
            "projectId": number,
            "userEmail": EMAIL,
            "data": {"meta": {"projectName": "Changed at a stranger's", "status": "Install"}},
        }
    ]
    screen.press("Open in Heatpunk")
    assert screen.opened[0][1] == number
    screen.press("Delete")
    screen.press("Move to deleted")
    screen.wait(lambda: number not in server.projects, "it to go")
    screen.rows(4)
    screen.press("Refresh")
    screen.reads("4 of 4", f"{VIEW_WORDS[SidebarView.DELETED_HERE].name}, 1")


def test_a_cut_after_a_create_makes_one_project_and_nobody_has_to_click(
    screen: Screen, server: StrangersServer
) -> None:
    screen.rows(4)
    server.cut = {"create"}
    screen.press("New project")
    screen.fill("Project name", "Cut off at a stranger's")
    screen.fill("Postcode", "CB1 3QD")
    screen.press("Create project")
    screen.wait(lambda: mark_of(screen, "Cut off at a stranger's") == "possibly done", "the doubt")
    screen.reads("Changes 1")
    screen.reads_not("Changes 1")
    screen.rows(5)
    assert mark_of(screen, "Cut off at a stranger's") != "possibly done"
    assert [project["projectName"] for project in server.projects.values()].count("Cut off at a stranger's") == 1
    assert len(server.bodies_to("create")) == 1
    # The number is now the server's: the row is the project itself.
    screen.select("Cut off at a stranger's")
    screen.press("Open in Heatpunk")
    assert screen.opened[0][1] == max(server.projects)


def test_a_cut_after_an_edit_and_after_a_deletion_is_reconciled_too(screen: Screen, server: StrangersServer) -> None:
    screen.rows(4)
    server.cut = {"update"}
    screen.select("Zoneless barn")
    screen.press("Edit")
    screen.choose("Status", "Quote")
    screen.press("Save changes")
    screen.wait(lambda: mark_of(screen, "Zoneless barn") == "possibly done", "the doubt")
    screen.reads_not("Changes 1")
    assert server.projects[501]["status"] == "Quote"
    assert len(server.bodies_to("update")) == 1


def mark_of(screen: Screen, name: str) -> str:
    """What the table says of a project's way to the server, in place of when it was modified."""
    return screen.cell(screen.row(name), MODIFIED)


def test_an_edit_names_fields_that_did_not_load_and_does_not_send_them(screen: Screen, server: StrangersServer) -> None:
    screen.rows(4)
    screen.select("Zoneless barn")
    screen.press("Edit")
    screen.reads(
        "Not loaded: Customer email, Customer phone, Build date, CRM reference. What you leave alone there is not sent",
        "This server has no way to ask for what its list of projects lacks.",
    )
    screen.fill("Address", "2 High Street")
    screen.press("Save changes")
    screen.wait(lambda: server.projects[501]["address"] == "2 High Street", "the change")
    assert server.bodies_to("update")[0]["data"] == {"meta": {"address": "2 High Street"}}


def test_a_permanent_deletion(screen: Screen, server: StrangersServer) -> None:
    screen.rows(4)
    screen.select("Zoneless barn")
    screen.press("Delete")
    screen.press("Delete permanently")
    screen.fill("Type the project name to confirm", "Zoneless barn")
    screen.press("Delete permanently")
    screen.rows(3)
    assert 501 not in server.projects


def test_a_project_deleted_elsewhere_is_refused_in_the_servers_words(screen: Screen, server: StrangersServer) -> None:
    screen.rows(4)
    del server.projects[501]
    screen.select("Zoneless barn")
    screen.press("Edit")
    screen.fill("Address", "2 High Street")
    screen.press("Save changes")
    screen.wait(lambda: screen.cell(screen.row("Zoneless barn"), 5) == "needs you", "the refusal")
    screen.press("Changes 1")
    screen.reads(
        "Needs you 1",
        remark_words(remark(RemarkCode.GONE)),
        "The server said: No such project",
        way_words(WayOut.CREATE_AGAIN),
    )


def test_somebody_who_is_not_of_the_team_is_told_so(
    server: StrangersServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEATPUNK_API_KEY", KEY)
    screen = Screen(data_dir, server.origin, "somebody@else.test").start()
    screen.reads("The server does not allow this.", "The server said: Not a member of this team", "Open settings")
    screen.stop()


def test_the_process_with_the_four_variables_opens_on_the_table(server: StrangersServer, data_dir: Path) -> None:
    """A second start hands its project over to the first, which shows that a window runs; then the first is ended."""
    variables = {
        "HEATPUNK_DOMAIN": server.origin,
        "HEATPUNK_USER_EMAIL": EMAIL,
        "HEATPUNK_API_KEY": KEY,
        "HEATPUNK_DATA_DIR": str(data_dir),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(Path.cwd()),
    }
    command = [sys.executable, "-m", "heatpunk_desktop"]
    with subprocess.Popen(command, env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True) as program:
        try:
            wait_for_lists(server, 1)
            second = subprocess.run(
                [*command, "heatpunk://project/501"], env={**os.environ, **variables}, timeout=TIMEOUT_S, check=False
            )
            assert second.returncode == 0
            assert program.poll() is None
            arguments = Path(f"/proc/{program.pid}/cmdline")
            assert not arguments.exists() or KEY.encode() not in arguments.read_bytes()
        finally:
            program.terminate()
        assert program.stderr is not None
        assert "Traceback" not in program.stderr.read()
    for file in data_dir.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


def wait_for_lists(server: StrangersServer, count: int) -> None:
    until = time.monotonic() + TIMEOUT_S
    while len(server.bodies_to("list")) < count:
        assert time.monotonic() < until, "no list was asked for"
        server.came.clear()
        server.came.wait(0.02)
