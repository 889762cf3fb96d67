"""Many changes at once through the real worker: stored, reported, withdrawn, undone and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import (
    Choice,
    ColumnMapping,
    MaybeTheSame,
    NotTheSame,
    RemovedView,
    StoredView,
    ViewOrder,
)
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.domain.undo import Undoable
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.services.sync.commands import (
    CreateProject,
    DeleteProject,
    KeepChoice,
    RedoChanges,
    StageChanges,
    UndoChanges,
    WithdrawBatch,
)
from heatpunk_desktop.store.choices import read_not_duplicates, read_saved_views, recall_columns
from heatpunk_desktop.store.database import open_reader
from tests.fakes import FakeClient, unsent

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.sandbox import SandboxServer
    from tests.unit.services.conftest import Running

NAME, STATUS, TITLE = Field.CUSTOMER_NAME, Field.STATUS, Field.PROJECT_NAME


def offline() -> FakeClient:
    return FakeClient(lambda _request: unsent())


def name(server: SandboxServer, key: int) -> str:
    project = server.state.get(key)
    assert project is not None
    return project.project_name


def rests(run: Running, number: int) -> None:
    """Wait until a try has sent nothing, so that it waits for the next one."""

    def is_put_off() -> bool:
        operation = run.service.reader.operation(number)
        return operation is not None and operation.state is OperationState.QUEUED and bool(operation.remarks)

    run.wait(is_put_off)


def settled(run: Running) -> None:
    run.wait(lambda: run.service.reader.operation_counts().unsettled == 0)


def test_what_is_staged_is_sent_undone_by_changes_back_and_redone(run: Running, server: SandboxServer) -> None:
    run.refreshed()
    keys = [project.project_id for project in server.state][:3]
    before = {key: name(server, key) for key in keys}
    changes = [FieldEdit(key, {TITLE: before[key]}, {TITLE: "Barn"}) for key in keys]
    command = StageChanges((*changes, NewProject({NAME: "Ann"})), "Name of 3 projects")
    assert command.change == ChangeBatch("Name of 3 projects", 4)
    staged = run.result(run.service.run(command))
    settled(run)
    assert {name(server, key) for key in keys} == {"Barn"}
    (made,) = [project for project in server.state if project.customer_name == "Ann"]
    undone = run.result(run.service.run(UndoChanges(Undoable(batches=(staged.batch,)), "Undo")))
    assert len(undone.reversed) == 4
    settled(run)
    assert {key: name(server, key) for key in keys} == before
    there = server.state.get(made.project_id)
    assert there is not None
    assert there.deleted
    run.result(run.service.run(RedoChanges(undone, "Redo")))
    settled(run)
    assert {name(server, key) for key in keys} == {"Barn"}


def test_what_waits_is_shown_and_taken_back(qtbot: QtBot, start: Callable[..., Running], server: SandboxServer) -> None:
    start().refreshed()
    run = start(offline)
    key = next(iter(server.state)).project_id
    changes = (FieldEdit(key, {}, {STATUS: "Completed"}), NewProject({NAME: "Ann"}))
    with qtbot.waitSignal(run.service.run(StageChanges(changes, "Two")).succeeded) as told:
        pass  # what was told before is looked at, and nothing later
    (staged,) = told.args
    new = staged.keys[1]
    changed = run.told["rows_changed"][-1][0]
    assert {row[0]: row[4] for row in changed.rows} == {key: "Completed", new: ""}
    assert changed.keys == (key, new)
    run.wait_counts(2, 0, 0)
    rests(run, -new)
    assert run.result(run.service.run(WithdrawBatch(staged.batch))) == (staged.batch, 2, (), (key, new))
    run.wait_counts(0, 0, 2)
    assert run.told["rows_changed"][-1][0].gone == (new,)


def test_a_project_that_is_stored_again_is_told_under_its_new_key(start: Callable[..., Running]) -> None:
    run = start(offline)
    key = run.saved(run.service.run(CreateProject({NAME: "Ann"}, "sam@acme-heat.test")))
    rests(run, -key)
    run.saved(run.service.run(DeleteProject(key)))
    run.result(run.service.run(UndoChanges(Undoable(deleted=key), "Undo")))
    assert run.replaced() == {key: -2}
    detail = run.service.reader.detail(-2)
    assert detail is not None
    assert (detail.row.customer, detail.owner_email) == ("Ann", "sam@acme-heat.test")


def test_what_cannot_be_stored_is_told_and_nothing_is(start: Callable[..., Running]) -> None:
    run = start(offline)
    error = run.error(run.service.run(StageChanges((NewProject({NAME: "Ann"}), MoveToDeleted(-99)), "Two")))
    assert isinstance(error, BadInputError)
    assert run.service.reader.operation_counts().unsettled == 0


def test_choices_are_kept(run: Running) -> None:
    def keep(choice: Choice) -> int:
        return run.result(run.service.run(KeepChoice(choice)))

    first, second = keep(StoredView(0, "Mine", "{}")), keep(StoredView(0, "Board", "{}"))
    assert keep(ViewOrder((second, first))) == 0
    keep(NotTheSame(((7, 3),)))
    keep(NotTheSame(((1, 2),)))
    keep(MaybeTheSame(((2, 1),)))
    keep(ColumnMapping(("Tel",), '["customer_phone"]'))
    reader = open_reader(run.path)
    assert [view.name for view in read_saved_views(reader)] == ["Board", "Mine"]
    assert read_not_duplicates(reader) == {(3, 7)}
    assert recall_columns(reader, ["tel"]) == ["customer_phone"]
    keep(RemovedView(first))
    assert [view.name for view in read_saved_views(reader)] == ["Board"]
    reader.close()
