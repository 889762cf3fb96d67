from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.gui.notifications.desktop_notifications import Notifier, SystemNotice, make_notifier
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.store.reader import OperationGroup
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.window_service import WindowService, make_operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Board(QObject):
    """Where notes can be read; one at a time."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.note: tuple[str, str] | None = None

    def show(self, title: str, words: str) -> None:
        self.note = title, words

    def withdraw(self) -> None:
        self.note = None


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.pages = {
        OperationGroup.NEEDS_YOU: tuple(
            make_operation(number, OperationState.NEEDS_YOU, name="14 High\nStreet " + "survey " * number * 4)
            for number in (1, 2)
        )
    }
    return service


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def window(qtbot: QtBot, service: WindowService, board: Board) -> QWidget:
    """A window that is not in front."""
    window = QWidget()
    qtbot.addWidget(window)
    SystemNotice(service, window, _on(board))
    qtbot.waitUntil(lambda: QApplication.activeWindow() is None)
    return window


def _on(board: Board | None) -> Callable[[QObject], Notifier | None]:
    return lambda _parent: board


def test_it_names_the_project_and_nothing_else(service: WindowService, board: Board, window: QWidget) -> None:
    del window
    service.changed.emit(Changed(needs_user=(1,)))
    assert board.note == ("A change needs a decision of yours", "14 High Street survey survey survey survey")


def test_a_long_name_is_cut(service: WindowService, board: Board, window: QWidget) -> None:
    del window
    service.changed.emit(Changed(needs_user=(2,)))
    assert board.note is not None
    assert len(board.note[1]) == 60
    assert board.note[1].endswith("…")


def test_several_are_told_in_one_note(service: WindowService, board: Board, window: QWidget) -> None:
    del window
    service.changed.emit(Changed(needs_user=(1,)))
    service.changed.emit(Changed(needs_user=(2, 1)))
    assert board.note == ("2 changes need a decision of yours", "They are in Changes, under Needs you.")


def test_nothing_is_said_while_the_window_is_in_front(
    qtbot: QtBot, service: WindowService, board: Board, window: QWidget
) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    service.changed.emit(Changed(needs_user=(1,)))
    assert board.note is None


def test_the_note_goes_once_the_window_is_in_front(
    qtbot: QtBot, service: WindowService, board: Board, window: QWidget
) -> None:
    service.changed.emit(Changed(needs_user=(1,)))
    assert board.note is not None
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: board.note is None)


def test_a_click_brings_the_window_back(qtbot: QtBot, service: WindowService, board: Board, window: QWidget) -> None:
    service.changed.emit(Changed(needs_user=(1,)))
    (notice,) = window.findChildren(SystemNotice)
    with qtbot.waitSignal(notice.clicked):
        board.clicked.emit()


def test_a_database_in_trouble_leaves_the_name_out(service: WindowService, board: Board, window: QWidget) -> None:
    del window
    service.held.trouble = DISK_FULL
    service.changed.emit(Changed(needs_user=(1,)))
    assert board.note == ("A change needs a decision of yours", "")


def test_where_nobody_could_see_it_nothing_is_shown(qtbot: QtBot, service: WindowService) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    # The tests' own platform has no desktop.
    assert make_notifier(parent) is None
    SystemNotice(service, parent)
    service.changed.emit(Changed(needs_user=(1,)))


def test_what_is_not_sent_as_the_window_closes_is_said(qtbot: QtBot, service: WindowService, board: Board) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notice = SystemNotice(service, window, _on(board))
    titles: list[str] = []
    for number in (0, 1, 1_200):
        notice.tell_unsent(number)
        titles.append(board.note[0] if board.note is not None else "")
    assert titles == [
        "",
        "1 change will be sent when you next open Heatpunk Desktop",
        "1,200 changes will be sent when you next open Heatpunk Desktop",
    ]
    SystemNotice(service, window, _on(None)).tell_unsent(3)  # nobody could see it, and nothing stands in the way
