"""Tells the windows which projects and changes stand otherwise now."""

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

#: Milliseconds between two times that the window is told what was sent, while there is more of it.
_TELL_MS: Final = 300

#: Milliseconds until what could not be read is read again, to be told.
_AGAIN_MS: Final = 2000


class News(QObject):
    """Keeps what was not told yet, and tells it with what the store holds by then.

    What was committed is told, sooner or later: where the disk does not give it back now, it is read again. Nobody who
    stored something hears of that trouble, as it would sound as if nothing had been stored.
    """

    #: facts.Changed
    changed = Signal(object)

    def __init__(self, reader: StoreReader, parent: QObject) -> None:
        super().__init__(parent)
        self._reader = reader
        self._untold = Taken()
        self._pause = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._pause.timeout.connect(self._tell)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._tell)

    def tell(self, keys: Iterable[int], replaced: Iterable[tuple[int, int]] = ()) -> None:
        """Tells at once that these projects changed, and all that was not told yet.

        Args:
            keys: Of projects that changed, came or went.
            replaced: Pairs of a key that is not used any more and the one in its place.
        """
        self._untold.keys.update(keys)
        self._untold.replaced += replaced
        self._tell()

    def tell_soon(self, taken: Taken, *, more_follows: bool) -> None:
        """Tells what became of operations: at once, but while many go out, not for each of them alone."""
        self._untold.keys |= taken.keys
        self._untold.replaced += taken.replaced
        self._untold.needs_person += taken.needs_person
        if not self._pause.isActive() or not more_follows:
            self._tell()

    def stop(self) -> None:
        """Tells nothing more by itself."""
        self._pause.stop()
        self._again.stop()

    @Slot()
    def _tell(self) -> None:
        untold = self._untold
        try:
            rows = self._reader.rows_of(untold.keys) if untold.keys else {}
            counts = self._reader.operation_counts() if untold.keys else None
        except StorageError:
            _log.warning("what changed could not be read, to be told", exc_info=True)
            self._again.start()
            return
        self._untold = Taken()
        if untold.keys:
            self._pause.start()
        if untold.keys or untold.replaced or untold.needs_person:
            gone = tuple(untold.keys - rows.keys())
            changed = Changed(
                tuple(rows.values()),
                gone,
                (*rows, *gone),
                MappingProxyType(dict(untold.replaced)),
                counts,
                tuple(untold.needs_person),
            )
            self.changed.emit(changed)
