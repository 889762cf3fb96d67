"""What may be dropped on the window, and what the clipboard holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from heatpunk_desktop.gui.importing.dropping import FileDrop, dropped_file, is_rows_of_cells

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def carrying(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def test_one_file_of_this_computer_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "Leads & co.xlsx"
    assert dropped_file(carrying(QUrl.fromLocalFile(str(path)).toString())) == path
    assert dropped_file(carrying("https://example.com/leads.csv")) is None
    assert dropped_file(carrying("file:///a.csv", "file:///b.csv")) is None
    assert dropped_file(carrying()) is None


def test_a_window_takes_a_file_and_leaves_text_to_its_fields(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drop = FileDrop(window)
    dropped: list[Path] = []
    drop.dropped.connect(dropped.append)
    copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data = carrying(QUrl.fromLocalFile(str(tmp_path / "a.csv")).toString())
    entering = QDragEnterEvent(QPoint(5, 5), copy, data, left, no_keys)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), copy, data, left, no_keys))
    assert dropped == [tmp_path / "a.csv"]
    text = QMimeData()
    text.setText("hello")
    refused = QDragEnterEvent(QPoint(5, 5), copy, text, left, no_keys)
    QApplication.sendEvent(window, refused)
    assert not refused.isAccepted()


@pytest.mark.parametrize(
    ("text", "are_rows"),
    [
        ("Client\tTel\nJo\t1", True),
        ("Client\tTel\r\nJo\t1\r\n", True),
        ("Client\tTel", False),
        ("one\ntwo", False),
        ("", False),
    ],
)
def test_rows_of_cells_are_known_from_other_text(text: str, are_rows: bool) -> None:
    assert is_rows_of_cells(text) is are_rows
