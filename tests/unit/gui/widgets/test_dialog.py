from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout

import heatpunk_desktop
from heatpunk_desktop.gui.widgets import dialog
from heatpunk_desktop.gui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROOM = QSize(500, 300)


class Form(Dialog):
    """A dialog with so many fields, and a button below them."""

    def __init__(self, fields: int) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.fields = [QLineEdit(self) for _ in range(fields)]
        for field in self.fields:
            column.addWidget(field)
        self.more = QLabel("\n".join("line" for _ in range(60)), self)
        self.more.hide()
        column.addWidget(self.more)
        self.save = QPushButton("Save", self)
        column.addWidget(self.save)


@pytest.fixture(autouse=True)
def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "room_for", lambda _dialog: ROOM)


def show(qtbot: QtBot, form: Form) -> None:
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()


def is_in_sight(form: Form) -> bool:
    place = QRect(form.save.mapTo(form, QPoint(0, 0)), form.save.size())
    return form.rect().contains(place) and form.width() <= ROOM.width() and form.height() <= ROOM.height()


def test_a_dialog_with_room_is_as_it_was_made(qtbot: QtBot) -> None:
    form = Form(3)
    show(qtbot, form)
    assert form.findChildren(QScrollArea) == []


def test_what_the_screen_lacks_room_for_scrolls_and_the_keyboard_stays(qtbot: QtBot) -> None:
    form = Form(40)
    form.fields[7].setFocus()
    show(qtbot, form)
    assert is_in_sight(form)
    (area,) = form.findChildren(QScrollArea)
    assert area.isAncestorOf(form.fields[0])
    assert not area.isAncestorOf(form.save)
    assert form.focusWidget() is form.fields[7]


def test_a_size_that_is_asked_for_is_cut_to_the_screen(qtbot: QtBot) -> None:
    form = Form(3)
    form.setMinimumSize(900, 800)
    form.resize(1200, 900)
    show(qtbot, form)
    assert form.size() == ROOM
    assert is_in_sight(form)


def test_what_grows_while_it_is_open_keeps_its_buttons_in_sight(qtbot: QtBot) -> None:
    form = Form(3)
    show(qtbot, form)
    form.more.show()
    qtbot.waitUntil(lambda: form.findChildren(QScrollArea) != [])
    qtbot.waitUntil(lambda: is_in_sight(form))


def test_every_dialog_of_the_program_is_one_of_these() -> None:
    package = Path(heatpunk_desktop.__file__).parent
    others = [
        f"{path.name}: {node.name}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "QDialog" for base in node.bases)
    ]
    assert others == ["dialog.py: Dialog"]
