"""The command palette, the sheet of shortcuts and the choice of columns, in the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QTreeWidget

from heatpunk_desktop.filters.saved_view import ShownColumn
from heatpunk_desktop.gui.actions.actions import ACTIONS, Act
from heatpunk_desktop.gui.actions.shortcut_sheet import ShortcutSheet, listed_actions, plain_words, shortcuts_of
from heatpunk_desktop.gui.command_palette.palette import CommandPalette, Entry, ranked
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.table.column_chooser import DEFAULT_COLUMNS, ColumnChooser, show_columns, shown_columns
from heatpunk_desktop.models.table_columns import Column
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.one_window import Window
from tests.unit.gui.window_service import make_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from pytestqt.qtbot import QtBot

    D = TypeVar("D", bound=QDialog)

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


def opened(window: Window, kind: type[D]) -> D:
    (found,) = [widget for widget in window.window.findChildren(kind) if widget.isVisible()]
    return found


class Palette:
    def __init__(self, window: Window) -> None:
        QTest.keyClick(window.window, Qt.Key.Key_K, CTRL)
        self.window = window
        self.dialog = opened(window, CommandPalette)
        self.line = control(self.dialog, QLineEdit, "Command, view or project")
        self.tree = control(self.dialog, QTreeWidget, "Found")

    def found(self) -> list[tuple[str, str, str]]:
        items = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        return [(item.text(0), item.text(1), item.text(2)) for item in items if item is not None]

    def type(self, text: str) -> None:
        self.line.setFocus()
        QTest.keyClicks(self.line, text)

    def enter(self) -> None:
        QTest.keyClick(self.line, Qt.Key.Key_Return)


def test_the_palette_offers_everything_that_the_menus_do(window: Window) -> None:
    names = {words for words, _, _ in Palette(window).found()}
    assert {plain_words(spec.text) for spec in ACTIONS} <= {name.split(": ")[-1] for name in names}
    assert {"All projects", "Quote", "Sort by: Customer"} <= names


def test_typed_and_entered_it_is_done(qtbot: QtBot, window: Window) -> None:
    palette = Palette(window)
    palette.type("new pr")
    assert palette.found()[0] == ("New project", "File", "Ctrl+N")
    palette.enter()
    qtbot.waitUntil(lambda: bool(window.window.findChildren(ProjectForm)))
    assert not window.window.findChildren(CommandPalette)
    window.window.findChildren(ProjectForm)[0].close()


def test_a_view_is_gone_to(qtbot: QtBot, window: Window) -> None:
    palette = Palette(window)
    palette.type("quote")
    assert palette.found()[0][:2] == ("Quote", "View")
    palette.enter()
    qtbot.waitUntil(lambda: window.keys() == [4, 3])


def test_a_project_is_shown_whatever_the_filters_hide(qtbot: QtBot, window: Window) -> None:
    window.search.setText("status:sale")
    assert window.keys() == []
    palette = Palette(window)
    palette.type("bakery")
    assert palette.found() == [("The Old Bakery · Siân O’Neill · CB24 9PL", "Project", "")]
    palette.enter()
    qtbot.waitUntil(lambda: window.table.current_key == 4)


def test_projects_with_the_words_as_they_were_typed_come_first(qtbot: QtBot, window: Window) -> None:
    window.model.add_rows([make_row(6, "Old Theatre", "Lead", "2026-11-24T11:00:00.000Z")])
    palette = Palette(window)
    palette.type("the old")
    qtbot.waitUntil(lambda: palette.tree.topLevelItemCount() == 2)
    assert [words.split(" · ")[0] for words, _, _ in palette.found()] == ["The Old Bakery", "Old Theatre"]


def test_the_arrows_go_through_what_is_found_while_one_types_on(window: Window) -> None:
    palette = Palette(window)
    palette.type("sort")
    first = palette.tree.currentIndex().row()
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    QTest.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.tree.currentIndex().row() == first + 1
    assert palette.dialog.focusWidget() is palette.line


def test_what_cannot_be_done_says_why_and_stays(window: Window) -> None:
    palette = Palette(window)
    palette.type("delete perm")
    assert window.action(Act.DELETE_PERMANENTLY).toolTip() in words_on(palette.dialog)
    palette.enter()
    assert palette.dialog.isVisible()
    palette.line.clear()
    palette.type("qqqq")
    assert "Nothing is called that" in words_on(palette.dialog)
    palette.enter()
    assert palette.dialog.isVisible()


def test_the_best_stand_first() -> None:
    def entry(words: str, reason: str = "") -> Entry:
        return Entry(words, "Menu", "", lambda: None, reason)

    entries = [entry("Unsorted"), entry("Show sorted"), entry("Sort by"), entry("Sorted", "no"), entry("Other")]
    assert [entry.words for entry in ranked(entries, "sort")] == ["Sort by", "Sorted", "Show sorted", "Unsorted"]
    assert [entry.words for entry in ranked(entries, "menu oth")] == ["Other"]
    assert len(ranked(entries, "")) == 5


def test_the_sheet_has_the_keys_of_every_action(window: Window) -> None:
    QTest.keyClick(window.window, Qt.Key.Key_F1)
    tree = control(opened(window, ShortcutSheet), QTreeWidget, "Keyboard shortcuts")
    groups = {
        group.text(0): {
            child.text(1): child.text(0) for child in map(group.child, range(group.childCount())) if child is not None
        }
        for index in range(tree.topLevelItemCount())
        if (group := tree.topLevelItem(index)) is not None
    }
    keys = {words: key for rows in groups.values() for words, key in rows.items()}
    for spec in ACTIONS:
        if spec.shortcut:
            assert keys[plain_words(spec.text)] == ", ".join(filter(None, (spec.shortcut, spec.also)))
    assert groups["View"]["All projects"] == "Ctrl+1"
    assert "In the table" in groups


def test_the_sheet_says_what_undo_is_and_not_what_it_would_undo(window: Window) -> None:
    undo = window.action(Act.UNDO)
    undo.setText("&Undo change of Status: Mill")
    undo.setIconText("Undo")
    assert "Undo" in {shortcut.words for shortcut in shortcuts_of(window.window.menuBar())}


def test_a_long_name_has_the_room_of_keys_that_nothing_found_has(qtbot: QtBot, window: Window) -> None:
    palette = Palette(window)
    palette.type("new pr")
    assert not palette.tree.isColumnHidden(2)
    palette.line.clear()
    palette.type("bakery")
    qtbot.waitUntil(lambda: palette.tree.topLevelItemCount() > 0)
    assert palette.tree.isColumnHidden(2)


def test_no_keys_are_given_twice(window: Window) -> None:
    keys = [shortcut.keys for shortcut in shortcuts_of(window.window.menuBar())]
    assert len(keys) == len(set(keys))


def test_every_listed_action_is_in_a_menu(window: Window) -> None:
    assert {action.menu for action in listed_actions(window.window.menuBar())} == {
        "File", "Edit", "View", "Project", "Changes", "Help",
    }  # fmt: skip


def names(window: Window) -> list[str]:
    return [column.name for column in shown_columns(window.table)]


def test_columns_are_chosen_and_put_in_order_by_the_keyboard(window: Window) -> None:
    window.action(Act.CHOOSE_COLUMNS).trigger()
    chooser = opened(window, ColumnChooser)
    columns = control(chooser, QListWidget, "Columns")
    assert [columns.item(row).text() for row in range(columns.count())][:2] == ["Project", "Customer"]
    columns.setCurrentRow(0)
    QTest.keyClick(columns, Qt.Key.Key_Space)  # the name stays
    columns.setCurrentRow(1)
    QTest.keyClick(columns, Qt.Key.Key_Space)
    columns.setCurrentRow(2)
    QTest.mouseClick(button(chooser, "Move &up"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(chooser, "Move &up"), Qt.MouseButton.LeftButton)
    assert not button(chooser, "Move &up").isEnabled()
    QTest.mouseClick(button(chooser, "Apply"), Qt.MouseButton.LeftButton)
    assert names(window) == ["postcode", "project", "status", "created", "modified"]
    assert not window.table.column_actions[Column.CUSTOMER].isChecked()


def test_back_to_default(window: Window) -> None:
    table = window.table
    show_columns(table, [ShownColumn("owner", 90), ShownColumn("project"), ShownColumn("never heard of")])
    assert names(window) == ["owner", "project"]
    window.action(Act.CHOOSE_COLUMNS).trigger()
    chooser = opened(window, ColumnChooser)
    QTest.mouseClick(button(chooser, "&Back to default"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(chooser, "Apply"), Qt.MouseButton.LeftButton)
    assert names(window) == [column.name for column in DEFAULT_COLUMNS]


def test_cancelled_the_columns_stay(window: Window) -> None:
    before = names(window)
    window.action(Act.CHOOSE_COLUMNS).trigger()
    chooser = opened(window, ColumnChooser)
    QTest.mouseClick(button(chooser, "&Back to default"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(chooser, "Cancel"), Qt.MouseButton.LeftButton)
    assert names(window) == before


def test_the_projects_name_is_always_there(window: Window) -> None:
    show_columns(window.table, [ShownColumn("status", 120)])
    assert names(window) == ["project", "status"]
