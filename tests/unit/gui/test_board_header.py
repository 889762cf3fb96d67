"""The words above a column of the board, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from heatpunk_desktop.gui.board.board_column import ColumnHeader

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


LIGHT, DARK = "#ffffff", "#22262c"


def look(ground: str) -> QPalette:
    return QPalette(QColor(ground))


def clock_of(header: ColumnHeader) -> bytes:
    (clock,) = [label for label in header.findChildren(QLabel) if not label.pixmap().isNull()]
    return bytes(clock.pixmap().toImage().constBits())


def test_the_clock_follows_the_palette(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setPalette(look(LIGHT))
    header = ColumnHeader("Lead", parent)
    parent.show()
    header.show_numbers(3, 1)
    light = clock_of(header)
    parent.setPalette(look(DARK))
    assert clock_of(header) != light
    parent.setPalette(look(LIGHT))
    assert clock_of(header) == light
