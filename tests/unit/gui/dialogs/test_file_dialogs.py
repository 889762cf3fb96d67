"""Where a file is saved: the folder to begin with, and the question before a file is replaced."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from heatpunk_desktop.gui.dialogs.file_dialogs import path_from, save_dialog, usual_folder
from heatpunk_desktop.gui.export.file_choice import FileChoice
from heatpunk_desktop.gui.export.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

KINDS = {".xlsx": "Excel workbook", ".csv": "CSV"}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    yield made
    # With the dialog ends the thread in which Qt reads the folder.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class User:
    """Types a name into a dialog and accepts it; says No to every question, and gives up then."""

    def __init__(self, dialog: QFileDialog, name: str) -> None:
        self._dialog = dialog
        self._name = name
        self.asked: list[str] = []
        self._has_accepted = False
        self._left = 500
        self._timer = QTimer(dialog)
        self._timer.timeout.connect(self._act)
        self._timer.start(10)

    def _act(self) -> None:
        self._left -= 1
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            self.asked.append(box.text())
            box.button(QMessageBox.StandardButton.No).click()
        elif self.asked or self._left < 0:
            self._dialog.reject()
        elif not self._has_accepted and self._dialog.isVisible():
            self._has_accepted = True
            edit = self._dialog.findChild(QLineEdit)
            assert isinstance(edit, QLineEdit)
            edit.setText(self._name)
            # Not from here: Qt lets no timer go off again while it is being answered, and a question waits in there.
            QTimer.singleShot(0, self._dialog.accept)


def begun(window: QWidget, folder: Path) -> QFileDialog:
    dialog = save_dialog(window, "Export", str(folder / "projects.xlsx"), KINDS, ".xlsx")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    return dialog


@pytest.mark.parametrize("typed", ["list", "list.xlsx"])
def test_a_file_that_is_there_is_asked_about_with_and_without_its_ending(
    window: QWidget, tmp_path: Path, typed: str
) -> None:
    (tmp_path / "list.xlsx").write_text("mine")
    dialog = begun(window, tmp_path)
    user = User(dialog, typed)
    assert path_from(dialog) == ""
    assert len(user.asked) == 1
    assert "list.xlsx" in user.asked[0]


def test_the_ending_is_that_of_the_kind_that_is_chosen(window: QWidget, tmp_path: Path) -> None:
    dialog = begun(window, tmp_path)
    dialog.selectNameFilter("CSV (*.csv)")
    dialog.filterSelected.emit("CSV (*.csv)")
    user = User(dialog, "list")
    assert path_from(dialog) == str(tmp_path / "list.csv")
    assert user.asked == []


def test_a_file_that_nobody_asked_about_is_not_taken_for_agreed(window: QWidget, tmp_path: Path) -> None:
    answers = iter([str(tmp_path / "list"), str(tmp_path / "list.csv")])
    choice = FileChoice(tmp_path, "projects", FORMATS[0], window, lambda _parent, _begin: next(answers))
    browse = choice.findChild(QWidget, "browse")
    assert browse is not None
    QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert choice.path() == tmp_path / f"list{FORMATS[0].ending}"
    assert not choice.is_agreed
    QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert choice.path() == tmp_path / "list.csv"
    assert choice.is_agreed


def test_a_share_that_went_away_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    is_dir, share, abandoned = Path.is_dir, tmp_path / "share", threading.Event()
    share.mkdir()

    def hangs(path: Path) -> bool:
        if path == share:
            abandoned.wait(30)  # as the system does until it gives up
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", hangs)
    began = time.monotonic()
    found = usual_folder(str(share))
    took = time.monotonic() - began
    abandoned.set()
    assert found != share
    assert took < 10
