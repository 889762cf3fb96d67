"""What users of another offline forms client had to suffer, played on ours: each test names the report it learnt from.

QField is honest software whose users report well; that is why there is so much to learn from it.
"""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.services.sync.commands import CreateProject, Discard, EditProject, Resolve, TryAgain
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.reader import OperationGroup
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.unit.services.conftest import IMPATIENT, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sandbox import SandboxProject

NAME, ADDRESS, PHONE = Field.CUSTOMER_NAME, Field.ADDRESS, Field.CUSTOMER_PHONE


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=13, seed=7) as running:
        yield running


@pytest.fixture
def start(qtbot: QtBot, server: FaultySandbox, data_dir: Path) -> Iterator[Callable[[], Running]]:
    """Starts the service; again for the next start of the program."""
    running: list[Running] = []

    def begin() -> Running:
        for process in running:
            assert process.stop()
        running.append(Running(qtbot, server, data_dir, policy=IMPATIENT))
        return running[-1]

    yield begin
    server.faults.clear()
    for process in running:
        assert process.stop()


def projects(server: FaultySandbox) -> list[SandboxProject]:
    return sorted(server.state, key=lambda project: project.project_id)


def named(server: FaultySandbox, name: str) -> list[SandboxProject]:
    return [project for project in server.state if project.customer_name == name]


def needs_you(run: Running) -> tuple[Operation, ...]:
    return run.service.reader.operations(OperationGroup.NEEDS_YOU)


def shown(run: Running) -> dict[int, str]:
    """What the table has for customers' names."""
    return {row[0]: row[2] for part in run.service.reader.all_rows() for row in part}


def test_an_added_change_is_known_whatever_is_read_or_restarted_between(
    start: Callable[[], Running], server: FaultySandbox
) -> None:
    """QField #7708: additions did not show as changes; a restart and another change later, a pull destroyed them."""
    run = start()
    run.refreshed()
    first, second, *_ = projects(server)
    server.faults.add(Fault.answer(503), endpoint="create", times=None)
    server.faults.add(Fault.answer(503), endpoint="data", times=None)
    key = run.saved(run.service.run(CreateProject({NAME: "Added"}, server.user_email)))
    run.saved(run.service.run(EditProject(first.project_id, {NAME: "Edited"}, {NAME: first.customer_name})))
    run.refreshed()

    again = start()
    again.saved(again.service.run(EditProject(second.project_id, {NAME: "Later"}, {NAME: second.customer_name})))
    again.refreshed()
    assert again.counts()[0] == 3, "each is counted as a change"
    table = shown(again)
    assert (table[key], table[first.project_id], table[second.project_id]) == ("Added", "Edited", "Later")

    server.faults.clear()
    again.wait_counts(0, 0, 3)
    again.refreshed()
    assert [len(named(server, name)) for name in ("Added", "Edited", "Later")] == [1, 1, 1]


def test_what_is_said_to_be_saved_is_in_the_file_and_can_be_taken_back(
    start: Callable[[], Running], server: FaultySandbox, tmp_path: Path
) -> None:
    """QField #7479: the file of changes was empty though observations had been made, and every button was grey."""
    run = start()
    server.stop()
    project = projects(server)[0]
    run.saved(run.service.run(CreateProject({NAME: "Observed", PHONE: "01223 000000"}, server.user_email)))
    run.saved(run.service.run(EditProject(project.project_id, {ADDRESS: "9 New Street"}, {ADDRESS: project.address})))
    # What a power cut would leave, had it come right now.
    for name in (run.path.name, f"{run.path.name}-wal"):
        shutil.copy(run.path.with_name(name), tmp_path / name)
    store = AccountStore.open(tmp_path / run.path.name)
    kept = [operation.changes for group in OperationGroup for operation in store.reader.operations(group)]
    store.close()
    assert [changes.get(NAME) for changes in kept] == ["Observed", None]
    assert [changes.get(PHONE) for changes in kept] == ["01223 000000", None]
    assert [changes.get(ADDRESS) for changes in kept] == [None, "9 New Street"]

    create, edit = run.service.reader.operations(OperationGroup.WAITING)
    run.saved(run.service.run(Discard((edit.operation_id,))))
    run.wait_counts(1, 0, 1)
    server.start()
    run.service.send_now()
    run.wait_counts(0, 0, 2)
    assert len(named(server, "Observed")) == 1
    assert create.operation_id < edit.operation_id
    theirs = server.state.get(project.project_id)
    assert theirs is not None
    assert theirs.address == project.address


def is_kept(run: Running, key: int) -> None:
    """Reading the list over and over takes nothing away that waits for the user."""
    run.refreshed()
    run.refreshed()
    assert shown(run)[key] == "Nine trees"
    assert run.service.reader.rows_of([key])[key][11] & Mark.NEEDS_YOU
    assert run.counts() == (0, 1, 0)


def test_a_push_that_failed_is_told_and_what_it_carried_does_not_disappear(
    start: Callable[[], Running], server: FaultySandbox
) -> None:
    """QField #4033: the server could not apply a push, nobody was told, and the next synchronising took it away."""
    run = start()
    run.refreshed()
    server.faults.add(Fault.answer(422, '{"message":"The postcode is not known"}'), endpoint="create")
    key = run.saved(run.service.run(CreateProject({NAME: "Nine trees"}, server.user_email)))
    run.wait_counts(0, 1, 0)
    (failed,) = needs_you(run)
    assert run.told["user_needed"] == [((failed.operation_id,),)]
    assert failed.server_words == "The postcode is not known"
    assert failed.remarks

    is_kept(run, key)
    again = start()
    is_kept(again, key)
    again.saved(again.service.run(EditProject(key, {Field.POSTCODE: "CB1 3QD"}, {})))
    again.wait_counts(0, 0, 1)
    (made,) = named(server, "Nine trees")
    assert made.postcode == "CB1 3QD"


def test_each_conflict_is_settled_by_one_decision_and_nothing_is_doubled(
    start: Callable[[], Running], server: FaultySandbox
) -> None:
    """QField #5205: some conflicts could be applied, some not, applied ones failed again, and objects came twice."""
    run = start()
    run.refreshed()
    chosen = projects(server)[:6]
    for project in chosen:
        server.state.edit(project.project_id, customerName=f"Theirs {project.project_id}", address="Theirs Street")
        changes = {NAME: f"Mine {project.project_id}", ADDRESS: "My Street", PHONE: "1"}
        run.service.run(
            EditProject(
                project.project_id,
                changes,
                {NAME: project.customer_name, ADDRESS: project.address, PHONE: project.customer_phone},
            )
        )
    run.wait_counts(0, 6, 6)
    conflicts = {operation.project_key: operation for operation in needs_you(run)}
    assert {conflict.reason for conflict in conflicts.values()} == {"conflict"}
    mine, theirs, mixed = chosen[:2], chosen[2:4], chosen[4:]
    for project in mine:
        run.service.run(Resolve(conflicts[project.project_id].operation_id, frozenset([NAME, ADDRESS]), frozenset()))
    for project in theirs:
        run.service.run(Resolve(conflicts[project.project_id].operation_id, frozenset(), frozenset([NAME, ADDRESS])))
    for project in mixed:
        run.service.run(Resolve(conflicts[project.project_id].operation_id, frozenset([NAME]), frozenset([ADDRESS])))
    run.wait_counts(0, 0, 12)

    now = {
        project.project_id: (project.customer_name, project.address, project.customer_phone) for project in server.state
    }
    for project in mine:
        assert now[project.project_id] == (f"Mine {project.project_id}", "My Street", "1")
    for project in theirs:
        assert now[project.project_id] == (f"Theirs {project.project_id}", "Theirs Street", "1")
    for project in mixed:
        assert now[project.project_id] == (f"Mine {project.project_id}", "Theirs Street", "1")
    assert len(now) == 13
    run.refreshed()
    assert shown(run) == {number: values[0] for number, values in now.items()}


def test_a_change_that_the_server_has_already_holds_up_nothing_after_it(
    start: Callable[[], Running], server: FaultySandbox
) -> None:
    """QFieldCloud #154: what had arrived once was refused as a duplicate, and nothing after it got through."""
    run = start()
    run.refreshed()
    before = len(server.state)
    server.faults.add(Fault.drop_after(), endpoint="create")
    server.faults.add(Fault.answer(409, '{"message":"duplicate"}'), endpoint="create")
    run.saved(run.service.run(CreateProject({NAME: "Arrived once"}, server.user_email)))
    server.log.wait_for(1, "create")
    run.saved(run.service.run(CreateProject({NAME: "Said to be a duplicate"}, server.user_email)))
    run.wait(lambda: needs_you(run))
    for number in range(5):
        run.service.run(CreateProject({NAME: f"After it {number}"}, server.user_email))
    other = projects(server)[0]
    run.service.run(EditProject(other.project_id, {NAME: "Edited after it"}, {NAME: other.customer_name}))
    run.wait_counts(0, 1, 7)
    assert len(named(server, "Arrived once")) == 1
    assert [len(named(server, f"After it {number}")) for number in range(5)] == [1] * 5
    assert len(named(server, "Edited after it")) == 1

    (refused,) = needs_you(run)
    assert refused.server_words == "duplicate"
    run.saved(run.service.run(TryAgain((refused.operation_id,))))
    run.wait_counts(0, 0, 8)
    assert len(server.state) == before + 7
    everything = [f"After it {number}" for number in range(5)] + ["Arrived once", "Said to be a duplicate"]
    assert all(map(partial(is_there_once, server), everything))


def is_there_once(server: FaultySandbox, name: str) -> bool:
    return len(named(server, name)) == 1
