"""Saved views, in the whole window."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu

from heatpunk_desktop.domain.choices import RemovedView, StoredView, ViewOrder
from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.filters.query import read_query
from heatpunk_desktop.filters.saved_view import SavedView, ShownColumn
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.filters.date_range_picker import DateRangePicker
from heatpunk_desktop.gui.filters.filter_controller import FilterController
from heatpunk_desktop.gui.saved_views.name_dialog import NameDialog
from heatpunk_desktop.gui.saved_views.saved_views_controller import SavedViewsController
from heatpunk_desktop.gui.table.column_chooser import shown_columns
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import KeepChoice
from heatpunk_desktop.services.sync.instructions import Refresh
from tests.parts import part_of
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, choose, control, question, type_in, words_on
from tests.unit.gui.one_window import TODAY, Window
from tests.unit.gui.window_service import ME, SAM, make_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

QUOTES = SavedView(
    "Sam’s quotes & more",
    query="status:quote owner:sam@acme-heat.test",
    columns=(ShownColumn("status", 90), ShownColumn("project", 200), ShownColumn("owner", 150)),
    sort_column="project",
)
NEW = SavedView("New ones", search="created:>2026-06 survey", preset=RangePreset.LAST_30_DAYS)


def kept(*views: SavedView) -> tuple[StoredView, ...]:
    return tuple(StoredView(number, view.name, view.to_json()) for number, view in enumerate(views, 1))


class Desk:
    def __init__(self, qtbot: QtBot, *views: SavedView) -> None:
        self.qtbot = qtbot
        self.window = Window(qtbot, kept(*views))
        self.sidebar = self.window.sidebar
        self.table = self.window.table

    def spoken(self) -> list[str]:
        """What a screen reader says of the saved views."""
        items = map(self.sidebar.item, range(self.sidebar.count()))
        names = [item.data(Qt.ItemDataRole.AccessibleTextRole) or item.text() for item in items]
        if "My views" not in names:
            return []
        return names[names.index("My views") + 1 : names.index("Status")]

    def choose(self, name: str) -> None:
        self.window.show_view(name)

    def columns(self) -> list[str]:
        return [one.name for one in shown_columns(self.table)]

    def asked(self) -> list[object]:
        return [one.choice for one in self.window.service.told(KeepChoice)]

    def answer(self, view_id: int) -> None:
        """The store has kept what was asked for last."""
        self.window.service.answer(len(self.window.service.asked), view_id)

    def menu(self) -> dict[str, Callable[[], None]]:
        """What the menu of the chosen view offers."""
        self.sidebar.setFocus()
        self.sidebar.saved_view_menu_requested.emit(
            part_of(self.window.window, FilterController).saved_view, self.sidebar.pos()
        )
        (menu,) = [one for one in self.window.window.findChildren(QMenu) if one.isVisible()]
        menu.close()
        return {action.text().replace("&", ""): action.trigger for action in menu.actions() if action.isEnabled()}

    def name(self, text: str) -> None:
        (dialog,) = [one for one in self.window.window.findChildren(NameDialog) if one.isVisible()]
        type_in(dialog, "Name of the view", text)
        QTest.mouseClick(button(dialog, "Save view"), Qt.MouseButton.LeftButton)

    def opened(self) -> list[NameDialog]:
        return [one for one in self.window.window.findChildren(NameDialog) if one.isVisible()]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    desks = []

    def made(*views: SavedView) -> Desk:
        desks.append(Desk(qtbot, *views))
        return desks[-1]

    yield made
    for desk in desks:
        desk.window.close()


def test_each_has_its_live_count(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Sam’s quotes & more, 1", "New ones, 1"])
    desk.window.model.upsert_rows({9: make_row(9, status="Quote", created="2026-11-24T08:00:00.000Z", owner_id=8)})
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Sam’s quotes & more, 2", "New ones, 2"])


def test_without_any_there_is_no_caption(make: Callable[..., Desk]) -> None:
    assert make().spoken() == []


def test_a_view_brings_its_filter_columns_and_order_and_takes_them_with_it(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    before = desk.columns()
    desk.choose("Sam’s quotes & more")
    assert desk.window.keys() == [4]
    assert desk.window.chips() == ["Status is Quote", "Owner is sam@acme-heat.test"]
    assert desk.columns() == ["status", "project", "owner"]
    assert desk.window.model.sorting == (Column.PROJECT, Qt.SortOrder.AscendingOrder)
    assert desk.sidebar.currentItem().text() == "Sam’s quotes & more"
    desk.choose("New ones")
    assert desk.window.keys() == [5]
    assert desk.window.search.text() == "created:>2026-06 survey"
    assert control(desk.window.window, QComboBox, "Date range").currentText() == "Last 30 days"
    assert desk.window.service.told(Refresh)
    desk.choose("All projects")
    assert desk.window.keys() == [5, 4, 3]
    assert not desk.window.chips()
    assert not desk.window.search.text()
    assert desk.columns() == before
    assert desk.window.model.sorting == (Column.CREATED, Qt.SortOrder.DescendingOrder)
    assert control(desk.window.window, QComboBox, "Date range").currentText() == "All time"


def test_what_is_shown_is_saved_as_a_view_and_shown_as_one(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.choose("Quote")
    part_of(desk.window.window, FilterController).set_conditions(read_query("owner:me postcode:CB").query.conditions)
    desk.window.search.setText("flat")
    choose(desk.window.window, "Date range", "This year")
    desk.window.action(Act.SAVE_VIEW).trigger()
    desk.name("  Mine in\tCambridge ")
    (asked,) = desk.asked()
    assert isinstance(asked, StoredView)
    assert asked.name == "Mine in Cambridge"
    view = SavedView.from_json(asked.content)
    assert view is not None
    assert view.query == "owner:me postcode:CB"
    assert (view.search, view.statuses, view.preset) == ("flat", ("Quote",), RangePreset.THIS_YEAR)
    assert [one.name for one in view.columns] == desk.columns()
    assert not desk.spoken()  # it is not on the disk yet
    desk.answer(7)
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Mine in Cambridge, 1"])
    assert desk.sidebar.currentItem().text() == "Mine in Cambridge"
    assert desk.window.keys() == [3]


def test_a_view_that_cannot_be_kept_is_told(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.window.action(Act.SAVE_VIEW).trigger()
    desk.name("x")
    desk.window.service.refuse(len(desk.window.service.asked), DISK_FULL)
    assert "The disk is full" in words_on(question(desk.window.window))
    assert not desk.spoken()


def test_a_change_is_marked_and_can_be_kept_or_taken_back(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES)
    keep, revert = desk.window.action(Act.KEEP_VIEW), desk.window.action(Act.REVERT_VIEW)
    assert "Choose a view of your own first" in keep.toolTip()
    desk.choose("Sam’s quotes & more")
    assert not keep.isEnabled()
    desk.table.horizontalHeader().resizeSection(Column.PROJECT, 321)  # which is no change
    assert not keep.isEnabled()
    desk.window.search.setText("bakery")
    assert keep.isEnabled()
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Sam’s quotes & more, changed, 1"])
    revert.trigger()
    assert not desk.window.search.text()
    assert not revert.isEnabled()
    desk.table.column_actions[Column.ADDRESS].trigger()
    keep.trigger()
    (asked,) = desk.asked()
    assert isinstance(asked, StoredView)
    assert asked.view_id == 1
    view = SavedView.from_json(asked.content)
    assert view is not None
    assert {one.name for one in view.columns} == {"status", "project", "owner", "address"}
    assert not keep.isEnabled()
    assert desk.spoken() == ["Sam’s quotes & more, 1"]


def test_days_that_follow_no_preset_any_more_are_a_change_too(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES)
    desk.choose(QUOTES.name)
    control(desk.window.window, QComboBox, "Date range").setCurrentText("Custom")
    assert desk.window.action(Act.KEEP_VIEW).isEnabled()


def test_rename_duplicate_and_order(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    desk.choose("New ones")
    desk.menu()["Rename…"]()
    (dialog,) = desk.opened()
    type_in(dialog, "Name of the view", QUOTES.name)
    assert "called that already" in words_on(dialog)
    desk.name("Fresh")
    desk.menu()["Move up"]()
    assert isinstance(desk.asked()[-1], ViewOrder)
    assert desk.asked()[-1] == ViewOrder((2, 1))
    assert [one.split(",")[0] for one in desk.spoken()] == ["Fresh", QUOTES.name]
    assert "Move up" not in desk.menu()
    assert desk.sidebar.currentItem().text() == "Fresh"
    desk.menu()["Duplicate"]()
    desk.answer(3)
    assert [one.split(",")[0] for one in desk.spoken()] == ["Fresh", "Fresh (copy)", QUOTES.name]
    assert desk.sidebar.currentItem().text() == "Fresh (copy)"


def test_by_the_keyboard_alone(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    desk.choose(QUOTES.name)
    desk.sidebar.setFocus()
    QTest.keyClick(desk.sidebar, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [one.split(",")[0] for one in desk.spoken()] == ["New ones", QUOTES.name]
    QTest.keyClick(desk.sidebar, Qt.Key.Key_F2)
    desk.name("Quotes")
    assert desk.spoken()[1].startswith("Quotes")
    desk.sidebar.setFocus()
    QTest.keyClick(desk.sidebar, Qt.Key.Key_Up)
    assert desk.sidebar.currentItem().text() == "New ones"
    assert desk.window.keys() == [5]


def test_deleted_after_a_question_all_projects_are_shown(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES)
    before = desk.columns()
    desk.choose(QUOTES.name)
    desk.sidebar.setFocus()
    QTest.keyClick(desk.sidebar, Qt.Key.Key_Delete)
    box = question(desk.window.window)
    assert "stay as they are" in words_on(box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert desk.spoken()
    desk.menu()["Delete…"]()
    QTest.mouseClick(button(question(desk.window.window), "Delete view"), Qt.MouseButton.LeftButton)
    assert desk.asked() == [RemovedView(1)]
    assert not desk.spoken()
    assert desk.window.keys() == [5, 4, 3]
    assert desk.sidebar.currentItem().text() == "All projects"
    assert desk.columns() == before


def test_the_menu_and_the_palette_offer_them(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    from heatpunk_desktop.gui.actions.shortcut_sheet import listed_actions  # noqa: PLC0415 - beside what it is used for

    found = {one.words: one.action for one in listed_actions(desk.window.window.menuBar())}
    found["My views: Sam’s quotes & more"].trigger()
    assert desk.window.keys() == [4]
    assert not found["All projects"].isChecked()
    found["All projects"].trigger()
    assert found["All projects"].isChecked()
    assert desk.window.keys() == [5, 4, 3]


def test_closed_in_a_view_the_next_start_has_the_columns_of_every_day(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES)
    before = desk.columns()
    desk.choose(QUOTES.name)
    desk.window.window.close()
    assert desk.columns() == before


def test_an_owner_whom_nobody_knows_is_nobody(make: Callable[..., Desk]) -> None:
    desk = make(SavedView("Gone", owner="gone@acme-heat.test"), SavedView("Number", owner="8"))
    desk.choose("Gone")
    assert desk.window.keys() == []
    desk.choose("Number")
    assert desk.window.keys() == [4]
    assert desk.window.chips() == [f"Owner {SAM.email}"]


def test_people_who_become_known_leave_the_columns_alone(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES._replace(query="", owner="new@acme-heat.test"))
    desk.choose(QUOTES.name)
    assert desk.window.keys() == []
    desk.table.horizontalHeader().resizeSection(Column.PROJECT, 321)
    desk.window.service.members_changed.emit((ME, SAM._replace(email="new@acme-heat.test")))
    assert desk.window.keys() == [4]
    assert desk.table.columnWidth(Column.PROJECT) == 321
    assert not desk.window.action(Act.KEEP_VIEW).isEnabled()


def test_the_count_of_the_last_days_follows_the_day(make: Callable[..., Desk]) -> None:
    desk = make(SavedView("Today", query="created:today"), SavedView("Week", preset=RangePreset.LAST_7_DAYS))
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Today, 1", "Week, 2"])
    desk.window.today = date(2026, 11, 30)
    desk.window.model.upsert_rows({3: make_row(3, status="Sale", created="2026-11-30T08:00:00.000Z")})
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Today, 1", "Week, 2"] and desk.window.keys()[0] == 3)
    desk.window.today = date(2026, 12, 5)
    desk.window.model.upsert_rows({3: make_row(3, status="Quote", created="2026-11-30T08:00:00.000Z")})
    desk.qtbot.waitUntil(lambda: desk.spoken() == ["Today, 0", "Week, 1"])


def test_days_of_ones_own_come_back(make: Callable[..., Desk]) -> None:
    days = DateRange(date(2026, 5, 1), date(2026, 6, 30))
    desk = make(SavedView("Then", preset=RangePreset.CUSTOM, own_days=days))
    desk.choose("Then")
    assert desk.window.keys() == [3]
    assert part_of(desk.window.window, DateRangePicker).range == days
    desk.choose("Lead")
    assert desk.window.keys() == [5]
    assert part_of(desk.window.window, DateRangePicker).range.last == TODAY


def test_the_name_is_needed(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.window.action(Act.SAVE_VIEW).trigger()
    (dialog,) = desk.opened()
    assert not button(dialog, "Save view").isEnabled()
    control(dialog, QLineEdit, "Name of the view").setText("  ")
    assert not button(dialog, "Save view").isEnabled()


def test_the_menu_of_views_goes_to_one_however_often_it_was_opened(make: Callable[..., Desk]) -> None:
    desk = make(QUOTES, NEW)
    own = part_of(desk.window.window, SavedViewsController)
    menu = own.menu
    for _ in range(4):
        menu.aboutToShow.emit()
    actions = menu.actions()
    assert [action.text() for action in actions] == ["Sam’s quotes && more", "New ones"]
    actions[0].trigger()
    assert desk.window.keys() == [4]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(menu.findChildren(QActionGroup)) == 1
    assert len(menu.findChildren(QAction)) == 1 + len(actions), "the menu's own and those that it shows"
