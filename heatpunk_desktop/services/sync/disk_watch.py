"""Report whether the disk accepts writes, and whether the database is intact."""

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
    """Track whether the disk works from the result of each write."""

    #: KnownError or None: what is wrong with the disk, or that the trouble is over.
    storage_troubled = Signal(object)

    def __init__(self, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._is_failing = False

    def write_failed(self, error: KnownError) -> None:
        """Report that a write failed."""
        self._is_failing = True
        self.storage_troubled.emit(error)

    def write_succeeded(self) -> None:
        """Report that the disk works again, if it did not."""
        if self._is_failing:
            self._is_failing = False
            self.storage_troubled.emit(None)

    def check(self, store: AccountStore) -> None:
        """Check the database's integrity; if it is intact, prune what was discarded long ago."""
        try:
            found = check_integrity(store.connection)
        except KnownError as error:
            # Not `write_failed`: a later write that succeeds repairs no damage.
            self.storage_troubled.emit(error)
            return
        if found:
            _log.error("the database is damaged: %s", found[:500])
            self.storage_troubled.emit(DAMAGED)
            return
        if is_wrong():
            return  # the age of anything is unknown
        try:
            prune(store.connection, self._clock())
        except StorageError:
            # It is tried again at the next check.
            _log.warning("pruning of operations discarded long ago failed", exc_info=True)
