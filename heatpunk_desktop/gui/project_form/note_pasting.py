"""The dialog `Paste a note`, and the fields of the form that it fills, each marked for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from heatpunk_desktop import extraction
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from PySide6.QtGui import QKeyEvent

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.extraction.reading import NoteReading
    from heatpunk_desktop.gui.project_form.form_fields import FormField

_ENTER_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NoteDialog(Dialog):
    """A dialog that takes the text of an email or note."""

    #: str: the note to be read; the window closes.
    note_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Paste a note"))
        self.setModal(True)
        words = PlainLabel(
            self.tr(
                "Paste an email or a note here. Empty fields are filled in with what is sure, and marked for you to"
                " check. Nothing is sent."
            ),
            parent=self,
        )
        self._editor = QPlainTextEdit(self)
        self._editor.setAccessibleName(self.tr("Email or note"))
        self._editor.setTabChangesFocus(True)
        words.setBuddy(self._editor)
        buttons = QDialogButtonBox(self)
        self._fill = buttons.addButton(self.tr("Fill in the form"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._fill.setDefault(True)
        self._fill.setEnabled(False)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._give)
        buttons.rejected.connect(self.reject)
        self._editor.textChanged.connect(self._on_text_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(10)
        layout.addWidget(words)
        layout.addWidget(self._editor, 1)
        layout.addWidget(buttons)
        self.resize(560, 420)
        self._editor.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER_KEYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._give()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_text_changed(self) -> None:
        self._fill.setEnabled(bool(self._editor.toPlainText().strip()))

    @Slot()
    def _give(self) -> None:
        if self._fill.isEnabled():
            self.note_given.emit(self._editor.toPlainText())
            self.accept()


class NotePasting(QObject):
    """The button `Paste a note…` of a form, with its dialog.

    Args:
        buttons: Get one more.
        fields: The form's entries.
        members: Returns the members of the team.
        form: The form.
    """

    #: str: what was done, in words.
    filled = Signal(str)

    def __init__(
        self,
        buttons: QDialogButtonBox,
        fields: Mapping[str, FormField],
        members: Callable[[], Iterable[Member]],
        form: QWidget,
    ) -> None:
        super().__init__(form)
        self._fields = fields
        self._members = members
        self._form = form
        paste = buttons.addButton(self.tr("Paste a note…"), QDialogButtonBox.ButtonRole.ActionRole)
        paste.setShortcut(QKeySequence("Ctrl+Shift+V"))
        paste.setToolTip(paste.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        paste.clicked.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        dialog = NoteDialog(self._form)
        dialog.note_given.connect(self._fill)
        dialog.open()

    @Slot(str)
    def _fill(self, note: str) -> None:
        self.filled.emit(fill_fields(self._fields, note, [member.email for member in self._members()]))


def fill_fields(fields: Mapping[str, FormField], note: str, own_emails: Collection[str]) -> str:
    """Fill the empty fields of a form with the certain values of a note, and mark each until the user changes it.

    Args:
        fields: The entries of the form by their keys. Those that hold something stay as they are.
        note: The email or note.
        own_emails: The addresses of the team.

    Returns:
        What was done, in plain words.
    """
    reading = extraction.read_note(note, own_emails)
    filled = [field for field in Field if field in reading.certain and fields[field].is_free]
    if not set(filled) >= NUMERIC_FIELDS:
        filled = [field for field in filled if field not in NUMERIC_FIELDS]  # half of a position would be another place
    for field in filled:
        entry = fields[field]
        entry.set_text(reading.certain[field].value)
        words = translate("note_pasting", "From the note. Please check it.")
        entry.set_remark(words, until_edited=True)
    return _words(filled, reading, fields)


def _words(filled: Collection[Field], reading: NoteReading, fields: Mapping[str, FormField]) -> str:
    parts = []
    if filled:
        done = translate("note_pasting", "Filled in from the note: {0}. Check each before you save.")
        parts.append(done.format(_names(filled)))
    else:
        parts.append(translate("note_pasting", "There was nothing in the note to fill in for sure."))
    several = [field for field in reading.ambiguous if fields[field].is_free]
    if several:
        left = translate("note_pasting", "Left empty, as the note says more than one thing: {0}.")
        parts.append(left.format(_names(several)))
    return " ".join(parts)


def _names(several: Iterable[Field]) -> str:
    return ", ".join(field_label(field) for field in several)
