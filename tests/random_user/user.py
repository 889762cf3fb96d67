"""A user: what they have on the screen, what they expect of it, and how they do the things that one can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.project import CUSTOMER, KEY, MARKS, NAME, Mark
from heatpunk_desktop.store.reader import OperationGroup
from tests.random_user.ledger import Expected, Ledger
from tests.random_user.window import LiveWindow, StuckError, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.gui.actions.actions import Act
    from heatpunk_desktop.models.row_store import Row
    from heatpunk_desktop.services.sync.facts import Changed

LEFT: Final = Qt.MouseButton.LeftButton
NO_KEYS: Final = Qt.KeyboardModifier.NoModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
CTRL: Final = Qt.KeyboardModifier.ControlModifier

POSTCODES: Final = ("CB24 9PL", "EX1 1HS", "SG8 5AB", "LS6 3HN", "EH1 1YZ", "BA1 5AA")
STREETS: Final = ("High Street", "Mill Lane", "The Green", "Station Road", "Church Walk")
_FIRST: Final = ("Ada", "Bogdan", "Chidi", "Dilys", "Ewa", "Farouk", "Grzegorz", "Hyacinth", "Imogen", "Jarek")
_LAST: Final = ("Abernathy", "Blenkinsop", "Czajkowski", "Dhillon", "Eastwood", "Fotheringham", "Gwynne", "Hosseini")
STATUSES: Final = tuple(str(status) for status in Status)


class BrokenError(Exception):
    """What a user may rely on was not so.

    Attributes:
        kind: What they may rely on, in a word or two.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


@dataclass(slots=True)
class UndoableStep:
    """Something that the user did and can undo: how the projects were before and afterwards."""

    words: str
    before: dict[int, Expected]
    after: dict[int, Expected]

    def replace(self, replaced: Mapping[int, int]) -> None:
        """Projects have got their IDs."""
        for state in (self.before, self.after):
            for old, new in replaced.items():
                if old in state:
                    state[new] = state.pop(old)


@dataclass
class User:
    """Uses a window by what is on the screen, and knows what they did.

    Attributes:
        live: The window.
        in_a_hurry: Whether they go on without waiting, so that one thing may still be under way when the next begins.
        ledger: What they expect of the projects.
        done: What they can undo, the last one at the end.
        log: What they did, line by line.
        made: The customers of the projects that they created.
        views: What each view of their own keeps, by its name, in the order at the left.
        meanings: Which rows each filter that they put together is to show.
        twins: Pairs of projects that are one and the same, as a colleague created one of them once more.
        marked: Pairs of projects that they marked as no duplicates.
    """

    live: LiveWindow
    in_a_hurry: bool = False
    ledger: Ledger = field(init=False)
    done: list[UndoableStep] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    views: dict[str, Any] = field(default_factory=dict)
    meanings: dict[Any, Callable[[Row], bool]] = field(default_factory=dict)
    twins: list[tuple[int, int]] = field(default_factory=list)
    marked: set[tuple[int, int]] = field(default_factory=set)
    _serial: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.live.server.state)
        self.ledger.begin(self.live.rows().values())
        self.live.service.changed.connect(self._on_changed)

    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self.ledger.replace(changed.replaced)
            for step in self.done:
                step.replace(changed.replaced)

    # -- looking ---------------------------------------------------------------------------------------------------

    def name(self, key: int) -> str:
        """What a project is called on the screen."""
        row = self.live.rows().get(self.ledger.moved.get(key, key))
        return "" if row is None else " ".join(str(row[NAME] or row[CUSTOMER]).split())

    def names_in_sight(self, keys: Iterable[int]) -> dict[int, str]:
        """What projects are called in the table, which may be a moment behind the store."""
        wanted = set(keys)
        rows = (row for row in self.shown() if row[KEY] in wanted)
        return {row[KEY]: " ".join(str(row[NAME] or row[CUSTOMER]).split()) for row in rows}

    def shown(self) -> list[Row]:
        """The rows that can be seen somewhere in the table."""
        return self.live.shown_rows()

    def action(self, act: Act | str) -> QAction:
        """A command of the menus."""
        found = self.live.window.findChild(QAction, act)
        assert isinstance(found, QAction)
        return found

    def pending(self) -> dict[int, dict[Field, set[str]]]:
        """What the user has put in the fields of each project that the server has not taken yet."""
        found: dict[int, dict[Field, set[str]]] = {}
        for operation in self.operations():
            of_project = found.setdefault(operation.project_key, {})
            for name, value in operation.changes.items():
                of_project.setdefault(Field(name), set()).add(str(value))
        return found

    def operations(self) -> list[Operation]:
        """What is not settled."""
        reader = self.live.service.reader
        return [*reader.operations(OperationGroup.WAITING), *reader.operations(OperationGroup.NEEDS_YOU)]

    def token(self) -> str:
        """A number that is used once."""
        self._serial += 1
        return str(self._serial)

    def user(self) -> str:
        """Somebody who is like nobody before, so that nothing is taken for the same."""
        return f"{pick(_FIRST, self._serial * 7)} {pick(_LAST, self._serial * 11)}"

    # -- doing -----------------------------------------------------------------------------------------------------

    def note(self, words: str) -> None:
        """Write down what was done."""
        self.log.append(words)

    def did(self, words: str, before: dict[int, Expected]) -> None:
        """Note something that can be undone, if it changed anything."""
        after = self.ledger.copy()
        before = {self.ledger.moved.get(key, key): expected for key, expected in before.items()}
        if after != before:
            self.done.append(UndoableStep(words, before, after))

    def focus_projects(self) -> None:
        """Go to the table by keyboard: away from a calendar or menu that is open, too."""
        self.close_popups()
        self.live.window.activateWindow()
        self.live.settle()  # a window that becomes active gives the focus back to where it was
        self.live.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.live.settle()

    def trigger(self, act: Act | str) -> bool:
        """Choose a command of the menus; report whether it could be chosen."""
        action = self.action(act)
        if not action.isEnabled():
            return False
        action.trigger()
        self.live.settle()
        return True

    def press(self, button: QAbstractButton) -> None:
        """Press a button that is on the screen."""
        button.click()
        self.live.settle()

    def press_in(self, dialog: QWidget, *names: str) -> str:
        """Press the first of some buttons that is there and can be pressed; return its name, or nothing."""
        for button in dialog.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and name_of(button) in names:
                name = name_of(button)
                self.press(button)
                return name
        return ""

    def fill(self, name: str, text: str, within: QWidget) -> bool:
        """Type a text in a field; report whether there is such a field that takes it."""
        for widget in within.findChildren(QWidget):
            if not isinstance(widget, QLineEdit | QPlainTextEdit) or not widget.isVisible():
                continue
            if name_of(widget) != name or not widget.isEnabled() or widget.isReadOnly():
                continue
            widget.setFocus()
            if isinstance(widget, QPlainTextEdit):
                widget.setPlainText(text)
            else:
                widget.selectAll()
                widget.setText(text)
                widget.textEdited.emit(text)
                widget.editingFinished.emit()
            self.live.settle()
            return True
        return False

    def choose(self, name: str, text: str, within: QWidget) -> bool:
        """Choose an entry of a combo box, or type it where that takes text; report whether it could."""
        for box in within.findChildren(QComboBox):
            if not box.isVisible() or not box.isEnabled() or name_of(box) != name:
                continue
            index = box.findText(text, Qt.MatchFlag.MatchFixedString)
            if index >= 0:
                box.setCurrentIndex(index)
                box.activated.emit(index)
            elif box.isEditable() and (line := box.lineEdit()) is not None:
                line.setText(text)
                line.textEdited.emit(text)
                line.editingFinished.emit()
            else:
                return False
            self.live.settle()
            return True
        return False

    def click_at(self, widget: QWidget, place: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Click somewhere."""
        QTest.mouseClick(widget, LEFT, keys, place)
        self.live.settle()

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press a key where the keyboard is."""
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.live.window
        QTest.keyClick(target, key, keys)
        self.live.settle()

    def menu(self) -> QMenu | None:
        """The menu that is open."""
        popup = QApplication.activePopupWidget()
        return popup if isinstance(popup, QMenu) else None

    def close_popups(self) -> None:
        """Close what hangs from something: menus, suggestions."""
        for _ in range(5):
            popup = QApplication.activePopupWidget()
            if popup is None:
                return
            popup.close()
            self.live.settle()

    def leave_dialogs(self) -> None:
        """Leave whatever dialog is open without doing what it is for."""
        for _ in range(8):
            self.close_popups()
            dialog = self.live.dialog()
            if dialog is None:
                return
            if not self.leave(dialog):
                dialog.reject()
            self.live.settle()
        raise StuckError(f"the dialog {self.live.dialog()} cannot be left")

    def leave(self, dialog: QDialog) -> str:
        """Press what leaves a dialog."""
        if isinstance(dialog, QMessageBox):
            leaves = dialog.escapeButton()
            if name_of(leaves) == "Keep editing":
                return self.press_in(dialog, "Discard")
            name = name_of(leaves)
            self.press(leaves)
            return name
        return self.press_in(dialog, "Cancel", "Close", "Leave it")

    def finish(self, dialog: QDialog, *names: str) -> bool:
        """Press what does it, once more after a warning; report whether the dialog went."""
        for _ in range(3):
            if not self.press_in(dialog, *names):
                break
            self.live.quiet()
            if not is_open(dialog):
                return True
            if self.live.dialog() is not dialog:
                break
        return not is_open(dialog)

    # -- what others read of the window ------------------------------------------------------------------------------

    def looks_deleted(self, key: int) -> bool:
        """Whether a project stands on the screen as moved to deleted, which one that is to be decided does not."""
        row = self.live.rows().get(self.ledger.moved.get(key, key))  # it may have got its ID since it was chosen
        return row is None or self.is_gone(row)

    def is_gone(self, row: Row) -> bool:
        """Whether a project was moved to deleted."""
        return bool(row[MARKS] & Mark.DELETED_HERE)


def is_open(dialog: QDialog) -> bool:
    """Whether a dialog, which may be gone altogether, is still open."""
    try:
        return dialog.isVisible()
    except RuntimeError:
        return False


def pick(numbers: Sequence[Any], at: int) -> Any:
    """One of several, whatever the number."""
    return numbers[at % len(numbers)]
