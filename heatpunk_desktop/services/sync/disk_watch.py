"""Tells when the disk takes nothing, when it does again, and whether the database is well."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.domain.clock import is_wrong
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.services.sync.worker_messages import DAMAGED
from heatpunk_desktop.store.database import check_integrity
from heatpunk_desktop.store.pruning import prune

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.store.account_store import AccountStore

_log = logging.getLogger(__name__)


class DiskWatch(QObject):
    """Learns from every attempt to write."""

    #: KnownError or None: what is wrong with the disk, or that nothing is any more.
    storage_troubled = Signal(object)

    def __init__(self, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
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

    def check(self, store: AccountStore) -> None:
        """Look the database over; where it is well, forget what was given up long ago."""
        try:
            found = check_integrity(store.connection)
        except KnownError as error:
            # That something can be written later does not mend what is damaged.
            self.storage_troubled.emit(error)
            return
        if found:
            _log.error("the database is damaged: %s", found[:500])
            self.storage_troubled.emit(DAMAGED)
            return
        if is_wrong():
            return  # nobody knows how long ago anything was
        try:
            prune(store.connection, self._clock())
        except StorageError:
            # Another time.
            _log.warning("what was given up long ago could not be forgotten", exc_info=True)
