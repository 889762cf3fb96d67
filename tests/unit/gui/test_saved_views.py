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
from heatpunk_desktop.gui.saved_views.saved_views_controller import NameDialog, SavedViewsController
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


class Bench:
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
        return [column.name for column in shown_columns(self.table)]

    def asked(self) -> list[object]:
        return [command.choice for command in self.window.service.told(KeepChoice)]

    def answer(self, view_id: int) -> None:
        """The store has kept what was asked for last."""
        self.window.service.answer(len(self.window.service.asked), view_id)

    def menu(self) -> dict[str, Callable[[], None]]:
        """What the menu of the chosen view offers."""
        self.sidebar.setFocus()
        self.sidebar.saved_view_menu_requested.emit(
            part_of(self.window.window, FilterController).saved_view, self.sidebar.pos()
        )
        (menu,) = [menu for menu in self.window.window.findChildren(QMenu) if menu.isVisible()]
        menu.close()
        return {action.text().replace("&", ""): action.trigger for action in menu.actions() if action.isEnabled()}

    def name(self, text: str) -> None:
        (dialog,) = [
            name_dialog for name_dialog in self.window.window.findChildren(NameDialog) if name_dialog.isVisible()
        ]
        type_in(dialog, "Name of the view", text)
        QTest.mouseClick(button(dialog, "Save view"), Qt.MouseButton.LeftButton)

    def opened(self) -> list[NameDialog]:
        return [name_dialog for name_dialog in self.window.window.findChildren(NameDialog) if name_dialog.isVisible()]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[..., Bench]]:
    benches = []

    def made(*views: SavedView) -> Bench:
        benches.append(Bench(qtbot, *views))
        return benches[-1]

    yield made
    for bench in benches:
        bench.window.close()


def test_each_has_its_live_count(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Sam’s quotes & more, 1", "New ones, 1"])
    bench.window.model.upsert_rows({9: make_row(9, status="Quote", created="2026-11-24T08:00:00.000Z", owner_id=8)})
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Sam’s quotes & more, 2", "New ones, 2"])


def test_without_any_there_is_no_caption(make: Callable[..., Bench]) -> None:
    assert make().spoken() == []


def test_a_view_brings_its_filter_columns_and_order_and_takes_them_with_it(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    before = bench.columns()
    bench.choose("Sam’s quotes & more")
    assert bench.window.keys() == [4]
    assert bench.window.chips() == ["Status is Quote", "Owner is sam@acme-heat.test"]
    assert bench.columns() == ["status", "project", "owner"]
    assert bench.window.model.sorting == (Column.PROJECT, Qt.SortOrder.AscendingOrder)
    assert bench.sidebar.currentItem().text() == "Sam’s quotes & more"
    bench.choose("New ones")
    assert bench.window.keys() == [5]
    assert bench.window.search.text() == "created:>2026-06 survey"
    assert control(bench.window.window, QComboBox, "Date range").currentText() == "Last 30 days"
    assert bench.window.service.told(Refresh)
    bench.choose("All projects")
    assert bench.window.keys() == [5, 4, 3]
    assert not bench.window.chips()
    assert not bench.window.search.text()
    assert bench.columns() == before
    assert bench.window.model.sorting == (Column.CREATED, Qt.SortOrder.DescendingOrder)
    assert control(bench.window.window, QComboBox, "Date range").currentText() == "All time"


def test_what_is_shown_is_saved_as_a_view_and_shown_as_one(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.choose("Quote")
    part_of(bench.window.window, FilterController).set_conditions(read_query("owner:me postcode:CB").query.conditions)
    bench.window.search.setText("flat")
    choose(bench.window.window, "Date range", "This year")
    bench.window.action(Act.SAVE_VIEW).trigger()
    bench.name("  Mine in\tCambridge ")
    (asked,) = bench.asked()
    assert isinstance(asked, StoredView)
    assert asked.name == "Mine in Cambridge"
    view = SavedView.from_json(asked.content)
    assert view is not None
    assert view.query == "owner:me postcode:CB"
    assert (view.search, view.statuses, view.preset) == ("flat", ("Quote",), RangePreset.THIS_YEAR)
    assert [column.name for column in view.columns] == bench.columns()
    assert not bench.spoken()  # it is not on the disk yet
    bench.answer(7)
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Mine in Cambridge, 1"])
    assert bench.sidebar.currentItem().text() == "Mine in Cambridge"
    assert bench.window.keys() == [3]


def test_a_view_that_cannot_be_kept_is_told(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.window.action(Act.SAVE_VIEW).trigger()
    bench.name("x")
    bench.window.service.refuse(len(bench.window.service.asked), DISK_FULL)
    assert "The disk is full" in words_on(question(bench.window.window))
    assert not bench.spoken()


def test_a_change_is_marked_and_can_be_kept_or_taken_back(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES)
    keep, revert = bench.window.action(Act.KEEP_VIEW), bench.window.action(Act.REVERT_VIEW)
    assert "Choose a view of your own first" in keep.toolTip()
    bench.choose("Sam’s quotes & more")
    assert not keep.isEnabled()
    bench.table.horizontalHeader().resizeSection(Column.PROJECT, 321)  # which is no change
    assert not keep.isEnabled()
    bench.window.search.setText("bakery")
    assert keep.isEnabled()
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Sam’s quotes & more, changed, 1"])
    revert.trigger()
    assert not bench.window.search.text()
    assert not revert.isEnabled()
    bench.table.column_actions[Column.ADDRESS].trigger()
    keep.trigger()
    (asked,) = bench.asked()
    assert isinstance(asked, StoredView)
    assert asked.view_id == 1
    view = SavedView.from_json(asked.content)
    assert view is not None
    assert {column.name for column in view.columns} == {"status", "project", "owner", "address"}
    assert not keep.isEnabled()
    assert bench.spoken() == ["Sam’s quotes & more, 1"]


def test_days_that_follow_no_preset_any_more_are_a_change_too(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES)
    bench.choose(QUOTES.name)
    control(bench.window.window, QComboBox, "Date range").setCurrentText("Custom")
    assert bench.window.action(Act.KEEP_VIEW).isEnabled()


def test_rename_duplicate_and_order(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    bench.choose("New ones")
    bench.menu()["Rename…"]()
    (dialog,) = bench.opened()
    type_in(dialog, "Name of the view", QUOTES.name)
    assert "called that already" in words_on(dialog)
    bench.name("Fresh")
    bench.menu()["Move up"]()
    assert isinstance(bench.asked()[-1], ViewOrder)
    assert bench.asked()[-1] == ViewOrder((2, 1))
    assert [text.split(",")[0] for text in bench.spoken()] == ["Fresh", QUOTES.name]
    assert "Move up" not in bench.menu()
    assert bench.sidebar.currentItem().text() == "Fresh"
    bench.menu()["Duplicate"]()
    bench.answer(3)
    assert [text.split(",")[0] for text in bench.spoken()] == ["Fresh", "Fresh (copy)", QUOTES.name]
    assert bench.sidebar.currentItem().text() == "Fresh (copy)"


def test_by_the_keyboard_alone(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    bench.choose(QUOTES.name)
    bench.sidebar.setFocus()
    QTest.keyClick(bench.sidebar, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [text.split(",")[0] for text in bench.spoken()] == ["New ones", QUOTES.name]
    QTest.keyClick(bench.sidebar, Qt.Key.Key_F2)
    bench.name("Quotes")
    assert bench.spoken()[1].startswith("Quotes")
    bench.sidebar.setFocus()
    QTest.keyClick(bench.sidebar, Qt.Key.Key_Up)
    assert bench.sidebar.currentItem().text() == "New ones"
    assert bench.window.keys() == [5]


def test_deleted_after_a_question_all_projects_are_shown(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES)
    before = bench.columns()
    bench.choose(QUOTES.name)
    bench.sidebar.setFocus()
    QTest.keyClick(bench.sidebar, Qt.Key.Key_Delete)
    box = question(bench.window.window)
    assert "stay as they are" in words_on(box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert bench.spoken()
    bench.menu()["Delete…"]()
    QTest.mouseClick(button(question(bench.window.window), "Delete view"), Qt.MouseButton.LeftButton)
    assert bench.asked() == [RemovedView(1)]
    assert not bench.spoken()
    assert bench.window.keys() == [5, 4, 3]
    assert bench.sidebar.currentItem().text() == "All projects"
    assert bench.columns() == before


def test_the_menu_and_the_palette_offer_them(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    from heatpunk_desktop.gui.actions.shortcut_sheet import listed_actions  # noqa: PLC0415 - beside what it is used for

    found = {action.words: action.action for action in listed_actions(bench.window.window.menuBar())}
    found["My views: Sam’s quotes & more"].trigger()
    assert bench.window.keys() == [4]
    assert not found["All projects"].isChecked()
    found["All projects"].trigger()
    assert found["All projects"].isChecked()
    assert bench.window.keys() == [5, 4, 3]


def test_closed_in_a_view_the_next_start_has_the_columns_of_every_day(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES)
    before = bench.columns()
    bench.choose(QUOTES.name)
    bench.window.window.close()
    assert bench.columns() == before


def test_an_owner_whom_nobody_knows_is_nobody(make: Callable[..., Bench]) -> None:
    bench = make(SavedView("Gone", owner="gone@acme-heat.test"), SavedView("Number", owner="8"))
    bench.choose("Gone")
    assert bench.window.keys() == []
    bench.choose("Number")
    assert bench.window.keys() == [4]
    assert bench.window.chips() == [f"Owner {SAM.email}"]


def test_users_who_become_known_leave_the_columns_alone(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES._replace(query="", owner="new@acme-heat.test"))
    bench.choose(QUOTES.name)
    assert bench.window.keys() == []
    bench.table.horizontalHeader().resizeSection(Column.PROJECT, 321)
    bench.window.service.members_changed.emit((ME, SAM._replace(email="new@acme-heat.test")))
    assert bench.window.keys() == [4]
    assert bench.table.columnWidth(Column.PROJECT) == 321
    assert not bench.window.action(Act.KEEP_VIEW).isEnabled()


def test_the_count_of_the_last_days_follows_the_day(make: Callable[..., Bench]) -> None:
    bench = make(SavedView("Today", query="created:today"), SavedView("Week", preset=RangePreset.LAST_7_DAYS))
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Today, 1", "Week, 2"])
    bench.window.today = date(2026, 11, 30)
    bench.window.model.upsert_rows({3: make_row(3, status="Sale", created="2026-11-30T08:00:00.000Z")})
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Today, 1", "Week, 2"] and bench.window.keys()[0] == 3)
    bench.window.today = date(2026, 12, 5)
    bench.window.model.upsert_rows({3: make_row(3, status="Quote", created="2026-11-30T08:00:00.000Z")})
    bench.qtbot.waitUntil(lambda: bench.spoken() == ["Today, 0", "Week, 1"])


def test_days_of_ones_own_come_back(make: Callable[..., Bench]) -> None:
    days = DateRange(date(2026, 5, 1), date(2026, 6, 30))
    bench = make(SavedView("Then", preset=RangePreset.CUSTOM, own_days=days))
    bench.choose("Then")
    assert bench.window.keys() == [3]
    assert part_of(bench.window.window, DateRangePicker).range == days
    bench.choose("Lead")
    assert bench.window.keys() == [5]
    assert part_of(bench.window.window, DateRangePicker).range.last == TODAY


def test_the_name_is_needed(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.window.action(Act.SAVE_VIEW).trigger()
    (dialog,) = bench.opened()
    assert not button(dialog, "Save view").isEnabled()
    control(dialog, QLineEdit, "Name of the view").setText("  ")
    assert not button(dialog, "Save view").isEnabled()


def test_the_menu_of_views_goes_to_one_however_often_it_was_opened(make: Callable[..., Bench]) -> None:
    bench = make(QUOTES, NEW)
    own = part_of(bench.window.window, SavedViewsController)
    menu = own.menu
    for _ in range(4):
        menu.aboutToShow.emit()
    actions = menu.actions()
    assert [action.text() for action in actions] == ["Sam’s quotes && more", "New ones"]
    actions[0].trigger()
    assert bench.window.keys() == [4]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(menu.findChildren(QActionGroup)) == 1
    assert len(menu.findChildren(QAction)) == 1 + len(actions), "the menu's own and those that it shows"
