"""The base of dialogs that show several projects before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHeaderView, QProgressBar, QTableView

from heatpunk_desktop.gui.bulk_edit.batch_dialog import BatchDialog
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.comparison_table import ComparisonTable
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtCore import QAbstractTableModel, QSize
    from PySide6.QtWidgets import QDialogButtonBox, QWidget

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader


class PreviewDialog(BatchDialog):
    """A dialog that reads its projects first, and again where one of them gets its ID meanwhile.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stores the batch.
        keys: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(
        self, reader: ProjectsReader, service: SyncService, keys: Iterable[int], parent: QWidget | None
    ) -> None:
        super().__init__(service, keys, parent)
        self._reader = reader
        self._said = PlainLabel(self.tr("Reading the projects…"), Tone.MUTED, self)
        reader.read.connect(self._on_read)
        reader.failed.connect(self._on_failed)

    def _begin(self, size: QSize) -> None:
        """Begin to read, once everything is made, in a dialog of the given size where the screen has room."""
        self.resize(size)
        self._reader.start(self._keys)

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_preview(self, model: QAbstractTableModel) -> QTableView:
        self._preview = table = ComparisonTable(model, self)
        table.setAccessibleName(self.tr("Preview"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        return table

    def _make_progress(self) -> QProgressBar:
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Reading the projects"))
        return self._progress

    @override
    def _make_buttons(self, words: str = "") -> QDialogButtonBox:
        buttons = super()._make_buttons(words)
        self._do.setDefault(True)
        self._name_button(0)
        return buttons

    def _change_words(self, count: int) -> str:
        return self.tr("Change 1 project") if count == 1 else self.tr("Change {0} projects").format(f"{count:,}")

    def _name_button(self, count: int) -> None:
        """Show on the button how many projects would be changed, and disable it for none."""
        words = self._change_words(count)
        self._do.setText(words)
        self._do.setAccessibleName(words)
        self._do.setEnabled(count > 0 and not self._is_storing)
        reason = "" if count else self.tr("There is nothing to change yet")
        self._do.setToolTip(reason)
        self._do.setAccessibleDescription(reason)

    # -- reading ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_read(self, rows: list[WholeRow]) -> None:
        """Show the plan for the projects."""
        raise NotImplementedError

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._progress.hide()
        self._said.say(f"{translated(error.title)}. {translated(error.text())}", Tone.ERROR)
        show_error(self, error)

    @override
    def _replace_keys(self, replaced: Mapping[int, int]) -> None:
        before = self._keys
        super()._replace_keys(replaced)
        if self._keys != before and not self._is_storing:
            self._stop()
            self._reader.start(self._keys)

    def _stop(self) -> None:
        """Stop work on the projects as they were."""
        self._reader.stop()

    @override
    def done(self, result: int) -> None:
        self._stop()
        super().done(result)
