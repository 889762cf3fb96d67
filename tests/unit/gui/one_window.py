"""A whole window over three projects."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window.main_window import MainWindow
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.main_window.status_bar import StatusBar
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from tests.parts import action_of, part_of
from tests.unit.gui.hands import control
from tests.unit.gui.window_service import ME, SAM, WindowService, fake_tasks, make_row

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.choices import StoredView
    from heatpunk_desktop.gui.actions.actions import Act

TODAY = date(2026, 11, 24)
ROWS = [
    make_row(5, "14 High Street survey", "Lead", "2026-11-24T09:00:00.000Z"),
    make_row(4, "The Old Bakery", "Quote", "2026-11-23T09:00:00.000Z", owner_id=8),
    make_row(3, "Flat 3, 9 High Street", "Quote", "2026-06-01T09:00:00.000Z"),
]


class Window:
    def __init__(self, qtbot: QtBot, views: tuple[StoredView, ...] = (), *, settings: Settings | None = None) -> None:
        self._qtbot = qtbot
        self.service = service = WindowService()
        service.held.team = (ME, SAM)
        service.held.views = views
        self.today = TODAY
        self.settings = settings or Settings()
        self.model = ProjectTableModel(today=lambda: self.today)
        self.model.add_rows(ROWS)
        self.window = MainWindow(
            service,
            fake_tasks(service),
            self.model,
            self.settings,
            Account("heatpunk.co.uk", ME.email),
            open_project=lambda _account, _key: None,
            today=lambda: self.today,
        )
        with qtbot.waitActive(self.window):
            self.window.show()
        self.window.begin()
        self.table = part_of(self.window, ProjectTable)
        self.inspector = part_of(self.window, Inspector)
        self.status = part_of(self.window, StatusBar)
        self.sidebar = part_of(self.window, Sidebar)

    @property
    def search(self) -> QLineEdit:
        return control(self.window, QLineEdit, "Search projects")

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()

    def action(self, act: Act) -> QAction:
        return action_of(self.window, act)

    def show_view(self, name: str) -> None:
        """Click on a name in the sidebar."""
        (item,) = self.sidebar.findItems(name, Qt.MatchFlag.MatchExactly)
        place = self.sidebar.visualItemRect(item).center()
        QTest.mouseClick(self.sidebar.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def keys(self) -> list[int | None]:
        self._qtbot.waitUntil(lambda: self.model.is_settled)
        return [self.model.key_at(row) for row in range(self.model.rowCount())]

    def chips(self) -> list[str]:
        return [
            button.accessibleName().removeprefix("Remove filter: ")
            for button in self.window.findChildren(QPushButton)
            if button.isVisibleTo(self.window) and button.accessibleName().startswith("Remove filter")
        ]
