"""What goes on behind the page, in a real database, where something goes wrong or takes its time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox, QProgressBar, QPushButton, QWidget

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.gui.duplicates.duplicates_controller import DuplicatesController
from heatpunk_desktop.gui.main_window.project_controller import ProjectController
from heatpunk_desktop.services.sync.facts import Changed, Connection
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.services.tasks import duplicate_scan
from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path, open_reader
from tests.fakes import listed
from tests.parts import part_of
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.window_service import fake_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

#: A server that nobody is at.
NOBODY = Account("http://127.0.0.1:9", "office@acme-heat.test")
TODAY = date(2026, 11, 24)


class Bench:
    """The page in a window of its own, over as many projects as are wanted, two of which are alike."""

    def __init__(self, qtbot: QtBot, data_dir: Path, count: int) -> None:
        path = database_path(data_dir, NOBODY)
        store = AccountStore.open(path)
        rows = [listed(key, name=f"P{key}") for key in range(1, count + 1)]
        rows = [(*row[:5], f"C{row[0]} Smith{row[0]}", f"{row[0]} Mill Road", "", *row[8:]) for row in rows]
        store.server.take_listed([*rows, (count + 1, *rows[0][1:])])
        store.close()
        self.service = SyncService(path, NOBODY, lambda: ApiClient(NOBODY.origin, lambda: "key"))
        self.service.start()
        self.window = QWidget()
        finder = DuplicateFinder(path, self.service)
        project_controller = ProjectController(
            self.service, fake_tasks(self.service), NOBODY, lambda _account, _key: None, self.window, lambda: TODAY
        )
        history = UndoHistory(self.service, self.window)
        self.controller = DuplicatesController(
            self.service, finder, project_controller, history, Connection(), lambda: TODAY, self.window
        )
        self.page = self.controller.page
        self.page.setParent(self.window)
        self.window.resize(1000, 700)
        self.page.resize(1000, 700)
        self.window.show()
        self._qtbot = qtbot

    def reads(self, *wanted: str) -> None:
        self._qtbot.waitUntil(lambda: all(text in words_on(self.window) for text in wanted))

    def stop(self) -> None:
        self.controller.stop()
        assert self.service.stop()
        self.window.deleteLater()


@pytest.fixture
def small(qtbot: QtBot, data_dir: Path) -> Iterator[Bench]:
    bench = Bench(qtbot, data_dir, 5)
    yield bench
    bench.stop()


@pytest.fixture
def large(qtbot: QtBot, data_dir: Path) -> Iterator[Bench]:
    bench = Bench(qtbot, data_dir, 6000)
    yield bench
    bench.stop()


def test_changes_that_cannot_be_looked_at_are_said(
    small: Bench, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.controller.open()
    small.reads("1 likely pair among 6 projects")
    (data_dir / "broken").write_bytes(b"no database at all" * 100)
    monkeypatch.setattr(duplicate_scan, "open_reader", lambda _path: open_reader(data_dir / "broken"))
    small.service.changed.emit(Changed(keys=(2, 3)))
    small.reads("2 projects were changed or added since. Scan again")
    button(small.page, "Scan again").click()
    small.reads("The data on this computer are damaged. 1 likely pair among 6 projects", "2 projects were changed")


def test_a_scan_is_stopped_and_begun_again(large: Bench, qtbot: QtBot) -> None:
    large.controller.open()
    assert words_on(large.window).count("Comparing projects: 0 %") == 1
    assert "Looking for duplicates" in words_on(large.window)
    assert control(large.page, QProgressBar, "Progress of the scan").isVisible()
    button(large.page, "Stop").click()
    large.reads("Not looked through", "The scan was stopped. Press Scan again to look for duplicates.")
    qtbot.waitUntil(lambda: large.window.focusWidget() is button(large.page, "Scan again"))
    button(large.page, "Scan again").click()
    large.reads("1 likely pair among 6,001 projects")
    assert not [progress_bar for progress_bar in large.page.findChildren(QProgressBar) if progress_bar.isVisible()]


def test_what_was_found_stays_while_it_is_looked_through_again(large: Bench) -> None:
    large.controller.open()
    large.reads("1 likely pair among 6,001 projects")
    button(large.page, "Scan again").click()
    assert large.page.current is not None
    button(large.page, "Stop").click()
    large.reads("1 likely pair among 6,001 projects")
    assert control(large.page, QComboBox, "Show").currentText() == "Likely duplicates (1)"


def test_many_changes_wait_until_the_page_is_seen(small: Bench, qtbot: QtBot) -> None:
    small.controller.open()
    small.reads("1 likely pair among 6 projects")
    small.page.hide()
    finder = part_of(small.service, DuplicateFinder)
    with qtbot.assertNotEmitted(finder.looked, wait=400):
        small.service.changed.emit(Changed(keys=tuple(range(2, 5000))))
    with qtbot.waitSignal(finder.looked):
        small.page.show()
        small.controller.open()
    assert not [
        push_button
        for push_button in small.page.findChildren(QPushButton)
        if push_button.text() == "Stop" and push_button.isVisible()
    ]
