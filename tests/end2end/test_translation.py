"""The real program in a made-up language: only data stay in English, and nothing is cut though it is longer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, BuildDate, Field, Status
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.widgets.labels import ElidedLabel
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import Screen
from tests.end2end.pseudo_locale import PseudoTranslator, pseudo, untranslated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PROJECTS: Final = 12
#: What is the same in every language: values, addresses, dates, keys and files.
DATA: Final = re.compile(
    "|".join(
        (
            *(rf"\b{re.escape(word)}\b" for word in (*Status, *(band.label for band in BuildDate))),
            r"\S+@\S+",
            r"\b(127\.0\.0\.1|localhost)\S*",
            r"\b\d{1,2} [A-Z][a-z]{2}( \d{4})?|\b(Today|Yesterday)(?= \d)",
            r"\b(Ctrl|Alt|Shift|Del|Esc|F\d+)\b(\+\S+)?",
            r"\S*/\S*",
            r"\b(heatpunk|easy-pv)\.[a-z.]+",
            "Heatpunk Desktop",
        )
    )
)
ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
WORD: Final = re.compile(r"[A-Za-z]{2}")


#: Everything that opens a window or shows another page.
OPENED: Final = (
    *(Act.NEW, Act.EDIT, Act.CHANGE_SEVERAL, Act.DELETE, Act.DELETE_PERMANENTLY, Act.EXPORT, Act.IMPORT, Act.PRINT),
    *(Act.SETTINGS, Act.FILTER, Act.SAVE_VIEW, Act.CHOOSE_COLUMNS, Act.PALETTE, Act.SHORTCUTS, Act.DIAGNOSTICS),
    *(Act.ABOUT, Act.CHANGES, Act.DUPLICATES, Act.BOARD),
)


class Pseudo:
    """The program in that language, and what is wrong with its windows."""

    def __init__(self, screen: Screen, server: SandboxServer) -> None:
        self.screen = screen
        values = {str(getattr(one, name)) for one in server.state for name in Field if name not in NUMERIC_FIELDS}
        self._data: list[str] = []
        self.know(*values)

    def know(self, *values: str) -> None:
        """Takes these for data, in any language."""
        self._data = sorted({*self._data, *filter(None, values)}, key=len, reverse=True)

    @property
    def main(self) -> QWidget:
        return self.screen.program.window

    @property
    def table(self) -> ProjectTable:
        found = self.main.findChild(ProjectTable)
        assert found is not None
        return found

    def trigger(self, act: Act) -> QWidget:
        """Does something, and gives the window that opened, or the main one."""
        before = self._shown()
        next(one for one in self.main.findChildren(QAction, act.value)).trigger()
        self.screen.settle()
        return next((one for one in self._shown() if one not in before), self.main)

    def _shown(self) -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and not isinstance(one, QMenu)]

    def is_english(self, words: str) -> bool:
        left = untranslated(words)
        for value in self._data:
            left = left.replace(value, "")
        return WORD.search(DATA.sub("", left)) is not None

    def faults_of(self, window: QWidget) -> list[str]:
        """What is wrong with a window, a line each."""
        english = [
            f"in English: {words!r} of {type(one).__name__}"
            for one, words in words_of(window)
            if self.is_english(words)
        ]
        return [f"{type(window).__name__}: {one}" for one in (*english, *cut_in(window))]


def words_of(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Everything that can be read in a window but the values of its lists, with what shows it."""
    yield window, window.windowTitle()
    for one in (window, *window.findChildren(QWidget)):
        if one is not window and not one.isVisibleTo(window):
            continue
        yield from ((one, words) for words in (one.toolTip(), one.accessibleName(), one.accessibleDescription()))
        yield from ((one, action.text()) for action in one.actions())
        if isinstance(one, QLabel | QAbstractButton):
            yield one, one.text()
        elif isinstance(one, QLineEdit | QPlainTextEdit):
            yield one, one.placeholderText()
        elif isinstance(one, QComboBox):
            yield from ((one, one.itemText(index)) for index in range(one.count()))
        elif isinstance(one, QTabBar):
            yield from ((one, one.tabText(index)) for index in range(one.count()))
        elif isinstance(one, QHeaderView) and one.orientation() is Qt.Orientation.Horizontal:
            columns = range(one.count())
            yield from ((one, str(one.model().headerData(at, one.orientation()) or "")) for at in columns)
        elif isinstance(one, QAbstractItemView):
            yield from ((one, words) for words in cells_of(one))


def cells_of(view: QAbstractItemView) -> Iterator[str]:
    """What stands in the first rows of a list or a table, and what is said of it."""
    model, root = view.model(), view.rootIndex()
    if isinstance(model, QAbstractItemModel):
        for row in range(min(model.rowCount(root), PROJECTS)):
            for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(root)):
                index = model.index(row, column, root)
                yield from (str(index.data(role) or "") for role in ROLES)


def cut_in(window: QWidget) -> Iterator[str]:
    """Labels and buttons that have not the room for their words, but for those that end in dots on purpose."""
    for one in window.findChildren(QWidget):
        if not one.isVisibleTo(window) or isinstance(one, ElidedLabel) or not isinstance(one, QLabel | QAbstractButton):
            continue
        if isinstance(one, QLabel) and one.wordWrap():
            needed, room = one.heightForWidth(one.width()), one.height()
        elif isinstance(one, QToolButton) and one.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
            continue
        else:
            needed, room = one.fontMetrics().horizontalAdvance(one.text().replace("&", "")), one.width()
        if one.text() and needed > room:
            yield f"cut: {one.text()!r} of {type(one).__name__}, which has {room} of {needed} px"


@pytest.fixture
def pseudo_program(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pseudo]:
    translator = PseudoTranslator()
    with SandboxServer(projects=PROJECTS, seed=7) as server:
        monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
        screen = Screen(data_dir, server.origin, server.user_email)
        QCoreApplication.installTranslator(translator)
        try:
            screen.start()
            program = Pseudo(screen, server)
            screen.wait(lambda: program.table.model().rowCount() == PROJECTS, "the projects")
            yield program
            screen.stop()
        finally:
            QCoreApplication.removeTranslator(translator)


def test_nothing_is_left_in_english_and_nothing_is_cut(pseudo_program: Pseudo) -> None:
    screen = pseudo_program.screen
    pseudo_program.table.selectRow(0)
    screen.settle()
    faults = pseudo_program.faults_of(pseudo_program.main)
    opened = set()
    for act in OPENED:
        window = pseudo_program.trigger(act)
        faults += pseudo_program.faults_of(window)
        opened.add(type(window).__name__)
        if window is not pseudo_program.main:
            window.close()
        screen.settle()
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert len(opened) >= 12, opened


def test_what_waits_and_what_was_done_to_a_project_is_translated(pseudo_program: Pseudo) -> None:
    screen, main = pseudo_program.screen, pseudo_program.main
    pseudo_program.table.selectRow(0)
    screen.settle()
    pseudo_program.trigger(Act.STATUS_AFTER)
    faults: list[str] = []

    def is_told() -> bool:
        faults.extend(pseudo_program.faults_of(main))
        return any(" → " in one.text() for one in main.findChildren(QLabel) if one.isVisibleTo(main))

    screen.wait(is_told, "the change, beside the project")
    assert not faults, "\n".join(dict.fromkeys(faults))


def test_the_pages_of_an_import_are_translated(pseudo_program: Pseudo) -> None:
    screen = pseudo_program.screen
    path = screen.data_dir / "leads.csv"
    rows = [("Client", "Tel", "Stage", "Latitude"), ("Jo Lee", "0740", "lead", "52"), ("Al Orr", "0740012", "odd", "x")]
    path.write_text("\n".join(map(",".join, rows)), "utf-8")
    pseudo_program.know(*(cell for row in rows for cell in row))
    dialog = pseudo_program.trigger(Act.IMPORT)
    field = next(one for one in dialog.findChildren(QLineEdit) if one.isVisibleTo(dialog))
    field.setText(str(path))
    field.textEdited.emit(str(path))
    following = next(one for one in dialog.findChildren(QPushButton) if one.text() == pseudo("&Next"))
    faults: list[str] = []

    def go_on() -> bool:
        faults.extend(pseudo_program.faults_of(dialog))
        if following.isVisible() and following.isEnabled():
            following.click()
        return not following.isVisible()

    screen.wait(go_on, "the preview")
    screen.wait(
        lambda: any(one.isVisibleTo(dialog) and one.model().rowCount() for one in dialog.findChildren(QTableView)),
        "its rows",
    )
    faults += pseudo_program.faults_of(dialog)
    assert not faults, "\n".join(dict.fromkeys(faults))


def test_english_and_cut_words_are_found(pseudo_program: Pseudo) -> None:
    window = QWidget()
    QLabel(pseudo("Saved"), window).resize(400, 20)
    QLabel("Saved", window).resize(400, 20)
    QPushButton(pseudo("Send it"), window).resize(20, 20)
    found = pseudo_program.faults_of(window)
    window.deleteLater()
    assert [one.split("'")[1] for one in found] == ["Saved", pseudo("Send it")]
