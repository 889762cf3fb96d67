"""A user's two hands: keys and clicks on what stands on the screen, counted. Text that is typed counts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from heatpunk_desktop.devtools.ui_driver import is_named
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from tests.parts import part_of

if TYPE_CHECKING:
    from tests.end2end.on_screen import Screen

_Widget = TypeVar("_Widget", bound=QWidget)

_TAKE_TEXT = (QLineEdit, QPlainTextEdit, QComboBox)
_LEFT = Qt.MouseButton.LeftButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NO_KEYS = Qt.KeyboardModifier.NoModifier


class Hands:
    """Does by keyboard and by mouse what a user does, and counts how much it was.

    Args:
        screen: What the user sees.

    Attributes:
        screen: What the user sees.
        keys: Keys pressed; a key with Ctrl or Shift is one, and the letters of a text are none.
        clicks: Clicks.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.keys = 0
        self.clicks = 0

    # -- the keyboard ------------------------------------------------------------------------------------------------

    def press(self, *names: str) -> None:
        """Press keys, such as `Ctrl+F` or `Return`, wherever the keyboard is."""
        for name in names:
            QTest.keySequence(self._focus(), QKeySequence(name))
            self.keys += 1
            self.screen.settle()

    def write(self, text: str) -> None:
        """Type a text where the keyboard is, which has to be a field."""
        self.screen.wait(lambda: isinstance(self._focus(), _TAKE_TEXT), "the keyboard to be in a field")
        focus = self._focus()
        QTest.keyClicks(focus, text)
        self.screen.settle()

    def tab_to(self, name: str) -> None:
        """Press Tab until the keyboard is on a control."""
        for _ in range(30):
            self.press("Tab")
            if is_named(self._focus(), name):
                return
        raise AssertionError(f"Tab does not lead to {name!r}")

    def _focus(self) -> QWidget:
        def has_focus() -> bool:
            return (QApplication.activePopupWidget() or QApplication.focusWidget()) is not None

        self.screen.wait(has_focus, "the keyboard to be somewhere")
        focus = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert focus is not None
        return focus

    # -- the mouse ---------------------------------------------------------------------------------------------------

    def click(self, name: str) -> None:
        """Click a button that can be seen and pressed."""
        button = self.screen.button(name)
        self._click(button, button.rect().center())

    def click_field(self, name: str) -> None:
        """Click in a field, to type there."""
        field = self._find(QLineEdit, name)
        self._click(field, field.rect().center())

    def click_project(self, name: str, *, up_to: bool = False) -> None:
        """Click a project in the table; with Shift where all up to it are meant."""
        self.screen.wait(lambda: self.screen.row(name) >= 0, f"a row with {name!r}")
        self.click_row(self.screen.row(name), up_to=up_to)

    def click_row(self, row: int, *, up_to: bool = False) -> None:
        """Click a row of the table, which the wheel brings in sight first where it is not."""
        table: QTableView = self.screen.table()
        index = table.model().index(row, 0)
        table.scrollTo(index)
        self._click(table.viewport(), table.visualRect(index).center(), _SHIFT if up_to else _NO_KEYS)

    def click_view(self, name: str) -> None:
        """Click a view at the left."""
        sidebar = part_of(self.screen.program.window, Sidebar)
        item = next(sidebar.item(row) for row in range(sidebar.count()) if sidebar.item(row).text() == name)
        self._click(sidebar.viewport(), sidebar.visualItemRect(item).center())

    def click_cell(self, table: str, text: str, column: int) -> None:
        """Click a cell of another table, in the row that holds a text."""
        found = self._find(QTableView, table)
        model = found.model()
        rows = range(model.rowCount())
        row = next(
            at for at in rows if any(model.index(at, number).data() == text for number in range(model.columnCount()))
        )
        found.scrollTo(model.index(row, column))
        self._click(found.viewport(), found.visualRect(model.index(row, column)).center())

    def click_choice(self, text: str) -> None:
        """Click an entry of the list that has just dropped down."""
        self.screen.wait(lambda: QApplication.activePopupWidget() is not None, "a list to drop down")
        popup = QApplication.activePopupWidget()
        entries = popup.findChild(QListView) if popup is not None else None
        assert entries is not None
        model = entries.model()
        index = next(model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == text)
        self._click(entries.viewport(), entries.visualRect(index).center())

    def click_tab_of(self, name: str) -> None:
        """Click a control that is found by the beginning of its name, such as `Changes` with its count."""
        for window in self.screen.windows():
            for button in window.findChildren(QAbstractButton):
                if button.isVisible() and button.isEnabled() and button.text().startswith(name):
                    self._click(button, button.rect().center())
                    return
        raise AssertionError(f"nothing on the screen begins with {name!r}")

    def _click(self, widget: QWidget, place: QPoint, keys: Qt.KeyboardModifier = _NO_KEYS) -> None:
        assert widget.visibleRegion().contains(place), f"{widget} is out of sight"
        QTest.mouseClick(widget, _LEFT, keys, place)
        self.clicks += 1
        self.screen.settle()

    def _find(self, kind: type[_Widget], name: str) -> _Widget:
        self.screen.wait(lambda: self.screen.there(name), name)
        return next(
            widget
            for window in self.screen.windows()
            for widget in window.findChildren(kind)
            if widget.isVisible() and is_named(widget, name)
        )
