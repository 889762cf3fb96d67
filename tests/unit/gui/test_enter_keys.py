"""Enter presses the button that has the keyboard, and the default button where none has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog
from heatpunk_desktop.gui.dialogs.delete_dialogs import SoftDeleteDialog
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.table.column_chooser import ColumnChooser
from tests.unit.gui.hands import button
from tests.unit.gui.one_window import Window
from tests.unit.gui.window_service import make_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


def opened(window: Window, kind: str) -> QDialog:
    if kind == "delete several":
        dialog: QDialog = DeleteSeveralDialog(window.service, [make_row(5), make_row(4)], window.window)
    elif kind == "delete":
        dialog = SoftDeleteDialog(window.service, make_row(5), window.window)
    else:
        window.action(Act.NEW if kind == "form" else Act.CHOOSE_COLUMNS).trigger()
        (dialog,) = window.window.findChildren(ProjectForm if kind == "form" else ColumnChooser)
        return dialog
    dialog.open()
    return dialog


def pressed_by_enter(qtbot: QtBot, window: QWidget, name: str) -> list[str]:
    """The buttons that Enter presses while a button has the keyboard."""
    pressed: list[str] = []
    for push_button in window.findChildren(QPushButton):
        push_button.pressed.connect(partial(pressed.append, push_button.text()))
    focused = button(window, name)
    focused.setFocus()
    qtbot.waitUntil(focused.hasFocus)
    QTest.keyClick(focused, Qt.Key.Key_Return)
    return pressed


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("delete several", "Move to deleted"),
        ("delete several", "Cancel"),
        ("delete", "Delete permanently…"),
        ("form", "Paste a note…"),
        ("form", "Cancel"),
        ("columns", "Move &down"),
    ],
)
def test_in_a_dialog(qtbot: QtBot, window: Window, kind: str, name: str) -> None:
    dialog = opened(window, kind)
    assert pressed_by_enter(qtbot, dialog, name) == [name]


@pytest.mark.parametrize("name", ["New project", "Send now"])
def test_in_the_window(qtbot: QtBot, window: Window, name: str) -> None:
    window.action(Act.CHANGES).setChecked(True)
    assert pressed_by_enter(qtbot, window.window, name) == [name]
