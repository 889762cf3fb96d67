"""Names for owners of whom the server gives only an ID, and another owner for projects that were refused for theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from heatpunk_desktop.domain.choices import OwnerName
from heatpunk_desktop.domain.emails import check_member_email
from heatpunk_desktop.gui.project_form.form_fields import OWNER, TypedChoiceField
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.services.sync.commands import KeepChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.services.sync.service import SyncService

_WIDTH = 380
_LONGEST = 60


class OwnerNameDialog(Dialog):
    """A dialog with a field `Name`; an empty one removes the name.

    Args:
        owner_id: The ID of the owner.
        name: The present name.
        parent: The window.
    """

    #: str: the normalised name.
    name_given = Signal(str)

    def __init__(self, owner_id: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Name a colleague"))
        self.setMinimumWidth(_WIDTH)
        self._line = QLineEdit(name, self)
        self._line.setMaxLength(_LONGEST)
        self._line.setMinimumHeight(control_height(self._line))
        label = QLabel(self.tr("Name"), self)
        label.setBuddy(self._line)
        self._line.setAccessibleName(label.text())
        words = self.tr("Heatpunk calls this colleague {0}. The name is kept on this computer only.").format(owner_id)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        for widget in (label, self._line, PlainLabel(words, Tone.MUTED, self)):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(buttons)
        self._line.selectAll()
        self._line.setFocus()

    @Slot()
    def _on_accepted(self) -> None:
        self.name_given.emit(" ".join(self._line.text().split()))
        self.accept()


class OwnerNaming(QObject):
    """A controller that asks for the name of an owner and stores it.

    Args:
        service: Stores the names.
        window: The window.
    """

    #: dict[int, str]: all names, by owner ID.
    named = Signal(object)
    #: KnownError: why a name could not be stored.
    troubled = Signal(object)

    def __init__(self, service: SyncService, window: QWidget) -> None:
        super().__init__(window)
        self._service = service
        self._window = window

    @Slot(int, str)
    def ask(self, owner_id: int, name: str) -> None:
        """Ask for the name of an owner.

        Args:
            owner_id: The ID of the owner.
            name: The present name, or empty.
        """
        dialog = OwnerNameDialog(owner_id, name, self._window)
        dialog.name_given.connect(lambda given: self._keep(OwnerName(owner_id, given)))
        dialog.open()

    def _keep(self, choice: OwnerName) -> None:
        self._service.run(KeepChoice(choice)).then(self._on_kept).failed.connect(self.troubled)

    @Slot(object)
    def _on_kept(self, _kept: int) -> None:
        self.named.emit(self._service.reader.named_owners())


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
