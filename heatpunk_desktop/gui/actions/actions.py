"""The declaration of every action, from which menus, buttons and shortcuts are made."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from PySide6.QtCore import QObject


class Menu(StrEnum):
    """The menus of the menu bar, in order."""

    FILE = "file"
    EDIT = "edit"
    VIEW = "view"
    PROJECT = "project"
    CHANGES = "changes"
    HELP = "help"


MENU_LABELS: Final = {
    Menu.FILE: marked("actions", "&File"),
    Menu.EDIT: marked("actions", "&Edit"),
    Menu.VIEW: marked("actions", "&View"),
    Menu.PROJECT: marked("actions", "&Project"),
    Menu.CHANGES: marked("actions", "&Changes"),
    Menu.HELP: marked("actions", "&Help"),
}


class Act(StrEnum):
    """The identifier of an action; the value is its object name."""

    NEW = "new"
    REFRESH = "refresh"
    IMPORT = "import"
    EXPORT = "export"
    PRINT = "print"
    TEMPLATE = "template"
    SETTINGS = "settings"
    QUIT = "quit"
    UNDO = "undo"
    REDO = "redo"
    COPY = "copy"
    PASTE = "paste"
    PASTE_CELLS = "paste_cells"
    SEARCH = "search"
    FILTER = "filter"
    CLEAR = "clear"
    PALETTE = "palette"
    SAVE_VIEW = "save_view"
    KEEP_VIEW = "keep_view"
    REVERT_VIEW = "revert_view"
    CHOOSE_COLUMNS = "choose_columns"
    TABLE = "table"
    BOARD = "board"
    INSPECTOR = "inspector"
    SIDEBAR = "sidebar"
    COMPACT = "compact"
    APPEARANCE_SYSTEM = "appearance_system"
    APPEARANCE_LIGHT = "appearance_light"
    APPEARANCE_DARK = "appearance_dark"
    EDIT = "edit"
    EDIT_CELL = "edit_cell"
    SET_STATUS = "set_status"
    CHANGE_SEVERAL = "change_several"
    STATUS_BEFORE = "status_before"
    STATUS_AFTER = "status_after"
    CREATE_AGAIN = "create_again"
    OPEN = "open"
    CALL = "call"
    EMAIL = "email"
    SHOW_ON_MAP = "show_on_map"
    COPY_PHONE = "copy_phone"
    COPY_EMAIL = "copy_email"
    COPY_ADDRESS = "copy_address"
    DELETE = "delete"
    DELETE_PERMANENTLY = "delete_permanently"
    DUPLICATES = "duplicates"
    CHANGES = "changes"
    SEND_NOW = "send_now"
    SHORTCUTS = "shortcuts"
    DIAGNOSTICS = "diagnostics"
    ABOUT = "about"


class ActionSpec(NamedTuple):
    """The declaration of an action.

    Attributes:
        act: The identifier.
        menu: The menu that it is in.
        text: Its text in the menu, with the mnemonic; untranslated.
        button: Its text on a button, if it differs; untranslated.
        shortcut: Portable text of the keys, or empty.
        also: Portable text of alternative keys, or empty.
        icon: File name of the icon, or empty.
        checkable: Whether it can be checked.
        group: Name of the exclusive group that it belongs to, or empty.
        submenu: Untranslated text of the submenu that it is in, or empty.
        opens_section: Whether a separator stands before it in the menu.
        page_icon: File name of the icon of the page that it shows, for the folded sidebar; empty: it shows none.
    """

    act: Act
    menu: Menu
    text: str
    button: str = ""
    shortcut: str = ""
    also: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""
    submenu: str = ""
    opens_section: bool = False
    page_icon: str = ""


#: The submenu of View that sorts the rows.
SORT_BY: Final = marked("actions", "Sort &by")

_APPEARANCE: Final = marked("actions", "&Appearance")

ACTIONS: Final = (
    ActionSpec(Act.NEW, Menu.FILE, marked("actions", "&New project"), shortcut="Ctrl+N", icon="plus"),
    ActionSpec(Act.REFRESH, Menu.FILE, marked("actions", "&Refresh"), shortcut="F5", icon="refresh-cw"),
    ActionSpec(
        Act.IMPORT,
        Menu.FILE,
        marked("actions", "&Import…"),
        button=marked("actions", "Import"),
        shortcut="Ctrl+I",
        icon="file-input",
        opens_section=True,
    ),
    ActionSpec(
        Act.EXPORT,
        Menu.FILE,
        marked("actions", "&Export…"),
        button=marked("actions", "Export"),
        shortcut="Ctrl+Shift+E",
        icon="file-output",
    ),
    ActionSpec(Act.PRINT, Menu.FILE, marked("actions", "&Print…"), shortcut="Ctrl+P"),
    ActionSpec(Act.TEMPLATE, Menu.FILE, marked("actions", "Save a &template…")),
    ActionSpec(Act.SETTINGS, Menu.FILE, marked("actions", "&Settings…"), icon="settings", opens_section=True),
    ActionSpec(Act.QUIT, Menu.FILE, marked("actions", "&Quit"), shortcut="Ctrl+Q", opens_section=True),
    ActionSpec(Act.UNDO, Menu.EDIT, marked("actions", "&Undo"), shortcut="Ctrl+Z"),
    ActionSpec(Act.REDO, Menu.EDIT, marked("actions", "&Redo"), shortcut="Ctrl+Shift+Z", also="Ctrl+Y"),
    ActionSpec(Act.COPY, Menu.EDIT, marked("actions", "&Copy"), shortcut="Ctrl+C", opens_section=True),
    ActionSpec(Act.PASTE, Menu.EDIT, marked("actions", "&Paste"), shortcut="Ctrl+V"),
    ActionSpec(
        Act.PASTE_CELLS,
        Menu.EDIT,
        marked("actions", "Paste &into the selected projects…"),
        shortcut="Ctrl+Shift+V",
    ),
    ActionSpec(
        Act.SEARCH,
        Menu.EDIT,
        marked("actions", "&Search projects"),
        shortcut="Ctrl+F",
        icon="search",
        opens_section=True,
    ),
    ActionSpec(
        Act.FILTER,
        Menu.EDIT,
        marked("actions", "&Add a filter…"),
        shortcut="Ctrl+Shift+F",
        icon="list-filter",
    ),
    ActionSpec(Act.CLEAR, Menu.EDIT, marked("actions", "C&lear search and filters")),
    ActionSpec(
        Act.PALETTE,
        Menu.EDIT,
        marked("actions", "Command palett&e…"),
        shortcut="Ctrl+K",
        opens_section=True,
    ),
    ActionSpec(
        Act.DUPLICATES,
        Menu.VIEW,
        marked("actions", "D&uplicates"),
        shortcut="Ctrl+Shift+D",
        checkable=True,
        page_icon="copy",
    ),
    ActionSpec(
        Act.SAVE_VIEW,
        Menu.VIEW,
        marked("actions", "Sa&ve as a view of your own…"),
        shortcut="Ctrl+Shift+S",
        opens_section=True,
    ),
    ActionSpec(Act.KEEP_VIEW, Menu.VIEW, marked("actions", "&Keep the changes to this view")),
    ActionSpec(Act.REVERT_VIEW, Menu.VIEW, marked("actions", "Back to the view as save&d")),
    ActionSpec(Act.CHOOSE_COLUMNS, Menu.VIEW, marked("actions", "C&hoose columns…"), opens_section=True),
    ActionSpec(
        Act.TABLE,
        Menu.VIEW,
        marked("actions", "&Table"),
        shortcut="Ctrl+Shift+T",
        checkable=True,
        group="layout",
        opens_section=True,
    ),
    ActionSpec(
        Act.BOARD,
        Menu.VIEW,
        marked("actions", "Boa&rd"),
        shortcut="Ctrl+Shift+B",
        checkable=True,
        group="layout",
    ),
    ActionSpec(
        Act.INSPECTOR,
        Menu.VIEW,
        marked("actions", "&Inspector"),
        shortcut="F4",
        checkable=True,
        opens_section=True,
    ),
    ActionSpec(Act.SIDEBAR, Menu.VIEW, marked("actions", "Sid&ebar"), shortcut="F9", checkable=True),
    ActionSpec(Act.COMPACT, Menu.VIEW, marked("actions", "&Compact rows"), checkable=True),
    ActionSpec(
        Act.APPEARANCE_SYSTEM,
        Menu.VIEW,
        marked("actions", "As the &system"),
        checkable=True,
        group="appearance",
        submenu=_APPEARANCE,
    ),
    ActionSpec(
        Act.APPEARANCE_LIGHT,
        Menu.VIEW,
        marked("actions", "&Light"),
        checkable=True,
        group="appearance",
        submenu=_APPEARANCE,
    ),
    ActionSpec(
        Act.APPEARANCE_DARK,
        Menu.VIEW,
        marked("actions", "&Dark"),
        checkable=True,
        group="appearance",
        submenu=_APPEARANCE,
    ),
    ActionSpec(
        Act.EDIT,
        Menu.PROJECT,
        marked("actions", "&Edit…"),
        button=marked("actions", "Edit"),
        shortcut="F2",
        icon="pencil",
    ),
    ActionSpec(Act.EDIT_CELL, Menu.PROJECT, marked("actions", "Edit in the &table"), shortcut="Ctrl+E"),
    ActionSpec(Act.SET_STATUS, Menu.PROJECT, marked("actions", "Set st&atus…"), shortcut="Alt+Down"),
    ActionSpec(
        Act.CHANGE_SEVERAL,
        Menu.PROJECT,
        marked("actions", "Change &several…"),
        shortcut="Shift+F2",
    ),
    ActionSpec(
        Act.STATUS_BEFORE,
        Menu.PROJECT,
        marked("actions", "Move to the status &before"),
        shortcut="Alt+Left",
    ),
    ActionSpec(
        Act.STATUS_AFTER,
        Menu.PROJECT,
        marked("actions", "Move to the status a&fter"),
        shortcut="Alt+Right",
    ),
    ActionSpec(Act.CREATE_AGAIN, Menu.PROJECT, marked("actions", "Create again from this cop&y…")),
    ActionSpec(
        Act.OPEN,
        Menu.PROJECT,
        marked("actions", "&Open in Heatpunk"),
        shortcut="Ctrl+O",
        icon="external-link",
    ),
    ActionSpec(Act.CALL, Menu.PROJECT, marked("actions", "&Call"), opens_section=True),
    ActionSpec(Act.EMAIL, Menu.PROJECT, marked("actions", "E&mail")),
    ActionSpec(Act.SHOW_ON_MAP, Menu.PROJECT, marked("actions", "Sho&w on map")),
    ActionSpec(
        Act.COPY_PHONE,
        Menu.PROJECT,
        marked("actions", "Copy p&hone"),
        shortcut="Ctrl+Shift+C",
    ),
    ActionSpec(Act.COPY_EMAIL, Menu.PROJECT, marked("actions", "Copy ema&il")),
    ActionSpec(Act.COPY_ADDRESS, Menu.PROJECT, marked("actions", "Copy add&ress")),
    ActionSpec(
        Act.DELETE,
        Menu.PROJECT,
        marked("actions", "&Delete…"),
        button=marked("actions", "Delete"),
        shortcut="Del",
        icon="trash-2",
        opens_section=True,
    ),
    ActionSpec(Act.DELETE_PERMANENTLY, Menu.PROJECT, marked("actions", "Delete &permanently…")),
    ActionSpec(Act.CHANGES, Menu.CHANGES, marked("actions", "&Show changes"), checkable=True),
    ActionSpec(Act.SEND_NOW, Menu.CHANGES, marked("actions", "Send &now"), icon="send-horizontal"),
    ActionSpec(Act.SHORTCUTS, Menu.HELP, marked("actions", "&Keyboard shortcuts"), shortcut="F1"),
    ActionSpec(Act.DIAGNOSTICS, Menu.HELP, marked("actions", "&Diagnostics…")),
    ActionSpec(Act.ABOUT, Menu.HELP, marked("actions", "&About Heatpunk Desktop")),
)

#: The actions that show a page in place of the table, in the order of the sidebar and of the menu View.
PAGES: Final = tuple(spec for spec in ACTIONS if spec.page_icon)

#: Actions on one or several selected projects.
ON_PROJECTS: Final = (
    Act.EDIT,
    Act.SET_STATUS,
    Act.CHANGE_SEVERAL,
    Act.STATUS_BEFORE,
    Act.STATUS_AFTER,
    Act.DELETE,
    Act.COPY,
)
#: Actions on a single selected project.
ON_ONE_PROJECT: Final = (Act.EDIT_CELL, Act.CREATE_AGAIN, Act.OPEN, Act.DELETE_PERMANENTLY)
#: Actions that need a selection.
ON_A_PROJECT: Final = (*ON_PROJECTS, *ON_ONE_PROJECT)
#: Actions that need a project on the server.
ON_SERVER_ONLY: Final = frozenset({Act.OPEN, Act.DELETE_PERMANENTLY})
#: Actions that are unavailable for projects moved to deleted.
NOT_ON_DELETED: Final = frozenset(
    {
        Act.EDIT,
        Act.EDIT_CELL,
        Act.SET_STATUS,
        Act.CHANGE_SEVERAL,
        Act.STATUS_BEFORE,
        Act.STATUS_AFTER,
        Act.PASTE_CELLS,
        Act.DELETE,
    }
)

#: Actions that need a customer's details, in menu order.
CONTACT_ACTS: Final = (Act.CALL, Act.EMAIL, Act.SHOW_ON_MAP, Act.COPY_PHONE, Act.COPY_EMAIL, Act.COPY_ADDRESS)

#: Actions on the selection, whichever part of the window has the focus.
ON_THE_TABLE: Final = (*ON_A_PROJECT, *CONTACT_ACTS, Act.PASTE_CELLS)


def keys_of(*acts: Act) -> frozenset[QKeySequence]:
    """Return the shortcuts of some actions."""
    return frozenset(
        QKeySequence(keys) for spec in ACTIONS if spec.act in acts for keys in (spec.shortcut, spec.also) if keys
    )


def explain(action: QAction, reason: str = "") -> None:
    """Set the tool tip of an action: why it is unavailable, or else its text and shortcut."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    words = f"{action.iconText()} ({keys})" if keys else action.iconText()
    action.setToolTip(reason or words)
    action.setEnabled(not reason)


def action_name(spec: ActionSpec) -> str:
    """Return the text of an action on a button and in the sidebar."""
    return translated(spec.button or spec.text).replace("&", "")


def make_actions(parent: QObject) -> dict[Act, QAction]:
    """Create every declared action; their icons are set when they are first shown."""
    actions = {}
    for spec in ACTIONS:
        action = QAction(translated(spec.text), parent)
        action.setObjectName(spec.act)
        # Buttons show this text; otherwise Qt would derive it from the menu's, without the dots.
        action.setIconText(action_name(spec))
        action.setCheckable(spec.checkable)
        if spec.shortcut:
            action.setShortcuts([QKeySequence(keys) for keys in (spec.shortcut, spec.also) if keys])
        explain(action)
        actions[spec.act] = action
    return actions


class ActionButton(QPushButton):
    """A button that triggers an action and is enabled as the action is, with a text of its own.

    Args:
        words: The text.
        action: The action.
        parent: Owner.
    """

    def __init__(self, words: str, action: QAction, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._action = action
        self.setAutoDefault(True)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
