"""Every window as a screen reader and a keyboard meet it: the real program on the real sandbox."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QGuiApplication, QPalette, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSpinBox,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.gui.widgets import dialog
from heatpunk_desktop.gui.widgets.theme import MIN_CONTRAST, contrast
from heatpunk_desktop.sandbox import Endpoint
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtGui import QAccessibleInterface

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Role = QAccessible.Role
Text = QAccessible.Text

BUTTONS: Final = {Role.Button, Role.ButtonMenu}
FIELDS: Final = {Role.EditableText, Role.SpinBox, Role.ComboBox}

FORM_FIELDS: Final = (
    "Customer name",
    "Customer email",
    "Customer phone",
    "Address",
    "Postcode",
    "Latitude",
    "Longitude",
    "Build date",
    "Project name",
    "Status",
    "Owner",
    "CRM reference",
)
INSPECTOR: Final = tuple(
    f"{name} of the chosen project"
    for name in (
        *("Name", "Customer", "Phone", "Email", "Address", "Postcode", "Build date"),
        *("Reference", "Position", "Owner", "Created", "Modified", "Project ID"),
    )
)
#: What Tab reaches in each window, in this order, and then from the beginning.
TAB_ORDERS: Final = {
    "main": (
        *("New project", "Refresh", "Edit", "Delete", "Open in Heatpunk", "Import", "Export"),
        *("Search projects", "Views", "Date range", "From", "To", "Filter", "Table", "Projects"),
        # The arrows go through the values of the inspector.
        *(INSPECTOR[0], "Show in Changes", "Call", "Email", "Show on map", "Edit", "Rename…"),
        *("Needs you 1", "Send now", "Close the panel Changes", "Needs you"),
        *("What the server said", "What you typed: Project name", way_words(WayOut.EDIT), "Try again", "Discard"),
        *("Undo", "Changes 1"),
    ),
    "new": (*FORM_FIELDS, "Create project", "Paste a note…", "Cancel"),
    # Whose project it is cannot be changed.
    "edit": (*(name for name in FORM_FIELDS if name != "Owner"), "Save changes", "Cancel"),
    "soft": ("Delete permanently…", "Move to deleted", "Cancel"),
    "change_several": ("Field", "Set to", "Preview", "Cancel"),
    "delete_several": ("Projects", "Move to deleted", "Cancel"),
    "export": (
        *(
            "All that are shown (30)",
            "Format",
            "File",
            "Browse",
            "Columns",
            "All columns",
            "No columns",
            "As in the table",
            "Move down",
        ),
        *("Load them first (30 projects, less than a minute)", "Export projects", "Cancel"),
    ),
    "exported": ("Open the file", "Show in folder", "Close"),
    "import_file": (
        *("File", "Browse", "Encoding", "Separator", "Headings in row", "The first rows", "Next", "Cancel"),
    ),
    "import_start": ("File", "Browse", "Download a template", "Next", "Cancel"),
    "import_columns": ("Change", "Columns", "Back", "Next", "Cancel"),
    "import_values": ("Values", "Leave the whole column empty", "Back", "Next", "Cancel"),
    "import_preview": (
        *("Show", "Next problem", "Next to check", "All duplicates", "Preview", "About this row"),
        *("Back", "Import projects", "Cancel"),
    ),
    # Deleting is in the order only once the name is typed.
    "hard": ("Type the project name to confirm", "Cancel"),
    "settings": (
        *("Domain", "Your email", "API key", "Show the key", "Test connection", "Proxy"),
        *("Colours", "Compact rows", "Refresh by itself", "Load contact details in the background", "Load them again"),
        *("Save", "Cancel"),
    ),
    "about": ("Licences", "Close"),
    "box": ("Close",),
    "paste": ("Paste into column", "Preview", "Change 2 projects", "Cancel"),
    "setup": (
        *("Domain", "Your email", "API key", "Show the key", "Test connection"),
        *("Network", "Try with sample data", "Save"),
    ),
}
#: Names that are fixed: users' scripts and assistive technology look for them.
FIXED: Final[dict[str, dict[str, set[Role]]]] = {
    "main": {
        "Projects": {Role.Table},
        **dict.fromkeys(
            ("New project", "Refresh", "Edit", "Delete", "Open in Heatpunk", "Import", "Send now"), BUTTONS
        ),
        **dict.fromkeys(("Try again", "Discard", "Changes 1"), BUTTONS),
        **dict.fromkeys(("Search projects", "Date range", "From", "To"), FIELDS),
    },
    "new": {
        **dict.fromkeys(FORM_FIELDS, FIELDS),
        **dict.fromkeys(("Create project", "Paste a note…", "Cancel"), BUTTONS),
    },
    "edit": {**dict.fromkeys(FORM_FIELDS, FIELDS), **dict.fromkeys(("Save changes", "Cancel"), BUTTONS)},
    "soft": {"Move to deleted": BUTTONS},
    "hard": {"Delete permanently": BUTTONS, "Type the project name to confirm": FIELDS},
    "settings": {
        **dict.fromkeys(("Domain", "Your email", "API key"), FIELDS),
        **dict.fromkeys(("Test connection", "Save"), BUTTONS),
    },
    "setup": {
        **dict.fromkeys(("Domain", "Your email", "API key"), FIELDS),
        **dict.fromkeys(("Test connection", "Save", "Try with sample data"), BUTTONS),
    },
}
#: Projects that are chosen together.
SEVERAL: Final = 3
HEADINGS: Final = ("Project", "Customer", "Postcode", "Status", "Created", "Modified")
#: What each kind of control is to assistive technology.
ROLES: Final = (
    (QTableView, {Role.Table}),
    (QTabBar, {Role.PageTabList}),
    (QAbstractItemView, {Role.List}),
    (QComboBox, {Role.ComboBox}),
    (QDateEdit, {Role.SpinBox}),
    (QSpinBox, {Role.SpinBox}),
    (QLineEdit, {Role.EditableText}),
    (QTextEdit, {Role.EditableText}),
    (QPlainTextEdit, {Role.EditableText}),
    (QAbstractButton, {Role.Button, Role.ButtonMenu, Role.CheckBox, Role.RadioButton}),
)


@dataclass(frozen=True)
class Control:
    """A control as assistive technology is told of it."""

    widget: QWidget
    role: Role
    name: str
    description: str

    @classmethod
    def of(cls, widget: QWidget) -> Control:
        interface = interface_of(widget)
        name = interface.text(Text.Name)
        if interface.role() == Role.ComboBox:  # on Linux it bears its value's name, and is related to its label
            name = next((label.text(Text.Name) for label, _ in interface.relations(QAccessible.RelationFlag.Label)), "")
        return cls(widget, interface.role(), name.replace("&", ""), interface.text(Text.Description))


def interface_of(widget: QWidget) -> QAccessibleInterface:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None, widget
    return interface


def shown(window: QWidget) -> list[QWidget]:
    """What can be seen in a window."""
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible() and widget.window() is window]


def controls(window: QWidget) -> list[Control]:
    """What can be pressed, chosen or typed into; a field's own inner parts are not counted."""
    found = []
    for widget in shown(window):
        parent = widget.parentWidget()
        if isinstance(parent, QComboBox | QDateEdit | QSpinBox | QTabBar) or isinstance(widget, QMenuBar):
            continue
        is_button = isinstance(widget, QAbstractButton) and widget.objectName() != "qt_tableview_cornerbutton"
        if is_button or (widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None):
            found.append(Control.of(widget))
    return found


def tabbed(window: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[str]:
    """The names that Tab goes through, from the one that has the keyboard until it is there again."""
    begin = QApplication.focusWidget()
    assert begin is not None
    names = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        assert widget is not None
        assert widget.window() is window
        names.append(Control.of(widget).name)
        QTest.keyClick(widget, key)
        if QApplication.focusWidget() is begin:
            return names
    raise AssertionError(f"Tab does not come back: {names}")


def test_tab_stops_once_at_the_values_of_a_project_from_any_of_them(windows: Windows) -> None:
    windows.choose()
    window = windows.main
    windows.screen.settle()
    first = next(control.widget for control in controls(window) if control.name == INSPECTOR[0])
    first.setFocus()
    before = tabbed(window)
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Down)
    after = tabbed(window)
    assert (before[0], after[0]) == (INSPECTOR[0], INSPECTOR[4])
    assert before[1:] == after[1:]


def beginning_with(first: str, names: list[str]) -> tuple[str, ...]:
    start = names.index(first)
    return (*names[start:], *names[:start])


class Windows:
    """Opens each window of the program."""

    def __init__(self, screen: Screen, server: FaultySandbox, setup: Callable[[], QWidget]) -> None:
        self.screen = screen
        self._server = server
        self._setup = setup

    def open(self, name: str) -> QWidget:
        found: QWidget = getattr(self, f"_{name}")()
        found.activateWindow()
        self.screen.wait(found.isActiveWindow, f"the window {name}")
        return found

    @property
    def main(self) -> QWidget:
        return self.screen.program.window

    def choose(self) -> None:
        screen = self.screen
        screen.table().selectRow(0)
        screen.wait(lambda: screen.there(INSPECTOR[0]), "the chosen project")

    def choose_several(self) -> None:
        table = self.screen.table()
        table.selectRow(0)
        for _ in range(SEVERAL - 1):
            QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyRelease(table, Qt.Key.Key_Shift)  # or what is chosen next is chosen as well
        self.screen.wait(lambda: self.screen.there("Change a field"), "what can be done with several")

    def _main(self) -> QWidget:
        screen = self.screen
        self.choose()
        self._server.faults.add(Fault.answer(400, '{"message":"no"}'), endpoint=Endpoint.UPDATE)
        screen.press("Edit")
        screen.fill("Project name", "Refused")
        screen.press("Save changes")
        screen.wait(lambda: screen.cell(screen.row("Refused"), 5) == "needs you", "the refusal")
        screen.wait(lambda: screen.there("Undo"), "the offer to undo, as the server took nothing of it")
        screen.press("Changes 1")
        screen.wait(lambda: screen.button("Try again").isEnabled(), "the panel")
        screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
        return self.main

    def _dialog(self, action: str) -> QWidget:
        next(
            menu_action for menu_action in self.main.findChildren(QAction) if menu_action.objectName() == action
        ).trigger()
        self.screen.settle()
        opened = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget.parentWidget() is self.main
        ]
        assert len(opened) == 1, opened
        return opened[0]

    def _new(self) -> QWidget:
        return self._dialog("new")

    def _edit(self) -> QWidget:
        self.choose()
        return self._dialog("edit")

    def _soft(self) -> QWidget:
        self.choose()
        return self._dialog("delete")

    def _change_several(self) -> QWidget:
        self.choose_several()
        dialog = self._dialog("change_several")
        preview = next(table for table in dialog.findChildren(QTableView) if table.accessibleName() == "Preview")
        self.screen.wait(lambda: preview.model().rowCount() == SEVERAL, "the preview")
        return dialog

    def _delete_several(self) -> QWidget:
        self.choose_several()
        return self._dialog("delete")

    def _export(self) -> QWidget:
        dialog = self._dialog("export")
        self.screen.wait(lambda: self.screen.box_is_shown("Load them"), "what is not loaded")
        return dialog

    def _exported(self) -> QWidget:
        dialog = self._export()
        self.screen.fill("File", str(self.screen.data_dir / "all.csv"))
        self.screen.press("Export projects")
        self.screen.wait(lambda: self.screen.there("Show in folder"), "the file")
        return dialog

    def _import_columns(self) -> QWidget:
        path = self.screen.data_dir / "leads.csv"
        rows = "Jo Lee,0740,lead\nJo Lee,0740,lead\nAl Orr,07400 123001,odd\nBo Hill,,lead,too many\n"
        path.write_text(f"Client,Tel,Stage\n{rows}", "utf-8")
        dialog = self._dialog("import")
        self.screen.fill("File", str(path))
        self.screen.press("Next")
        self.screen.wait(lambda: self.screen.there("Columns"), "the columns")
        return dialog

    def _import_file(self) -> QWidget:
        dialog = self._import_columns()
        self.screen.press("Back")
        self.screen.wait(lambda: self.screen.there("The first rows"), "the file")
        return dialog

    def _import_start(self) -> QWidget:
        dialog = self._dialog("import")
        self.screen.wait(lambda: self.screen.there("Download a template"), "the first page")
        return dialog

    def _import_values(self) -> QWidget:
        dialog = self._import_columns()
        self.screen.press("Next")
        self.screen.wait(lambda: self.screen.there("Values"), "the values")
        return dialog

    def _import_preview(self) -> QWidget:
        dialog = self._import_values()
        self.screen.press("Next")
        self.screen.wait(lambda: self.screen.there("Preview"), "the preview")
        return dialog

    def _hard(self) -> QWidget:
        self.choose()
        return self._dialog("delete_permanently")

    def _settings(self) -> QWidget:
        return self._dialog("settings")

    def _about(self) -> QWidget:
        return self._dialog("about")

    def _paste(self) -> QWidget:
        self.choose()
        QTest.keyClick(self.screen.table(), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyRelease(self.screen.table(), Qt.Key.Key_Shift)  # or what is chosen next is chosen as well
        QTest.keyClick(self.screen.table(), Qt.Key.Key_Right)  # to the cell of the name
        QGuiApplication.clipboard().setText("A name of two")
        dialog = self._dialog("paste_cells")
        self.screen.wait(lambda: self.screen.there("Change 2 projects"), "what pasting would do")
        return dialog

    def _box(self) -> QWidget:
        return show_error(self.main, KnownError("Something is broken", "Nothing is lost.", "Try again."))


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=30, seed=7) as running:
        yield running


@pytest.fixture
def windows(
    server: FaultySandbox, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Windows]:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    running = [screen]

    def first_start() -> QWidget:
        monkeypatch.delenv("HEATPUNK_API_KEY")
        running.append(Screen(tmp_path / "fresh").start())
        screen.wait(lambda: screen.there("Try with sample data"), "the set-up page")
        return next(
            widget for widget in QApplication.topLevelWidgets() if widget.windowTitle() == "Set up Heatpunk Desktop"
        )

    screen.rows(30)
    windows = Windows(screen, server, first_start)
    yield windows
    server.faults.clear()
    while running:
        running.pop().stop()


@pytest.mark.parametrize("name", TAB_ORDERS)
def test_each_control_of_a_window_is_told_and_reached_by_keys(windows: Windows, name: str) -> None:
    """Of one window all at once: each needs the whole program."""
    window = windows.open(name)
    found = controls(window)
    fixed_names_are_there_with_their_roles(name, found)
    every_control_has_a_name_a_role_and_a_reason_where_it_is_disabled(name, found)
    fields_have_names_of_their_own(found)
    reached = tab_goes_through_everything_as_it_is_laid_out_and_comes_back(name, window)
    nothing_waits_for_a_pointer(name, window, reached)


def fixed_names_are_there_with_their_roles(name: str, found: list[Control]) -> None:
    roles_of = {control.name: control.role for control in found}
    for wanted, roles in FIXED.get(name, {}).items():
        assert wanted in roles_of, roles_of
        assert roles_of[wanted] in roles, wanted


def every_control_has_a_name_a_role_and_a_reason_where_it_is_disabled(name: str, found: list[Control]) -> None:
    assert len(found) >= len(TAB_ORDERS[name])
    for control in found:
        assert control.name.strip(), control
        assert control.role in next(roles for kind, roles in ROLES if isinstance(control.widget, kind)), control
        # The name to type is beside the button that it sets free.
        if not control.widget.isEnabled() and control.name != "Delete permanently":
            assert control.description, control


def fields_have_names_of_their_own(found: list[Control]) -> None:
    fields = Counter(control.name for control in found if control.role in FIELDS)
    assert [name for name, count in fields.items() if count > 1] == []


def tab_goes_through_everything_as_it_is_laid_out_and_comes_back(name: str, window: QWidget) -> set[str]:
    order = TAB_ORDERS[name]
    forth = tabbed(window)
    assert beginning_with(order[0], forth) == order
    back = beginning_with(order[0], tabbed(window, Qt.Key.Key_Backtab))
    assert back == (order[0], *reversed(order[1:]))
    return set(forth)


def nothing_waits_for_a_pointer(name: str, window: QWidget, reached: set[str]) -> None:
    # The first shows what the field is, Esc does what the second does; arrows go from Table to Board.
    by_key = {"Search", "Clear the search", "Board", *INSPECTOR}
    if name == "edit":
        by_key |= {"Call", "Email", "Show on map"}  # with Alt and their letter, as Tab goes from field to field
    assert {control.name for control in controls(window) if control.widget.isEnabled()} <= reached | by_key


def test_the_windows_with_fixed_names_are_among_those_that_are_looked_at() -> None:
    assert FIXED.keys() <= TAB_ORDERS.keys()


def test_no_field_of_the_main_window_is_taken_for_one_of_the_form(windows: Windows) -> None:
    texts = {control.name for control in controls(windows.open("main")) if control.role in FIELDS}
    assert not texts & {*FORM_FIELDS, "Domain", "Your email", "API key"}


def actions_of(menu: QMenu | QMenuBar) -> Iterator[QAction]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from actions_of(below)
        elif not action.isSeparator():
            yield action


def test_what_the_pointer_does_to_the_table_is_in_the_menus(windows: Windows) -> None:
    windows.choose()
    table = windows.screen.table()
    bar = windows.main.findChildren(QMenuBar)[0]
    everything = list(actions_of(bar))
    sort = next(menu for menu in windows.main.findChildren(QMenu) if menu.title().replace("&", "") == "Sort by")
    assert set(HEADINGS) <= {action.text() for action in sort.actions()}
    told = [interface_of(table).child(place).text(Text.Name) for place in range(1, len(HEADINGS) + 1)]
    assert tuple(told) == HEADINGS
    QTest.keyClick(table, Qt.Key.Key_Menu)  # a menu at the chosen row
    table.horizontalHeader().customContextMenuRequested.emit(QPoint(4, 4))
    menus = [menu for menu in table.findChildren(QMenu) if menu.isVisible()]
    assert menus
    # The columns are ticked in a window that the menu View opens.
    assert Act.CHOOSE_COLUMNS in {action.objectName() for action in everything}
    columns = set(windows.main.findChildren(ProjectTable)[0].column_actions)
    for menu in menus:
        assert set(actions_of(menu)) - columns <= set(everything)
        menu.close()


def test_each_shortcut_and_each_mnemonic_of_a_menu_means_one_thing(windows: Windows) -> None:
    window = windows.main
    keys = Counter(
        keys
        for keys in (
            *(action.shortcut().toString() for action in window.findChildren(QAction)),
            *(shortcut.key().toString() for shortcut in window.findChildren(QShortcut)),
        )
        if keys
    )
    assert {"Ctrl+N", "F2", "Del", "Ctrl+F", "Ctrl+O", "F5", "F4", "Ctrl+1", "Ctrl+9"} <= keys.keys()
    assert [key for key, count in keys.items() if count > 1] == []
    for menu in [*window.findChildren(QMenuBar), *(menu for menu in window.findChildren(QMenu) if menu.title())]:
        letters = [action.text().partition("&")[2][:1].lower() for action in menu.actions() if "&" in action.text()]
        assert len(letters) == len(set(letters)), letters


def test_the_filters_menu_says_what_is_chosen(windows: Windows) -> None:
    button = windows.screen.button("Filter")
    menu = button.menu()  # type: ignore[attr-defined]  # a QPushButton
    menu.aboutToShow.emit()
    first, *entries = [widget for widget in actions_of(menu) if widget.isEnabled()]
    assert first.text() == "&Add a filter…"
    assert [entry.text() for entry in entries][:6] == ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected"]
    assert all(entry.isCheckable() and entry.text() for entry in entries)


def test_what_is_wrong_is_told_with_the_field_itself(windows: Windows) -> None:
    screen = windows.screen
    form = windows.open("new")
    screen.fill("Latitude", "nowhere")
    screen.fill("Customer email", "nobody")
    screen.press("Create project")
    told = {control.name: control.description for control in controls(form)}
    notes = {widget.text() for widget in shown(form) if isinstance(widget, QLabel) and widget.text()}
    for name in ("Latitude", "Customer email"):
        assert any(note in told[name] for note in notes if len(note) > 20), (name, told[name])
    screen.fill("Latitude", "")
    screen.fill("Customer email", "")
    assert "nowhere" not in {control.name: control.description for control in controls(form)}["Latitude"]
    form.hide()

    to = next(control for control in controls(windows.main) if control.name == "To").widget
    assert isinstance(to, QDateEdit)
    to.setDate(to.minimumDate())
    start = next(control for control in controls(windows.main) if control.name == "From").widget
    assert isinstance(start, QDateEdit)
    start.setDate(start.maximumDate())
    assert "From is after To" in Control.of(to).description
    to.setDate(start.date())
    assert Control.of(to).description == ""


def test_the_set_up_page_tells_what_is_wrong_with_its_fields(windows: Windows) -> None:
    page = windows.open("setup")
    windows.screen.fill("Domain", "not a domain")
    next(control for control in controls(page) if control.name == "Save").widget.click()  # type: ignore[attr-defined]
    told = {control.name: control.description for control in controls(page)}
    assert all(len(told[name]) > 20 for name in ("Domain", "Your email", "API key")), told


def ground_of(widget: QWidget) -> QColor:
    """The colour that most of a widget's place on the screen has, the shades of a button taken for one."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    image = window.grab(place.adjusted(3, 3, -3, -3) if isinstance(widget, QAbstractButton) else place).toImage()
    seen = Counter(image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    shades: Counter[int] = Counter()
    for pixel, count in seen.items():
        shades[pixel & 0xE0E0E0] += count
    shade = shades.most_common(1)[0][0]
    return QColor(max((pixel for pixel in seen if pixel & 0xE0E0E0 == shade), key=seen.__getitem__))


def text_colours(widget: QWidget) -> Iterator[QColor]:
    palette = widget.palette()
    if isinstance(widget, QLabel | QAbstractButton) and widget.text():
        yield palette.color(widget.foregroundRole())
    elif isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        yield palette.color(QPalette.ColorRole.Text)


@pytest.mark.parametrize("name", TAB_ORDERS)
def test_words_stand_out_from_what_is_behind_them(windows: Windows, name: str) -> None:
    windows.screen.program.apply_appearance("dark")
    window = windows.open(name)
    windows.screen.settle()
    words_stand_out(window)
    windows.screen.program.apply_appearance("light")
    windows.screen.settle()
    words_stand_out(window)


def words_stand_out(window: QWidget) -> None:
    looked_at = 0
    for widget in shown(window):
        if not widget.isEnabled() or widget.visibleRegion().isEmpty():
            continue
        for colour in text_colours(widget):
            looked_at += 1
            ground = ground_of(widget)
            assert contrast(colour, ground) >= MIN_CONTRAST, (widget, colour.name(), ground.name())
    assert looked_at >= 2


@pytest.mark.parametrize("screen_size", [QSize(1024, 600), QSize(760, 480)], ids=lambda size: str(size.toTuple()))
@pytest.mark.parametrize("name", [name for name in TAB_ORDERS if name not in {"main", "setup"}])
def test_every_dialog_and_its_buttons_fit_on_a_small_screen(
    windows: Windows, monkeypatch: pytest.MonkeyPatch, name: str, screen_size: QSize
) -> None:
    room = screen_size - QSize(dialog.MARGIN, dialog.MARGIN)
    monkeypatch.setattr(dialog, "room_for", lambda _dialog: room)
    window = windows.open(name)
    windows.screen.settle()
    assert window.width() <= room.width()
    assert window.height() <= room.height()
    # The buttons come last; what else Tab reaches may have to be scrolled to.
    for words in TAB_ORDERS[name][-2:] if len(TAB_ORDERS[name]) > 2 else TAB_ORDERS[name][-1:]:
        (one,) = (control.widget for control in controls(window) if control.name == words)
        place = QRect(one.mapTo(window, QPoint(0, 0)), one.size())
        assert window.rect().contains(place), (words, place, window.size())
        assert one.visibleRegion().boundingRect() == one.rect(), words
