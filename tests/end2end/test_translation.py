"""The real program in a made-up language: only data stay in English, and nothing is cut though it is longer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QCoreApplication, QSize, Qt
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
    QTableWidget,
    QToolButton,
    QWidget,
)

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, BuildDate, Field, Status
from heatpunk_desktop.gui.actions.actions import PAGES, Act
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
#: The smallest screen that the program is made for.
SMALL_SCREEN: Final = QSize(1024, 600)
#: Words of the made-up language are longer than those of any real one, and fonts differ: it may need so much more.
LONGER: Final = QSize(256, 0)
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
    *(Act.ABOUT, Act.CHANGES, *(page.act for page in PAGES), Act.BOARD),
)


class Pseudo:
    """The program in that language, and what is wrong with its windows."""

    def __init__(self, screen: Screen, server: SandboxServer) -> None:
        self.screen = screen
        values = {
            str(getattr(project, name)) for project in server.state for name in Field if name not in NUMERIC_FIELDS
        }
        self._data: list[str] = []
        self.know(*values)

    def know(self, *values: str) -> None:
        """Take these for data, in any language."""
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
        """Do something, and return the window that opened, or the main one."""
        before = self._shown()
        next(action for action in self.main.findChildren(QAction, act.value)).trigger()
        self.screen.settle()
        return next((widget for widget in self._shown() if widget not in before), self.main)

    def _shown(self) -> list[QWidget]:
        return [
            widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and not isinstance(widget, QMenu)
        ]

    def is_english(self, words: str) -> bool:
        left = untranslated(words)
        for value in self._data:
            left = left.replace(value, "")
        return WORD.search(DATA.sub("", left)) is not None

    def faults_of(self, window: QWidget) -> list[str]:
        """What is wrong with a window as it opened, and as small as it gets on a small screen; a line each."""
        english = [
            f"in English: {words!r} of {type(widget).__name__}"
            for widget, words in words_of(window)
            if self.is_english(words)
        ]
        cut = [*cut_in(window), *self._cut_when_small(window)]
        return [f"{type(window).__name__}: {fault}" for fault in (*english, *cut)]

    def _cut_when_small(self, window: QWidget) -> list[str]:
        before = window.size()
        least = window.minimumSizeHint().expandedTo(window.minimumSize())
        if window is self.main:
            least = least.expandedTo(SMALL_SCREEN)
        assert least.boundedTo(SMALL_SCREEN + LONGER) == least, f"{type(window).__name__} needs {least} at least"
        window.resize(least)
        self.screen.settle()
        found = [f"{fault} at {least.width()} × {least.height()}" for fault in cut_in(window)]
        window.resize(before)
        self.screen.settle()
        return found


def words_of(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Everything that can be read in a window but the values of its lists, with what shows it."""
    yield window, window.windowTitle()
    for widget in (window, *window.findChildren(QWidget)):
        if widget is not window and not widget.isVisibleTo(window):
            continue
        yield from (
            (widget, words) for words in (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        )
        yield from ((widget, action.text()) for action in widget.actions())
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        elif isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget, widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(index)) for index in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield from ((widget, widget.tabText(index)) for index in range(widget.count()))
        elif isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
            columns = range(widget.count())
            yield from ((widget, str(widget.model().headerData(at, widget.orientation()) or "")) for at in columns)
        elif isinstance(widget, QAbstractItemView):
            yield from ((widget, words) for words in cells_of(widget))


def cells_of(view: QAbstractItemView) -> Iterator[str]:
    """What stands in the first rows of a list or a table, and what is said of it."""
    model, root = view.model(), view.rootIndex()
    if isinstance(model, QAbstractItemModel):
        for row in range(min(model.rowCount(root), PROJECTS)):
            for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(root)):
                index = model.index(row, column, root)
                yield from (str(index.data(role) or "") for role in ROLES)


def cut_in(window: QWidget) -> Iterator[str]:
    """What has not the room for its words, but for what ends in dots on purpose and says the rest in a tip."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or isinstance(widget, ElidedLabel):
            continue
        for words, needed, room in rooms_of(widget):
            if words and needed > room:
                yield f"cut: {words!r} of {type(widget).__name__}, which has {room} of {needed} px"


def rooms_of(widget: QWidget) -> Iterator[tuple[str, int, int]]:
    """Each of a widget's texts, with the pixels that it needs and those that it has."""
    wide = widget.fontMetrics().horizontalAdvance
    match widget:
        case QLabel() if widget.wordWrap():
            yield widget.text(), widget.heightForWidth(widget.width()), widget.height()
        case QToolButton() if widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
            return
        case QLabel() | QAbstractButton():
            yield widget.text(), wide(widget.text().replace("&", "")), widget.width()
        case QTabBar():
            for at in range(widget.count()):
                yield widget.tabText(at), wide(widget.tabText(at).replace("&", "")), widget.tabRect(at).width()
        case QComboBox():
            yield widget.currentText(), wide(widget.currentText()), widget.width()
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            for at in range(widget.count()):
                words = str(widget.model().headerData(at, widget.orientation()) or "")
                if not widget.isSectionHidden(at):
                    yield words, wide(words), widget.sectionSize(at)


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
        return any(" → " in label.text() for label in main.findChildren(QLabel) if label.isVisibleTo(main))

    screen.wait(is_told, "the change, beside the project")
    assert not faults, "\n".join(dict.fromkeys(faults))


def test_the_pages_of_an_import_are_translated(pseudo_program: Pseudo) -> None:
    screen = pseudo_program.screen
    path = screen.data_dir / "leads.csv"
    rows = [("Client", "Tel", "Stage", "Latitude"), ("Jo Lee", "0740", "lead", "52"), ("Al Orr", "0740012", "odd", "x")]
    path.write_text("\n".join(map(",".join, rows)), "utf-8")
    pseudo_program.know(*(cell for row in rows for cell in row))
    dialog = pseudo_program.trigger(Act.IMPORT)
    field = next(line for line in dialog.findChildren(QLineEdit) if line.isVisibleTo(dialog))
    field.setText(str(path))
    field.textEdited.emit(str(path))
    following = next(button for button in dialog.findChildren(QPushButton) if button.text() == pseudo("&Next"))
    faults: list[str] = []

    def go_on() -> bool:
        faults.extend(pseudo_program.faults_of(dialog))
        if following.isVisible() and following.isEnabled():
            following.click()
        return not following.isVisible()

    screen.wait(go_on, "the preview")
    screen.wait(
        lambda: any(
            table.isVisibleTo(dialog) and table.model().rowCount() for table in dialog.findChildren(QTableView)
        ),
        "its rows",
    )
    faults += pseudo_program.faults_of(dialog)
    assert not faults, "\n".join(dict.fromkeys(faults))


def test_english_and_cut_words_are_found(pseudo_program: Pseudo) -> None:
    window = QWidget()
    QLabel(pseudo("Saved"), window).resize(400, 20)
    QLabel("Saved", window).resize(400, 20)
    QPushButton(pseudo("Send it"), window).resize(20, 20)
    QTabBar(window).addTab(pseudo("Fits"))
    header = QTableWidget(1, 1, window)
    header.setHorizontalHeaderLabels([pseudo("Customer")])
    header.setColumnWidth(0, 20)
    window.setMinimumSize(600, 300)
    found = pseudo_program.faults_of(window)
    window.deleteLater()
    assert [item.split("'")[1] for item in found] == ["Saved", *[pseudo("Send it"), pseudo("Customer")] * 2]
