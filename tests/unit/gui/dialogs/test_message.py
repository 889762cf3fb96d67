from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from heatpunk_desktop.errors import ServerRefusedError
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from tests.unit.gui.hands import button, question, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_an_error_is_told_in_full_and_never_as_markup(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    error = ServerRefusedError("Refused", "It stays here.", "Open Changes.", server_words="<img src=x>")
    box = show_error(window, error)
    assert "Refused" in words_on(box)
    assert "It stays here.\n\nOpen Changes.\n\nThe server said: <img src=x>" in words_on(box)
    formats = {label.textFormat() for label in box.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}
    with qtbot.waitSignal(box.finished):
        button(box, "Close").click()


def test_enter_and_escape_leave_all_as_it_is(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        box = ask(window, "Discard?", "It is gone then.", yes="Discard", no="Keep")
        with qtbot.waitSignal(box.rejected), qtbot.assertNotEmitted(box.accepted):
            QTest.keyClick(question(window), key)
    box = ask(window, "Discard?", "It is gone then.", yes="Discard", no="Keep")
    with qtbot.waitSignal(box.accepted):
        button(box, "Discard").click()


def test_a_short_question_is_no_narrow_column(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    box = ask(window, "Discard?", "It is gone then, and nobody can bring it back again.", yes="Discard", no="Keep")
    words = box.findChild(QLabel, "qt_msgbox_informativelabel")
    assert isinstance(words, QLabel)
    assert words.width() > 40 * words.fontMetrics().averageCharWidth()
    box.reject()
