"""The two ways to delete a project: moving it to deleted, and permanently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QProgressBar, QVBoxLayout

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.text.project_words import called, who
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.services.sync.commands import DeleteProject
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import DeletePermanently
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from heatpunk_desktop.domain.project import ProjectRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService

_WIDTH: Final = 460
#: Limit in characters for a project's name in a question.
_LONGEST_SHOWN: Final = 120
#: The longest name that the user is asked to type, in characters.
_LONGEST_TYPED: Final = 300


class _DeleteDialog(Dialog):
    """The common layout: a title, text, the content of the subclass, errors, and buttons."""

    #: The user agreed, and the deletion was requested.
    agreed = Signal()

    def __init__(self, service: SyncService, row: ProjectRow, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Delete project"))
        self.setMinimumWidth(_WIDTH)
        self._service = service
        self._row = row
        self._name = called(row, _LONGEST_SHOWN)
        self._title = TitleLabel(parent=self)
        self._who = PlainLabel(parent=self)
        self._who.say(who(row, _LONGEST_SHOWN), Tone.MUTED)
        self._words = PlainLabel(parent=self)
        self._trouble = PlainLabel(parent=self)
        self._trouble.hide()
        self._body = QVBoxLayout()
        self._body.setSpacing(6)
        self._buttons = QDialogButtonBox(self)
        self._cancel = self._add_button(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.setDefault(True)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        layout.addWidget(self._who)
        layout.addWidget(self._words)
        layout.addLayout(self._body)
        layout.addWidget(self._trouble)
        layout.addStretch(1)
        layout.addWidget(self._buttons)

    def _add_button(self, words: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        return self._buttons.addButton(words, role)

    def _say(self, title: str, words: str) -> None:
        self._title.setText(title)
        self._words.setText(words)

    def _say_trouble(self, error: KnownError) -> None:
        words = f"{translated(error.title)}. {translated(error.text())}"
        self._trouble.say(words, Tone.ERROR)
        announce(self, words)
        self.adjustSize()


class SoftDeleteDialog(_DeleteDialog):
    """A question before a project is moved to deleted; one that is not on the server yet is discarded.

    Args:
        service: Stores the deletion.
        row: The project.
        parent: The window.
    """

    #: The user wants to delete it permanently instead.
    permanent_deletion_requested = Signal()

    def __init__(self, service: SyncService, row: ProjectRow, parent: QWidget | None = None) -> None:
        super().__init__(service, row, parent)
        self._key = row.key
        self._may_be_there = bool(row.marks & Mark.POSSIBLY_DONE)
        self._move = self._add_button("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._permanent = self._add_button(self.tr("Delete permanently…"), QDialogButtonBox.ButtonRole.ResetRole)
        self._fill()
        self._buttons.accepted.connect(self._on_accepted)
        self._permanent.clicked.connect(self._on_permanent_clicked)
        service.changed.connect(self._on_changed)

    def _fill(self) -> None:
        is_on_server = self._key > 0
        self._permanent.setVisible(is_on_server)
        self._move.setText(self.tr("Move to deleted") if is_on_server else self.tr("Discard"))
        if is_on_server:
            self._say(
                self.tr("Move “{0}” to deleted?").format(self._name),
                self.tr(
                    "It is moved for the whole team. Heatpunk calls this reversible, but gives other programs no way "
                    "to reverse it, so do not count on getting it back."
                ),
            )
        elif self._may_be_there:
            self._say(
                self.tr("Discard “{0}”?").format(self._name),
                self.tr(
                    "It may have reached Heatpunk already. Discarding it takes it off this computer’s list and deletes "
                    "nothing there. What you typed stays in Changes, under Done."
                ),
            )
        else:
            self._say(
                self.tr("Discard “{0}”?").format(self._name),
                self.tr(
                    "It has not been sent to Heatpunk, and will not be. What you typed stays in Changes, under Done."
                ),
            )

    @Slot()
    def _on_accepted(self) -> None:
        self._move.setEnabled(False)
        self.agreed.emit()
        self._service.run(DeleteProject(self._key)).then(self._on_stored, self._on_not_stored)

    @Slot()
    def _on_permanent_clicked(self) -> None:
        self.permanent_deletion_requested.emit()
        self.reject()

    @Slot(object)
    def _on_stored(self, _key: int) -> None:
        self.accept()

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._move.setEnabled(True)
        self._say_trouble(error)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self._key in changed.replaced:
            self._key = changed.replaced[self._key]
            self._fill()


class HardDeleteDialog(_DeleteDialog):
    """A question before a project is deleted permanently, for which the user types its name.

    The server is asked at once or not at all; this is never queued.

    Args:
        service: Asks the server.
        row: A project that is on the server.
        connection: The present state of the connection; the service reports changes.
        parent: The window.
    """

    def __init__(
        self,
        service: SyncService,
        row: ProjectRow,
        connection: Connection = Connection(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(service, row, parent)
        name = one_line(row.name)
        can_be_typed = 0 < len(name) <= _LONGEST_TYPED
        self._to_type = name if can_be_typed else str(row.key)
        self._is_offline = False
        self._is_asking = False
        self._say(
            self.tr("Delete “{0}” permanently?").format(self._name),
            self.tr("Heatpunk deletes the project and everything in it, for the whole team. It cannot be undone."),
        )
        self._add_field(self._hint(name, can_be_typed=can_be_typed))
        self._delete = self._add_button(self.tr("Delete permanently"), QDialogButtonBox.ButtonRole.DestructiveRole)
        self._delete.clicked.connect(self._on_delete_clicked)
        service.connection_changed.connect(self._on_connection_changed)
        self._on_connection_changed(connection)
        self._field.setFocus()

    def _hint(self, name: str, *, can_be_typed: bool) -> str:
        if can_be_typed:
            return self.tr("The name: {0}").format(name)
        words = (
            self.tr("Its name is too long to be typed: type its project ID, {0}.")
            if name
            else self.tr("It has no name: type its project ID, {0}.")
        )
        return words.format(self._to_type)

    def _add_field(self, words: str) -> None:
        label = PlainLabel(self.tr("Type the project name to confirm"), parent=self)
        self._field = QLineEdit(self)
        self._field.setMinimumHeight(self._field.fontMetrics().height() + 14)
        self._field.setAccessibleName(label.text())
        label.setBuddy(self._field)
        hint = PlainLabel(words, Tone.MUTED, self)
        hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._field.setAccessibleDescription(hint.text())
        self._state = PlainLabel(parent=self)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Deleting"))
        self._progress.hide()
        for widget in (label, self._field, hint, self._state, self._progress):
            self._body.addWidget(widget)
        self._field.textChanged.connect(self._on_something_changed)

    @Slot()
    def _on_something_changed(self) -> None:
        is_asking = self._is_asking
        self._field.setEnabled(not is_asking)
        self._cancel.setEnabled(not is_asking)
        self._progress.setVisible(is_asking)
        is_typed = one_line(self._field.text()) == self._to_type
        self._delete.setEnabled(is_typed and not is_asking and not self._is_offline)
        if is_asking:
            self._state.say(self.tr("Asking Heatpunk…"), Tone.MUTED)
        elif self._is_offline:
            self._state.say(self.tr("This needs a connection, and there is none now."), Tone.WARNING)
        else:
            self._state.say("", Tone.MUTED)
        if self.isVisible():
            self.resize(self.size().expandedTo(self.sizeHint()))

    @Slot()
    def _on_delete_clicked(self) -> None:
        self._trouble.say("", Tone.ERROR)
        self.agreed.emit()
        self._is_asking = True
        self._service.ask(DeletePermanently(self._row.key)).then(self._on_deleted, self._on_not_deleted)
        self._on_something_changed()

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._is_offline = connection.link not in {Link.ONLINE, Link.UNTRIED}
        self._on_something_changed()

    @Slot(object)
    def _on_deleted(self, _project_id: int) -> None:
        self._is_asking = False
        self.accept()

    @Slot(object)
    def _on_not_deleted(self, error: KnownError) -> None:
        self._is_asking = False
        self._field.clear()  # another attempt needs the name again
        self._on_something_changed()
        self._cancel.setText(self.tr("Close"))
        self._cancel.setFocus()
        self._say_trouble(error)

    @override
    def reject(self) -> None:
        if not self._is_asking:
            super().reject()
