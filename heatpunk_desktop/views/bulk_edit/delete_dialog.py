"""Moving several projects to deleted, as one change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from heatpunk_desktop.domain.deeds import MoveToDeleted
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone, announce

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.domain.deeds import Staged
    from heatpunk_desktop.domain.project import ProjectRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync_service import SyncService

_NO_REQUEST: Final = -1
_WIDTH: Final = 480
_LONGEST: Final = 120


class DeleteSeveralDialog(QDialog):
    """Asks before several projects are moved to deleted; those not on the server yet are discarded instead.

    Args:
        service: Stages.
        rows: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(self, service: SyncService, rows: Sequence[ProjectRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(_WIDTH)
        self._service = service
        self._keys = [row.key for row in rows]
        self._request = _NO_REQUEST
        title = self.tr("Move {0} projects to deleted?").format(f"{len(rows):,}")
        self.setWindowTitle(title)
        names = QListWidget(self)
        names.setAccessibleName(self.tr("Projects"))
        for row in rows:
            names.addItem(one_line(row.name, _LONGEST) or self.tr("Project {0}").format(row.key))
        names.setCurrentRow(0)
        self._trouble = PlainLabel(parent=self)
        self._trouble.hide()
        buttons = QDialogButtonBox(self)
        self._move = buttons.addButton(self.tr("Move to deleted"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._move.clicked.connect(self._on_move_clicked)
        self._cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(TitleLabel(title, self))
        for words in self._words(rows):
            layout.addWidget(PlainLabel(words, parent=self))
        layout.addWidget(names, 1)
        layout.addWidget(self._trouble)
        layout.addWidget(buttons)
        self._cancel.setFocus()
        service.staged.connect(self._on_staged)
        service.deeds_not_stored.connect(self._on_not_stored)
        service.keys_replaced.connect(self._on_keys_replaced)

    def _words(self, rows: Sequence[ProjectRow]) -> list[str]:
        new = sum(row.key < 0 for row in rows)
        found = []
        if new < len(rows):
            found.append(
                self.tr(
                    "They are moved for the whole team. Heatpunk calls this reversible, but gives other programs no "
                    "way to reverse it, so do not count on getting them back. Undo works until it is sent."
                )
            )
        if new:
            words = self.tr("Not on the server yet and discarded: {0}. What you typed stays in Changes, under Done.")
            found.append(words.format(f"{new:,}"))
        if any(row.marks & Mark.POSSIBLY_DONE and row.key < 0 for row in rows):
            found.append(self.tr("Some of those may have reached Heatpunk already; nothing is deleted there."))
        return found

    @Slot()
    def _on_move_clicked(self) -> None:
        self._move.setEnabled(False)
        self._cancel.setEnabled(False)
        label = self.tr("Move {0} to deleted").format(f"{len(self._keys):,}")
        self._request = self._service.stage([MoveToDeleted(key) for key in self._keys], label)

    @Slot(int, object)
    def _on_staged(self, request: int, _staged: Staged) -> None:
        if request == self._request:
            self._request = _NO_REQUEST
            self.accept()

    @Slot(int, object)
    def _on_not_stored(self, request: int, error: KnownError) -> None:
        if request != self._request:
            return
        self._request = _NO_REQUEST
        self._move.setEnabled(True)
        self._cancel.setEnabled(True)
        words = f"{error.title}. {error.text()}"
        self._trouble.say(words, Tone.ERROR)
        announce(self, words)

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._keys = [replaced.get(key, key) for key in self._keys]

    @override
    def reject(self) -> None:
        """Closes; not while it is being stored."""
        if self._request == _NO_REQUEST:
            super().reject()
