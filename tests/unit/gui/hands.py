"""What the user at the keyboard sees and does, by the names on the screen."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget

W = TypeVar("W", bound=QWidget)


def control(form: QWidget, kind: type[W], name: str) -> W:
    """The visible control with an accessible name."""
    found = [
        widget for widget in form.findChildren(kind) if widget.accessibleName() == name and widget.isVisibleTo(form)
    ]
    assert len(found) == 1, name
    return found[0]


def button(form: QWidget, text: str) -> QPushButton:
    found = [button for button in form.findChildren(QPushButton) if button.text() == text and button.isVisibleTo(form)]
    assert len(found) == 1, text
    return found[0]


def words_on(form: QWidget) -> str:
    return "\n".join(label.text() for label in form.findChildren(QLabel) if label.isVisibleTo(form))


def choose(form: QWidget, name: str, text: str) -> None:
    combo = control(form, QComboBox, name)
    combo.setCurrentText(text)
    combo.activated.emit(combo.currentIndex())


def type_in(form: QWidget, name: str, text: str) -> None:
    """Type over what is there and go on with Tab."""
    line = control(form, QLineEdit, name)
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    line.insert(text)
    line.textEdited.emit(line.text())
    QTest.keyClick(line, Qt.Key.Key_Tab)


def ctrl_enter(form: QWidget) -> None:
    QTest.keyClick(form.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def question(form: QWidget) -> QMessageBox:
    found = [box for box in form.findChildren(QMessageBox) if box.isVisible()]
    assert len(found) == 1
    return found[0]
