"""The small parts of the window: icons, actions, menus, the search field, and what is kept between starts."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QAction, QColor, QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QToolButton, QWidget

from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.gui.actions.actions import ACTIONS, Act, explain, make_actions
from heatpunk_desktop.gui.actions.menus import Menus
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from heatpunk_desktop.gui.main_window.sidebar_entries import CHOICES
from heatpunk_desktop.gui.main_window.toolbar import SearchField, Toolbar
from heatpunk_desktop.gui.main_window.window_state import WindowState
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.appearance import dark_palette
from heatpunk_desktop.gui.widgets.date_field import DateField
from heatpunk_desktop.gui.widgets.icons import app_icon, tinted_pixmap
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.system import resources
from tests.unit.gui.hands import button, control

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)


class TestResources:
    def test_every_icon_of_an_action_is_there(self) -> None:
        folder = resources.resources_folder() / "icons"
        assert all((folder / f"{spec.icon}.svg").is_file() for spec in ACTIONS if spec.icon)
        assert "ISC License" in (folder / "LICENSE-lucide.txt").read_text("utf-8")

    def test_a_packaged_program_finds_them_where_it_was_unpacked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
        assert resources.resources_folder.__wrapped__() == tmp_path / "resources"

    def test_an_installed_program_finds_them_beside_its_modules(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "_resources").mkdir()
        monkeypatch.setattr(resources, "__file__", str(tmp_path / "system" / "resources.py"))
        assert resources.resources_folder.__wrapped__() == tmp_path / "_resources"


class TestIcons:
    @pytest.mark.usefixtures("qapp")
    @pytest.mark.parametrize("colour", ["#05619e", "#ffffff"])
    def test_a_line_icon_has_the_colour_that_is_asked_for(self, colour: str) -> None:
        picture = tinted_pixmap("plus", QColor(colour), 16).toImage()
        middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
        assert abs(middle.red() - QColor(colour).red()) + abs(middle.blue() - QColor(colour).blue()) < 4  # rounding
        assert picture.pixelColor(0, 0).alpha() == 0

    @pytest.mark.usefixtures("qapp")
    def test_the_programs_icon_is_there_at_each_size(self) -> None:
        for size in (16, 32, 256):
            picture = app_icon().pixmap(size, size).toImage()
            colours = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
            assert any(colour.blue() - colour.red() > 100 for colour in colours)
            assert any(colour.red() > 220 for colour in colours)

    @pytest.mark.usefixtures("qapp")
    def test_in_a_title_bar_the_programs_icon_has_fewer_lines(self) -> None:
        icons = resources.resources_folder() / "icons"
        small, large = (QIcon(str(icons / name)).pixmap(16, 16).toImage() for name in ("app-small.svg", "app.svg"))
        assert small != large
        assert app_icon().pixmap(16, 16).toImage() == small


class TestActions:
    def test_no_two_have_the_same_keys_or_name(self) -> None:
        keys = [spec.shortcut for spec in ACTIONS if spec.shortcut]
        assert len(keys) == len(set(keys))
        assert [spec.act for spec in ACTIONS] == list(dict.fromkeys(spec.act for spec in ACTIONS))
        assert {spec.act for spec in ACTIONS} == set(Act)

    def test_the_tool_tip_says_the_keys_or_why_not(self, qtbot: QtBot) -> None:
        parent = QWidget()
        qtbot.addWidget(parent)
        edit = make_actions(parent)[Act.EDIT]
        assert edit.toolTip() == "Edit (F2)"
        explain(edit, "Choose a project first")
        assert (edit.toolTip(), edit.isEnabled()) == ("Choose a project first", False)

    def test_the_menu_bar_holds_each_action_and_view_once(self, qtbot: QtBot) -> None:
        window = QMainWindow()
        qtbot.addWidget(window)
        actions = make_actions(window)
        menus = Menus(window.menuBar(), actions, window)
        views = menus.add_views()
        assert [menu.text() for menu in window.menuBar().actions()] == [
            "&File",
            "&Edit",
            "&View",
            "&Project",
            "&Changes",
            "&Help",
        ]
        tops = [menu_of(top) for top in window.menuBar().actions()]
        found = [action for top in tops for action in _leaves(top)]
        assert sorted(found, key=id) == sorted([*actions.values(), *views.values()], key=id)
        assert [view.text() for view in views.values()][:2] == ["All projects", "Mine"]
        numbered = {view.shortcut().toString(): view.text() for view in views.values() if view.shortcut().count()}
        assert numbered == {
            "Ctrl+1": "All projects",
            "Ctrl+2": "Mine",
            "Ctrl+3": VIEW_WORDS[SidebarView.CHANGED_LATELY].name,
            "Ctrl+4": "Lead",
            "Ctrl+5": "Quote",
            "Ctrl+6": "Sale",
            "Ctrl+7": "Install",
            "Ctrl+8": "Completed",
            "Ctrl+9": "Rejected",
        }
        assert list(views) == list(CHOICES)

    def test_menus_get_their_icons_when_they_open_and_again_in_other_colours(self, qtbot: QtBot) -> None:
        window = QMainWindow()
        qtbot.addWidget(window)
        actions = make_actions(window)
        _menus = Menus(window.menuBar(), actions, window)
        assert actions[Act.REFRESH].icon().isNull()
        file = menu_of(window.menuBar().actions()[0])
        file.aboutToShow.emit()
        light = actions[Act.REFRESH].icon().cacheKey()
        file.aboutToShow.emit()
        assert actions[Act.REFRESH].icon().cacheKey() == light
        before = QApplication.palette()
        QApplication.setPalette(dark_palette())
        try:
            QApplication.processEvents()
            file.aboutToShow.emit()
            assert actions[Act.REFRESH].icon().cacheKey() != light
        finally:
            QApplication.setPalette(before)


def menu_of(action: QAction) -> QMenu:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return menu


def _leaves(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        if action.menu() is not None:
            found += _leaves(menu_of(action))
        elif not action.isSeparator():
            found.append(action)
    return found


class TestToolbar:
    def test_its_buttons_are_named_as_users_know_them(self, qtbot: QtBot) -> None:
        parent = QWidget()
        qtbot.addWidget(parent)
        actions = make_actions(parent)
        toolbar = Toolbar(actions, parent)
        for name in ("New project", "Refresh", "Edit", "Delete", "Open in Heatpunk"):
            one = button(toolbar, name)
            assert one.focusPolicy() & Qt.FocusPolicy.TabFocus
            assert not one.icon().isNull()
        explain(actions[Act.EDIT], "Choose a project first")
        assert not button(toolbar, "Edit").isEnabled()
        assert button(toolbar, "Edit").toolTip() == "Choose a project first"
        with qtbot.waitSignal(actions[Act.NEW].triggered):
            QTest.mouseClick(button(toolbar, "New project"), Qt.MouseButton.LeftButton)

    def test_escape_empties_the_search_and_down_leaves_it(self, qtbot: QtBot) -> None:
        field = SearchField()
        qtbot.addWidget(field)
        assert field.accessibleName() == "Search projects"
        assert {push_button.accessibleName() for push_button in field.findChildren(QToolButton)} == {
            "Search",
            "Clear the search",
        }
        QTest.keyClicks(field, "high st")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == ""
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
            with qtbot.waitSignal(field.left_downwards):
                QTest.keyClick(field, key)

    def test_icons_follow_the_colours(self, qtbot: QtBot) -> None:
        parent = QWidget()
        qtbot.addWidget(parent)
        toolbar = Toolbar(make_actions(parent), parent)
        refresh = button(toolbar, "Refresh")
        undrawn, size = refresh.icon().pixmap(16, 16).toImage(), refresh.sizeHint()
        toolbar.resize(1000, 50)
        parent.resize(1000, 50)
        parent.show()
        qtbot.waitUntil(lambda: refresh.icon().pixmap(16, 16).toImage() != undrawn)
        assert refresh.sizeHint() == size, "nothing moves when the icon comes"
        light = refresh.icon().pixmap(16, 16).toImage()
        before = QApplication.palette()
        QApplication.setPalette(dark_palette())
        try:
            QApplication.processEvents()
            dark = refresh.icon().pixmap(16, 16, QIcon.Mode.Normal).toImage()
        finally:
            QApplication.setPalette(before)
        assert light != dark


class TestWindowState:
    @pytest.fixture
    def bar(self, qtbot: QtBot) -> FilterBar:
        bar = FilterBar(lambda: TODAY)
        qtbot.addWidget(bar)
        return bar

    def test_it_survives_being_written_as_json(self, qtbot: QtBot) -> None:
        splitter, again = QSplitter(), QSplitter()
        for widget in (splitter, again):
            qtbot.addWidget(widget)
            widget.resize(600, 100)
            widget.addWidget(QWidget())
            widget.addWidget(QWidget())
        splitter.setSizes([200, 400])
        kept = WindowState({})
        kept.keep_splitter("main", splitter)
        kept.keep_geometry(splitter)
        read = WindowState(json.loads(json.dumps(kept.values)))
        assert read.restore_splitter("main", again)
        assert again.sizes() == splitter.sizes()
        assert read.restore_geometry(again)

    @pytest.mark.parametrize("rubbish", [{}, {"main": 3}, {"main": "é!", "geometry": []}])
    def test_what_cannot_be_read_is_as_at_first_start(
        self, qtbot: QtBot, bar: FilterBar, rubbish: dict[str, object]
    ) -> None:
        kept = WindowState(rubbish)
        splitter = QSplitter()
        qtbot.addWidget(splitter)
        assert not kept.restore_splitter("main", splitter)
        assert not kept.restore_geometry(splitter)
        assert kept.flag("inspector", True)
        kept.restore_dates(bar.dates)
        assert bar.dates.preset is RangePreset.ALL_TIME

    @pytest.mark.parametrize(
        "values",
        [
            {"date_preset": "Next year"},
            {"date_preset": "Custom", "date_first": "2026-11-24", "date_last": "2026-11-01"},
            {"date_preset": "Custom", "date_first": "yesterday"},
        ],
    )
    def test_dates_that_make_no_range_are_all_time(self, bar: FilterBar, values: dict[str, object]) -> None:
        WindowState(values).restore_dates(bar.dates)
        assert bar.dates.preset is RangePreset.ALL_TIME

    def test_a_preset_is_kept_by_its_name(self, qtbot: QtBot, bar: FilterBar) -> None:
        bar.dates.show_preset(RangePreset.LAST_7_DAYS)
        kept = WindowState({})
        kept.keep_dates(bar.dates)
        later = FilterBar(lambda: date(2026, 12, 24))
        qtbot.addWidget(later)
        kept.restore_dates(later.dates)
        assert later.dates.range == DateRange(date(2026, 12, 18), date(2026, 12, 24))

    def test_days_of_ones_own_are_kept_as_they_are(self, qtbot: QtBot, bar: FilterBar) -> None:
        control(bar, DateField, "From").setDate(QDate(2026, 8, 26))
        kept = WindowState({})
        kept.keep_dates(bar.dates)
        later = FilterBar(lambda: date(2026, 12, 24))
        qtbot.addWidget(later)
        kept.restore_dates(later.dates)
        assert later.dates.range == DateRange(date(2026, 8, 26), TODAY)
        assert later.dates.preset is RangePreset.CUSTOM
