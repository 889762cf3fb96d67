"""What a user may rely on, whatever they did: looked at on the screen after each act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QListWidgetItem, QPushButton, QTabWidget, QTextEdit

from heatpunk_desktop.domain.dates import RangePreset
from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.domain.project import KEY, NAME, STATUS
from heatpunk_desktop.filters.conditions import Conditions
from heatpunk_desktop.gui.actions.actions import ON_A_PROJECT, Act
from heatpunk_desktop.gui.main_window.sidebar_entries import choice_name
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.models.project_filter import SidebarView
from tests.random_user.user import STATUSES, BrokenError, User
from tests.random_user.window import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.random_user.deciding import Deciding

#: What no user can make anything of.
_CODES: Final = re.compile(
    r"Traceback|\b[A-Z][A-Za-z]*(?:Error|Exception)\b|\b[a-z]+_[a-z_]+\b|\b[A-Z][A-Za-z]+\.[A-Z_]{3,}\b"
)
_SELECTABLE: Final = Qt.ItemFlag.ItemIsSelectable
_COUNTED: Final = re.compile(r".*\(([\d,]+)\)")
_OF_ALL: Final = re.compile(r"([\d,]+) of ([\d,]+)(?: projects)?")


def check_all(user: Deciding) -> None:
    """Look at everything. Raises BrokenError."""
    for check in CHECKS:
        check(user)


def _selection(user: User) -> None:
    """What is highlighted is what the commands are for, and what the inspector shows."""
    live = user.live
    if not live.table.isVisible() and live.board is None:
        return
    chosen = live.highlighted()
    current = live.table.current_key
    if (current is not None) != bool(chosen) or (chosen and current not in chosen):
        raise BrokenError("one selection", f"{chosen} are highlighted, and the commands are for {current}")
    for act in (Act.EDIT, Act.DELETE):
        if user.action(act).isEnabled() and not chosen:
            raise BrokenError("one selection", f"{act} is enabled, and nothing is highlighted")
    if live.inspector.isVisible():
        _inspector(user, chosen)


def _inspector(user: User, chosen: list[int]) -> None:
    inspector = user.live.inspector
    shown = {widget.accessibleName(): widget for widget in inspector.findChildren(QTextEdit) if widget.isVisible()}
    named = shown.get("Name of the chosen project")
    texts = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    if len(chosen) > 1:
        if named is not None or f"{len(chosen)} projects selected" not in texts:
            raise BrokenError("inspector", f"{len(chosen)} are highlighted, and it shows {texts[:3]}")
    elif len(chosen) == 1:
        row = user.live.rows().get(chosen[0])
        name = " ".join(str(row[NAME]).split()) if row is not None else ""
        if named is None or (name and named.toPlainText() != name):
            told = texts[:2] if named is None else named.toPlainText()
            raise BrokenError("inspector", f"{name!r} is highlighted, and it shows {told!r}")
    elif named is not None:
        raise BrokenError("inspector", f"nothing is highlighted, and it shows {named.toPlainText()!r}")


def _rows(user: User) -> None:
    """Nothing changes but by the user or a colleague, and the table shows what the store holds."""
    rows = user.live.rows()
    deletions = {
        operation.project_key for operation in user.operations() if operation.kind is OperationKind.SOFT_DELETE
    }
    differences = user.ledger.differences(rows, user.pending(), deletions)
    if differences:
        raise BrokenError("nothing lost or doubled", "; ".join(differences[:4]))
    shown = user.shown()
    for row in shown:
        if rows.get(row[0]) != row:
            raise BrokenError("window and store agree", f"the table shows {row}, and the store has {rows.get(row[0])}")


def _numbers(user: User) -> None:
    """Every number on the screen is that of the store."""
    live = user.live
    rows = list(live.rows().values())
    there = [row for row in rows if not user.is_gone(row)]
    model = live.table.project_model
    wanted = model.filter
    sidebar = dict(_sidebar(user))
    if wanted.created is None or _is_all_time(user):
        expected = {"All projects": len(there), "Moved to deleted": len(rows) - len(there)}
        expected |= {status: sum(row[STATUS] == status for row in there) for status in STATUSES}
        for view, number in expected.items():
            if sidebar.get(view) != number:
                raise BrokenError(
                    "true numbers", f"the sidebar says {view} {sidebar.get(view)}, and there are {number}"
                )
    counts = live.service.reader.operation_counts()
    button = live.window.changes_button_text
    if button != (f"Changes {counts.unsettled:,}" if counts.unsettled else "Changes"):
        raise BrokenError("true numbers", f"the button says {button!r}, and {counts.unsettled} are unsettled")
    for panel in live.window.findChildren(QTabWidget):
        if panel.isVisible() and panel.parentWidget() is not None:
            _tabs(user, panel)
    _bar(user, len(there))
    is_plain = not wanted.text and not wanted.owner_id and wanted.typed == Conditions() == wanted.conditions
    if is_plain and not wanted.statuses and _is_all_time(user):
        view = SidebarView(wanted.view)
        name = choice_name(view)
        if view in (SidebarView.WAITING, SidebarView.NEEDS_YOU):
            # These count changes, of which a project may have several.
            in_need = view is SidebarView.NEEDS_YOU
            changes = [change for change in user.operations() if in_need == (change.state is OperationState.NEEDS_YOU)]
            sidebar[name] = (sidebar.get(name) or 0) - len(changes) + len({change.project_key for change in changes})
        if name in sidebar and sidebar[name] != model.rowCount():
            told = f"the sidebar says {name} {sidebar[name]}, and the table shows {model.rowCount()}"
            raise BrokenError("true numbers", told)


def _filters(user: Deciding) -> None:
    """Every row that is shown is one that the filters above it say."""
    wanted = user.live.table.project_model.filter.conditions
    holding = [user.meanings[condition] for condition in wanted.every if condition in user.meanings]
    if not wanted.every or len(holding) != len(wanted.every):
        return
    met = any if wanted.any_will_do else all
    strange = [row[KEY] for row in user.shown() if not met(holds(row) for holds in holding)]
    if strange:
        raise BrokenError("a filter shows what it says", f"{wanted} shows {strange}")


def _views(user: Deciding) -> None:
    """The saved views are those that were kept, and one that is shown says whether it was changed."""
    sidebar = user.live.sidebar
    names = [sidebar.item(at).text() for at in range(sidebar.count())]
    start = names.index("My views") + 1 if "My views" in names else 0
    listed = names[start : start + len(user.views)] if start else []
    if listed != list(user.views):
        raise BrokenError("saved views", f"{names} lists other views than {list(user.views)}")
    name = user.own_view()
    if not name or user.duplicates() is not None:
        return
    is_other = user.look() != user.views[name]
    if user.action(Act.KEEP_VIEW).isEnabled() != is_other:
        told = f"{name} keeps {user.views[name]}, and {user.look()} is {'' if is_other else 'not '}another one"
        raise BrokenError("saved views", told)
    shown = user.live.table.project_model.rowCount()
    if not is_other and dict(_sidebar(user)).get(name) != shown:
        raise BrokenError("true numbers", f"{name} shows {shown}, and the sidebar says {dict(_sidebar(user))}")


def _duplicates(user: Deciding) -> None:
    """The page Duplicates lists pairs of projects that are there, and counts them."""
    page = user.duplicates()
    if page is None or "Scan again" not in [name_of(button) for button in user.live.buttons(page.window())]:
        return
    pairs, rows = user.pairs_on(page), user.live.rows()
    gone = [key for pair in pairs for key in pair.keys if key not in rows or user.is_gone(rows[key])]
    if gone:
        raise BrokenError("duplicates are there", f"{gone} are compared, and are not there any more")
    box = user.live.find(QComboBox, "Show", page)
    numbers = [_COUNTED.fullmatch(box.itemText(at)) for at in range(box.count())] if box is not None else []
    if box is None or None in numbers:
        raise BrokenError("true numbers", "the page Duplicates says no numbers")
    likely, listed = (int(numbers[at][1].replace(",", "")) for at in (0, box.currentIndex()))  # type: ignore[index]
    if listed != len(pairs) or dict(_sidebar(user)).get("Duplicates") != likely:
        told = f"{listed} of {likely} likely pairs, {len(pairs)} are listed, and the sidebar says {_sidebar(user)}"
        raise BrokenError("true numbers", told)


def _tabs(user: User, tabs: QTabWidget) -> None:
    counts = user.live.service.reader.operation_counts()
    for at, (name, number) in enumerate(
        (("Waiting", counts.waiting), ("Needs you", counts.needs_you), ("Done", counts.done))
    ):
        if tabs.tabText(at) != (f"{name} {number:,}" if number else name):
            raise BrokenError("true numbers", f"a tab says {tabs.tabText(at)!r}, and there are {number}")
        page = tabs.widget(at)
        entries = page.findChild(OperationList) if page is not None else None
        listed = 0 if entries is None else sum(bool(entry.flags() & _SELECTABLE) for entry in _items(entries))
        if at == tabs.currentIndex() and entries is not None and listed != min(number, 500):
            raise BrokenError("true numbers", f"{name} lists {listed} entries, and there are {number}")


def _bar(user: User, there: int) -> None:
    """The numbers above the table."""
    model = user.live.table.project_model
    for label in user.live.bar.findChildren(QLabel):
        found = _OF_ALL.fullmatch(label.text()) if label.isVisible() else None
        if found is None:
            continue
        shown, known = (int(group.replace(",", "")) for group in found.groups())
        if shown != model.rowCount():
            raise BrokenError("true numbers", f"it says {label.text()!r}, and {model.rowCount()} are shown")
        if model.filter.view is SidebarView.ALL and known != there:
            raise BrokenError("true numbers", f"it says {label.text()!r}, and there are {there}")


def _texts(user: User) -> None:
    """Nothing that can be read is a negative ID, a code or a traceback."""
    own = [str(key) for key in user.live.rows() if key < 0]
    keys = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, own))})(?![\w.])") if own else None
    for text in user.live.texts():
        found = _CODES.search(text) or (keys.search(text) if keys is not None else None)
        if found is not None and "/dev/shm" not in text and "/tmp" not in text:
            raise BrokenError("words instead of codes", f"{found[0]!r} stands on the screen: {text[:200]!r}")


def _reasons(user: User) -> None:
    """What cannot be done says why."""
    live = user.live
    for act in (*ON_A_PROJECT, Act.UNDO, Act.REDO):
        action = user.action(act)
        if not action.isEnabled() and action.toolTip().rstrip("….") in (
            "",
            action.text().replace("&", "").rstrip("…."),
        ):
            raise BrokenError("a reason why not", f"{act} is disabled without a word")
    for button in live.toolbar.findChildren(QPushButton):
        if button.isVisible() and not button.isEnabled() and button.toolTip() in ("", name_of(button)):
            raise BrokenError("a reason why not", f"{name_of(button)} is disabled without a word")


def _windows(user: User) -> None:
    """No dialog is larger than the screen, and the window itself can be made as small as the smallest one."""
    for window in user.live.windows():
        room = window.screen().availableSize()
        size = window.minimumSize() if window is user.live.window else window.size()
        if size.width() > room.width() or size.height() > room.height():
            raise BrokenError("windows on the screen", f"{window.windowTitle()!r} takes {size.toTuple()}")


def _bugs(user: User) -> None:
    """Nothing was left uncaught."""
    if user.live.bugs:
        raise user.live.bugs[0]


def _items(entries: QListWidget) -> list[QListWidgetItem]:
    return [entries.item(row) for row in range(entries.count())]


def _sidebar(user: User) -> Iterator[tuple[str, int]]:
    """The views at the left with their numbers, as they are read aloud."""
    sidebar = user.live.sidebar
    for at in range(sidebar.count()):
        words = str(sidebar.item(at).data(Qt.ItemDataRole.AccessibleTextRole) or "")
        name, comma, number = words.rpartition(", ")
        if comma and number.replace(",", "").isdigit():
            yield name, int(number.replace(",", ""))


def _is_all_time(user: User) -> bool:
    return user.live.bar.dates.preset is RangePreset.ALL_TIME


CHECKS: tuple[Callable[[Deciding], None], ...] = (
    *(_bugs, _selection, _rows, _numbers, _filters, _views, _duplicates, _texts, _reasons, _windows),
)
