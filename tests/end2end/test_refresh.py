"""What the server has is what the table shows, whatever the server does: sandbox, sockets, SQLite, threads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.protocol import list_projects
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject
from heatpunk_desktop.services.sync.row_loader import RowLoader
from tests.fakes import Sink
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.parts import part_of
from tests.unit.services.conftest import ALL, Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=2000, seed=3) as running:
        yield running


class Table:
    """The service with a table that its rows go to."""

    def __init__(self, qtbot: QtBot, server: FaultySandbox, data_dir: Path) -> None:
        self.run = Running(qtbot, server, data_dir)
        self.sink = Sink()
        self.loader = RowLoader(self.run.service.reader, self.sink)
        self.run.service.changed.connect(self.loader.on_changed)
        self.loader.load_first_page()
        self.loader.load_rest()
        self._server = server
        self._qtbot = qtbot

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not part_of(self.loader, QTimer).isActive())

    def check(self) -> None:
        """The table shows what the server's state is, and no more."""
        self.settle()
        expected = {
            project.project_id: (
                project.project_name,
                project.customer_name,
                project.postcode,
                project.status,
                project.address,
                project.owner,
            )
            for project in self._server.state
            if not project.deleted
        }
        rows = [ProjectRow._make(row) for row in self.sink.rows.values()]
        shown = {row.key: (row.name, row.customer, row.postcode, row.status, row.address, row.owner_id) for row in rows}
        assert shown == expected
        stored = {row[0]: row for part in self.run.service.reader.all_rows() for row in part}
        assert stored == self.sink.rows


@pytest.fixture
def table(qtbot: QtBot, server: FaultySandbox, data_dir: Path) -> Iterator[Table]:
    made = Table(qtbot, server, data_dir)
    yield made
    server.faults.clear()
    assert made.run.stop()


def test_the_table_follows_the_server(table: Table, server: FaultySandbox) -> None:
    assert table.run.refreshed().projects == 2000
    table.check()
    projects = list(server.state)
    for number, project in enumerate(projects[:40]):
        server.state.edit(project.project_id, projectName=f"<b>Edited</b> {number}\n", status="Sale")
    for project in projects[100:110]:
        server.state.hard_delete(project.project_id)
    for project in projects[200:210]:
        server.state.soft_delete(project.project_id)
    server.state.create(27091, {"projectName": "A colleague's"})
    assert table.run.refreshed().error is None
    table.check()
    assert table.run.refreshed().error is None
    table.check()


@pytest.mark.parametrize("cap", [100, 500])
def test_a_server_that_cuts_its_lists_off_hides_nothing(table: Table, server: FaultySandbox, cap: int) -> None:
    server.faults.add(Fault.capped(cap), endpoint="list", times=None)
    assert table.run.refreshed().error is None
    table.check()
    server.state.hard_delete(next(iter(server.state)).project_id)
    assert table.run.refreshed().error is None
    table.check()


def test_odd_types_bring_the_same_projects(table: Table, server: FaultySandbox) -> None:
    server.faults.add(Fault.odd_types(), endpoint="list", times=None)
    assert table.run.refreshed().error is None
    table.settle()
    assert set(table.sink.rows) == {project.project_id for project in server.state}
    server.faults.clear()
    assert table.run.refreshed().error is None
    table.check()


def test_a_refresh_that_breaks_in_the_middle_loses_no_row(table: Table, server: FaultySandbox) -> None:
    table.run.refreshed()
    server.state.edit(next(iter(server.state)).project_id, projectName="Edited")
    for fault in (Fault.truncated(2000), Fault.truncated(2000, framed=True), Fault.drop_before(), Fault.html()):
        server.faults.add(fault, endpoint="list", skip=2)
        assert table.run.refreshed().error is not None
        table.settle()
        assert len(table.sink.rows) == 2000
        server.faults.clear()
    assert table.run.refreshed().error is None
    table.check()


def answer_bytes(table: Table, server: FaultySandbox) -> int:
    """The length of the answer for the first window of a refresh, as it is now."""
    asked = server.log.to("list")[0].json()
    days = DateRange(date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"]))
    client = ApiClient(server.origin, lambda: server.api_key)
    try:
        return len(client.exchange(list_projects(table.run.account.email, days)).body)
    finally:
        client.close()


@pytest.mark.parametrize("missing", [1, 60, 3000], ids=["the last byte", "the end", "some projects"])
def test_what_is_stored_of_an_answer_that_breaks_off_is_shown(
    table: Table, server: FaultySandbox, missing: int
) -> None:
    table.run.refreshed()
    table.settle()
    model = ProjectTableModel()
    loader = RowLoader(table.run.service.reader, model)
    table.run.service.changed.connect(loader.on_changed)
    loader.load_first_page()
    loader.load_rest()
    added = [server.state.create(27091, {"projectName": f"A colleague's {number}"}).project_id for number in range(3)]
    oldest = next(iter(server.state))
    server.state.edit(oldest.project_id, projectName="Edited")

    server.faults.add(Fault.truncated(answer_bytes(table, server) - missing, framed=True), endpoint="list")
    error = table.run.refreshed().error
    assert error is not None
    assert "breaks off" in error.message
    table.settle()
    stored = {row[0]: row for part in table.run.service.reader.all_rows() for row in part}
    assert missing > 1 or stored.keys() >= set(added)
    assert table.sink.rows == stored, "what is shown is what is stored"
    # The next answer may tell nothing that is news.
    assert table.run.refreshed().error is None
    table.check()
    table.run.wait(lambda: model.is_settled and model.rowCount() == len(server.state))
    assert {model.key_at(place) for place in range(model.rowCount())} == {
        project.project_id for project in server.state
    }
    loader.stop()


def test_what_is_done_while_a_refresh_runs_is_shown_and_sent(table: Table, server: FaultySandbox) -> None:
    table.run.refreshed()
    project = next(iter(server.state))
    base = {Field.PROJECT_NAME: project.project_name}
    server.faults.add(Fault.drip(0.001, 4000), endpoint="list", times=None)
    before = len(table.run.told["refresh_changed"])
    table.run.service.refresh(ALL)
    table.run.wait(lambda: len(table.run.told["refresh_changed"]) > before)
    table.run.saved(table.run.service.run(EditProject(project.project_id, {Field.PROJECT_NAME: "Mine"}, base)))
    table.run.saved(table.run.service.run(CreateProject({Field.CUSTOMER_NAME: "New"}, server.user_email)))
    table.run.wait(lambda: not table.run.told["refresh_changed"][-1][0].running)
    table.run.wait_counts(0, 0, 2)
    table.settle()
    assert table.sink.rows[project.project_id][1] == "Mine"
    server.faults.clear()
    assert table.run.refreshed().error is None
    table.check()
