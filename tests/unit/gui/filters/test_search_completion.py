from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView

from heatpunk_desktop.filters.completion import Vocabulary
from heatpunk_desktop.gui.filters.search_completion import SearchCompletion
from heatpunk_desktop.gui.main_window.toolbar import SearchField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Field:
    def __init__(self, qtbot: QtBot) -> None:
        self.field = SearchField()
        qtbot.addWidget(self.field)
        self.completion = SearchCompletion(self.field, lambda: Vocabulary(("office@acme.test", "sam@acme.test")))
        self.field.textEdited.connect(self.completion.offer)
        with qtbot.waitActive(self.field):
            self.field.show()
        self.field.setFocus()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.field, text)

    def press(self, key: Qt.Key) -> None:
        """Press a key where the user's would go: to the list where it is open."""
        QTest.keyClick(QApplication.activePopupWidget() or self.field, key)

    def offered(self) -> list[str]:
        return [option.text for option in self.completion.options]


@pytest.fixture
def field(qtbot: QtBot) -> Field:
    return Field(qtbot)


def test_a_condition_by_the_keyboard_alone(field: Field) -> None:
    field.type("high sta")
    assert field.offered() == ["status:"]
    field.press(Qt.Key.Key_Tab)
    assert field.field.text() == "high status:"
    assert field.offered()[:3] == ["Lead", "Quote", "Sale"]
    field.press(Qt.Key.Key_Down)
    field.press(Qt.Key.Key_Down)
    field.press(Qt.Key.Key_Return)
    assert field.field.text() == "high status:Quote "
    assert not field.offered()


def test_whoever_types_on_need_not_look(field: Field) -> None:
    for letter in "status:quote station":
        field.type(letter)
    assert field.field.text() == "status:quote station"
    assert not field.offered()


def test_escape_closes_the_list_and_keeps_the_text(field: Field) -> None:
    field.type("owner:s")
    assert field.offered() == ["sam@acme.test"]
    field.press(Qt.Key.Key_Escape)
    assert not field.offered()
    assert field.field.text() == "owner:s"


def test_enter_with_nothing_chosen_goes_on_to_the_table(qtbot: QtBot, field: Field) -> None:
    field.type("status:")
    with qtbot.waitSignal(field.field.left_downwards):
        field.press(Qt.Key.Key_Return)
    assert field.field.text() == "status:"


def test_a_click_takes_a_suggestion(field: Field) -> None:
    field.type("created:")
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QListView)
    assert popup.accessibleName() == "Suggestions"
    assert popup.model().index(0, 0).data() == "7d – the last 7 days"
    QTest.mouseClick(
        popup.viewport(), Qt.MouseButton.LeftButton, pos=popup.visualRect(popup.model().index(0, 0)).center()
    )
    assert field.field.text() == "created:7d "


def test_text_that_no_user_typed_offers_nothing(field: Field) -> None:
    field.field.setText("status:")
    assert not field.offered()
