"""A command is stored as a whole or not at all, and its reply reaches those that are still there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
import shiboken6
from PySide6.QtCore import QObject, Slot

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import BadInputError, KnownError
from heatpunk_desktop.services.sync.commands import CreateProject, DropDraft
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.fakes import FakeClient, unsent
from tests.unit.gui.fake_service import DISK_FULL, FakeService

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.services.sync.commands import Work
    from heatpunk_desktop.services.sync.reply import Reply
    from tests.unit.services.conftest import Running

NEW = CreateProject({Field.CUSTOMER_NAME: "Ann"}, "sam@acme-heat.test")


class Dialog(QObject):
    """A caller, with the results that it got."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    @Slot(object)
    def on_told(self, result: object) -> None:
        self.told.append(result)


@pytest.fixture
def service(qtbot: QtBot) -> FakeService:
    del qtbot
    return FakeService()


def test_a_reply_is_told_once_and_goes(qtbot: QtBot, service: FakeService) -> None:
    dialog = Dialog()
    reply = service.run(NEW).then(dialog.on_told, dialog.on_told)
    with qtbot.waitSignal(reply.destroyed):
        service.save(1, -3)
        service.save(1, -4)
    assert dialog.told == [-3]
    assert reply.is_answered
    reply.leave(dialog)  # does nothing any more


def test_a_reply_that_fails_says_why(service: FakeService) -> None:
    dialog = Dialog()
    service.ask(LoadProject(5)).failed.connect(dialog.on_told)
    service.refuse(1, DISK_FULL)
    assert dialog.told == [DISK_FULL]


def test_a_dialog_that_is_gone_or_has_left_is_told_nothing(service: FakeService) -> None:
    gone, left, there = Dialog(), Dialog(), Dialog()
    reply = service.run(NEW)
    for dialog in (gone, left, there):
        reply.then(dialog.on_told)
    shiboken6.delete(gone)
    reply.leave(left)
    service.save(1, -3)
    assert (gone.told, left.told, there.told) == ([], [], [-3])


def test_whoever_is_told_of_a_command_hears_of_its_end_before_who_gave_it(service: FakeService) -> None:
    heard: list[str] = []
    service.command_given.connect(lambda _command, reply: reply.succeeded.connect(lambda _: heard.append("history")))
    service.run(NEW).succeeded.connect(lambda _: heard.append("form"))
    service.save(1, -3)
    assert heard == ["history", "form"]


class HalfDone(NamedTuple):
    """Stores something, and then finds that it cannot be done."""

    error: BaseException

    def apply(self, work: Work, /) -> int:
        NEW.apply(work)
        raise self.error


@pytest.mark.parametrize("error", [BadInputError("No", "It cannot be done."), ZeroDivisionError()])
def test_a_command_that_fails_halfway_stores_nothing(
    qtbot: QtBot, start: Callable[..., Running], error: Exception
) -> None:
    run = start(lambda: FakeClient(lambda _request: unsent()))
    with qtbot.captureExceptions() as caught:
        found = run.error(run.service.run(HalfDone(error)))
        run.wait(lambda: caught or isinstance(error, KnownError))  # it is told before it is raised
    assert (found is error) is isinstance(error, KnownError)
    assert [kind for kind, *_ in caught] == ([] if isinstance(error, KnownError) else [ZeroDivisionError])
    assert run.service.reader.operation_counts().unsettled == 0
    key = run.saved(run.service.run(NEW))
    assert key == -1


def test_replies_come_in_the_order_of_the_commands(start: Callable[..., Running]) -> None:
    run = start(lambda: FakeClient(lambda _request: unsent()))
    replies: list[Reply[int] | Reply[None]] = [
        run.service.run(DropDraft(f"d{number}")) if number % 3 else run.service.run(NEW) for number in range(20)
    ]
    run.wait(lambda: len(run.results) == len(replies))
    assert list(run.results) == replies


def test_once_the_service_has_stopped_nobody_is_told_anything(start: Callable[..., Running], qtbot: QtBot) -> None:
    run = start(lambda: FakeClient(lambda _request: unsent()))
    dialog = Dialog()
    run.service.run(NEW).then(dialog.on_told, dialog.on_told)
    assert run.stop()
    qtbot.wait(0)
    run.service.run(NEW).then(dialog.on_told, dialog.on_told)
    qtbot.wait(0)
    assert dialog.told == []
