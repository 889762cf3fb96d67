"""The dialog that changes the owner of new projects that were refused because of their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from heatpunk_desktop.domain.emails import check_member_email
from heatpunk_desktop.gui.project_form.form_fields import OWNER, TypedChoiceField
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import Member


class ChangeOwnerDialog(Dialog):
    """A dialog that asks for one owner of some projects; an unlisted address can be typed.

    Args:
        members: Known members of the team, the user first, whose address is suggested.
        count: How many projects get the owner.
        parent: The window that it belongs to.
    """

    #: str: the email of the owner.
    chosen = Signal(str)

    def __init__(self, members: Sequence[Member], count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Change owner"))
        several = self.tr("Choose who will own these {0} new projects. They are sent again when you save.")
        words = self.tr("Choose who will own this new project. It is sent again when you save.")
        words = words if count == 1 else several.format(f"{count:,}")
        self._owner = TypedChoiceField(OWNER, self.tr("Owner"), self)
        self._owner.offer(member.email for member in members)
        self._owner.show_text(next((member.email for member in members if member.is_me), ""))
        self._owner.editor.setMinimumWidth(40 * self.fontMetrics().averageCharWidth())
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._owner.label, 0, 0)
        grid.addWidget(self._owner.editor, 0, 1)
        grid.addWidget(self._owner.note, 1, 1)
        buttons = QDialogButtonBox(self)
        save = buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_save_clicked)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(words, parent=self))
        column.addLayout(grid)
        column.addStretch(1)
        column.addWidget(buttons)
        self._owner.editor.setFocus()

    @Slot()
    def _on_save_clicked(self) -> None:
        checked = check_member_email(self._owner.text())
        self._owner.set_problem(checked.problem)
        if checked.is_error:
            self._owner.editor.setFocus()
            return
        self.chosen.emit(str(checked.value))
        self.accept()
