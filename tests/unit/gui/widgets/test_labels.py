from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.dialog import TallScrollArea
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.theme import MIN_CONTRAST, contrast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

WINDOWS = {"light": "#efefef", "dark": "#202326"}


def use_scheme(scheme: str) -> None:
    palette = QPalette(QColor(WINDOWS[scheme]))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("black" if scheme == "light" else "white"))
    QApplication.setPalette(palette)


@pytest.fixture
def _palette(qtbot: QtBot) -> Iterator[None]:  # noqa: ARG001  makes the application
    before = QApplication.palette()
    yield
    QApplication.setPalette(before)


@pytest.mark.usefixtures("_palette")
@pytest.mark.parametrize("tone", Tone)
def test_each_tone_can_be_read_in_light_and_dark_and_after_a_change(qtbot: QtBot, tone: Tone) -> None:
    use_scheme("light")
    window = QWidget()
    qtbot.addWidget(window)
    label = PlainLabel("words", tone, window)
    window.show()
    for scheme in ("light", "dark", "light"):
        use_scheme(scheme)
        QApplication.processEvents()
        text = label.palette().color(label.foregroundRole())
        assert contrast(text, QColor(WINDOWS[scheme])) >= MIN_CONTRAST, scheme


def test_markup_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    label = PlainLabel("<img src='/etc/passwd'>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_small_window_scrolls(qtbot: QtBot) -> None:
    content = QWidget()
    QVBoxLayout(content).addSpacing(2000)
    area = TallScrollArea(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    assert area.sizeHint().height() >= 2000
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
