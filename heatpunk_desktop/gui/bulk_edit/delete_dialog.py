"""The dialog that moves several projects to deleted, as one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QListWidget, QWidget

from heatpunk_desktop.domain.changes import MoveToDeleted
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.bulk_edit.batch_dialog import BatchDialog
from heatpunk_desktop.gui.text.project_words import told_apart
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import ProjectRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService

_WIDTH: Final = 480
_LONGEST: Final = 120


class DeleteSeveralDialog(BatchDialog):
    """A confirmation before projects are moved to deleted; those not on the server yet are discarded instead.

    Args:
        service: Stores the batch.
        rows: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(self, service: SyncService, rows: Sequence[ProjectRow], parent: QWidget | None = None) -> None:
        super().__init__(service, [row.key for row in rows], parent)
        self.setMinimumWidth(_WIDTH)
        title = self.tr("Move {0} projects to deleted?").format(f"{len(rows):,}")
        self.setWindowTitle(self.tr("Delete projects"))
        names = QListWidget(self)
        names.setAccessibleName(self.tr("Projects"))
        for row in rows:
            names.addItem(told_apart(row, _LONGEST))
        names.setCurrentRow(0)
        self._trouble = PlainLabel(parent=self)
        self._trouble.hide()
        layout = self._make_layout(title, 12)
        for words in self._words(rows):
            layout.addWidget(PlainLabel(words, parent=self))
        layout.addWidget(names, 1)
        layout.addWidget(self._trouble)
        layout.addWidget(self._make_buttons(self.tr("Move to deleted")))
        self._cancel.setDefault(True)
        self._cancel.setFocus()

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

    @override
    def _on_do_clicked(self) -> None:
        label = self.tr("Move {0} to deleted").format(f"{len(self._keys):,}")
        self._stage([MoveToDeleted(key) for key in self._keys], label)

    @override
    def _tell_refusal(self, error: KnownError) -> None:
        words = f"{translated(error.title)}. {translated(error.text())}"
        self._trouble.say(words, Tone.ERROR)
        announce(self, words)
