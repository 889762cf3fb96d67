"""Tab goes through a window as it is laid out, not as it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.tab_order import put_after

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def part(window: QWidget, *names: str) -> QWidget:
    made = QWidget(window)
    QVBoxLayout(made).addWidget(QLabel("words", made))
    for name in names:
        made.findChildren(QVBoxLayout)[0].addWidget(QPushButton(name, made))
    window.findChildren(QVBoxLayout)[0].addWidget(made)
    return made


def tabbed(window: QWidget, qtbot: QtBot) -> str:
    with qtbot.waitActive(window):
        window.show()
    names = []
    for _ in range(len(window.findChildren(QPushButton))):
        found = QApplication.focusWidget()
        assert isinstance(found, QPushButton)
        names.append(found.text())
        QTest.keyClick(found, Qt.Key.Key_Tab)
    return " ".join(names)


def test_parts_go_where_they_are_put(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window)
    first, words, last = part(window, "A", "B"), part(window), part(window, "Z")
    late, later = part(window, "M", "N"), part(window, "O")
    put_after(words, late, later)
    assert words.focusPolicy() is Qt.FocusPolicy.NoFocus
    first.findChildren(QPushButton)[0].setFocus()
    assert tabbed(window, qtbot) == "A B M N O Z"
    put_after(first, last)
    first.findChildren(QPushButton)[0].setFocus()
    assert tabbed(window, qtbot) == "A B Z M N O"
