"""What the user did is undone and redone in turn, through the real worker: before it is sent, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import Change, ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationCounts, OperationState
from heatpunk_desktop.domain.remarks import RemarkCode
from heatpunk_desktop.domain.undo import Undoable, UndoObstacle
from heatpunk_desktop.services.sync.commands import (
    CreateProject,
    DeleteProject,
    EditProject,
    StageChanges,
    WithdrawBatch,
)
from heatpunk_desktop.services.sync.facts import Changed, Done, RedoReport, UndoReport
from heatpunk_desktop.services.sync.instructions import DeletePermanently
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from tests.fakes import FakeClient, unsent
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.window_service import WindowService

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.sandbox import SandboxServer
    from tests.unit.services.conftest import Running

NAME = Field.PROJECT_NAME


def offline() -> FakeClient:
    return FakeClient(lambda _request: unsent())


class User:
    """Does things to a service, and undoes them."""

    def __init__(self, qtbot: QtBot, run: Running) -> None:
        self.qtbot, self.run, self.service = qtbot, run, run.service
        self.history = UndoHistory(run.service)
        self.offers: list[Done | None] = []
        self.history.offered.connect(self.offers.append)

    def create(self, name: str) -> int:
        return self.run.saved(self.service.run(CreateProject({NAME: name}, self.run.account.email)))

    def edit(self, key: int, old: str, new: str) -> None:
        self.run.saved(self.service.run(EditProject(key, {NAME: new}, {NAME: old})))

    def delete(self, key: int) -> None:
        self.run.saved(self.service.run(DeleteProject(key)))

    def stage(self, key: int, old: str, new: str) -> None:
        changes = (FieldEdit(key, {NAME: old}, {NAME: new}), NewProject({NAME: "Fay"}))
        self.run.result(self.service.run(StageChanges(changes, "Two at once")))

    def rest(self) -> None:
        """Wait until nothing is being tried, so that all that waits has not been sent."""

        def rests() -> bool:
            counts = self.service.reader.counts_by_state()
            return not counts.get("sending") and (not counts.get("queued") or RemarkCode.NOT_SENT in self.codes())

        self.run.wait(rests)

    def codes(self) -> set[RemarkCode]:
        operations = (self.service.reader.operation(number) for number in range(1, 20))
        return {
            remark.code
            for operation in operations
            if operation is not None and operation.state is OperationState.QUEUED
            for remark in operation.remarks
        }

    def undo(self) -> UndoReport:
        with self.qtbot.waitSignal(self.history.undone) as undone:
            self.history.undo()
        return undone.args[0]  # type: ignore[no-any-return]

    def redo(self) -> RedoReport:
        with self.qtbot.waitSignal(self.history.redone) as redone:
            self.history.redo()
        return redone.args[0]  # type: ignore[no-any-return]

    def top(self) -> tuple[str, str]:
        """The names of what would be undone and redone."""
        undo, redo = self.history.to_undo, self.history.to_redo
        return undo.name if undo else "", redo.name if redo else ""

    def names(self) -> list[str]:
        rows = (row for rows in self.service.reader.all_rows() for row in rows)
        return sorted(row[1] for row in rows if row[0] < 0)

    def name(self, key: int) -> str:
        return str(self.service.reader.rows_of([key])[key][1])

    def settled(self) -> None:
        self.run.wait(lambda: self.service.reader.operation_counts().unsettled == 0)


@pytest.fixture
def user(qtbot: QtBot, start: Callable[..., Running]) -> User:
    """The user without a connection."""
    return User(qtbot, start(offline))


def online(qtbot: QtBot, run: Running) -> User:
    run.refreshed()
    return User(qtbot, run)


def test_all_that_waits_is_undone_and_redone_in_turn(user: User) -> None:
    history = user.history
    assert user.top() == ("", "")
    key = user.create("Barn")
    user.rest()
    user.edit(key, "Barn", "Mill")
    user.rest()
    user.stage(key, "Mill", "Loft")
    user.rest()
    assert history.to_undo is not None
    assert isinstance(history.to_undo.change, ChangeBatch)
    assert history.undo_withdraws
    user.undo()
    assert user.names() == ["Mill"]
    user.undo()
    assert user.names() == ["Barn"]
    assert history.to_undo == Done(NewProject({NAME: "Barn"}, user.run.account.email), key, "Barn")
    user.undo()
    assert user.names() == []
    assert user.top() == ("", "Barn")
    user.redo()
    assert user.names() == ["Barn"]
    user.redo()
    assert user.names() == ["Mill"]
    user.redo()
    assert user.names() == ["Fay", "Loft"]
    assert user.top() == ("Two at once", "")
    user.undo()
    user.rest()
    user.create("Yard")
    assert user.top() == ("Yard", ""), "something else was done since"


def test_what_was_sent_is_changed_back_and_the_server_has_it(qtbot: QtBot, run: Running, server: SandboxServer) -> None:
    user = online(qtbot, run)
    project = next(iter(server.state))
    key, before = project.project_id, project.project_name
    user.edit(key, before, "Mill")
    user.settled()
    run.wait(lambda: not user.history.undo_withdraws)
    report = user.undo()
    assert len(report.undone.reversed) == 1
    assert user.name(key) == before
    user.settled()
    there = server.state.get(key)
    assert there is not None
    assert there.project_name == before
    user.redo()
    user.settled()
    there = server.state.get(key)
    assert there is not None
    assert there.project_name == "Mill"


def test_a_colleagues_change_since_is_not_written_over_by_undoing(
    qtbot: QtBot, run: Running, server: SandboxServer
) -> None:
    user = online(qtbot, run)
    project = next(iter(server.state))
    user.edit(project.project_id, project.project_name, "Mill")
    user.settled()
    server.state.edit(project.project_id, project_name="A colleague’s")
    user.undo()
    run.wait(lambda: run.service.reader.operation_counts().needs_you == 1)
    there = server.state.get(project.project_id)
    assert there is not None
    assert there.project_name == "A colleague’s"


def test_moving_to_deleted_that_was_sent_has_no_way_back_and_says_so(
    qtbot: QtBot, run: Running, server: SandboxServer
) -> None:
    user = online(qtbot, run)
    key = next(iter(server.state)).project_id
    user.delete(key)
    user.settled()
    report = user.undo()
    assert [operation.why for operation in report.undone.left] == [UndoObstacle.DELETED]
    assert isinstance(report.done.change, MoveToDeleted)
    assert user.top() == ("", "")


def test_what_could_not_be_done_again_is_not_offered_to_be_undone(qtbot: QtBot, run: Running) -> None:
    user = online(qtbot, run)
    user.create("Ada")
    user.settled()
    user.undo()
    user.settled()
    assert user.redo().redone.did_nothing
    assert user.top() == ("", "")


def test_changes_of_a_project_deleted_for_good_are_told_to_be_gone(
    qtbot: QtBot, run: Running, server: SandboxServer
) -> None:
    user = online(qtbot, run)
    project = next(iter(server.state))
    user.edit(project.project_id, project.project_name, "Mill")
    user.settled()
    run.result(run.service.ask(DeletePermanently(project.project_id)))
    report = user.undo()
    assert [operation.why for operation in report.undone.left] == [UndoObstacle.GONE]
    assert run.service.reader.operation_counts().unsettled == 0
    assert user.history.to_undo is None


def test_a_project_that_got_its_number_meanwhile_is_known_by_it(
    qtbot: QtBot, run: Running, server: SandboxServer
) -> None:
    user = User(qtbot, run)
    key = user.create("Barn")
    user.settled()
    run.wait(run.replaced)
    assert user.history.to_undo is not None
    number = user.history.to_undo.key
    assert number > 0 > key
    user.undo()
    user.settled()
    there = server.state.get(number)
    assert there is not None
    assert there.deleted


def test_what_was_saved_last_is_offered_while_it_waits(user: User) -> None:
    user.create("Barn")
    user.run.wait(lambda: user.offers)
    assert user.offers[0] is not None
    assert user.offers[0].name == "Barn"
    user.rest()
    user.undo()
    assert user.offers[-1] is None


def test_what_was_done_again_is_offered_as_after_any_change(user: User) -> None:
    user.create("Barn")
    user.run.wait(lambda: user.offers)
    user.rest()
    user.undo()
    assert user.offers[-1] is None
    user.redo()
    user.qtbot.waitUntil(lambda: user.offers[-1] is not None)
    assert user.offers[-1] == user.history.to_undo


def test_what_was_sent_is_still_offered_to_be_changed_back(qtbot: QtBot, run: Running) -> None:
    user = online(qtbot, run)
    user.create("Barn")
    user.settled()
    run.wait(lambda: not user.history.undo_withdraws)
    run.wait(lambda: user.offers)
    assert user.offers[-1] is not None
    assert user.offers[-1].name == "Barn"
    assert user.undo().undone.reversed


def test_a_move_to_deleted_that_was_sent_is_offered_no_more(qtbot: QtBot, run: Running, server: SandboxServer) -> None:
    user = online(qtbot, run)
    user.service.run(DeleteProject(next(iter(server.state)).project_id))
    user.settled()
    run.wait(lambda: not user.history.undo_withdraws)
    user.service.changed.emit(Changed(counts=user.service.reader.operation_counts()))
    assert user.offers[-1:] in ([], [None])


def test_a_batch_is_as_large_as_what_it_changes(user: User) -> None:
    changes: list[Change] = [NewProject({NAME: "Barn"}), FieldEdit(5, {}, {})]
    user.run.result(user.service.run(StageChanges(tuple(changes), "Two changes")))
    assert user.history.to_undo is not None
    assert user.history.to_undo.change == ChangeBatch("Two changes", 1)
    user.rest()


def test_one_thing_is_undone_at_a_time(user: User) -> None:
    user.create("Barn")
    user.rest()
    user.create("Mill")
    user.rest()
    with user.qtbot.waitSignal(user.history.undone):
        user.history.undo()
        user.history.undo()
        user.history.redo()
    assert user.names() == ["Barn"]


def test_what_is_saved_during_an_undo_stays_and_ends_the_redo(user: User) -> None:
    user.create("Barn")
    user.rest()
    reply = user.service.run(CreateProject({NAME: "Mill"}, user.run.account.email))
    with user.qtbot.waitSignals([user.history.undone, reply.succeeded]):
        user.history.undo()
    assert user.names() == ["Mill"]
    user.rest()
    assert user.undo().done.name == "Mill"
    assert user.names() == []
    assert user.history.to_undo is None, "the first was undone before"


def test_a_change_that_is_not_stored_is_not_undone(user: User) -> None:
    user.run.error(user.service.run(StageChanges((MoveToDeleted(-99),), "None")))
    user.run.error(user.service.run(DeleteProject(-99)))
    assert user.history.to_undo is None


def test_undoing_that_the_disk_refuses_can_be_tried_again(qtbot: QtBot) -> None:
    service = WindowService()
    history = UndoHistory(service)
    service.run(CreateProject({NAME: "Barn"}, ""))
    service.save(1, -7)
    history.undo()
    with qtbot.waitSignal(history.not_stored) as told:
        service.refuse(len(service.asked), DISK_FULL)
    assert told.args == [DISK_FULL]
    assert history.to_undo is not None
    history.undo()
    assert len(service.asked) == 3


def test_what_was_taken_back_by_its_batch_is_not_undone_once_more(user: User) -> None:
    key = user.create("Barn")
    user.rest()
    user.stage(key, "Barn", "Loft")
    user.run.wait(lambda: user.offers and user.offers[-1] and user.offers[-1].name == "Two at once")
    (standing,) = user.service.reader.batches()
    user.run.result(user.service.run(WithdrawBatch(standing.batch)))
    assert user.names() == ["Barn"]
    assert user.offers[-1] is None
    assert user.top() == ("Barn", "")
    user.undo()
    assert user.names() == []


def test_changes_back_that_wait_say_what_they_undo(qtbot: QtBot, run: Running, server: SandboxServer) -> None:
    user = online(qtbot, run)
    project = next(iter(server.state))
    user.edit(project.project_id, project.project_name, "Mill")
    user.settled()
    report = user.undo()
    assert run.service.reader.batch_waiting(report.undone.batch).label == f"Undo of {project.project_name}"


def test_how_it_stands_is_read_once_for_each_change(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    service = WindowService()
    history = UndoHistory(service)
    read: list[Undoable] = []

    def is_unsent(undoable: Undoable, _moved: Mapping[int, int]) -> bool:
        read.append(undoable)
        return len(read) == 1

    monkeypatch.setattr(service.held, "is_unsent", is_unsent)
    service.run(CreateProject({NAME: "Barn"}, ""))
    with qtbot.waitSignal(history.offered):
        service.save(1, -7)
    assert read == [Undoable(operations=(7,))]
    with qtbot.assertNotEmitted(history.offered):
        service.changed.emit(Changed(counts=OperationCounts(done=1)))
    assert not history.undo_withdraws
    assert len(read) == 2
