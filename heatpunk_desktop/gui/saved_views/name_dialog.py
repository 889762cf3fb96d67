"""The dialog that asks for the name of a saved view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from heatpunk_desktop.filters.saved_view import LONGEST_NAME, tidy_name
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Collection

_WIDTH = 380


class NameDialog(Dialog):
    """A field `Name of the view`.

    Args:
        title: The window's title.
        name: What stands in the field at first.
        taken: Names of other views; one of them is a warning and no error.
        parent: The window.
    """

    #: str: a tidy name that is not empty.
    name_given = Signal(str)

    def __init__(self, title: str, name: str, taken: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._taken = taken
        self._line = QLineEdit(name, self)
        self._line.setMaxLength(LONGEST_NAME)
        self._line.setMinimumHeight(control_height(self._line))
        label = QLabel(self.tr("Name of the view"), self)
        label.setBuddy(self._line)
        self._line.setAccessibleName(label.text())
        self._warning = PlainLabel(tone=Tone.WARNING, parent=self)
        buttons = QDialogButtonBox(self)
        self._save = buttons.addButton(self.tr("Save view"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        for widget in (label, self._line, self._warning):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(buttons)
        self._line.textChanged.connect(self._on_text_changed)
        self._on_text_changed(name)
        self._line.selectAll()
        self._line.setFocus()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        name = tidy_name(text)
        self._save.setEnabled(bool(name))
        words = self.tr("Another view is called that already. You can still save it.") if name in self._taken else ""
        self._warning.say(words, Tone.WARNING)
        self._line.setAccessibleDescription(words)

    @Slot()
    def _on_accepted(self) -> None:
        self.name_given.emit(tidy_name(self._line.text()))
        self.accept()
