"""The base of dialogs that store changes to several projects as one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout

from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import TitleLabel, announce
from heatpunk_desktop.services.sync.commands import StageChanges
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.changes import Change, Staged
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService


class BatchDialog(Dialog):
    """A dialog that closes once its batch is stored. A refusal of the disk is shown, and can be tried again.

    Args:
        service: Stores the batch.
        keys: The projects, in the order of the table.
        parent: The window.
    """

    #: What the user agreed to is being stored.
    agreed = Signal()

    def __init__(self, service: SyncService, keys: Iterable[int], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._service = service
        self._keys = list(keys)
        self._is_storing = False
        service.changed.connect(self._on_changed)

    @property
    def keys(self) -> list[int]:
        """The projects, each by its ID once it has one."""
        return self._keys.copy()

    def _make_layout(self, title: str, spacing: int) -> QVBoxLayout:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(spacing)
        layout.addWidget(TitleLabel(title, self))
        return layout

    def _make_buttons(self, words: str = "") -> QDialogButtonBox:
        """Return the box with the button that applies the change, and `Cancel`.

        Tab reaches them after what was made before.
        """
        buttons = QDialogButtonBox(self)
        self._do = buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        self._do.clicked.connect(self._on_do_clicked)
        self._cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.clicked.connect(self.reject)
        return buttons

    def _stage(self, changes: Sequence[Change], label: str) -> None:
        self._set_busy(is_busy=True)
        self.agreed.emit()
        self._is_storing = True
        self._service.run(StageChanges(tuple(changes), label)).then(self._on_staged, self._on_not_stored)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._do.setEnabled(not is_busy)
        self._cancel.setEnabled(not is_busy)

    def _tell_refusal(self, error: KnownError) -> None:
        announce(self, translated(error.title))
        show_error(self, error)

    @Slot()
    def _on_do_clicked(self) -> None:
        """Stage the changes that the user agreed to."""
        raise NotImplementedError

    @Slot(object)
    def _on_staged(self, _staged: Staged) -> None:
        self._is_storing = False
        self.accept()

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._is_storing = False
        self._set_busy(is_busy=False)
        self._tell_refusal(error)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._replace_keys(changed.replaced)

    def _replace_keys(self, replaced: Mapping[int, int]) -> None:
        self._keys = [replaced.get(key, key) for key in self._keys]

    @override
    def reject(self) -> None:
        """Close, unless the batch is being stored, which takes a moment."""
        if not self._is_storing:
            super().reject()
