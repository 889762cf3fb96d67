"""The dialog of the command palette, its entries and their ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QBrush, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.models.cooperative_task import CooperativeTask
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

_SIZE: Final = QSize(640, 420)
_LONGEST: Final = 200
#: Padding above and below the text of a row, in pixels.
_ROOM: Final = 9
_KEYS_WIDTH: Final = 110
_KIND_WIDTH: Final = 130
#: Limit of commands and views shown.
_MOST: Final = 100
_MOVES: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class Entry(NamedTuple):
    """An action to run or a place to go to.

    Attributes:
        words: Its name.
        kind: Its category, such as the menu that it is in.
        keys: Its shortcut, or empty.
        run: Runs it.
        reason: Why it is unavailable; empty if it is available.
    """

    words: str
    kind: str
    keys: str
    run: Callable[[], object]
    reason: str = ""


def ranked(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that contain each word of a text, the best first.

    A match at the beginning of the name counts most, then at the beginning of a word, then anywhere, then only in the
    category. Of equal entries, available ones come first.
    """
    words = fold(text).split()
    found = [(_distance(entry, words), entry) for entry in entries]
    fitting = [(distance, bool(entry.reason), entry) for distance, entry in found if distance is not None]
    fitting.sort(key=lambda ranking: ranking[:2])
    return [entry for _, _, entry in fitting]


def _distance(entry: Entry, words: list[str]) -> int | None:
    """Return the distance of an entry from some words; None if it lacks one of them."""
    name, kind = fold(entry.words), fold(entry.kind)
    distance = 0
    for word in words:
        if name.startswith(word):
            continue
        if f" {word}" in name:
            distance += 1
        elif word in name:
            distance += 2
        elif kind.startswith(word):
            distance += 3
        else:
            return None
    return distance


class CommandPalette(Dialog):
    """A dialog that finds entries while the user types, and runs the chosen one on Enter.

    Args:
        entries: Actions and places.
        projects: Finds entries for projects that contain each word of a text, in slices.
        parent: The window.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        projects: Callable[[str], Generator[None, None, Sequence[Entry]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Command palette"))
        self._entries = entries
        self._projects = projects
        self._search = CooperativeTask(self)
        self._search.done.connect(self._on_projects_found)
        self._shown: list[Entry] = []
        self._line = QLineEdit(self)
        self._line.setAccessibleName(self.tr("Command, view or project"))
        self._line.setPlaceholderText(self.tr("A command, a view or a project"))
        self._line.setMinimumHeight(control_height(self._line))
        self._line.installEventFilter(self)
        self._tree = QTreeWidget(self)
        self._tree.setAccessibleName(self.tr("Found"))
        self._set_up_tree()
        self._reason = PlainLabel(tone=Tone.MUTED, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._line)
        column.addWidget(self._tree, 1)
        column.addWidget(self._reason)
        self.resize(_SIZE)
        self._line.textChanged.connect(self._find)
        self._tree.currentItemChanged.connect(self._on_current_item_changed)
        self._tree.itemActivated.connect(self._run_current)
        self._tree.itemClicked.connect(self._run_current)
        self._find("")
        self._line.setFocus()

    def _set_up_tree(self) -> None:
        tree = self._tree
        tree.setColumnCount(3)
        tree.setHeaderLabels([self.tr("What"), self.tr("Where"), self.tr("Keys")])
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section, width in ((1, _KIND_WIDTH), (2, _KEYS_WIDTH)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, max(width, tree.fontMetrics().averageCharWidth() * width // 6))

    @Slot(str)
    def _find(self, text: str) -> None:
        self._shown = []
        self._tree.clear()
        self._say("")
        self._add(ranked(self._entries, text)[:_MOST])
        if text.strip():
            self._search.start(self._projects(text))
        else:
            self._search.stop()

    @Slot(object)
    def _on_projects_found(self, projects: Sequence[Entry]) -> None:
        self._add(projects)
        if not self._shown:
            self._say(self.tr("Nothing is called that. Try another word."))

    def _add(self, entries: Sequence[Entry]) -> None:
        """Add entries; the first of all is the current one until the user chooses another."""
        self._shown += entries
        faint = QBrush(muted_text(self.palette()))
        disabled = QBrush(self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text))
        for entry in entries:
            item = QTreeWidgetItem([one_line(entry.words, _LONGEST), entry.kind, entry.keys])
            item.setSizeHint(0, QSize(0, self._tree.fontMetrics().height() + _ROOM))
            for column in (1, 2):
                item.setForeground(column, faint)
            if entry.reason:
                item.setForeground(0, disabled)
            self._tree.addTopLevelItem(item)
        self._tree.setColumnHidden(2, not any(entry.keys for entry in self._shown))
        if self._shown and not self._tree.currentIndex().isValid():
            self._tree.setCurrentIndex(self._tree.model().index(0, 0))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                QCoreApplication.sendEvent(self._tree, event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run_current()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _run_current(self) -> None:
        if not self._shown:
            self._search.finish()  # a name followed by Enter means the project
        row = self._tree.currentIndex().row()
        if not 0 <= row < len(self._shown):
            return
        entry = self._shown[row]
        if entry.reason:
            announce(self, entry.reason)
            return
        self.accept()
        QTimer.singleShot(0, entry.run)  # after this dialog has closed, as it may open another

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current_item_changed(self, current: QTreeWidgetItem | None, _previous: QTreeWidgetItem | None) -> None:
        row = self._tree.indexOfTopLevelItem(current) if current is not None else -1
        if not 0 <= row < len(self._shown):
            return
        entry = self._shown[row]
        self._say(entry.reason)
        if self._line.hasFocus():  # the focus is in the field, so screen readers do not notice the list
            announce(self, ", ".join(part for part in (entry.words, entry.kind, entry.keys, entry.reason) if part))

    def _say(self, words: str) -> None:
        self._reason.setText(words)
