from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.views.filter_bar import FilterBar
from tests.unit.views.hands import button, words_on
from tests.unit.views.window_service import ME, SAM

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot


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
        one
        for one in bar.findChildren(QPushButton)
        if one.isVisibleTo(bar) and one.accessibleName().startswith("Take off")
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
    assert chip.text() == "Status Lead, Sale, On hold && more"
    assert chip.accessibleName() == "Take off: Status Lead, Sale, On hold & more"
    chip.setFocus()
    with qtbot.waitSignal(bar.statuses_chosen) as chosen:
        QTest.keyClick(chip, Qt.Key.Key_Space)
    assert chosen.args == [frozenset()]
    assert button(bar, "Filter").hasFocus()  # not lost with the chip


def test_the_owner_is_a_chip_by_the_email(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_filter(ProjectFilter(owner_id=8))
    assert chips(bar)[0].text() == "Owner number 8"
    bar.show_members((ME, SAM))
    assert chips(bar)[0].text() == "Owner sam@acme-heat.test"
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
    bar.show_members((ME, SAM, Member("not.known@acme-heat.test")))
    actions = offered(bar)
    assert "not.known@acme-heat.test" not in actions
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


@pytest.mark.parametrize("width", [420, 560, 1200])
def test_nothing_is_cut_at_any_width(qtbot: QtBot, bar: FilterBar, width: int) -> None:
    bar.show_numbers(1284, 1284)
    bar.show_filter(ProjectFilter(statuses=frozenset({"Lead", "Quote"})))
    layout = bar.layout()
    assert layout is not None
    bar.resize(width, layout.heightForWidth(width))
    qtbot.waitUntil(lambda: layout.geometry().width() == width)
    shown = [layout.itemAt(index) for index in range(layout.count())]
    boxes = [item.geometry() for item in shown if item is not None and not item.isEmpty()]
    assert all(bar.rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)
    assert boxes[-1].right() == width - 13  # the numbers stand at the right
