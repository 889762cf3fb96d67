"""Acts that paste cells of a spreadsheet over what is highlighted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.table.cell_editor import CellEditor
from heatpunk_desktop.models.table_columns import Column
from tests.random_user.changing import Changing
from tests.random_user.ledger import PLACES
from tests.random_user.user import CTRL, POSTCODES, STATUSES, STREETS, BrokenError, is_open, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADINGS: Final = {Field.PROJECT_NAME: "Project", Field.CUSTOMER_NAME: "Customer"}
_NAMES: Final = {Column.PROJECT: Field.PROJECT_NAME, Column.CUSTOMER: Field.CUSTOMER_NAME}
_PLANNED: Final = re.compile(r"\d+ values? changes?\b")
_ASKS: Final = re.compile("Choose the column")
_NO_TEXT: Final = re.compile("There is no text on the clipboard")
_CHANGES: Final = re.compile(r"Change ([\d,]+) projects?")


class Copied(NamedTuple):
    """What is on the clipboard.

    Attributes:
        text: As a spreadsheet puts it there.
        lines: What each line says of a project; of a name it is still to be chosen which one it is.
        column: What a dialog has to say that it is pasted into before anybody chose; None where it cannot know.
    """

    text: str
    lines: tuple[dict[Field, str], ...]
    column: str | None


class Pasting(Changing):
    """What is pasted."""

    def paste(self, a: int, b: int, c: int) -> None:
        """Paste one value over all that is highlighted, or several lines, or lines with headings."""
        chosen = self.live.highlighted()
        if not self._may(Act.PASTE_CELLS, chosen):
            return
        copied = self._copy(a, b)
        keys = self._pasted_over(chosen, len(copied.lines))
        framed = self.live.table.pasted_column
        QGuiApplication.clipboard().setText(copied.text)
        self._paste(b)
        if (editor := self._editor()) is not None:
            self._paste_in_cell(editor, copied, keys, framed, c)
        elif (dialog := self.live.dialog()) is not None:
            self._paste_in_dialog(dialog, copied, keys, framed, c)
        else:
            raise BrokenError("an action that works", f"pasting {copied.text!r} into {keys} does nothing")

    def copy_and_paste(self, _a: int, b: int, _c: int) -> None:
        """Copy what is highlighted and paste it where it comes from, which changes nothing."""
        chosen = self.live.highlighted()
        if not self._may(Act.PASTE_CELLS, chosen) or not self.live.table.isVisible():
            return
        copied = self._values(chosen)
        self.trigger(Act.COPY)
        text = QGuiApplication.clipboard().text()
        self._paste(b)
        editor, dialog = self._editor(), self.live.dialog()
        has_plan = dialog is not None and not any(map(_ASKS.search, self._texts_in(dialog)))
        if dialog is not None and has_plan:
            self._wait_for_plan(dialog)
        if self._values(chosen) != copied:
            if editor is not None:
                QTest.keyClick(editor, Qt.Key.Key_Escape)
                self.live.settle()
            self.leave_dialogs()
            self.note(f"copied {chosen}, of which one was changed before it could be pasted")
            return
        if editor is not None:
            QTest.keyClick(editor, Qt.Key.Key_Return)
            self.live.quiet()
            self._close_editor()
        elif dialog is not None:
            if not has_plan:
                self.note("would have to say which column it is")
            elif button := self._offered_change(dialog):
                told = f"{button} is offered for {text!r}, which is what {chosen} say: {self._texts_in(dialog)}"
                raise BrokenError("copied and pasted back is as it was", told)
            self.leave_dialogs()
        elif not text.strip('"\t\n ') and any(_NO_TEXT.match(words) for words in self.live.texts_in(self.live.window)):
            self.note(f"copied an empty cell of {chosen}, of which nothing can be pasted, as is said")
        else:
            raise BrokenError("an action that works", f"pasting {text!r} into {chosen} does nothing")
        self.note(f"copied {chosen} and pasted them where they came from")

    def _values(self, keys: Sequence[int]) -> list[tuple[object, ...] | None]:
        """What stands in the fields of each project; None of one that is gone."""
        rows = self.live.rows()
        found = (rows.get(self.ledger.moved.get(key, key)) for key in keys)
        return [None if row is None else tuple(row[place] for place in PLACES.values()) for row in found]

    def _paste(self, at: int) -> None:
        if at % 2 and self.rows_are_seen():
            self.focus_projects()
            QTest.keyClick(QApplication.focusWidget() or self.live.window, Qt.Key.Key_V, CTRL)
            self.live.settle()
        else:
            self.trigger(Act.PASTE_CELLS)

    def _editor(self) -> CellEditor | None:
        """The editor of a cell, where one is open."""
        return next(
            (cell_editor for cell_editor in self.live.table.findChildren(CellEditor) if cell_editor.isVisible()), None
        )

    def _wait_for_plan(self, dialog: QDialog) -> None:
        self.live.wait(lambda: any(map(_PLANNED.search, self._texts_in(dialog))), "what a paste would do")
        self.live.quiet()

    def _copy(self, a: int, b: int) -> Copied:
        count = 2 + b % 3
        match a % 4:
            case 0:
                status = pick(STATUSES, b)
                return Copied(status, ({Field.STATUS: status},), "Status")
            case 1:
                lines = tuple({Field.STATUS: pick(STATUSES, b + at)} for at in range(count))
                return Copied("\n".join(line[Field.STATUS] for line in lines), lines, "Status")
            case 2:
                names = [f"{pick(STREETS, b)} {self.token()}" for _ in range(count if b % 4 == 0 else 1)]
                return Copied("\n".join(names), tuple({Field.PROJECT_NAME: name} for name in names), None)
        customers = [f"Client {self.token()}" for _ in range(count)]
        codes = [pick(POSTCODES, b + at) for at in range(count)]
        lines = tuple(
            {Field.CUSTOMER_NAME: customer, Field.POSTCODE: code}
            for customer, code in zip(customers, codes, strict=True)
        )
        cells = [("Customer", "Postcode"), *(tuple(line.values()) for line in lines)]
        return Copied("\n".join(map("\t".join, cells)), lines, "As the first line says")

    def _pasted_over(self, chosen: Sequence[int], lines: int) -> list[int]:
        """The projects that lines go to: the highlighted ones, or the only one and those below it."""
        if len(chosen) == 1 and self.live.table.isVisible():
            keys = [row[0] for row in self.shown()]
            at = keys.index(chosen[0])
            return keys[at : at + lines]
        return list(chosen) if lines == 1 else list(chosen[:lines])

    def _paste_in_cell(
        self, editor: CellEditor, copied: Copied, keys: Sequence[int], framed: Column | None, c: int
    ) -> None:
        """One value for one cell stands in its editor, and is kept with Enter where it fits."""
        if len(keys) != 1 or copied.column is not None or framed is None or editor.text() != copied.text:
            told = f"{copied.text!r} for {keys} stands in an editor of {framed}, as {editor.text()!r}"
            raise BrokenError("what is pasted", told)
        field = _NAMES.get(framed)
        before = self.ledger.copy()
        if c % 5 == 0 or field is None:
            QTest.keyClick(editor, Qt.Key.Key_Escape)
            self.live.settle()
            self.note(f"pasted into a cell of {keys[0]}, and gave it up")
            return
        QTest.keyClick(editor, Qt.Key.Key_Return)
        self.live.quiet()
        self._close_editor()
        self._expect(keys, {field: copied.text})
        self.did(f"paste into {keys[0]}", before)
        self.note(f"pasted {copied.text!r} into {field} of {keys[0]}")

    def _paste_in_dialog(
        self, dialog: QDialog, copied: Copied, keys: Sequence[int], framed: Column | None, c: int
    ) -> None:
        words = "1 project" if len(keys) == 1 else f"{len(keys)} projects"
        if dialog.windowTitle() != f"Paste into {words}":
            raise BrokenError("what a dialog names", f"{dialog.windowTitle()!r} is about {keys}")
        lines = self._with_column(dialog, copied, framed, c)
        self._wait_for_plan(dialog)
        keys = [self.ledger.moved.get(key, key) for key in keys]  # one may have got its ID meanwhile
        rows = self.live.rows()
        if not rows.keys() >= set(keys):
            self.leave_dialogs()
            self.note(f"a colleague has deleted one of {keys} meanwhile")
            return
        wanted = {
            key: lines[0 if len(lines) == 1 else at] for at, key in enumerate(keys) if not self.looks_deleted(key)
        }
        changed = sum(any(rows[key][PLACES[name]] != text for name, text in wanted[key].items()) for key in wanted)
        button = self._offered_change(dialog)
        if button != ((f"Change {changed} projects" if changed > 1 else "Change 1 project") if changed else ""):
            raise BrokenError("true numbers", f"{button!r} is offered to paste {wanted}, which changes {changed}")
        if c % 5 == 0 or not button:
            self.leave_dialogs()
            self.note(f"began to paste {copied.text!r} into {keys}, and left it")
            return
        before = self.ledger.copy()
        self.press_in(dialog, button)
        self.live.quiet()
        if is_open(dialog):
            raise BrokenError("an action that works", f"{button} leaves its dialog open: {self._texts_in(dialog)}")
        for key, values in wanted.items():
            self._expect([key], values)
        self.did(f"paste into {len(wanted)}", before)
        self.note(f"pasted {wanted}")

    def _with_column(
        self, dialog: QDialog, copied: Copied, framed: Column | None, at: int
    ) -> tuple[dict[Field, str], ...]:
        """Look at the column that the dialog took, and choose one for names, which could be either."""
        box = self.live.find(QComboBox, "Paste into column", dialog)
        if box is None:
            raise BrokenError("an action that works", f"no column can be chosen: {self._texts_in(dialog)}")
        if copied.column is None and framed is None and (box.currentIndex() >= 0 or self._offered_change(dialog)):
            raise BrokenError("what is pasted", f"{copied.text!r} would go into {box.currentText()} unasked")
        if copied.column is not None and box.currentText() != copied.column:
            raise BrokenError("what is pasted", f"{copied.text!r} would go into {box.currentText()!r}")
        if copied.column is not None:
            return copied.lines
        field = pick(tuple(_HEADINGS), at)
        if not self.choose("Paste into column", _HEADINGS[field], dialog):
            raise BrokenError("an action that works", f"{_HEADINGS[field]} cannot be chosen for {copied.text!r}")
        return tuple({field: line[Field.PROJECT_NAME]} for line in copied.lines)

    def _offered_change(self, dialog: QDialog) -> str:
        """The button that does it, where there is anything to do."""
        return next((button for button in self._buttons(dialog) if _CHANGES.fullmatch(button)), "")
