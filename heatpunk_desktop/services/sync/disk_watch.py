"""Tells when the disk takes nothing, and when it does again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from heatpunk_desktop.errors import KnownError


class DiskWatch(QObject):
    """Learns from every attempt to write."""

    #: KnownError or None: what is wrong with the disk, or that nothing is any more.
    storage_troubled = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._refuses = False

    def refused(self, error: KnownError) -> None:
        """Something could not be written."""
        self._refuses = True
        self.storage_troubled.emit(error)

    def took(self) -> None:
        """Something was written: what was said about a disk that did not take it holds no longer."""
        if self._refuses:
            self._refuses = False
            self.storage_troubled.emit(None)
