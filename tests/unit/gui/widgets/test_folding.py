"""Parts of the window that fold where room is short, and where the window stands at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from tests.unit.gui.hands import control
from tests.unit.gui.one_window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Bench(Window):
    def __init__(self, qtbot: QtBot, settings: Settings | None = None) -> None:
        super().__init__(qtbot, settings=settings)
        self.qtbot = qtbot
        self.sidebar = self.window.findChildren(Sidebar)[0]
        self.inspector = self.window.findChildren(Inspector)[0]

    def widen(self, width: int) -> None:
        self.window.resize(width, 600)
        self.qtbot.waitUntil(lambda: self.window.width() == width)
        QApplication.processEvents()

    @property
    def is_sidebar_open(self) -> bool:
        return self.sidebar.width() > 100

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)
        QApplication.processEvents()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.close()


def test_parts_fold_as_the_window_gets_narrower_and_unfold_again(bench: Bench) -> None:
    for width, has_inspector, has_names in ((1400, 1, 1), (1099, 0, 1), (899, 0, 0), (760, 0, 0), (1100, 1, 1)):
        bench.widen(width)
        assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (bool(has_inspector), bool(has_names)), width
        assert bench.action(Act.INSPECTOR).isChecked() is bool(has_inspector)
        assert bench.action(Act.SIDEBAR).isChecked() is bool(has_names)


def test_what_is_opened_by_hand_stays_open_until_there_is_room(bench: Bench) -> None:
    bench.widen(800)
    bench.press(Qt.Key.Key_F4)
    bench.press(Qt.Key.Key_F9)
    assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (True, True)
    bench.widen(780)
    assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (True, True)
    bench.press(Qt.Key.Key_F9)
    assert not bench.is_sidebar_open
    bench.widen(1300)
    assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (True, True)
    bench.widen(800)
    assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (False, False)


def test_what_is_folded_by_hand_stays_so(bench: Bench) -> None:
    bench.widen(1300)
    bench.press(Qt.Key.Key_F4)
    bench.press(Qt.Key.Key_F9)
    bench.widen(800)
    bench.widen(1300)
    assert (bench.inspector.isVisible(), bench.is_sidebar_open) == (False, False)


def test_the_sidebar_is_as_wide_as_it_was(bench: Bench) -> None:
    bench.widen(1300)
    before = bench.sidebar.width()
    bench.widen(800)
    assert bench.sidebar.width() < 60
    bench.widen(1300)
    assert bench.sidebar.width() == before


def test_glyphs_keep_their_names(bench: Bench) -> None:
    bench.widen(800)
    bench.qtbot.waitUntil(lambda: bench.model.is_settled)
    item = bench.sidebar.findItems("Quote", Qt.MatchFlag.MatchExactly)[0]
    bench.qtbot.waitUntil(lambda: item.data(Qt.ItemDataRole.AccessibleTextRole) == "Quote, 2")
    place = bench.sidebar.visualItemRect(item)
    assert bench.sidebar.viewport().rect().contains(place)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place.center(), bench.sidebar.viewport().mapToGlobal(QPoint(0, 0)))
    QApplication.sendEvent(bench.sidebar.viewport(), event)
    assert "Quote, 2" in QToolTip.text()
    QTest.mouseClick(bench.sidebar.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert len(bench.keys()) == 2


def test_buttons_without_words_keep_their_names(bench: Bench) -> None:
    bench.widen(1400)
    assert control(bench.window, QPushButton, "Refresh").text() == "Refresh"
    bench.widen(760)
    for name in ("Refresh", "Edit", "Delete", "Open in Heatpunk", "Import", "Export"):
        assert control(bench.window, QPushButton, name).text() == ""
    assert control(bench.window, QPushButton, "New project").text() == "New project"
    assert bench.search.width() >= 200


def test_the_place_of_the_window_is_kept_without_its_being_closed(qtbot: QtBot, tmp_path: Path) -> None:
    bench = Bench(qtbot, Settings.load(tmp_path))
    bench.widen(1234)
    bench.window.move(60, 40)
    qtbot.waitUntil(lambda: "geometry" in Settings.load(tmp_path).window)
    # What follows is a kill: nothing is told that the window ends.
    bench.window.resize(900, 500)
    again = Bench(qtbot, Settings.load(tmp_path))
    assert again.window.size().toTuple() == (1234, 600)
    for opened in (bench, again):
        opened.close()
