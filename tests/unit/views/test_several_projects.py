"""What the window says of several selected projects, and of what has reached the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from heatpunk_desktop.domain.deeds import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.services.facts import Connection, Done, Link
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.views.bulk_edit.delete_dialog import DeleteSeveralDialog
from tests.unit.views.hands import button, words_on
from tests.unit.views.one_window import Window
from tests.unit.views.window_service import make_operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.operation import Operation

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


def test_several_projects_are_counted_with_what_can_be_done_with_them(qtbot: QtBot, window: Window) -> None:
    body = window.window._body
    table, inspector = body.table, body.inspector
    qtbot.waitUntil(lambda: table.model().rowCount() == 3)
    assert table.select_key(5)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "2 projects selected" in words_on(inspector))
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "3 projects selected" in words_on(inspector))
    offered = [one for one in inspector.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
    assert [one.text() for one in offered] == ["Change a field of all…", "Move all to deleted…", "Export only these…"]
    window.service.connection_changed.emit(Connection(Link.ONLINE, ""))
    assert not window.service.told("load_project"), "nothing is asked about one of several"
    button(inspector, "Move all to deleted…").click()
    (question,) = window.window.findChildren(DeleteSeveralDialog)
    assert "Move 3 projects to deleted?" in words_on(question)
    question.done(QDialog.DialogCode.Rejected)
    assert table.select_key(4)
    qtbot.waitUntil(lambda: "selected" not in words_on(inspector))


def show(window: Window, waiting: int, *done: Operation) -> None:
    held = window.service.held
    held.pages = {
        OperationGroup.WAITING: tuple(make_operation(100 + n, OperationState.QUEUED) for n in range(waiting)),
        OperationGroup.DONE: done,
    }
    window.service.operations_changed.emit(held.operation_counts())


SAVED = make_operation(1, OperationState.CONFIRMED, name="31a High Street")
MADE = make_operation(2, OperationState.CONFIRMED, OperationKind.CREATE, name="Barn")
GIVEN_UP = make_operation(3, OperationState.DISCARDED, name="Mill")


def test_what_has_reached_the_server_is_said_once_all_of_it_has(window: Window) -> None:
    status = window.window._status
    show(window, 0, SAVED)
    assert "in Heatpunk" not in words_on(status), "what was done long ago is no news"
    show(window, 1, SAVED)
    show(window, 0, MADE, SAVED)
    assert "Created in Heatpunk: Barn" in words_on(status)
    show(window, 2, MADE, SAVED)
    show(window, 1, SAVED, MADE, SAVED)
    assert "2 changes" not in words_on(status)
    show(window, 0, SAVED, SAVED, MADE, SAVED)
    assert "2 changes saved in Heatpunk" in words_on(status)
    show(window, 0, SAVED, SAVED, SAVED, MADE, SAVED)
    assert "Saved in Heatpunk: 31a High Street" in words_on(status), "also where nobody saw it wait"


def test_what_was_given_up_has_not_reached_it(window: Window) -> None:
    show(window, 1)
    show(window, 0, GIVEN_UP)
    assert "in Heatpunk" not in words_on(window.window._status)


def test_the_offer_to_undo_what_was_refused_stays(window: Window) -> None:
    offered = Done(FieldEdit(5, {}, {Field.STATUS: "Sale"}), 5, "14 High Street survey")
    show(window, 2)
    window.window._changes.history.offered.emit(offered)
    show(window, 0, SAVED)
    assert "Changed here: 14 High Street survey" in words_on(window.window._status)
    assert button(window.window._status, "Undo").isVisible()
