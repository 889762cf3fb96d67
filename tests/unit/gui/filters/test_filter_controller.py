"""The search field's language and the chips, in the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.filters.filter_controller import FilterController
from tests.parts import part_of
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.one_window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("status:quote", [4, 3]),
        ("status:quote postcode:CB owner:me created:>2026-01", [3]),
        ("owner:me high", [5, 3]),
        ("-owner:me", [4]),
        ("created:today", [5]),
        ("status:quote flat", [3]),
        ("postcode:SW", []),
        ("owner:sam OR created:today", [5, 4]),
        ("status:", [5, 4, 3]),
        ("created:sometime flat", [3]),
    ],
)
def test_the_search_field_understands_conditions(window: Window, text: str, keys: list[int]) -> None:
    window.search.setText(text)
    assert window.keys() == keys


def test_what_was_understood_is_seen_as_chips_and_taken_off_there(window: Window) -> None:
    window.search.setText("status:quote  flat created:>2026-05")
    assert window.chips() == ["Status is Quote", "Created after May 2026"]
    QTest.mouseClick(control(window.window, QPushButton, "Remove filter: Status is Quote"), Qt.MouseButton.LeftButton)
    assert window.search.text() == "flat created:>2026-05"
    assert window.keys() == [3]
    change = control(window.window, QPushButton, "Change filter: Created after May 2026")
    QTest.mouseClick(change, Qt.MouseButton.LeftButton)
    assert window.search.hasFocus()
    assert window.search.selectedText() == "created:>2026-05"


def test_what_was_not_understood_is_told(window: Window) -> None:
    window.search.setText("created:soon")
    assert "created:soon is left out" in words_on(window.window)
    window.search.setText("created:today")
    assert "is left out" not in words_on(window.window)


def test_chips_and_search_narrow_together_and_are_cleared_together(window: Window) -> None:
    filters = part_of(window.window, FilterController)
    filters.set_conditions(read_query("owner:me OR status:quote").query.conditions)
    window.search.setText("created:<=2026-06 OR created:today")
    assert window.keys() == [5, 3]
    window.search.setText("status:sale")
    assert window.keys() == []
    QTest.mouseClick(button(window.window, "Clear search and filters"), Qt.MouseButton.LeftButton)
    assert window.keys() == [5, 4, 3]
    assert not window.chips()
    assert not window.search.text()


def test_the_cross_in_the_search_field_goes_with_what_it_clears(qtbot: QtBot, window: Window) -> None:
    (cross,) = (
        push_button
        for push_button in window.search.findChildren(QToolButton)
        if push_button.accessibleName() == "Clear the search"
    )
    window.search.setText("bakery")
    qtbot.waitUntil(lambda: cross.isVisible() and cross.property("opacity") == 1.0)
    window.action(Act.CLEAR).trigger()
    assert window.search.text() == ""
    qtbot.waitUntil(lambda: not cross.isVisible())
