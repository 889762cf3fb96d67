"""The scan for likely duplicates on a background thread, with a read-only connection."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.services.tasks.duplicate_scan import LookedAgain, Scanned, ScanStoppedError, look_again, scan
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import apsw

    from heatpunk_desktop.services.tasks.background_task import Cancelled, Tell
    from heatpunk_desktop.services.tasks.duplicate_scan import Pair, Prints

#: Seconds that the thread works before the window gets its turn.
_TURN_S: Final = 0.001
#: Seconds between two tellings of how far it is.
_TELL_S: Final = 0.1
#: As long as it is otherwise.
_USUAL_TURN_S: Final = sys.getswitchinterval()


class DuplicateFinder(QObject):
    """A runner of one scan at a time; a new request replaces the running one.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int, int: how much of how much of the scan is done.
    progressed = Signal(int, int)
    #: duplicate_scan.Scanned: all projects were looked through.
    scanned = Signal(object)
    #: The user stopped the scan.
    cancelled = Signal()
    #: duplicate_scan.LookedAgain: how some pairs stand now.
    looked = Signal(object)
    #: KnownError: the scan, or looking again, did not work.
    failed = Signal(object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread = BackgroundTask("heatpunk-duplicates", _bug, self)
        self._thread.told.connect(self._on_told)
        self._thread.ended.connect(self._on_ended)
        self._thread.failed.connect(self.failed)

    @property
    def is_running(self) -> bool:
        """Whether a scan is running."""
        return self._thread.is_running

    def scan(self) -> None:
        """Scan all projects. Ends in `scanned`, `failed`, or in `cancelled` after `cancel`."""

        def job(cancelled: Cancelled, tell: Tell) -> Scanned | None:
            with self._working() as connection, contextlib.suppress(ScanStoppedError):
                return scan(connection, _now_and_then(tell), cancelled)
            return None

        self._thread.start(job)

    def look_again(self, pairs: Iterable[Pair], keys: Iterable[int], prints: Prints) -> None:
        """Compare some pairs again, and projects that may have changed. Ends in `looked` or `failed`.

        Args:
            pairs: Keys of two projects, the lower first.
            keys: Projects that may have changed.
            prints: What they said when they were scanned.
        """
        some, asked = tuple(pairs), tuple(keys)

        def job(cancelled: Cancelled, _tell: Tell) -> LookedAgain | None:
            with self._working() as connection, contextlib.suppress(ScanStoppedError):
                return look_again(connection, some, asked, prints, cancelled)
            return None

        self._thread.start(job)

    def cancel(self) -> None:
        """Stop the scan; `cancelled` follows, unless it had ended."""
        self._thread.cancel()

    def stop(self) -> None:
        """Stop the scan, and wait for its end; no signal follows."""
        self._thread.stop()

    @contextlib.contextmanager
    def _working(self) -> Iterator[apsw.Connection]:
        """Open a read-only connection, in a thread that yields to the GUI thread more often than usual."""
        with contextlib.closing(open_reader(self._database)) as connection:
            sys.setswitchinterval(_TURN_S)
            try:
                yield connection
            finally:
                sys.setswitchinterval(_USUAL_TURN_S)

    @Slot(object)
    def _on_told(self, told: tuple[int, int]) -> None:
        self.progressed.emit(*told)

    @Slot(object)
    def _on_ended(self, found: Scanned | LookedAgain | None) -> None:
        match found:
            case None:
                self.cancelled.emit()
            case Scanned():
                self.scanned.emit(found)
            case LookedAgain():
                self.looked.emit(found)


def _now_and_then(tell: Tell) -> Callable[[int, int], None]:
    """Limit reports of progress to what the eye can follow: each one makes the GUI thread wait for its turn."""
    next_at = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal next_at
        now = time.monotonic()
        if now >= next_at or done == total:
            next_at = now + _TELL_S
            tell((done, total))

    return progress


def _bug() -> KnownError:
    return KnownError(
        marked("duplicate_finder", "Looking for duplicates did not work"),
        marked("duplicate_finder", "This is a mistake in the program. Nothing was changed."),
        marked("duplicate_finder", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
