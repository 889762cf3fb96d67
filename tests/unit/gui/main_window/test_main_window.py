from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QMenu, QPushButton, QTableView

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.domain.operation import OperationCounts, OperationState, Reason
from heatpunk_desktop.domain.project import Mark, ProjectDetail
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, Undoable, UndoObstacle, UndoResult
from heatpunk_desktop.errors import ConnectionTroubleError, KnownError
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.dialogs.delete_dialogs import HardDeleteDialog, SoftDeleteDialog
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window.main_window import RANGE_REST_MS, MainWindow
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.notifications.desktop_notifications import SystemNotice
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.text.undo_words import (
    CHANGES_BACK,
    WITHDRAWS,
    change_words,
    left_words,
    saved_words,
    undone_words,
)
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.date_field import DateField
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.services.sync.background_refresh import BackgroundRefresh
from heatpunk_desktop.services.sync.commands import (
    CreateProject,
    DeleteProject,
    EditProject,
    KeepDraft,
    RedoChanges,
    UndoChanges,
)
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link, RefreshState, Sending, UndoReport
from heatpunk_desktop.services.sync.instructions import CancelRefresh, Refresh, SendNow
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.store.recovery.stale_database import StaleDatabase
from tests.parts import action_of
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, control, question, type_in, words_on
from tests.unit.gui.window_service import LISTED, ME, SAM, WindowService, fake_tasks, make_operation, make_row
from tests.wording import done_again, moved, undone_unsent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 24)
ACCOUNT = Account("heatpunk.co.uk", "office@acme-heat.test")
CTRL = Qt.KeyboardModifier.ControlModifier
OFFLINE = Connection(Link.OFFLINE, "2026-11-24T14:05:00.000Z")
ROWS = [
    make_row(5, "14 High Street survey", "Lead", "2026-11-24T09:00:00.000Z"),
    make_row(4, "The Old Bakery", "Quote", "2026-11-23T09:00:00.000Z", owner_id=8),
    make_row(3, "Flat 3, 9 High Street", "Quote", "2026-06-01T09:00:00.000Z"),
]


@dataclass
class Bench:
    """The window with all that it is given."""

    qtbot: QtBot
    service: WindowService = field(default_factory=WindowService)
    settings: Settings = field(default_factory=Settings)
    account: Account = ACCOUNT
    opened: list[int] = field(default_factory=list)
    browser_trouble: KnownError | None = None
    windows: list[MainWindow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service.held.team = (ME, SAM)
        self.service.held.details = {row.key: ProjectDetail(row, LISTED, LISTED) for row in ROWS}
        self.model = ProjectTableModel(today=lambda: TODAY)

    def open_project(self, _account: Account, project_id: int) -> None:
        if self.browser_trouble is not None:
            raise self.browser_trouble
        self.opened.append(project_id)

    def open(self, *, rows: bool = True) -> MainWindow:
        window = MainWindow(
            self.service,
            fake_tasks(self.service),
            self.model,
            self.settings,
            self.account,
            open_project=self.open_project,
            today=lambda: TODAY,
        )
        self.windows.append(window)
        if rows:
            self.model.add_rows(ROWS)
        with self.qtbot.waitActive(window):
            window.show()
        window.begin()
        self.settle()
        return window

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.model.is_settled)

    def names(self) -> list[str]:
        self.settle()
        return [str(self.model.index(row, 0).data()) for row in range(self.model.rowCount())]


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    for window in bench.windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(bench: Bench) -> MainWindow:
    return bench.open()


def table(window: MainWindow) -> QTableView:
    return control(window, QTableView, "Projects")


def search(window: MainWindow) -> QLineEdit:
    return control(window, QLineEdit, "Search projects")


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget(), key, modifier)


def choose(window: MainWindow, row: int) -> None:
    table(window).setFocus()
    table(window).selectRow(row)


def dialog(window: MainWindow, kind: type[QDialog]) -> QDialog:
    found = [widget for widget in window.findChildren(kind) if widget.isVisible()]
    assert len(found) == 1
    return found[0]


def menu_entry(window: MainWindow, top: str, text: str) -> Callable[[], None]:
    menu = next(action.menu() for action in window.menuBar().actions() if action.text().replace("&", "") == top)
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return next(action.trigger for action in menu.actions() if action.text().replace("&", "") == text)


def toolbar_states(window: MainWindow) -> list[bool]:
    names = ("New project", "Refresh", "Edit", "Delete", "Open in Heatpunk")
    return [button(window, name).isEnabled() for name in names]


class TestNarrowing:
    def test_it_opens_on_all_projects_the_newest_first(self, bench: Bench, window: MainWindow) -> None:
        assert bench.names() == ["14 High Street survey", "The Old Bakery", "Flat 3, 9 High Street"]
        assert "3 of 3" in words_on(window)
        assert control(window, QComboBox, "Date range").currentText() == "All time"

    def test_what_is_in_deleted_is_not_counted_among_the_others(self, bench: Bench, window: MainWindow) -> None:
        gone = ROWS[0]._replace(marks=int(Mark.DELETED_HERE))
        bench.model.upsert_rows({gone.key: gone})
        bench.qtbot.waitUntil(lambda: "2 of 2" in words_on(window))
        menu_entry(window, "View", VIEW_WORDS[SidebarView.DELETED_HERE].name)()
        bench.qtbot.waitUntil(lambda: "1 of 1" in words_on(window))

    def test_typing_searches_and_escape_brings_all_back(self, bench: Bench, window: MainWindow) -> None:
        press(window, Qt.Key.Key_F, CTRL)
        assert search(window).hasFocus()
        QTest.keyClicks(search(window), "bak old")
        assert bench.names() == ["The Old Bakery"]
        assert "1 of 3" in words_on(window)
        QTest.keyClick(search(window), Qt.Key.Key_Escape)
        assert len(bench.names()) == 3

    def test_the_arrow_down_goes_from_the_search_to_what_was_found(self, bench: Bench, window: MainWindow) -> None:
        search(window).setFocus()
        QTest.keyClicks(search(window), "flat")
        bench.settle()
        QTest.keyClick(search(window), Qt.Key.Key_Down)
        assert table(window).hasFocus()
        press(window, Qt.Key.Key_F2)
        assert dialog(window, ProjectForm).windowTitle() == "Edit Flat 3, 9 High Street"

    @pytest.mark.parametrize(
        ("key", "names"),
        [
            (Qt.Key.Key_1, ["14 High Street survey", "The Old Bakery", "Flat 3, 9 High Street"]),
            (Qt.Key.Key_2, ["14 High Street survey", "Flat 3, 9 High Street"]),
            (Qt.Key.Key_3, ["14 High Street survey", "The Old Bakery"]),
            (Qt.Key.Key_4, ["14 High Street survey"]),
            (Qt.Key.Key_5, ["The Old Bakery", "Flat 3, 9 High Street"]),
        ],
    )
    def test_ctrl_and_a_number_chooses_a_view(
        self, bench: Bench, window: MainWindow, key: Qt.Key, names: list[str]
    ) -> None:
        press(window, key, CTRL)
        assert bench.names() == names

    def test_a_status_of_the_sidebar_is_a_chip_that_can_be_taken_off(self, bench: Bench, window: MainWindow) -> None:
        sidebar = window.findChildren(Sidebar)[0]
        sidebar.setCurrentItem(sidebar.findItems("Quote", Qt.MatchFlag.MatchExactly)[0])
        assert bench.names() == ["The Old Bakery", "Flat 3, 9 High Street"]
        control(window, QPushButton, "Remove filter: Status Quote").click()
        assert len(bench.names()) == 3
        assert sidebar.currentItem().text() == "All projects"

    def test_the_owner_of_a_chip_is_of_the_team(self, bench: Bench, window: MainWindow) -> None:
        menu = button(window, "Filter").menu()
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == SAM.email).trigger()
        assert bench.names() == ["The Old Bakery"]
        assert button(window, f"Owner {SAM.email}").isVisible()

    def test_a_date_range_is_shown_at_once_and_fetched_once_it_rests(self, bench: Bench, window: MainWindow) -> None:
        bench.service.asked.clear()
        combo = control(window, QComboBox, "Date range")
        combo.setCurrentText("Last 7 days")
        combo.setCurrentText("Last 30 days")
        assert bench.names() == ["14 High Street survey", "The Old Bakery"]
        bench.qtbot.waitUntil(lambda: bench.service.asked != [])
        assert bench.service.asked == [Refresh(DateRange.of_preset(RangePreset.LAST_30_DAYS, TODAY))]

    def test_nothing_that_matches_offers_to_clear(self, bench: Bench, window: MainWindow) -> None:
        QTest.keyClicks(search(window), "nowhere")
        bench.settle()
        assert VIEW_WORDS[SidebarView.ALL].nothing in words_on(window)
        button(window, "Clear search and filters").click()
        assert len(bench.names()) == 3
        assert search(window).text() == ""

    def test_dates_that_hide_everything_are_cleared_too(self, bench: Bench, window: MainWindow) -> None:
        bench.service.refresh_changed.emit(RefreshState(last_at="2026-11-24T14:04:00.000Z"))
        control(window, DateField, "To").setDate(control(window, DateField, "From").date())
        bench.settle()
        button(window, "Clear search and filters").click()
        assert len(bench.names()) == 3
        assert control(window, QComboBox, "Date range").currentText() == "All time"

    def test_the_sidebar_counts(self, bench: Bench, window: MainWindow) -> None:
        sidebar = window.findChildren(Sidebar)[0]
        spoken = Qt.ItemDataRole.AccessibleTextRole

        def texts() -> list[object]:
            return [sidebar.item(row).data(spoken) for row in range(sidebar.count())]

        bench.qtbot.waitUntil(lambda: "Quote, 2" in texts())
        assert {"All projects, 3", "Mine, 2", "Lead, 1"} <= set(texts())


class TestProjects:
    def test_with_nothing_chosen_the_buttons_say_why(self, bench: Bench) -> None:
        window = bench.open(rows=False)
        assert toolbar_states(window) == [True, True, False, False, False]
        assert button(window, "Delete").toolTip() == "Select a project first"

    def test_a_chosen_project_can_be_worked_on(self, window: MainWindow) -> None:
        choose(window, 0)
        assert toolbar_states(window) == [True, True, True, True, True]

    def test_one_that_is_not_on_the_server_cannot_be_opened_there(self, bench: Bench, window: MainWindow) -> None:
        bench.model.upsert_rows({-1: make_row(-1, "New one", created="", marks=Mark.NOT_ON_SERVER)})
        bench.settle()
        choose(window, bench.model.row_of(-1) or 0)
        assert not button(window, "Open in Heatpunk").isEnabled()
        assert button(window, "Open in Heatpunk").toolTip() == "This project is not in Heatpunk yet"

    def test_ctrl_o_opens_it_in_the_browser(self, bench: Bench, window: MainWindow) -> None:
        choose(window, 1)
        press(window, Qt.Key.Key_O, CTRL)
        assert bench.opened == [4]

    def test_a_browser_that_does_not_open_is_told(self, bench: Bench, window: MainWindow) -> None:
        bench.browser_trouble = KnownError(
            "The browser did not open", "Its address is https://heatpunk.co.uk/?project=4"
        )
        choose(window, 1)
        button(window, "Open in Heatpunk").click()
        assert "The browser did not open" in words_on(question(window))

    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2])
    def test_enter_and_f2_edit(self, window: MainWindow, key: Qt.Key) -> None:
        choose(window, 0)
        press(window, key)
        assert dialog(window, ProjectForm).windowTitle() == "Edit 14 High Street survey"

    def test_a_double_click_edits_and_a_second_brings_the_form_back(self, window: MainWindow) -> None:
        rect = table(window).visualRect(table(window).model().index(0, 0))
        for _ in range(2):
            QTest.mouseClick(table(window).viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
            QTest.mouseDClick(table(window).viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        dialog(window, ProjectForm)

    def test_delete_asks_and_offers_the_permanent_way(self, window: MainWindow) -> None:
        choose(window, 0)
        press(window, Qt.Key.Key_Delete)
        soft = dialog(window, SoftDeleteDialog)
        assert isinstance(soft, SoftDeleteDialog)
        soft.permanent_deletion_requested.emit()
        soft.reject()
        dialog(window, HardDeleteDialog)

    def test_the_delete_key_in_the_search_deletes_a_letter(self, window: MainWindow) -> None:
        choose(window, 0)
        search(window).setFocus()
        QTest.keyClicks(search(window), "ab")
        QTest.keyClick(search(window), Qt.Key.Key_Home)
        press(window, Qt.Key.Key_Delete)
        assert search(window).text() == "b"
        assert not window.findChildren(SoftDeleteDialog)

    @pytest.mark.parametrize("name", ["Date range", "From"])
    def test_the_delete_key_elsewhere_deletes_no_project(self, window: MainWindow, name: str) -> None:
        choose(window, 0)
        control(window, QComboBox if name == "Date range" else DateField, name).setFocus()
        press(window, Qt.Key.Key_Delete)
        assert not window.findChildren(SoftDeleteDialog)

    def test_ctrl_c_copies_the_chosen_project(self, window: MainWindow) -> None:
        choose(window, 1)
        press(window, Qt.Key.Key_C, CTRL)
        assert "The Old Bakery\tSiân O’Neill" in QGuiApplication.clipboard().text()

    def test_the_context_menu_offers_what_can_be_done(self, window: MainWindow) -> None:
        choose(window, 0)
        table(window).context_menu_requested.emit(5, QPoint(300, 300))  # type: ignore[attr-defined]
        (menu,) = [menu for menu in window.findChildren(QMenu) if menu.isVisible()]
        words = [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
        assert words == [
            "Edit…",
            "Change several…",
            "Set status…",
            "Open in Heatpunk",
            "Copy",
            "Call",
            "Email",
            "Show on map",
            "Copy phone",
            "Copy email",
            "Copy address",
            "Delete…",
            "Delete permanently…",
        ]
        menu.close()

    def test_the_program_is_left_from_within_a_form_as_well(self, bench: Bench, window: MainWindow) -> None:
        press(window, Qt.Key.Key_N, CTRL)
        form = dialog(window, ProjectForm)
        with bench.qtbot.waitActive(form):
            form.activateWindow()
        type_in(form, "Customer name", "Priya")
        QTest.keyClick(control(form, QLineEdit, "Customer name"), Qt.Key.Key_Q, CTRL)
        bench.service.take_drafts()
        button(question(window), "Close the program").click()
        assert not window.isVisible()

    def test_a_project_made_here_is_chosen_and_stays_so_with_its_number(self, bench: Bench, window: MainWindow) -> None:
        press(window, Qt.Key.Key_N, CTRL)
        form = dialog(window, ProjectForm)
        type_in(form, "Customer name", "Priya")
        button(form, "Create project").click()
        (request,) = [
            place for place, request in enumerate(bench.service.asked, 1) if isinstance(request, CreateProject)
        ]
        new = make_row(-1, "87 High Street", created="", marks=Mark.NOT_ON_SERVER | Mark.WAITING)
        bench.service.save(request, -1)
        bench.model.upsert_rows({-1: new})
        bench.qtbot.waitUntil(lambda: chosen_name(window) == "87 High Street")
        assert not any(
            isinstance(widget, ProjectForm) and widget.isVisible() for widget in QApplication.topLevelWidgets()
        )
        bench.service.held.details[1353712] = ProjectDetail(make_row(1353712, "87 High Street"), LISTED, LISTED)
        bench.model.replace_keys({-1: 1353712})
        bench.service.changed.emit(Changed(replaced={-1: 1353712}))
        bench.settle()
        assert chosen_name(window) == "87 High Street"
        button(window, "Open in Heatpunk").click()
        assert bench.opened == [1353712]

    @pytest.mark.parametrize("is_new", [True, False])
    def test_a_slow_save_leaves_a_later_selection(self, bench: Bench, window: MainWindow, is_new: bool) -> None:
        choose(window, 1)
        press(window, *((Qt.Key.Key_N, CTRL) if is_new else (Qt.Key.Key_F2,)))
        form = dialog(window, ProjectForm)
        type_in(form, "Customer name", "Priya")
        button(form, "Create project" if is_new else "Save changes").click()
        (request,) = [
            place
            for place, command in enumerate(bench.service.asked, 1)
            if isinstance(command, CreateProject | EditProject)
        ]
        choose(window, 0)
        name = chosen_name(window)
        key = -1 if is_new else bench.model.key_at(1)
        assert key is not None
        bench.service.save(request, key)
        bench.model.upsert_rows({key: make_row(key, "87 High Street")})
        bench.settle()
        assert not any(form.isVisible() for form in window.findChildren(ProjectForm))
        assert chosen_name(window) == name

    @pytest.mark.parametrize("first", ["row", "refresh"])
    def test_a_project_made_under_a_filter_is_shown_whatever_comes_first(
        self, bench: Bench, window: MainWindow, first: str
    ) -> None:
        search = control(window, QLineEdit, "Search projects")
        search.setText("zzzz")
        bench.settle()
        press(window, Qt.Key.Key_N, CTRL)
        form = dialog(window, ProjectForm)
        type_in(form, "Customer name", "Priya")
        button(form, "Create project").click()
        (request,) = [
            place for place, request in enumerate(bench.service.asked, 1) if isinstance(request, CreateProject)
        ]
        new = make_row(-1, "87 High Street", created="", marks=Mark.NOT_ON_SERVER | Mark.WAITING)
        if first == "row":
            bench.model.upsert_rows({-1: new})
            bench.settle()
            bench.service.save(request, -1)
        else:
            bench.service.refresh_changed.emit(RefreshState(running=True))
            bench.service.save(request, -1)
            bench.service.refresh_changed.emit(RefreshState(last_at="2026-11-24T14:04:00.000Z"))
            bench.model.upsert_rows({-1: new})
        bench.qtbot.waitUntil(lambda: chosen_name(window) == "87 High Street")
        assert search.text() == ""

    def test_before_the_team_is_known_the_owner_is_the_account(self, bench: Bench) -> None:
        bench.service.held.team = ()
        window = bench.open()
        button(window, "New project").click()
        assert control(dialog(window, ProjectForm), QComboBox, "Owner").currentText() == ACCOUNT.email

    def test_a_link_chooses_its_project_whatever_is_hidden(self, bench: Bench, window: MainWindow) -> None:
        QTest.keyClicks(search(window), "nowhere")
        bench.settle()
        window.show_project(3)
        bench.qtbot.waitUntil(lambda: chosen_name(window) == "Flat 3, 9 High Street")

    def test_a_link_to_a_project_that_is_not_known_says_so_after_the_refresh(
        self, bench: Bench, window: MainWindow
    ) -> None:
        window.show_project(99)
        bench.service.refresh_changed.emit(RefreshState(running=True, windows=1))
        bench.service.refresh_changed.emit(RefreshState(last_at="2026-11-24T14:04:00.000Z"))
        assert "Project 99 is not among those known here" in words_on(question(window))

    def test_the_inspector_shows_the_chosen_one_and_f4_hides_it(self, bench: Bench, window: MainWindow) -> None:
        choose(window, 0)
        (inspector,) = window.findChildren(Inspector)
        bench.qtbot.waitUntil(lambda: "Phone" in words_on(inspector))
        press(window, Qt.Key.Key_F4)
        assert not inspector.isVisible()


def chosen_name(window: MainWindow) -> str | None:
    index = table(window).currentIndex()
    return index.siblingAtColumn(0).data() if index.isValid() else None


class TestTrouble:
    def test_offline_the_rows_stay_and_try_now_tries(self, bench: Bench, window: MainWindow) -> None:
        bench.service.connection_changed.emit(OFFLINE)
        assert "No connection since 14:05." in words_on(window)
        assert table(window).isVisible()
        bench.service.asked.clear()
        button(window, "Try now").click()
        assert [type(request) for request in bench.service.asked] == [SendNow, Refresh]
        bench.service.connection_changed.emit(Connection(Link.ONLINE))
        assert "No connection" not in words_on(window)

    def test_a_refused_key_leads_to_the_settings(self, bench: Bench, window: MainWindow) -> None:
        bench.service.connection_changed.emit(Connection(Link.KEY_REFUSED))
        button(window, "Open settings").click()
        settings = dialog(window, SettingsDialog)
        assert settings.focusWidget() is control(settings, QLineEdit, "API key"), "it is the key that is wanted"

    def test_a_refresh_that_failed_is_told_and_the_rows_stay(self, bench: Bench, window: MainWindow) -> None:
        error = ConnectionTroubleError("The server did not answer", "Nothing came.", "Try again later.")
        bench.service.refresh_changed.emit(RefreshState(error=error))
        assert "The server did not answer. Nothing came. Try again later." in words_on(window)
        assert table(window).isVisible()

    def test_a_first_refresh_shows_how_far_it_is(self, bench: Bench) -> None:
        window = bench.open(rows=False)
        bench.service.refresh_changed.emit(RefreshState(running=True, windows_done=2, windows=20))
        assert "Reading 3 of 20 · 0 projects" in words_on(window)
        bench.service.asked.clear()
        for push_button in window.findChildren(QPushButton):
            if push_button.text() == "Cancel" and push_button.isVisible():
                push_button.click()
        assert bench.service.asked == [CancelRefresh()] * 2

    def test_a_team_without_projects_is_offered_the_first(self, bench: Bench) -> None:
        window = bench.open(rows=False)
        bench.service.refresh_changed.emit(RefreshState(last_at="2026-11-24T14:04:00.000Z"))
        assert "No projects yet" in words_on(window)
        next(
            push_button
            for push_button in window.findChildren(QPushButton)
            if push_button.text() == "New project" and push_button.icon().isNull()
        ).click()
        dialog(window, ProjectForm)

    def test_a_disk_in_trouble_is_told(self, bench: Bench, window: MainWindow) -> None:
        bench.service.storage_troubled.emit(DISK_FULL)
        assert "The disk is full." in words_on(window)
        bench.service.storage_troubled.emit(None)
        assert "The disk is full." not in words_on(window)

    def test_an_old_copy_that_was_put_back_is_told(self, bench: Bench, window: MainWindow) -> None:
        found = StaleDatabase(Path("beside") / "x.older-2026.sqlite3", 2, 1, frozenset())
        bench.service.stale_database_found.emit(found.words())
        words = words_on(question(window))
        assert "An older copy of the data was put back" in words
        assert "Not settled: 2 changes." in words
        assert "Waiting in the copy, but settled since: 1 change." in words
        assert "x.older-2026.sqlite3" in words

    def test_a_store_that_cannot_be_read_is_told_at_the_start(self, bench: Bench) -> None:
        bench.service.held.trouble = DISK_FULL
        assert "The disk is full." in words_on(bench.open())

    def test_the_demo_says_that_nothing_is_real(self, bench: Bench) -> None:
        bench.account = Account("http://127.0.0.1:1", "office@acme-heat.test", is_demo=True)
        assert "nothing reaches a real account" in words_on(bench.open())

    def test_a_form_that_cannot_be_filled_says_why(self, bench: Bench, window: MainWindow) -> None:
        choose(window, 0)
        bench.service.held.trouble = DISK_FULL
        press(window, Qt.Key.Key_F2)
        assert "There is no room left on the disk." in words_on(question(window))
        assert not window.findChildren(ProjectForm)

    def test_what_cannot_be_kept_of_the_window_keeps_nobody_from_closing_it(
        self, bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "settings.json").mkdir()
        bench.settings = Settings(_path=tmp_path / "settings.json")
        window = bench.open()
        assert window.close()
        assert "could not be kept" in caplog.text


class TestChanges:
    def test_two_fields_of_a_conflict_are_seen_in_a_small_window(self, bench: Bench) -> None:
        yours, theirs = (
            {Field.STATUS: status, Field.CUSTOMER_PHONE: phone} for status, phone in (("Sale", "1"), ("Lead", "2"))
        )
        conflict = make_operation(
            1,
            OperationState.NEEDS_YOU,
            reason=Reason.CONFLICT,
            words=remark_words(remark(RemarkCode.CONFLICT)),
            changes=yours,
            base={Field.STATUS: "Quote", Field.CUSTOMER_PHONE: ""},
            theirs=theirs,
        )
        bench.service.held.pages = {OperationGroup.NEEDS_YOU: (conflict,)}
        bench.account = Account("http://127.0.0.1:1", "office@acme-heat.test", is_demo=True)
        window = bench.open()
        bench.service.changed.emit(Changed(counts=OperationCounts(needs_you=1)))
        window.resize(1024, 560)  # a screen of 600 but for the frame of the window
        menu_entry(window, "Changes", "Show changes")()
        QApplication.processEvents()  # everything has its place
        for name in ("Status", "Customer phone"):
            keep = control(window, QPushButton, f"Keep theirs: {name}")
            # A scroll area cuts off what it does not show.
            assert keep.visibleRegion().boundingRect() == keep.rect()

    def test_the_button_and_the_menu_open_and_close_the_panel(self, bench: Bench, window: MainWindow) -> None:
        bench.service.held.pages = {OperationGroup.NEEDS_YOU: (make_operation(1, OperationState.NEEDS_YOU),)}
        bench.service.changed.emit(Changed(counts=OperationCounts(waiting=2, needs_you=1)))
        button(window, "Changes 3").click()
        (panel,) = window.findChildren(ChangesPanel)
        assert panel.isVisible()
        button(window, "Changes 3").click()
        assert not panel.isVisible()
        menu_entry(window, "Changes", "Show changes")()
        assert panel.isVisible()
        close = next(
            push_button
            for push_button in panel.findChildren(QPushButton)
            if push_button.accessibleName().startswith("Close")
        )
        close.click()
        assert not panel.isVisible()
        button(window, "Changes 3").click()
        assert panel.isVisible()

    def test_a_project_with_something_to_decide_leads_to_it(self, bench: Bench, window: MainWindow) -> None:
        first, second = (make_operation(number, OperationState.NEEDS_YOU) for number in (1, 2))
        bench.service.held.pages = {OperationGroup.NEEDS_YOU: (first, second)}
        pending = make_operation(2, OperationState.NEEDS_YOU, words="It clashes.")
        row = ROWS[0]._replace(marks=int(Mark.NEEDS_YOU))
        bench.service.held.details[5] = ProjectDetail(row, LISTED, LISTED, pending=(pending,))
        choose(window, 0)
        bench.qtbot.waitUntil(lambda: mark_words(Mark.NEEDS_YOU) in words_on(window))
        assert "It clashes." in words_on(window)
        button(window, "Show in Changes").click()
        (panel,) = window.findChildren(ChangesPanel)
        (shown,) = [
            operation_list for operation_list in panel.findChildren(OperationList) if operation_list.isVisible()
        ]
        assert (shown.accessibleName(), shown.chosen) == ("Needs you", second)

    def test_what_the_panel_leads_to(self, bench: Bench, window: MainWindow) -> None:
        refused = make_operation(1, OperationState.NEEDS_YOU, reason=Reason.REFUSED)
        conflict = make_operation(2, OperationState.NEEDS_YOU, reason=Reason.CONFLICT, theirs={Field.STATUS: "Sale"})
        bench.service.held.pages = {OperationGroup.NEEDS_YOU: (refused, conflict)}
        menu_entry(window, "Changes", "Show changes")()
        button(window, way_words(WayOut.EDIT)).click()
        assert dialog(window, ProjectForm).isVisible()
        dialog(window, ProjectForm).close()
        (panel,) = window.findChildren(ChangesPanel)
        next(
            operation_list for operation_list in panel.findChildren(OperationList) if operation_list.isVisible()
        ).choose(2)
        control(window, QPushButton, "Open in Heatpunk: project 5").click()
        assert bench.opened == [5]

    def test_without_a_key_the_banner_and_the_panel_lead_to_the_settings(
        self, bench: Bench, window: MainWindow
    ) -> None:
        bench.service.sending_changed.emit(Sending(is_paused_for_key=True))
        assert "Nothing is sent until there is a key that is taken" in words_on(window)
        menu_entry(window, "Changes", "Show changes")()
        (panel,) = window.findChildren(ChangesPanel)
        assert "Nothing is sent until there is a key. What waits is kept here." in words_on(panel)
        button(panel, "Open settings").click()
        assert dialog(window, SettingsDialog).isVisible()
        bench.service.sending_changed.emit(Sending())
        assert "Nothing is sent" not in words_on(window)

    def test_what_was_saved_last_is_undone_by_the_button_and_by_ctrl_z(self, bench: Bench, window: MainWindow) -> None:
        done = moved("14 High Street survey")

        def save() -> None:
            bench.service.held.rows[5] = ROWS[0]
            bench.service.run(DeleteProject(5))
            bench.service.save(len(bench.service.asked), 5)
            bench.qtbot.waitUntil(lambda: saved_words(done) in words_on(window))

        def asked() -> list[tuple[int, bool]]:
            return [
                (number, isinstance(request, UndoChanges))
                for number, request in enumerate(bench.service.asked, 1)
                if isinstance(request, UndoChanges | RedoChanges)
            ]

        undoable = Undoable(deleted=5)
        undo, redo = (action_of(window, act) for act in (Act.UNDO, Act.REDO))
        assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("&Undo", False, False)
        save()
        assert (undo.text(), undo.isEnabled()) == (f"&Undo {change_words(done)}", True)
        assert WITHDRAWS in undo.toolTip()
        button(window, "Undo").click()
        ((number, is_undo),) = asked()
        assert is_undo
        assert saved_words(done) not in words_on(window)
        bench.service.answer(number, UndoResult(undoable, withdrawn=(1,)))
        assert undone_unsent(done) in words_on(window)
        assert (undo.isEnabled(), redo.text()) == (False, f"&Redo {change_words(done)}")
        table(window).setFocus()
        press(window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
        _, (number, is_undo) = asked()
        assert not is_undo
        bench.service.answer(number, RedoResult(undoable))
        assert done_again(done) in words_on(window)
        bench.service.held.unsent = False
        bench.service.changed.emit(Changed(counts=OperationCounts()))
        assert CHANGES_BACK in undo.toolTip()
        press(window, Qt.Key.Key_Z, CTRL)
        _, _, (number, is_undo) = asked()
        assert is_undo
        kept = UndoResult(undoable, left=(NotUndone(5, UndoObstacle.DELETED),))
        bench.service.answer(number, kept)
        assert undone_words(UndoReport(done, kept)) in words_on(window)
        why = left_words(kept.left, did_nothing=True)
        assert why is not None
        assert why.message in words_on(question(window))
        button(question(window), "Close").click()
        assert not undo.isEnabled()

    def test_it_refreshes_by_itself_as_often_as_the_settings_say(self, bench: Bench, window: MainWindow) -> None:
        (background,) = window.findChildren(BackgroundRefresh)
        before = len(bench.service.told(Refresh))
        background.due.emit()
        assert len(bench.service.told(Refresh)) == before + 1


class TestKept:
    def test_the_window_comes_back_as_it_was_left(self, bench: Bench, window: MainWindow) -> None:
        window.resize(1100, 700)
        control(window, QComboBox, "Date range").setCurrentText("Last 30 days")
        press(window, Qt.Key.Key_F4)
        table(window).sortByColumn(0, Qt.SortOrder.AscendingOrder)
        menu_entry(window, "View", "Compact rows")()
        window.close()
        again = bench.open(rows=False)
        assert again.size().toTuple() == (1100, 700)
        assert control(again, QComboBox, "Date range").currentText() == "Last 30 days"
        assert not again.findChildren(Inspector)[0].isVisible()
        assert table(again).horizontalHeader().sortIndicatorSection() == 0
        assert table(again).verticalHeader().defaultSectionSize() == 28
        assert bench.names() == ["14 High Street survey", "The Old Bakery"]

    def test_what_is_not_sent_is_said_once_as_the_window_closes(
        self, bench: Bench, window: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[int] = []
        monkeypatch.setattr(SystemNotice, "tell_unsent", lambda _notice, number: told.append(number))
        waiting = tuple(make_operation(number, OperationState.QUEUED, attempts=0) for number in (1, 2))
        for pages in (waiting, waiting, waiting[:1], (), waiting[:1]):
            bench.service.held.pages = {OperationGroup.WAITING: pages}
            window.close()
            window = bench.open(rows=False)
        assert told == [2, 1, 0, 1], "the same number is not told twice"

    def test_a_form_with_something_typed_in_it_keeps_the_window_open(self, bench: Bench, window: MainWindow) -> None:
        button(window, "New project").click()
        form = dialog(window, ProjectForm)
        type_in(form, "Customer name", "Priya")
        assert not window.close()
        bench.service.take_drafts()
        assert "kept on this computer" in words_on(question(window))
        button(question(window), "Go back").click()
        assert window.isVisible()
        assert form.isVisible()
        assert not window.close()
        button(question(window), "Close the program").click()
        assert not window.isVisible()
        assert not form.isVisible()
        assert [type(draft) for draft in bench.service.drafts] == [KeepDraft]
        assert window.close()

    @pytest.mark.parametrize(("words", "name"), [("Dark", "dark"), ("Light", "light"), ("As the system", "system")])
    def test_the_appearance_is_chosen_in_the_menu(
        self, bench: Bench, window: MainWindow, words: str, name: str
    ) -> None:
        view = next(action.menu() for action in window.menuBar().actions() if action.text() == "&View")
        assert isinstance(view, QMenu)
        submenu = next(action.menu() for action in view.actions() if action.text() == "&Appearance")
        assert isinstance(submenu, QMenu)
        action = next(action for action in submenu.actions() if action.text().replace("&", "") == words)
        with bench.qtbot.waitSignal(window.appearance_chosen) as chosen:
            action.trigger()
        assert chosen.args == [name]
        assert bench.settings.appearance == name
        assert action.isChecked()

    def test_settings_tell_of_another_account(self, bench: Bench, window: MainWindow) -> None:
        menu_entry(window, "File", "Settings…")()
        settings = dialog(window, SettingsDialog)
        assert isinstance(settings, SettingsDialog)
        with bench.qtbot.waitSignal(window.account_requested) as wanted:
            settings.account_given.emit(ACCOUNT, "key")
        assert wanted.args == [ACCOUNT, "key"]


def test_refresh_asks_for_the_days_that_are_shown(bench: Bench, window: MainWindow) -> None:
    bench.service.asked.clear()
    press(window, Qt.Key.Key_F5)
    assert bench.service.asked == [Refresh(DateRange.of_preset(RangePreset.ALL_TIME, TODAY))]


def test_a_refresh_takes_the_place_of_one_that_was_due(bench: Bench, window: MainWindow) -> None:
    control(window, QComboBox, "Date range").setCurrentText("Last 7 days")
    bench.service.asked.clear()
    (rest,) = (timer for timer in window.findChildren(QTimer) if timer.interval() == RANGE_REST_MS)
    assert rest.isActive()
    press(window, Qt.Key.Key_F5)
    assert not rest.isActive()
    assert bench.service.asked == [Refresh(DateRange.of_preset(RangePreset.LAST_7_DAYS, TODAY))]


def test_about_is_in_the_help(window: MainWindow) -> None:
    menu_entry(window, "Help", "About Heatpunk Desktop")()
    assert dialog(window, QDialog).windowTitle() == "About Heatpunk Desktop"


def test_at_first_start_the_window_and_its_frame_fit_on_the_screen(bench: Bench) -> None:
    window = bench.open()
    assert window.height() + 40 <= window.screen().availableGeometry().height()


def test_at_its_least_size_no_button_is_cut(bench: Bench) -> None:
    window = bench.open()
    window.resize(window.minimumSize())
    bench.service.refresh_changed.emit(RefreshState(running=True, windows_done=2, windows=20, projects=1_312))
    bench.service.changed.emit(Changed(counts=OperationCounts(waiting=12_000)))
    bench.qtbot.waitUntil(lambda: window.size().toTuple() == (760, 480))

    def cut() -> list[str]:
        shown = (
            push_button
            for push_button in window.findChildren(QPushButton)
            if push_button.isVisible() and push_button.text()
        )
        return [
            widget.text() for widget in shown if widget.width() < widget.minimumSizeHint().width() or outside(widget)
        ]

    def outside(one: QWidget) -> bool:
        corner = one.mapTo(window, one.rect().bottomRight())
        return not window.rect().contains(corner)

    bench.qtbot.waitUntil(lambda: cut() == [])


def test_a_view_is_marked_in_the_menu(window: MainWindow) -> None:
    press(window, Qt.Key.Key_5, CTRL)
    view = next(action.menu() for action in window.menuBar().actions() if action.text() == "&View")
    assert isinstance(view, QMenu)
    checked = [action.text() for action in view.actions() if action.isChecked() and action.data() in set(Status)]
    assert checked == ["Quote"]
    press(window, Qt.Key.Key_1, CTRL)
    assert [action.text() for action in view.actions() if action.isChecked() and action.data() == SidebarView.ALL] == [
        "All projects"
    ]
