from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTabWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.text.operation_words import change_words, needed_words, state_words
from heatpunk_desktop.gui.text.project_words import project_words
from heatpunk_desktop.gui.widgets.theme import MIN_EDGE_CONTRAST, contrast
from heatpunk_desktop.services.sync.commands import Discard, TryAgain
from heatpunk_desktop.services.sync.facts import Changed, Sending
from heatpunk_desktop.services.sync.instructions import SendNow
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import said
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, question, words_on
from tests.unit.gui.window_service import WindowService, make_operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)

REFUSED = make_operation(
    1,
    OperationState.NEEDS_YOU,
    server_words="customerEmail must be an <b>email</b> address",
)
IN_DOUBT = make_operation(
    2,
    OperationState.UNKNOWN,
    OperationKind.CREATE,
    name="The Old\nBakery",
    words="Possibly done: the connection broke off. Being found out until about 14:36.",
    attempted_at="2026-11-24T14:30:00.000Z",
    changes={Field.CUSTOMER_NAME: "Rhys Pritchard", Field.POSTCODE: "CF10 1EP", Field.ADDRESS: ""},
)
QUEUED = make_operation(3, OperationState.QUEUED, attempts=0)
SENDING = make_operation(4, OperationState.SENDING, OperationKind.SOFT_DELETE)
UNCLEAR = make_operation(5, OperationState.NEEDS_YOU, OperationKind.CREATE, name="Barn", reason=Reason.UNCLEAR)


@pytest.fixture
def service() -> WindowService:
    service = WindowService()
    service.held.pages = {
        OperationGroup.WAITING: (QUEUED, SENDING, IN_DOUBT),
        OperationGroup.NEEDS_YOU: (REFUSED, UNCLEAR),
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
    return next(
        operation_list for operation_list in panel.findChildren(OperationList) if operation_list.isVisibleTo(panel)
    )


def page_buttons(panel: ChangesPanel) -> list[str]:
    """What can be done about the chosen entry."""
    around = {"Send now", "", "Open settings"}
    found = [push_button.text() for push_button in panel.findChildren(QPushButton) if push_button.isVisibleTo(panel)]
    return [lists for lists in found if lists not in around]


def entries(panel: ChangesPanel) -> list[str]:
    """The entries of the page at the front, as a screen reader says them."""
    interface = QAccessible.queryAccessibleInterface(page(panel))
    return [interface.child(index).text(QAccessible.Text.Name) for index in range(interface.childCount())]


def test_the_tabs_carry_their_counts(panel: ChangesPanel) -> None:
    assert tabs(panel) == ["Waiting 3", "Needs you 2", "Done 1"]


def test_it_opens_on_what_needs_a_decision(panel: ChangesPanel, service: WindowService) -> None:
    assert page(panel).accessibleName() == "Needs you"
    service.held.pages = {OperationGroup.WAITING: (QUEUED,)}
    panel.open()
    assert page(panel).accessibleName() == "Waiting"
    assert tabs(panel) == ["Waiting 1", "Needs you", "Done"]
    service.held.pages = {OperationGroup.DONE: (make_operation(9, OperationState.CONFIRMED),)}
    panel.open()
    assert page(panel).accessibleName() == "Done"


def test_each_entry_names_its_project_what_was_done_when_and_how_it_stands(panel: ChangesPanel) -> None:
    assert entries(panel)[1] == (
        f"31a High Street · {change_words(REFUSED)}. Status: Lead → Quote; today 14:12 · {needed_words(REFUSED)};"
        " The server said: customerEmail must be an <b>email</b> address"
    )
    go_to(panel, 0)
    assert entries(panel) == [
        f"31a High Street · {change_words(QUEUED)}. Status: Lead → Quote; today 14:12 · {needed_words(QUEUED)}",
        f"31a High Street · {change_words(SENDING)}. today 14:12 · {needed_words(SENDING)}",
        (
            f"The Old Bakery · {change_words(IN_DOUBT)}. Rhys Pritchard · CF10 1EP; today 14:12 · "
            f"{state_words(IN_DOUBT, Sending(), TODAY)}"
        ),
    ]


def test_one_that_waits_for_another_says_so(panel: ChangesPanel, service: WindowService) -> None:
    waiting = make_operation(3, OperationState.QUEUED, name="", blocked=True, attempts=0)
    service.held.pages = {OperationGroup.WAITING: (waiting,)}
    panel.open()
    assert entries(panel) == [
        (
            f"{project_words(waiting)} · {change_words(waiting)}. Status: Lead → Quote; today 14:12 · "
            f"{state_words(waiting, Sending(), TODAY)}"
        )
    ]


def test_it_says_how_often_it_was_tried_and_when_it_is_tried_next(panel: ChangesPanel, service: WindowService) -> None:
    tried = QUEUED._replace(
        attempts=3, attempted_at="2026-11-24T14:30:00.000Z", remarks=said("Not sent: no connection.")
    )
    service.held.pages = {OperationGroup.WAITING: (tried,)}
    panel.open()
    sending = Sending(next_try_at="2026-11-24T14:32:05.000Z")
    panel.show_sending(sending)
    assert entries(panel)[0].endswith(state_words(tried, sending, TODAY))
    assert "The server is tried next at 14:32:05. Send now does not wait for that." in words_on(panel)
    panel.show_sending(Sending())
    assert "tried next" not in words_on(panel).casefold()
    assert entries(panel)[0].endswith(state_words(tried, Sending(), TODAY))


def test_the_tabs_show_that_they_have_the_keyboard(qtbot: QtBot, panel: ChangesPanel) -> None:
    bar = panel.findChildren(QTabWidget)[0].tabBar()
    highlight = panel.palette().color(QPalette.ColorRole.Highlight)
    assert contrast(highlight, panel.palette().color(QPalette.ColorRole.Base)) >= MIN_EDGE_CONTRAST

    def framed() -> int:
        image = bar.grab().toImage()
        tab = bar.tabRect(bar.currentIndex())
        return sum(image.pixelColor(x, tab.center().y()) == highlight for x in range(tab.left(), tab.right()))

    assert framed() == 0
    bar.setFocus()
    qtbot.waitUntil(bar.hasFocus)
    assert framed() >= 2 * 2


def test_without_a_key_there_is_one_clear_way_on(qtbot: QtBot, panel: ChangesPanel) -> None:
    assert not [
        push_button
        for push_button in panel.findChildren(QPushButton)
        if push_button.text() == "Open settings" and push_button.isVisible()
    ]
    go_to(panel, 0)
    sending = Sending(is_paused_for_key=True)
    panel.show_sending(sending)
    assert "Nothing is sent until there is a key." in words_on(panel)
    assert state_words(QUEUED, sending, TODAY) in entries(panel)[0]
    with qtbot.waitSignal(panel.settings_requested):
        button(panel, "Open settings").click()
    panel.show_sending(Sending())
    assert "until there is a key" not in words_on(panel)


def test_what_comes_to_need_the_user_is_marked_on_its_tab(panel: ChangesPanel, service: WindowService) -> None:
    service.held.pages = {OperationGroup.WAITING: (QUEUED, SENDING)}
    panel.open()
    (widget,) = panel.findChildren(QTabWidget)
    assert widget.tabIcon(1).isNull()
    service.held.pages = {OperationGroup.WAITING: (SENDING,), OperationGroup.NEEDS_YOU: (REFUSED,)}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert not widget.tabIcon(1).isNull()
    assert tabs(panel)[1] == "Needs you 1"
    # Nobody is taken away from what they are looking at.
    assert page(panel).accessibleName() == "Waiting"


def test_it_goes_to_what_needs_the_user_where_nothing_is_left_to_look_at(
    panel: ChangesPanel, service: WindowService
) -> None:
    service.held.pages = {OperationGroup.WAITING: (QUEUED,)}
    panel.open()
    service.held.pages = {OperationGroup.NEEDS_YOU: (REFUSED,)}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert page(panel).accessibleName() == "Needs you"


def test_it_opens_on_the_change_that_was_asked_for(panel: ChangesPanel) -> None:
    panel.open(UNCLEAR.operation_id)
    assert page(panel).chosen == UNCLEAR
    panel.open(IN_DOUBT.operation_id)
    assert (page(panel).accessibleName(), page(panel).chosen) == ("Waiting", IN_DOUBT)


def test_an_empty_page_says_what_that_means(panel: ChangesPanel, service: WindowService) -> None:
    service.held.pages = {}
    panel.open()
    assert "Nothing needs a decision of yours." in words_on(panel)
    go_to(panel, 0)
    assert "Nothing waits to be sent." in words_on(panel)


def test_a_refused_one_is_tried_again_at_once(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Try again").click()
    assert service.asked == [TryAgain((1,))]


def test_f2_edits_what_is_highlighted_in_the_list_and_nothing_else(qtbot: QtBot, panel: ChangesPanel) -> None:
    window_wide = QAction(panel)
    window_wide.setShortcut("F2")
    panel.addAction(window_wide)
    of_the_table: list[bool] = []
    window_wide.triggered.connect(of_the_table.append)
    with qtbot.waitSignal(panel.edit_requested) as edited:
        QTest.keyClick(page(panel), Qt.Key.Key_F2)
    assert edited.args == [REFUSED]
    page(panel).choose(UNCLEAR.operation_id)
    with qtbot.assertNotEmitted(panel.edit_requested):
        QTest.keyClick(page(panel), Qt.Key.Key_F2)
    assert of_the_table == []


@pytest.mark.parametrize(
    "keys",
    ["F2", "Shift+F2", "Ctrl+E", "Alt+Down", "Alt+Right", "Ctrl+O", "Ctrl+Shift+C", "Ctrl+C", "Ctrl+Shift+V", "Del"],
)
def test_what_is_chosen_in_the_table_is_out_of_reach(panel: ChangesPanel, keys: str) -> None:
    window_wide = QAction(panel)
    window_wide.setShortcut(keys)
    panel.addAction(window_wide)
    of_the_table: list[str] = []
    window_wide.triggered.connect(lambda: of_the_table.append(keys))
    for place in (page(panel), button(panel, "Discard")):
        place.setFocus()
        QTest.keySequence(place, QKeySequence(keys))
    assert of_the_table == []


def test_a_create_in_doubt_is_tried_again_only_after_a_warning(panel: ChangesPanel, service: WindowService) -> None:
    panel.open(IN_DOUBT.operation_id)
    button(panel, "Try again").click()
    assert "you can also just wait" in words_on(question(panel))
    assert "makes a second project" in words_on(question(panel))
    assert not service.asked
    button(question(panel), "Leave it").click()
    assert not service.asked
    button(panel, "Try again").click()
    button(question(panel), "Send again").click()
    assert service.asked == [TryAgain((2,))]


def test_only_what_is_in_doubt_can_be_sent_again_before_it_needs_you(panel: ChangesPanel) -> None:
    go_to(panel, 0)
    assert not [push_button for push_button in page_buttons(panel) if push_button == "Try again"]
    page(panel).setCurrentRow(2)
    assert page_buttons(panel) == ["Try again", "Discard"]


def test_an_unclear_one_is_sent_again_only_after_a_warning(panel: ChangesPanel, service: WindowService) -> None:
    panel.open(UNCLEAR.operation_id)
    button(panel, "Try again").click()
    assert "makes a second project" in words_on(question(panel))
    assert not service.asked
    button(question(panel), "Send again").click()
    assert service.asked == [TryAgain((5,))]


def test_discarding_asks_first(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Discard").click()
    assert "Discard this change?" in words_on(question(panel))
    assert not service.asked
    button(question(panel), "Discard").click()
    assert service.asked == [Discard((1,))]


def test_what_is_under_way_cannot_be_discarded(panel: ChangesPanel) -> None:
    go_to(panel, 0)
    assert button(panel, "Discard").isEnabled()
    page(panel).setCurrentRow(1)
    assert not button(panel, "Discard").isEnabled()


def test_send_now_sends(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Send now").click()
    assert service.asked == [SendNow()]


def test_it_follows_what_changes_and_keeps_the_choice(panel: ChangesPanel, service: WindowService) -> None:
    page(panel).setCurrentRow(1)
    service.held.pages = {OperationGroup.NEEDS_YOU: (UNCLEAR,)}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert tabs(panel) == ["Waiting", "Needs you 1", "Done"]
    assert page(panel).chosen == UNCLEAR
    service.held.pages = {OperationGroup.NEEDS_YOU: (REFUSED, UNCLEAR)}
    service.changed.emit(Changed(counts=service.held.operation_counts()))
    assert page(panel).chosen == UNCLEAR


def test_a_decision_that_could_not_be_stored_is_told(panel: ChangesPanel, service: WindowService) -> None:
    button(panel, "Try again").click()
    service.refuse(1, DISK_FULL)
    assert "The disk is full" in words_on(panel)


def test_a_database_in_trouble_is_told(panel: ChangesPanel, service: WindowService) -> None:
    service.held.trouble = DISK_FULL
    panel.open()
    assert "The disk is full" in words_on(panel)


def test_it_can_be_closed_with_the_keyboard(qtbot: QtBot, panel: ChangesPanel) -> None:
    close = next(
        push_button
        for push_button in panel.findChildren(QPushButton)
        if push_button.accessibleName() == "Close the panel Changes"
    )
    close.setFocus()
    with qtbot.waitSignal(panel.close_requested):
        QTest.keyClick(close, Qt.Key.Key_Space)


def test_long_words_of_the_server_are_wrapped_and_not_cut(panel: ChangesPanel, service: WindowService) -> None:
    long = make_operation(7, OperationState.UNKNOWN, server_words="refused because " * 60)
    service.held.pages = {OperationGroup.WAITING: (long, QUEUED)}
    panel.open()
    entry = page(panel)
    tall, short = entry.visualItemRect(entry.item(0)), entry.visualItemRect(entry.item(1))
    assert tall.height() > 4 * entry.fontMetrics().lineSpacing()
    assert tall.height() > short.height()
    assert tall.width() <= entry.viewport().width()


MANY = 1_234


@pytest.fixture
def crowded(service: WindowService) -> WindowService:
    service.held.pages = {
        OperationGroup.WAITING: tuple(make_operation(n, OperationState.QUEUED, attempts=0) for n in range(1, MANY + 1)),
        OperationGroup.NEEDS_YOU: tuple(
            make_operation(n, OperationState.NEEDS_YOU, words="Refused.") for n in range(MANY + 1, MANY + 502)
        ),
        OperationGroup.DONE: tuple(make_operation(n, OperationState.CONFIRMED) for n in range(9_000, 8_499, -1)),
    }
    return service


def part_words(panel: ChangesPanel) -> list[str]:
    return [line for line in words_on(panel).split("\n") if line.startswith("Showing")]


def test_more_entries_than_are_shown_are_told_and_reached(crowded: WindowService, panel: ChangesPanel) -> None:
    assert tabs(panel) == ["Waiting 1,234", "Needs you 501", "Done 501"], "the tabs count all of them"
    assert part_words(panel) == ["Showing the oldest 500 of 501"]
    go_to(panel, 2)
    assert part_words(panel) == ["Showing the newest 500 of 501"]
    go_to(panel, 0)
    assert part_words(panel) == ["Showing the oldest 500 of 1,234"]
    assert page(panel).count() == 500
    more = button(panel, "Show more")
    assert more.accessibleDescription() == "Showing the oldest 500 of 1,234"
    page(panel).setFocus()
    QTest.keyClick(page(panel), Qt.Key.Key_Tab)
    assert panel.focusWidget() is more, "the keyboard gets to it from the list"
    QTest.keyClick(more, Qt.Key.Key_Space)
    assert part_words(panel) == ["Showing the oldest 1,000 of 1,234"]
    assert page(panel).count() == 1_000
    QTest.keyClick(more, Qt.Key.Key_Space)
    assert part_words(panel) == []
    assert page(panel).count() == MANY
    assert panel.focusWidget() is page(panel), "the keyboard is not left on a button that is gone"
    crowded.changed.emit(Changed(counts=crowded.held.operation_counts()))
    assert page(panel).count() == MANY, "what was asked for stays"
    panel.open()
    go_to(panel, 0)
    assert page(panel).count() == 500, "until the panel is opened anew"


@pytest.mark.usefixtures("crowded")
def test_a_change_that_is_further_down_is_gone_to_all_the_same(panel: ChangesPanel) -> None:
    panel.open(1_111)
    chosen = page(panel).chosen
    assert chosen is not None
    assert chosen.operation_id == 1_111
    assert part_words(panel) == [], "room for it is room for all of them"


@pytest.fixture
def _read_aloud() -> Iterator[None]:
    """Somebody's screen reader asks for each entry as it comes."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.mark.usefixtures("_read_aloud")
def test_the_page_done_is_looked_at_while_something_is_sent(panel: ChangesPanel, service: WindowService) -> None:
    done = tuple(make_operation(n, OperationState.CONFIRMED, name=f"House {n}", words="Done.") for n in (3, 2, 1))
    for shown in (done[2:], done[1:], done):
        service.held.pages = {OperationGroup.DONE: shown}
        service.changed.emit(Changed(counts=service.held.operation_counts()))
        go_to(panel, 2)
        page(panel).setFocus()
        page(panel).setCurrentRow(page(panel).count() - 1)
    assert [entry.split(" · ")[0] for entry in entries(panel)] == ["House 3", "House 2", "House 1"]
    assert page(panel).chosen == done[2], "the chosen one is kept while others come before it"


def test_after_trouble_in_showing_them_the_list_tells_of_its_choice_again(
    panel: ChangesPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = page(panel)
    with monkeypatch.context() as patch:
        patch.setattr(OperationList, "_words", staticmethod(_in_trouble))
        with pytest.raises(ZeroDivisionError):
            entry.show_operations((UNCLEAR,), Sending(), TODAY)
    assert not entry.signalsBlocked()
    entry.show_operations((UNCLEAR,), Sending(), TODAY)
    assert entries(panel)[1].startswith("Barn"), "and is not taken for shown already"


def _in_trouble(*_args: object) -> str:
    raise ZeroDivisionError
