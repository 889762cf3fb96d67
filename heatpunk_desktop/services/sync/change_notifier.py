"""Notify the windows of changed projects and operations."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.sync.tasks import Taken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.store.reader import StoreReader

_log = logging.getLogger(__name__)

#: Milliseconds between two notifications while many operations are being sent.
_NOTIFY_MS: Final = 300

#: Milliseconds until a notification is tried again whose rows could not be read.
_RETRY_MS: Final = 2000


class ChangeNotifier(QObject):
    """Collect changed keys, and notify the windows with the rows that the store holds at that time.

    Every commit is reported in the end: rows that cannot be read now are tried again later. A command does not fail
    because of that, as this would look as if nothing had been stored.
    """

    #: facts.Changed
    changed = Signal(object)

    def __init__(self, reader: StoreReader, parent: QObject) -> None:
        super().__init__(parent)
        self._reader = reader
        self._pending = Taken()
        self._pause = QTimer(self, singleShot=True, interval=_NOTIFY_MS)
        self._pause.timeout.connect(self._notify)
        self._retry = QTimer(self, singleShot=True, interval=_RETRY_MS)
        self._retry.timeout.connect(self._notify)

    def notify(self, keys: Iterable[int], replaced: Iterable[tuple[int, int]] = ()) -> None:
        """Notify at once of these projects and of everything pending.

        Args:
            keys: Keys of projects that were changed, added or removed.
            replaced: Pairs of a key that is no longer used and the one in its place.
        """
        self._pending.keys.update(keys)
        self._pending.replaced += replaced
        self._notify()

    def notify_soon(self, taken: Taken, *, more_follows: bool) -> None:
        """Notify of the results of operations: at once, or in groups while many are being sent."""
        self._pending.keys |= taken.keys
        self._pending.replaced += taken.replaced
        self._pending.needs_user += taken.needs_user
        if not self._pause.isActive() or not more_follows:
            self._notify()

    def stop(self) -> None:
        """Stop the timers: no notification comes later."""
        self._pause.stop()
        self._retry.stop()

    @Slot()
    def _notify(self) -> None:
        pending = self._pending
        try:
            rows = self._reader.rows_of(pending.keys) if pending.keys else {}
            counts = self._reader.operation_counts() if pending.keys else None
        except StorageError:
            _log.warning("changed rows could not be read", exc_info=True)
            self._retry.start()
            return
        self._pending = Taken()
        if pending.keys:
            self._pause.start()
        if pending.keys or pending.replaced or pending.needs_user:
            gone = tuple(pending.keys - rows.keys())
            changed = Changed(
                tuple(rows.values()),
                gone,
                (*rows, *gone),
                MappingProxyType(dict(pending.replaced)),
                counts,
                tuple(pending.needs_user),
            )
            self.changed.emit(changed)
