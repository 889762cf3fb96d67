"""The windows of filters, columns, views, the palette and the keys, as a keyboard and a screen reader meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QWidget

from heatpunk_desktop.gui.actions.actions import Act
from tests.unit.gui.one_window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: What Tab goes through in each window, from its first control.
ORDERS = {
    Act.FILTER: ("Field", "Condition", "Value", "Cancel"),
    Act.SAVE_VIEW: ("Name of the view", "Cancel"),
    Act.CHOOSE_COLUMNS: ("Columns", "Move down", "Back to default", "Apply", "Cancel"),
    Act.PALETTE: ("Command, view or project", "Found"),
    Act.SHORTCUTS: ("Keyboard shortcuts", "Close"),
}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


def opened(window: Window, act: Act, qtbot: QtBot) -> QDialog:
    window.action(act).trigger()
    (dialog,) = [dialog for dialog in window.window.findChildren(QDialog) if dialog.isVisible()]
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface.role() == QAccessible.Role.ComboBox:
        labels = [label for label, _ in interface.relations(QAccessible.RelationFlag.Label)]
        return labels[0].text(QAccessible.Text.Name).replace("&", "") if labels else ""
    return interface.text(QAccessible.Text.Name).replace("&", "")


@pytest.mark.parametrize("act", ORDERS)
def test_tab_goes_through_each_control_and_back(qtbot: QtBot, window: Window, act: Act) -> None:
    dialog = opened(window, act, qtbot)
    begin = QApplication.focusWidget()
    assert begin is not None
    names = []
    for _ in range(20):
        widget = QApplication.focusWidget()
        assert widget is not None
        names.append(name_of(widget))
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is begin:
            break
    first = names.index(ORDERS[act][0])
    assert tuple(names[first:] + names[:first]) == ORDERS[act]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not [dialog for dialog in window.window.findChildren(QDialog) if dialog.isVisible()]


@pytest.mark.parametrize("act", ORDERS)
def test_every_control_has_a_name(qtbot: QtBot, window: Window, act: Act) -> None:
    dialog = opened(window, act, qtbot)
    for widget in dialog.findChildren(QWidget):
        is_control = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if not widget.isVisible() or widget.window() is not dialog or isinstance(widget.parentWidget(), QComboBox):
            continue
        if is_control or isinstance(widget, QAbstractButton):
            assert name_of(widget), widget
    dialog.close()
