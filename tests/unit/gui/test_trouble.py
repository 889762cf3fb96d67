"""What is said where something is not as it should be: banners, the middle of the window, the status bar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QTableView, QVBoxLayout, QWidget

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.operation import OperationCounts
from heatpunk_desktop.errors import ConnectionTroubleError, KeyRefusedError, StorageError
from heatpunk_desktop.gui.main_window.central_area import Centre, EmptyReason, Situation, reason_for_no_rows
from heatpunk_desktop.gui.main_window.status_bar import StatusBar
from heatpunk_desktop.gui.notifications.banner import Banner, Remedy, demo_words, trouble_notice
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.appearance import dark_palette
from heatpunk_desktop.gui.widgets.theme import contrast
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState
from tests.unit.gui.hands import button, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)
OFFLINE = Connection(Link.OFFLINE, "2026-11-24T14:05:00.000Z")
KEY_REFUSED = Connection(Link.KEY_REFUSED, error=KeyRefusedError("The key is refused", "It was withdrawn.", "Ask."))
HANG = ConnectionTroubleError("The server did not answer", "Nothing came for 30 seconds.", "Try again later.")
FULL = StorageError("The disk is full", "Nothing can be saved.", "Make room.")
DONE = RefreshState(windows=3, windows_done=3, last_at="2026-11-24T14:04:00.000Z")


class TestNotices:
    def test_nothing_wrong_says_nothing(self) -> None:
        assert trouble_notice(Connection(Link.ONLINE), DONE, None, TODAY).words == ""

    def test_offline_says_since_when_and_that_work_goes_on(self) -> None:
        notice = trouble_notice(OFFLINE, DONE, None, TODAY)
        assert notice.words.startswith("No connection since 14:05. Carry on:")
        assert notice.remedy is Remedy.TRY_NOW

    def test_offline_since_another_day_says_which(self) -> None:
        yesterday = Connection(Link.OFFLINE, "2026-11-23T16:02:00.000Z")
        assert "since yesterday 16:02." in trouble_notice(yesterday, DONE, None, TODAY).words

    @pytest.mark.parametrize("link", [Link.KEY_REFUSED, Link.KEY_MISSING])
    def test_a_key_is_wanted_in_the_settings(self, link: Link) -> None:
        notice = trouble_notice(Connection(link, error=KEY_REFUSED.error), DONE, None, TODAY)
        assert notice.words.startswith("The key is refused. It was withdrawn. Ask. Nothing is sent until there is")
        assert notice.remedy is Remedy.SETTINGS

    def test_a_refresh_that_failed_is_told_once_it_has_ended(self) -> None:
        online = Connection(Link.ONLINE)
        failed = trouble_notice(online, RefreshState(error=HANG), None, TODAY)
        assert failed.words == "The server did not answer. Nothing came for 30 seconds. Try again later."
        assert trouble_notice(online, RefreshState(running=True, error=HANG), None, TODAY).words == ""

    def test_the_disk_comes_first(self) -> None:
        assert trouble_notice(OFFLINE, RefreshState(error=HANG), FULL, TODAY).words.startswith("The disk is full.")


class TestBanner:
    def test_it_shows_markup_as_it_is_written(self, qtbot: QtBot) -> None:
        banner = Banner(is_trouble=True)
        qtbot.addWidget(banner)
        banner.say("The server said: <b>no</b>")
        assert banner.text == "The server said: <b>no</b>"
        assert all(label.textFormat() is not Qt.TextFormat.RichText for label in banner.findChildren(QLabel))

    def test_its_button_is_there_only_with_a_remedy(self, qtbot: QtBot) -> None:
        banner = Banner(is_trouble=True)
        qtbot.addWidget(banner)
        banner.say("No connection.", "cloud-off", "Try now")
        banner.show()
        with qtbot.waitSignal(banner.pressed):
            QTest.mouseClick(button(banner, "Try now"), Qt.MouseButton.LeftButton)
        banner.say("Sample data")
        assert "Try now" not in words_on(banner)
        banner.say("")
        assert banner.isHidden()

    def test_it_is_one_line_and_the_rest_is_a_button_away(self, qtbot: QtBot) -> None:
        window = QWidget()
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        banner = Banner(is_trouble=True, parent=window)
        column.addWidget(banner)
        column.addStretch(1)
        window.resize(600, 300)
        window.show()
        banner.say("Offline.", button="Try now")
        QApplication.processEvents()
        line = banner.height()
        assert not [
            push_button
            for push_button in banner.findChildren(QPushButton)
            if push_button.text() == "More" and push_button.isVisible()
        ]
        banner.say("Offline since 02:48. " + "Keep working. " * 20, button="Try now")
        QApplication.processEvents()
        assert banner.height() == line
        button(banner, "More").click()
        qtbot.waitUntil(lambda: banner.height() > 2 * line)
        button(banner, "Less").click()
        qtbot.waitUntil(lambda: banner.height() == line)
        places = [
            child.geometry().left() for child in banner.children() if isinstance(child, QWidget) and child.isVisible()
        ]
        assert places == sorted(places)  # the buttons stand behind the words

    @pytest.mark.parametrize("is_trouble", [True, False])
    @pytest.mark.parametrize("is_dark", [True, False])
    def test_its_words_stand_out(self, qtbot: QtBot, is_trouble: bool, is_dark: bool) -> None:
        before = QApplication.palette()
        if is_dark:
            QApplication.setPalette(dark_palette())
        try:
            banner = Banner(is_trouble=is_trouble)
            qtbot.addWidget(banner)
            banner.say(demo_words())
            banner.show()
            label = next(label for label in banner.findChildren(QLabel) if label.text())
            text = label.palette().color(label.foregroundRole())
            assert contrast(text, banner.palette().color(QPalette.ColorRole.Window)) >= 4.5
        finally:
            QApplication.setPalette(before)


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (Situation(known=9, shown=1, connection=OFFLINE), None),
        (Situation(), EmptyReason.LOADING),
        (Situation(refresh=RefreshState(running=True)), EmptyReason.LOADING),
        (Situation(connection=OFFLINE), EmptyReason.UNREACHED),
        (Situation(connection=KEY_REFUSED), EmptyReason.KEY),
        (Situation(refresh=RefreshState(error=HANG)), EmptyReason.FAILED),
        (Situation(refresh=RefreshState(cancelled=True)), EmptyReason.CANCELLED),
        (Situation(refresh=DONE), EmptyReason.NO_PROJECTS),
        (Situation(refresh=DONE, has_dates=True), EmptyReason.NONE_IN_RANGE),
        (Situation(known=9, is_filtered=True, connection=OFFLINE), EmptyReason.NO_MATCH),
        (Situation(known=9, is_filtered=True, only_view=SidebarView.WAITING), EmptyReason.EMPTY_VIEW),
        (Situation(known=9, refresh=DONE), EmptyReason.NO_MATCH),
        (Situation(known=9, refresh=RefreshState(running=True)), EmptyReason.LOADING),
    ],
)
def test_why_there_is_nothing_to_see(now: Situation, reason: EmptyReason | None) -> None:
    assert reason_for_no_rows(now) is reason


class TestCentre:
    @pytest.fixture
    def centre(self, qtbot: QtBot) -> Centre:
        centre = Centre(QTableView())
        qtbot.addWidget(centre)
        centre.resize(700, 500)
        centre.show()
        return centre

    def test_rows_are_always_shown(self, centre: Centre) -> None:
        centre.show_situation(Situation(known=3, shown=3, connection=OFFLINE))
        assert isinstance(centre.currentWidget(), QTableView)

    def test_loading_shows_how_far_it_is_and_can_be_cancelled(self, qtbot: QtBot, centre: Centre) -> None:
        centre.show_situation(Situation(refresh=RefreshState(running=True, windows_done=2, windows=20, projects=1312)))
        assert "Reading 3 of 20 · 1,312 projects" in words_on(centre)
        (bar,) = centre.findChildren(QProgressBar)
        assert (bar.value(), bar.maximum()) == (2, 20)
        with qtbot.waitSignal(centre.cancel_requested):
            button(centre, "Cancel").click()

    @pytest.mark.parametrize(
        ("now", "title", "words", "signal"),
        [
            (Situation(connection=OFFLINE), "The server cannot be reached", "Try again", "retry_requested"),
            (Situation(connection=KEY_REFUSED), "It was withdrawn.", "Open settings", "settings_requested"),
            (Situation(refresh=RefreshState(error=HANG)), "Nothing came for 30", "Try again", "retry_requested"),
            (Situation(refresh=RefreshState(cancelled=True)), "cancelled", "Read again", "retry_requested"),
            (Situation(refresh=DONE), "No projects yet", "New project", "new_project_requested"),
            (Situation(refresh=DONE), "No projects yet", "Import a spreadsheet", "import_requested"),
            (Situation(refresh=DONE, has_dates=True), "in this date range", "New project", "new_project_requested"),
            (Situation(refresh=DONE, has_dates=True), "in this date range", "All dates", "clear_requested"),
            (
                Situation(known=9, is_filtered=True),
                VIEW_WORDS[SidebarView.ALL].nothing,
                "Clear search and filters",
                "clear_requested",
            ),
            *(
                (
                    Situation(known=9, is_filtered=True, only_view=view),
                    VIEW_WORDS[view].nothing,
                    "Show all projects",
                    "clear_requested",
                )
                for view in SidebarView
                if view is not SidebarView.ALL
            ),
        ],
    )
    def test_it_says_what_to_do(
        self, qtbot: QtBot, centre: Centre, now: Situation, title: str, words: str, signal: str
    ) -> None:
        centre.show_situation(now)
        assert title in words_on(centre)
        with qtbot.waitSignal(getattr(centre, signal)):
            button(centre, words).click()

    def test_no_words_are_cut(self, qtbot: QtBot, centre: Centre) -> None:
        centre.show_situation(Situation(connection=OFFLINE))
        labels = [label for label in centre.findChildren(QLabel) if label.text()]
        qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in labels))


class TestStatusBar:
    @pytest.fixture
    def bar(self, qtbot: QtBot) -> StatusBar:
        bar = StatusBar(Account("heatpunk.co.uk", "office@acme-heat.test"), lambda: TODAY)
        qtbot.addWidget(bar)
        bar.resize(1000, 30)
        bar.show_counts(OperationCounts())
        bar.show_refresh(RefreshState())
        bar.show()
        return bar

    def test_it_names_the_account(self, bar: StatusBar) -> None:
        assert "office@acme-heat.test · heatpunk.co.uk" in words_on(bar)
        assert "Not brought up to date yet" in words_on(bar)

    def test_the_button_carries_the_count(self, qtbot: QtBot, bar: StatusBar) -> None:
        assert bar.changes_text == "Changes"
        bar.show_counts(OperationCounts(waiting=2, needs_you=1, done=148))
        for is_open in (True, False):
            with qtbot.waitSignal(bar.changes_requested) as wanted:
                button(bar, "Changes 3").click()
            assert wanted.args == [is_open]
            bar.show_changes_open(is_open)

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (DONE, "Brought up to date 14:04"),
            (RefreshState(last_at="2026-11-23T14:04:00.000Z"), "Brought up to date yesterday 14:04"),
            (RefreshState(last_at=DONE.last_at, error=HANG), "14:04 · the last refresh did not finish"),
            (RefreshState(last_at=DONE.last_at, cancelled=True), "14:04 · the last refresh was cancelled"),
            (RefreshState(running=True, windows=1, projects=7), "Reading · 7 projects"),
        ],
    )
    def test_it_says_how_fresh_the_projects_are(self, bar: StatusBar, state: RefreshState, words: str) -> None:
        bar.show_refresh(state)
        assert words in words_on(bar)

    def test_a_running_refresh_can_be_cancelled(self, qtbot: QtBot, bar: StatusBar) -> None:
        bar.show_refresh(RefreshState(running=True, windows_done=2, windows=20))
        with qtbot.waitSignal(bar.cancel_requested):
            button(bar, "Cancel").click()
        bar.show_refresh(DONE)
        assert not [progress_bar for progress_bar in bar.findChildren(QProgressBar) if progress_bar.isVisible()]
