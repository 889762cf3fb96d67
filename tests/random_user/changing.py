"""Acts that change projects, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QTreeWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import CUSTOMER, NAME
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.table.cell_editor import CellEditor
from heatpunk_desktop.models.table_columns import Column
from tests.random_user.ledger import Expected
from tests.random_user.selecting import Selecting
from tests.random_user.user import POSTCODES, STATUSES, STREETS, BrokenError, is_open, pick
from tests.random_user.window import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Somebody who is not of the team.
STRANGER: Final = "nobody.here@elsewhere.example"
_EDITED: Final = (Column.PROJECT, Column.CUSTOMER, Column.POSTCODE)
_FIELD_OF: Final = {
    Column.PROJECT: Field.PROJECT_NAME,
    Column.CUSTOMER: Field.CUSTOMER_NAME,
    Column.POSTCODE: Field.POSTCODE,
}
#: Characters that a dialog shows of a name at least.
_TOLD: Final = 20


class Changing(Selecting):
    """What is done to projects."""

    # -- one project -----------------------------------------------------------------------------------------------

    def create(self, a: int, b: int, c: int) -> None:
        """Make a new project, and leave the form without saving now and then."""
        if not self.trigger(Act.NEW):
            raise BrokenError("an action that works", "New project cannot be chosen")
        form = self._opened("New project")
        number = self.token()
        customer = f"{self.user()} {number}"
        values = {Field.CUSTOMER_NAME: customer}
        self.fill("Customer name", customer, form)
        if a % 3:
            values[Field.PROJECT_NAME] = f"{pick(STREETS, a)} {number}"
            self.fill("Project name", values[Field.PROJECT_NAME], form)
        if b % 3 == 0:
            values[Field.POSTCODE] = pick(POSTCODES, b)
            self.fill("Postcode", values[Field.POSTCODE], form)
        if b % 2:
            values[Field.STATUS] = pick(STATUSES, b)
            self.choose("Status", values[Field.STATUS], form)
        owner = "mine"
        if c % 3 == 0:
            owner = STRANGER if c % 6 else self.live.server.users[1].email
            self.choose("Owner", owner, form)
        if c % 7 == 0:
            self.leave_dialogs()
            self.note("began a new project, and left it")
            return
        before, known = self.ledger.copy(), set(self.live.rows())
        if not self.finish(form, "Create project"):
            self.leave_dialogs()
            self.note("could not save a new project, and left it")
            return
        self._expect_new({customer: values}, known)
        self.did(f"new project {customer}", before)
        self.note(f"created {values} of {owner}")

    def _expect_new(self, made: dict[str, dict[Field, str]], known: set[int]) -> None:
        self.live.settle()
        rows = self.live.rows()
        for customer, values in made.items():
            keys = [key for key in rows if key not in known and rows[key][2] == customer]
            if len(keys) != 1:
                raise BrokenError("nothing lost or doubled", f"{customer!r} is in the window {len(keys)} times")
            self.ledger.projects[keys[0]] = Expected(dict(values))
            self.made.add(customer)

    def edit(self, a: int, b: int, c: int) -> None:
        """Open the form of what is highlighted, and change something in it."""
        chosen = self.live.highlighted()
        if not self._may(Act.EDIT, chosen):
            return
        in_sight = self.names_in_sight(chosen)
        self._start(Act.EDIT, c)
        if len(chosen) > 1:
            self._change_in_dialog(chosen, a, b, c)
            return
        # A colleague's new name may come in as the form opens, and the ID of a project that is being created.
        row = self.live.rows()[chosen[0]]
        form = self._opened("Edit") if chosen[0] > 0 else self._opened("New project", "Edit")
        names = (*in_sight.values(), str(row[NAME]), str(row[CUSTOMER]))
        if not any(" ".join(name.split())[:_TOLD] in form.windowTitle() for name in names):
            raise BrokenError("what a dialog names", f"{form.windowTitle()!r} is not about {self.name(chosen[0])!r}")
        number = self.token()
        values: dict[Field, str] = {}
        if a % 2:
            values[Field.PROJECT_NAME] = f"{pick(STREETS, a)} {number}"
            self.fill("Project name", values[Field.PROJECT_NAME], form)
        if not a % 2 or b % 3 == 0:
            values[Field.CUSTOMER_NAME] = f"Client {number}"
            self.fill("Customer name", values[Field.CUSTOMER_NAME], form)
        if b % 4 == 0:
            values[Field.STATUS] = pick(STATUSES, b)
            self.choose("Status", values[Field.STATUS], form)
        if c % 6 == 0:
            self.leave_dialogs()
            self.note(f"opened {chosen[0]}, and left it")
            return
        before = self.ledger.copy()
        if not self.finish(form, "Save changes", "Create project"):
            self.leave_dialogs()
            self.note(f"could not save {chosen[0]}, and left it")
            return
        self._expect(chosen, values)
        self.did(f"edit of {chosen[0]}", before)
        self.note(f"changed {chosen[0]} to {values}")

    def edit_cell(self, a: int, b: int, c: int) -> None:
        """Types in a cell of the table."""
        chosen = self.live.highlighted()
        if not self.live.table.isVisible() or len(chosen) != 1 or not self._may(Act.EDIT_CELL, chosen):
            return
        table = self.live.table
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        column = pick(_EDITED, a)
        table.go_to_cell(chosen[0], column)
        self._start(Act.EDIT_CELL, c)
        editor = self.live.find(CellEditor, "", table) or table.findChild(CellEditor)
        if not isinstance(editor, QLineEdit) or not editor.isVisible():
            self.close_popups()
            self.note("no cell could be edited")
            return
        text = pick(POSTCODES, b) if column == Column.POSTCODE else f"{pick(STREETS, b)} {self.token()}"
        editor.selectAll()
        QTest.keyClicks(editor, text)
        before = self.ledger.copy()
        if c % 5 == 0:
            QTest.keyClick(editor, Qt.Key.Key_Escape)
            self.live.settle()
            self.note(f"typed in a cell of {chosen[0]}, and gave it up")
            return
        QTest.keyClick(editor, Qt.Key.Key_Return)
        self.live.quiet()
        self._close_editor()
        self._expect(chosen, {_FIELD_OF[column]: text})
        self.did(f"cell of {chosen[0]}", before)
        self.note(f"typed {text!r} in column {column.name} of {chosen[0]}")

    def _close_editor(self) -> None:
        """Leave the cell that Enter went on to."""
        editor = self.live.table.findChild(CellEditor)
        if editor is not None and editor.isVisible():
            QTest.keyClick(editor, Qt.Key.Key_Escape)
            self.live.settle()

    # -- all that is highlighted -----------------------------------------------------------------------------------

    def set_status(self, a: int, b: int, c: int) -> None:
        """Give what is highlighted another status, by the menu of statuses."""
        chosen = self.live.highlighted()
        if not self._may(Act.SET_STATUS, chosen):
            return
        self._start(Act.SET_STATUS, c)
        menu = self.menu()
        if menu is None:
            if not all(self.looks_deleted(key) for key in chosen) and self.rows_are_seen():
                raise BrokenError("an action that works", "Set status opens no menu")
            self.note("no menu of statuses opened")
            return
        self.choose_status_in(menu, a + b)

    def use_palette(self, _a: int, b: int, c: int) -> None:
        """Give what is highlighted a status by typing its name, or leave the palette."""
        chosen = self.live.highlighted()
        status = pick(STATUSES, b)
        self.trigger(Act.PALETTE)
        palette = self._opened("")
        self.fill("Command, view or project", f"set status {status.lower()}", palette)
        self.live.quiet()
        found = palette.findChild(QTreeWidget)
        first = found.topLevelItem(0) if found is not None else None
        if first is None or first.text(0) != f"Set status: {status}":
            raise BrokenError("an action that works", f"the palette does not find the status {status}")
        targets = [key for key in chosen if not self.looks_deleted(key)]
        if c % 3 == 0 or not targets or len(targets) < len(chosen):
            self.leave_dialogs()
            self.note("looked at the palette")
            return
        before = self.ledger.copy()
        field = self.live.find(QLineEdit, "Command, view or project", palette)
        QTest.keyClick(field or palette, Qt.Key.Key_Return)
        self.live.quiet()
        if is_open(palette):
            raise BrokenError("an action that works", f"{self._texts_in(palette)}, and {len(chosen)} are highlighted")
        self._expect(targets, {Field.STATUS: status})
        self.did(f"status of {len(targets)} by the palette", before)
        self.note(f"set the status of {targets} to {status} by the palette")

    def change_several(self, a: int, b: int, c: int) -> None:
        """Change a field of all that is highlighted."""
        chosen = self.live.highlighted()
        if not self._may(Act.CHANGE_SEVERAL, chosen):
            return
        self.trigger(Act.CHANGE_SEVERAL)
        self._change_in_dialog(chosen, a, b, c)

    def _change_in_dialog(self, chosen: Sequence[int], a: int, b: int, c: int) -> None:
        dialog = self.live.dialog()
        if dialog is None:
            raise BrokenError("an action that works", f"nothing opens to change {len(chosen)} projects")
        self.live.quiet()
        words = "1 project" if len(chosen) == 1 else f"{len(chosen)} projects"
        if not any(words in text for text in self._texts_in(dialog)):
            raise BrokenError("what a dialog names", f"{self._texts_in(dialog)} is about {words}")
        field, value = Field.STATUS, pick(STATUSES, b)
        if a % 3 == 0:
            field, value = Field.CUSTOMER_NAME, f"Client {self.token()}"
            self.choose("Field", "Customer name", dialog)
            self.fill("Set to", value, dialog)
        else:
            self.choose("Field", "Status", dialog)
            self.choose("Set to", value, dialog)
        self.live.quiet()
        targets = [key for key in chosen if not self.looks_deleted(key)]
        button = next((button for button in self._buttons(dialog) if button.startswith("Change ")), "")
        if c % 5 == 0 or not button:
            self.leave_dialogs()
            self.note(f"began to change {len(chosen)}, and left it")
            return
        before = self.ledger.copy()
        self.press_in(dialog, button)
        self.live.quiet()
        if is_open(dialog):
            raise BrokenError("an action that works", f"{button} leaves its dialog open: {self._texts_in(dialog)}")
        self._expect(targets, {field: value})
        self.did(f"{field} of {len(targets)}", before)
        self.note(f"changed {field} of {targets} to {value!r}")

    def delete(self, a: int, _b: int, c: int) -> None:
        """Move what is highlighted to deleted, or think better of it."""
        chosen = self.live.highlighted()
        if not self._may(Act.DELETE, chosen):
            return
        names = self.names_in_sight(chosen)
        self._start(Act.DELETE, c)
        dialog = self.live.dialog()
        if dialog is None:
            raise BrokenError("an action that works", "Delete asks nothing")
        self._see_it_names(dialog, names)
        in_doubt = self.possibly_sent()
        before = self.ledger.copy()
        if a % 3 == 0 or any(self.looks_deleted(key) for key in chosen):
            self.leave_dialogs()
            self.note("began to delete, and left it")
            return
        if not self.finish(dialog, "Move to deleted", "Discard"):
            raise BrokenError("an action that works", f"nothing can be deleted: {self._texts_in(dialog)}")
        self.deleted(chosen, in_doubt)
        self.did(f"deletion of {chosen}", before)
        self.note(f"moved {chosen} to deleted")

    def deleted(self, keys: Sequence[int], in_doubt: Collection[int] = ()) -> None:
        """Expect projects to be moved to deleted; one that was never sent goes altogether.

        Args:
            keys: Which ones.
            in_doubt: Those of which it was not known before whether the server has them.
        """
        for key in keys:
            if key < 0:
                self.ledger.doubt(key)
                if key not in in_doubt:
                    self.ledger.projects.pop(key, None)
            elif key in self.ledger.projects:
                self.ledger.projects[key].is_deleted = True

    def possibly_sent(self) -> set[int]:
        """Projects of which the server may have what is not settled yet.

        For a user in a hurry these are all such: what waited, or needed them, a moment ago may be on its way by now.
        """
        return {
            operation.project_key for operation in self.operations() if self.in_a_hurry or operation.state == "unknown"
        }

    def _see_it_names(self, dialog: QDialog, names: dict[int, str]) -> None:
        """A dialog that deletes has to name what is highlighted, as it was called when the dialog was asked for."""
        texts = "\n".join(self._texts_in(dialog))
        for words in dialog.findChildren(QListWidget):
            texts += "\n".join(words.item(row).text() for row in range(words.count()))
        if len(names) > 1 and f"{len(names)} projects" not in texts:
            raise BrokenError("what a dialog names", f"{texts!r} does not say {len(names)} projects")
        for key, name in names.items():
            if name and name[:_TOLD] not in texts and self.name(key)[:_TOLD] not in texts:
                raise BrokenError("what a dialog names", f"{texts!r} does not name {name!r}, which is highlighted")

    # -- help ------------------------------------------------------------------------------------------------------

    def _opened(self, *titles: str) -> QDialog:
        """The dialog that has just opened, which bears one of some titles."""
        dialog = self.live.dialog()
        if dialog is None:
            raise BrokenError("an action that works", f"{titles} does not open")
        starts = tuple(title[:_TOLD] for title in titles)
        texts = "\n".join(self._texts_in(dialog))
        if not dialog.windowTitle().startswith(starts) and not any(start in texts for start in starts):
            raise BrokenError("what a dialog names", f"{dialog.windowTitle()!r} is none of {titles}")
        self.live.quiet()
        return dialog

    def _texts_in(self, dialog: QDialog) -> list[str]:
        return [dialog.windowTitle(), *self.live.texts_in(dialog)]

    def _buttons(self, dialog: QDialog) -> list[str]:
        """The buttons of a dialog that can be pressed."""
        return [name_of(button) for button in self.live.buttons(dialog) if button.isEnabled()]

    def _may(self, act: Act, chosen: Sequence[int]) -> bool:
        """Whether a command can be chosen, which has to be so exactly where something is highlighted."""
        action = self.action(act)
        if action.isEnabled() and chosen:
            return all(key in self.ledger.projects for key in chosen)
        is_for_all = not any(self.looks_deleted(key) for key in chosen)
        if not action.isEnabled() and chosen and is_for_all:
            told = f"{act} is disabled ({action.toolTip()!r}), though {len(chosen)} are highlighted"
            raise BrokenError("an enabled action", told)
        self.note(f"{act}: nothing to do it to")
        return False

    def _start(self, act: Act, at: int) -> None:
        """Choose a command: by its button, by its keys, or in the menu."""
        action = self.action(act)
        button = self.live.button(action.iconText().rstrip("…"), self.live.toolbar)
        if at % 3 == 1 and button is not None and button.isEnabled():
            self.note(f"pressed {name_of(button)}")
            self.press(button)
        elif at % 3 == 2 and self.rows_are_seen() and self.live.table.cell_column is None:
            self.note(f"pressed {action.shortcut().toString()}")
            self.focus_projects()
            QTest.keySequence(QApplication.focusWidget() or self.live.window, action.shortcut())
            self.live.settle()
        else:
            self.trigger(act)

    def rows_are_seen(self) -> bool:
        return self.live.table.isVisible() or self.live.board is not None

    def _expect(self, keys: Sequence[int], values: dict[Field, str]) -> None:
        for key in keys:
            if self.ledger.moved.get(key, key) in self.ledger.projects:
                self.ledger.change(key, values)
