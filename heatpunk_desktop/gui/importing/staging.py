"""Storing an import, all of it or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.choices import ColumnMapping, ValueReplacements
from heatpunk_desktop.services.sync.commands import KeepChoice, StageChanges
from heatpunk_desktop.spreadsheets.values import to_remember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.changes import Change, Staged
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.values import FoundValue


class Staging(QObject):
    """The request to stage an import, and its answer.

    Attributes:
        label: What the import is called where it can be undone; empty where there is none.
    """

    #: int, int: the batch that was staged, and its number of changes.
    staged = Signal(int, int)
    #: KnownError: nothing was staged.
    failed = Signal(object)

    def __init__(self, service: SyncService, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._is_running = False
        self.label = ""

    @property
    def is_running(self) -> bool:
        """Whether the import is being stored, which takes a moment and cannot be stopped."""
        return self._is_running

    def stage(
        self, changes: tuple[Change, ...], opened: Opened, columns: ColumnPlan, values: Sequence[FoundValue]
    ) -> None:
        """Stage changes, and store the column mapping and the replacements. Ends in `staged` or `failed`."""
        self.label = self.tr("Import of {0}").format(opened.reading.name)
        self._is_running = True
        self._service.run(StageChanges(changes, self.label)).then(self._on_staged, self._on_not_stored)
        headings = tuple(column.heading for column in columns.columns)
        read = json.dumps(columns.to_remember(), ensure_ascii=False)
        self._service.run(KeepChoice(ColumnMapping(headings, read)))
        if values:
            self._service.run(KeepChoice(ValueReplacements(to_remember(values))))

    @Slot(object)
    def _on_staged(self, staged: Staged) -> None:
        self._is_running = False
        self.staged.emit(staged.batch, staged.stored)

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._is_running, self.label = False, ""
        self.failed.emit(error)
