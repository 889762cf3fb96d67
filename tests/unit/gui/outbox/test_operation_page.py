"""What was done together, an import say, is withdrawn from the panel `Changes`, also after a restart."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from heatpunk_desktop.domain.changes import BatchWithdrawal
from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.outbox.operation_page import BatchButton
from heatpunk_desktop.services.sync.commands import WithdrawBatch
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.store.batches import BatchWaiting
from heatpunk_desktop.store.reader import OperationGroup
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, question, words_on
from tests.unit.gui.window_service import WindowService, make_operation

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ALONE = make_operation(3, OperationState.QUEUED, attempts=0)
IMPORTED: tuple[Operation, ...] = tuple(
    make_operation(number, OperationState.QUEUED, attempts=0)._replace(batch=7) for number in (7, 8)
)


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.pages = {OperationGroup.WAITING: (ALONE, *IMPORTED)}
    service.held.batches = {7: BatchWaiting(7, "Import Smith & Sons.csv", 1_204)}
    return service


@pytest.fixture
def panel(qtbot: QtBot, service: WindowService) -> ChangesPanel:
    panel = ChangesPanel(service, lambda: date(2026, 11, 24))
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    with qtbot.waitActive(panel):
        panel.show()
    panel.open()
    return panel


def choose(panel: ChangesPanel, row: int) -> None:
    page = next(
        operation_list for operation_list in panel.findChildren(OperationList) if operation_list.isVisibleTo(panel)
    )
    page.setCurrentRow(row)


def offered(panel: ChangesPanel) -> list[str]:
    return [
        batch_button.accessibleName()
        for batch_button in panel.findChildren(BatchButton)
        if batch_button.isVisibleTo(panel)
    ]


def test_it_is_offered_for_a_change_that_was_done_with_others(panel: ChangesPanel, service: WindowService) -> None:
    assert offered(panel) == []
    choose(panel, 1)
    assert offered(panel) == ["Take back all 1,204 of “Import Smith & Sons.csv”"]
    assert button(panel, "Take back all 1,204 of “Import Smith && Sons.csv”").isEnabled()
    choose(panel, 0)
    assert offered(panel) == []
    service.held.batches = {7: BatchWaiting(7, "Import Smith & Sons.csv", 1)}
    choose(panel, 2)
    assert offered(panel) == [], "where nothing more can be taken back, Discard does it"


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        (BatchWaiting(7, "", 3), "Take back all 3 done together"),
        (BatchWaiting(7, "Import leads.csv", None), "Take back all that waits of “Import leads.csv”"),
        (BatchWaiting(7, "", None), "Take back all done with it"),
        (BatchWaiting(7, "a" * 60, 3), f"Take back all 3 of “{'a' * 39}…”"),
    ],
)
def test_it_says_what_it_takes_back(
    panel: ChangesPanel, service: WindowService, waiting: BatchWaiting, words: str
) -> None:
    service.held.batches = {7: waiting}
    choose(panel, 1)
    assert offered(panel) == [words]


def test_it_follows_how_much_of_it_waits(panel: ChangesPanel, service: WindowService) -> None:
    choose(panel, 2)
    service.held.batches = {7: BatchWaiting(7, "Import leads.csv", 903)}
    service.held.pages = {OperationGroup.WAITING: (ALONE, IMPORTED[1])}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert offered(panel) == ["Take back all 903 of “Import leads.csv”"]


def test_it_is_done_by_the_keyboard_after_a_question(qtbot: QtBot, panel: ChangesPanel, service: WindowService) -> None:
    choose(panel, 1)
    page = next(
        operation_list for operation_list in panel.findChildren(OperationList) if operation_list.isVisibleTo(panel)
    )
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert isinstance(focused, BatchButton)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert "Take back “Import Smith & Sons.csv”?" in words_on(question(panel))
    assert "What was sent stays on the server." in words_on(question(panel))
    button(question(panel), "Leave it").click()
    assert not service.asked
    QTest.keyClick(focused, Qt.Key.Key_Return)
    button(question(panel), "Take back").click()
    assert service.asked == [WithdrawBatch(7)]
    taken = BatchWithdrawal(7, 1_204, (), ())
    with qtbot.waitSignal(panel.batch_withdrawn) as told:
        service.answer(1, taken)
    assert told.args == [taken]


def test_it_takes_back_what_was_asked_about_whatever_is_chosen_by_then(
    panel: ChangesPanel, service: WindowService
) -> None:
    choose(panel, 1)
    next(push_button for push_button in panel.findChildren(QPushButton) if isinstance(push_button, BatchButton)).click()
    choose(panel, 0)
    button(question(panel), "Take back").click()
    assert service.asked == [WithdrawBatch(7)]


def test_that_the_disk_refuses_is_told(panel: ChangesPanel, service: WindowService) -> None:
    choose(panel, 1)
    panel.findChildren(BatchButton)[0].click()
    button(question(panel), "Take back").click()
    service.refuse(1, DISK_FULL)
    assert "The disk is full" in words_on(panel)
