from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTabWidget

from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.views.changes_panel import ChangesPanel
from heatpunk_desktop.views.operation_list import OperationList
from tests.unit.views.fake_service import DISK_FULL
from tests.unit.views.hands import button, question, words_on
from tests.unit.views.window_service import WindowService, make_operation

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)

REFUSED = make_operation(
    1,
    OperationState.NEEDS_YOU,
    words="The server did not take it.",
    server_words="customerEmail must be an <b>email</b> address",
)
DOUBTFUL = make_operation(2, OperationState.UNKNOWN, OperationKind.CREATE, name="The Old\nBakery")
QUEUED = make_operation(3, OperationState.QUEUED)
SENDING = make_operation(4, OperationState.SENDING, OperationKind.SOFT_DELETE)


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.pages = {
        OperationGroup.WAITING: (QUEUED, SENDING),
        OperationGroup.NEEDS_YOU: (REFUSED, DOUBTFUL),
        OperationGroup.DONE: (make_operation(9, OperationState.CONFIRMED, words="Done, project 1353712."),),
    }
    return service


@pytest.fixture
def panel(qtbot: QtBot, service: WindowService) -> ChangesPanel:
    panel = ChangesPanel(service, lambda: TODAY)
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    with qtbot.waitActive(panel):
        panel.show()
    panel.open()
    return panel


def tabs(panel: ChangesPanel) -> list[str]:
    (widget,) = panel.findChildren(QTabWidget)
    return [widget.tabText(index) for index in range(widget.count())]


def go_to(panel: ChangesPanel, index: int) -> None:
    panel.findChildren(QTabWidget)[0].setCurrentIndex(index)


def page(panel: ChangesPanel) -> OperationList:
    return next(one for one in panel.findChildren(OperationList) if one.isVisibleTo(panel))


def entries(panel: ChangesPanel) -> list[str]:
    """The entries of the page at the front, as a screen reader says them."""
    interface = QAccessible.queryAccessibleInterface(page(panel))
    return [interface.child(index).text(QAccessible.Text.Name) for index in range(interface.childCount())]


def test_the_tabs_carry_their_counts(panel: ChangesPanel) -> None:
    assert tabs(panel) == ["Waiting 2", "Needs you 2", "Done 1"]


def test_it_opens_on_what_needs_a_decision(panel: ChangesPanel, service: WindowService) -> None:
    assert page(panel).accessibleName() == "Needs you"
    service.held.pages = {OperationGroup.WAITING: (QUEUED,)}
    panel.open()
    assert page(panel).accessibleName() == "Waiting"
    assert tabs(panel) == ["Waiting 1", "Needs you", "Done"]


def test_each_entry_names_its_project_what_was_done_when_and_how_it_stands(panel: ChangesPanel) -> None:
    assert entries(panel) == [
        (
            "31a High Street · change of Status. today 14:12 · The server did not take it. The server said:"
            " customerEmail must be an <b>email</b> address"
        ),
        "The Old Bakery · new project. today 14:12 · Possibly done: no clear answer came back.",
    ]
    go_to(panel, 0)
    assert entries(panel) == [
        "31a High Street · change of Status. today 14:12 · Waiting to be sent.",
        "31a High Street · move to deleted. today 14:12 · Being sent now.",
    ]


def test_one_that_waits_for_another_says_so(panel: ChangesPanel, service: WindowService) -> None:
    service.held.pages = {OperationGroup.WAITING: (make_operation(3, OperationState.QUEUED, name="", blocked=True),)}
    panel.open()
    assert entries(panel) == [
        "Project 5 · change of Status. today 14:12 · Waits for the change before it, which needs you."
    ]


def test_an_empty_page_says_what_that_means(panel: ChangesPanel, service: WindowService) -> None:
    service.held.pages = {}
    panel.open()
    assert "Nothing needs a decision of yours." in words_on(panel)
    go_to(panel, 0)
    assert "Everything has been sent." in words_on(panel)


def test_a_refused_one_is_tried_again_at_once(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Try again").click()
    assert service.asked == [("try_again", 1)]


def test_a_doubtful_create_is_tried_again_only_after_a_warning(panel: ChangesPanel, service: WindowService) -> None:
    page(panel).setFocus()
    QTest.keyClick(page(panel), Qt.Key.Key_Down)
    button(panel, "Try again").click()
    assert "makes a second project" in words_on(question(panel))
    assert not service.asked
    button(question(panel), "Leave it").click()
    assert not service.asked
    button(panel, "Try again").click()
    button(question(panel), "Send again").click()
    assert service.asked == [("try_again", 2)]


def test_discarding_asks_first(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Discard").click()
    assert "Discard this change?" in words_on(question(panel))
    assert not service.asked
    button(question(panel), "Discard").click()
    assert service.asked == [("discard", 1)]


def test_what_is_under_way_cannot_be_discarded(panel: ChangesPanel) -> None:
    go_to(panel, 0)
    assert button(panel, "Discard").isEnabled()
    page(panel).setCurrentRow(1)
    assert not button(panel, "Discard").isEnabled()


def test_send_now_sends(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Send now").click()
    assert service.asked == [("send_now",)]


def test_it_follows_what_changes_and_keeps_the_choice(panel: ChangesPanel, service: WindowService) -> None:
    page(panel).setCurrentRow(1)
    service.held.pages = {OperationGroup.NEEDS_YOU: (DOUBTFUL,)}
    service.operations_changed.emit(service.held.operation_counts())
    assert tabs(panel) == ["Waiting", "Needs you 1", "Done"]
    assert page(panel).chosen == DOUBTFUL
    service.held.pages = {OperationGroup.NEEDS_YOU: (REFUSED, DOUBTFUL)}
    service.operations_changed.emit(service.held.operation_counts())
    assert page(panel).chosen == DOUBTFUL


def test_a_decision_that_could_not_be_stored_is_told(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Try again").click()
    service.operation_not_saved.emit(1, DISK_FULL)
    assert "The disk is full" in words_on(panel)


def test_a_database_in_trouble_is_told(panel: ChangesPanel, service: WindowService) -> None:
    service.held.trouble = DISK_FULL
    panel.open()
    assert "The disk is full" in words_on(panel)


def test_it_can_be_closed_with_the_keyboard(qtbot: QtBot, panel: ChangesPanel) -> None:
    close = next(one for one in panel.findChildren(QPushButton) if one.accessibleName() == "Close the panel Changes")
    close.setFocus()
    with qtbot.waitSignal(panel.close_wanted):
        QTest.keyClick(close, Qt.Key.Key_Space)


def test_long_words_of_the_server_are_wrapped_and_not_cut(panel: ChangesPanel, service: WindowService) -> None:
    long = make_operation(7, OperationState.NEEDS_YOU, server_words="refused because " * 60)
    service.held.pages = {OperationGroup.NEEDS_YOU: (long, REFUSED)}
    panel.open()
    entry = page(panel)
    tall, short = entry.visualItemRect(entry.item(0)), entry.visualItemRect(entry.item(1))
    assert tall.height() > 4 * entry.fontMetrics().lineSpacing()
    assert tall.height() > short.height()
    assert tall.width() <= entry.viewport().width()
