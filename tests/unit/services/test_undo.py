from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.domain.project import Mark, PendingChange, ProjectDetail
from heatpunk_desktop.services.undo import Undo
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import Clock
from tests.unit.views.fake_service import DISK_FULL
from tests.unit.views.window_service import LISTED, WindowService, make_operation, make_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

#: After the test's noon, at which the undo began to listen.
SAVED = make_operation(7, OperationState.QUEUED, OperationKind.SOFT_DELETE)


class Saving:
    """A service in which things are saved, and what can be undone of them."""

    def __init__(self) -> None:
        self.service = WindowService()
        self.undo = Undo(self.service, Clock())
        self.offered: list[Operation | None] = []
        self.undo.offered.connect(self.offered.append)

    def store(self, *operations: Operation) -> None:
        self.service.held.pages = {OperationGroup.WAITING: operations}
        pending = tuple(PendingChange(one.operation_id, "", one.created_at, "", Mark.WAITING) for one in operations)
        self.service.held.details = {5: ProjectDetail(make_row(5), LISTED, LISTED, pending=pending)}
        self.service.operations_changed.emit(self.service.held.operation_counts())

    def save(self, *operations: Operation, request: int = 99) -> None:
        self.store(*operations)
        self.service.operation_saved.emit(request, 5)

    def rest(self, qtbot: QtBot) -> None:
        """Waits until what was saved last was looked at."""
        (timer,) = self.undo.findChildren(QTimer)
        assert timer.isActive()
        qtbot.waitUntil(lambda: not timer.isActive())


@pytest.fixture
def saving(qtbot: QtBot) -> Saving:
    del qtbot
    return Saving()


def test_what_waits_can_be_taken_back(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    saving.undo.undo()
    assert saving.service.asked == [("discard", 7)]
    assert saving.offered == [SAVED, None]
    with qtbot.waitSignal(saving.undo.undone):
        saving.save(SAVED._replace(state=OperationState.DISCARDED), request=1)
    saving.undo.undo()
    assert len(saving.service.asked) == 1


def test_it_is_offered_no_longer_once_it_is_being_sent(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    saving.store(SAVED._replace(state=OperationState.SENDING))
    assert saving.offered == [SAVED, None]
    saving.undo.undo()
    assert not saving.service.asked


def test_it_is_offered_again_after_a_try_that_sent_nothing(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    saving.store(SAVED._replace(state=OperationState.SENDING))
    back = SAVED._replace(words="Not sent yet: no connection.")
    saving.store(back)
    assert saving.offered == [SAVED, None, back]
    # That something is said of it is no news.
    saving.store(back._replace(words="Not sent yet: still no connection."))
    assert len(saving.offered) == 3
    saving.store(back._replace(state=OperationState.UNKNOWN))
    saving.store(back)
    assert saving.offered == [SAVED, None, back, None]


def test_what_is_sent_at_once_is_not_offered(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED._replace(state=OperationState.CONFIRMED))
    saving.save(SAVED._replace(operation_id=8))
    qtbot.waitUntil(lambda: bool(saving.offered))
    assert [one and one.operation_id for one in saving.offered] == [8]


def test_undoing_that_comes_too_late_is_told(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    saving.undo.undo()
    with qtbot.waitSignal(saving.undo.came_too_late):
        saving.save(SAVED._replace(state=OperationState.CONFIRMED), request=1)


def test_undoing_that_cannot_be_stored_is_told(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    saving.undo.undo()
    with qtbot.waitSignal(saving.undo.not_stored) as told:
        saving.service.operation_not_saved.emit(1, DISK_FULL)
    assert told.args == [DISK_FULL]


def test_an_edit_that_went_into_what_waited_already_is_not_offered(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    qtbot.waitUntil(lambda: saving.offered == [SAVED])
    # The same operation, saved again: taking it back would take both back.
    saving.save(SAVED)
    saving.rest(qtbot)
    saving.save(SAVED, SAVED._replace(operation_id=8))
    qtbot.waitUntil(lambda: len(saving.offered) > 2)
    assert [one and one.operation_id for one in saving.offered] == [7, None, 8]


def test_an_edit_of_what_waits_since_an_earlier_start_is_not_offered(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED._replace(created_at="2026-11-23T16:00:00.000Z"))
    saving.rest(qtbot)
    assert not saving.offered


def test_a_database_in_trouble_offers_nothing(qtbot: QtBot, saving: Saving) -> None:
    saving.save(SAVED)
    saving.service.held.trouble = DISK_FULL
    saving.rest(qtbot)
    assert not saving.offered
