from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QMenu,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.filters.conditions import Conditions
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.gui.board.layout_switch import LayoutSwitch
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from heatpunk_desktop.models.project_filter import ProjectFilter
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.window_service import ME, SAM

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# The offscreen platform says what it cannot do for menus and popups.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar(lambda: date(2026, 11, 24))
    qtbot.addWidget(bar)
    bar.resize(1200, 50)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def chips(bar: FilterBar) -> list[QPushButton]:
    return [
        push_button
        for push_button in bar.findChildren(QPushButton)
        if push_button.isVisibleTo(bar) and push_button.accessibleName().startswith("Remove filter")
    ]


def offered(bar: FilterBar) -> dict[str, QAction]:
    menu = button(bar, "Filter").menu()
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


def test_no_condition_has_no_chip(bar: FilterBar) -> None:
    bar.show_filter(ProjectFilter())
    assert not chips(bar)


def test_statuses_are_one_chip_in_the_order_of_the_sidebar(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_filter(ProjectFilter(statuses=frozenset({"Sale", "Lead", "On hold & more"})))
    (chip,) = chips(bar)
    assert button(bar, "Status Lead, Sale, On hold && more").isVisible()
    assert chip.accessibleName() == "Remove filter: Status Lead, Sale, On hold & more"
    chip.setFocus()
    with qtbot.waitSignal(bar.statuses_chosen) as chosen:
        QTest.keyClick(chip, Qt.Key.Key_Space)
    assert chosen.args == [frozenset()]
    assert button(bar, "Filter").hasFocus()  # not lost with the chip


def show_team(bar: FilterBar) -> None:
    """Have me, Sam and a colleague without a name own projects."""
    names = {ME.owner_id: ME.email, SAM.owner_id: SAM.email}
    bar.show_owners(ME.owner_id, lambda: [7, 8, 9], lambda owner_id: names.get(owner_id, f"Colleague {owner_id}"))


def test_the_owner_is_a_chip_by_the_email(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_filter(ProjectFilter(owner_id=8))
    assert chips(bar)[0].accessibleName() == "Remove filter: Owner Colleague 8"
    show_team(bar)
    assert chips(bar)[0].accessibleName() == "Remove filter: Owner sam@acme-heat.test"
    with qtbot.waitSignal(bar.owner_chosen) as chosen:
        QTest.mouseClick(chips(bar)[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [None]


def test_the_menu_adds_a_status_to_those_in_force(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_filter(ProjectFilter(statuses=frozenset({"Lead"})))
    actions = offered(bar)
    assert actions["Lead"].isChecked()
    assert not actions["Quote"].isChecked()
    with qtbot.waitSignal(bar.statuses_chosen) as chosen:
        actions["Quote"].trigger()
    assert chosen.args == [frozenset({"Lead", "Quote"})]


def test_the_menu_offers_the_team(qtbot: QtBot, bar: FilterBar) -> None:
    show_team(bar)
    actions = offered(bar)
    assert ME.email not in actions, "that is me"
    assert [name for name in actions if name in {"Me", SAM.email, "Colleague 9"}] == ["Me", SAM.email, "Colleague 9"]
    with qtbot.waitSignal(bar.owner_chosen) as chosen:
        actions[SAM.email].trigger()
    assert chosen.args == [8]
    bar.show_filter(ProjectFilter(owner_id=8))
    with qtbot.waitSignal(bar.owner_chosen) as chosen:
        offered(bar)[SAM.email].trigger()
    assert chosen.args == [None]


def test_the_menu_says_when_the_team_is_not_known(bar: FilterBar) -> None:
    assert not offered(bar)["The team is known after the first refresh"].isEnabled()


def test_the_numbers_are_written_with_commas(bar: FilterBar) -> None:
    bar.show_numbers(46, 1284)
    assert "46 of 1,284" in words_on(bar)


class Filtered:
    """A bar as wide as its parent, with a switch at its end, in which filters are in force."""

    def __init__(self, qtbot: QtBot, width: int) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        self.bar = FilterBar(lambda: date(2026, 11, 24), self.window)
        self.actions = [QAction(words, self.window) for words in ("Table", "Board")]
        self.bar.add_switch(LayoutSwitch(dict.fromkeys(self.actions, "table")))
        show_team(self.bar)
        self.bar.show_numbers(1284, 1284)
        column.addWidget(self.bar)
        column.addWidget(QTextEdit(self.window), 1)
        self.window.resize(width, 300)
        with qtbot.waitExposed(self.window):
            self.window.show()

    def show(self, number: int) -> None:
        """So many filters."""
        conditions = read_query("postcode:CB customer:patel name:survey").query.conditions
        statuses = frozenset({"Lead", "Quote"}) if number else frozenset()
        every = conditions.every[: max(0, number - 2)]
        shown = ProjectFilter(statuses=statuses, owner_id=8 if number > 1 else None, conditions=Conditions(every))
        self.bar.show_filter(shown)
        QApplication.sendPostedEvents()
        QApplication.processEvents()

    def boxes(self) -> list[QRect]:
        """The places of what is seen in the bar, from the left."""
        shown = [
            child
            for child in self.bar.children()
            if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
        ]
        return sorted((widget.geometry() for widget in shown), key=lambda box: box.left())

    def named(self, beginning: str) -> list[str]:
        found = (widget for widget in self.bar.findChildren(QWidget) if widget.isVisible())
        return [widget.accessibleName() for widget in found if widget.accessibleName().startswith(beginning)]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("width", [420, 560, 711, 860, 1100, 1700])
def test_it_is_one_line_at_any_width_and_nothing_is_cut(qtbot: QtBot, width: int, number: int) -> None:
    filtered = Filtered(qtbot, width)
    filtered.show(0)
    height = filtered.bar.height()
    assert height == 44
    filtered.show(number)
    assert filtered.bar.height() == height
    boxes = filtered.boxes()
    assert all(filtered.bar.rect().contains(box) for box in boxes), boxes
    assert not any(box.intersects(other) for box, other in pairwise(boxes)), boxes
    assert boxes[-1].right() == width - 13  # the switch stands at the right
    more = [int(name.removeprefix("More filters: ")) for name in filtered.named("More filters")]
    match = 1 if number > 3 else 0
    shown = len(filtered.named("Remove filter"))
    assert shown + sum(more) in {number, number + match}
    assert {"Date range", "Table", "Board"} <= set(filtered.named(""))
    assert button(filtered.bar, "Filter").isVisible()


def test_the_days_stand_in_the_line_while_there_is_room(qtbot: QtBot) -> None:
    filtered = Filtered(qtbot, 1700)
    assert set(filtered.named("")) >= {"From", "To"}
    filtered.window.resize(700, 300)
    assert not set(filtered.named("")) & {"From", "To"}
    combo = control(filtered.bar, QComboBox, "Date range")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_End)
    assert combo.currentText() == "Custom"
    (start,) = (date_edit for date_edit in filtered.bar.findChildren(QDateEdit) if date_edit.accessibleName() == "From")
    assert start.isVisible()
    assert start.hasFocus()
    start.setDate(QDate(2026, 11, 25))
    assert "From is after To" in "".join(
        label.text() for label in start.window().findChildren(QLabel) if label.isVisible()
    )
    QTest.keyClick(start, Qt.Key.Key_Escape)
    filtered.window.resize(1700, 300)
    assert start.isVisible()
    assert start.window() is filtered.window
    assert "From is after To" in words_on(filtered.bar)


def test_the_days_stay_in_the_popup_in_which_they_are_typed(qtbot: QtBot) -> None:
    filtered = Filtered(qtbot, 700)
    combo = control(filtered.bar, QComboBox, "Date range")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_End)
    (start,) = (date_edit for date_edit in filtered.bar.findChildren(QDateEdit) if date_edit.accessibleName() == "From")
    popup = start.window()
    filtered.window.resize(1700, 300)
    filtered.bar.show_numbers(8, 1284)
    assert start.window() is popup
    assert start.hasFocus()
    QTest.keyClick(start, Qt.Key.Key_Escape)
    filtered.bar.show_numbers(9, 1284)
    assert start.window() is filtered.window


def test_nothing_moves_while_fewer_are_shown(qtbot: QtBot) -> None:
    def places(shown: int, width: int) -> bool:
        filtered.window.resize(width, 300)
        filtered.bar.show_numbers(shown, 1284)
        return "From" in filtered.named("")

    filtered = Filtered(qtbot, 600)
    assert [width for width in range(600, 1300, 10) if places(8, width) is not places(1284, width)] == []


def test_a_chip_without_room_is_in_a_menu(qtbot: QtBot) -> None:
    filtered = Filtered(qtbot, 560)
    filtered.show(4)
    (more,) = (
        push_button
        for push_button in filtered.bar.findChildren(QPushButton)
        if push_button.accessibleName().startswith("More filters")
    )
    more.menu().aboutToShow.emit()
    folded = {action.text(): action.menu() for action in more.menu().actions()}
    menu = folded["Owner sam@acme-heat.test"]
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(filtered.bar.owner_chosen) as chosen:
        next(action for action in menu.actions() if action.text() == "&Remove filter").trigger()
    assert chosen.args == [None]


def test_the_menu_stays_open_while_statuses_are_ticked(qtbot: QtBot, bar: FilterBar) -> None:
    bar.statuses_chosen.connect(lambda statuses: bar.show_filter(ProjectFilter(statuses=statuses)))
    menu = button(bar, "Filter").menu()
    menu.popup(bar.mapToGlobal(bar.rect().bottomLeft()))
    qtbot.waitUntil(menu.isVisible)
    actions = {action.text(): action for action in menu.actions()}
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions["Lead"]).center())
    menu.setActiveAction(actions["No status"])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible()
    assert [chip.accessibleName() for chip in chips(bar)] == ["Remove filter: Status Lead, No status"]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
