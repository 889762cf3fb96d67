"""The dialog with all keyboard shortcuts, and the present actions of all menus as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.theme import muted_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenuBar

_SIZE: Final = QSize(520, 700)
_KEYS_WIDTH: Final = 190
#: Padding above and below the text of a row, in pixels.
_ROOM: Final = 7


class ListedAction(NamedTuple):
    """An action with its menu.

    Attributes:
        menu: Text of the menu in the menu bar.
        words: Its text, after that of its submenu: `Sort by: Customer`.
        action: The action.
    """

    menu: str
    words: str
    action: QAction


def listed_actions(bar: QMenuBar) -> Iterator[ListedAction]:
    """Return the actions of a menu bar, in the order of the menus."""
    for top in bar.actions():
        menu = _menu_of(top)
        if menu is not None:
            yield from _within(plain_words(top.text()), "", menu.actions())


def plain_words(text: str) -> str:
    """Return the text of a menu entry without mnemonic and dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")


def _menu_of(action: QAction) -> QMenu | None:
    menu = cast("object", action.menu())
    return menu if isinstance(menu, QMenu) else None


def _within(menu: str, before: str, actions: Sequence[QAction]) -> Iterator[ListedAction]:
    for action in actions:
        if action.isSeparator() or not action.isVisible():
            continue
        words = before + plain_words(action.text())
        submenu = _menu_of(action)
        if submenu is not None:
            yield from _within(menu, f"{words}: ", submenu.actions())
        else:
            yield ListedAction(menu, words, action)


class Shortcut(NamedTuple):
    """Keys and what they do, in a group."""

    group: str
    keys: str
    words: str


def shortcuts_of(bar: QMenuBar) -> list[Shortcut]:
    """Return the shortcuts of all actions of a menu bar, in the system's notation."""
    native = QKeySequence.SequenceFormat.NativeText
    return [
        Shortcut(listed.menu, ", ".join(keys.toString(native) for keys in listed.action.shortcuts()), _always(listed))
        for listed in listed_actions(bar)
        if listed.action.shortcuts()
    ]


def _always(listed: ListedAction) -> str:
    """Return the name of an action that does not depend on its present state, as that of Undo does."""
    short = plain_words(listed.action.iconText())
    return short if plain_words(listed.action.text()).startswith(f"{short} ") else listed.words


class ShortcutSheet(Dialog):
    """A dialog that shows the shortcuts in groups.

    Args:
        bar: The menu bar, whose actions have most of them.
        parent: The window.
    """

    def __init__(self, bar: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._tree = QTreeWidget(self)
        self._tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._tree.setColumnCount(2)
        self._tree.setHeaderLabels([self.tr("Keys"), self.tr("What they do")])
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._fill([*shortcuts_of(bar), *self._elsewhere()])
        width = max(_KEYS_WIDTH, self._tree.sizeHintForColumn(0) + 24)
        self._tree.header().resizeSection(0, width)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole).setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._tree, 1)
        column.addWidget(buttons)
        self.resize(_SIZE)
        self._tree.setFocus()

    def _fill(self, shortcuts: Iterable[Shortcut]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for entry in shortcuts:
            group = groups.get(entry.group)
            if group is None:
                group = groups[entry.group] = QTreeWidgetItem(self._tree, [entry.group])
                group.setFirstColumnSpanned(True)
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setForeground(0, muted_text(self.palette()))
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item = QTreeWidgetItem(group, [entry.keys, entry.words])
            for row in (group, item):
                row.setSizeHint(0, QSize(0, self._tree.fontMetrics().height() + _ROOM))
        self._tree.expandAll()

    def _elsewhere(self) -> list[Shortcut]:
        """Return the keys that belong to a widget rather than an action."""
        table, cell = self.tr("In the table"), self.tr("In a cell of the table")
        search, form = self.tr("In the search field"), self.tr("In a form")
        return [
            Shortcut(table, _native("Return"), self.tr("Edit the project")),
            Shortcut(table, _native("Home"), self.tr("To the first project")),
            Shortcut(table, _native("End"), self.tr("To the last project")),
            Shortcut(table, f"{_native('Left')}, {_native('Right')}", self.tr("To a cell, and from cell to cell")),
            Shortcut(cell, _native("Return"), self.tr("Edit what stands there; then save and go down")),
            Shortcut(cell, _native("Shift+Return"), self.tr("Save and go up")),
            Shortcut(cell, _native("Tab"), self.tr("Save and edit the next cell")),
            Shortcut(cell, _native("Shift+Tab"), self.tr("Save and edit the cell before")),
            Shortcut(cell, _native("Esc"), self.tr("Give up what is typed; then back to the whole row")),
            Shortcut(search, _native("Down"), self.tr("On to what was found")),
            Shortcut(search, _native("Esc"), self.tr("Empty the field")),
            Shortcut(search, _native("Tab"), self.tr("Take the suggestion")),
            Shortcut(form, _native("Ctrl+Return"), self.tr("Create or save")),
            Shortcut(form, _native("Esc"), self.tr("Cancel; asks first where something is typed")),
        ]


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
