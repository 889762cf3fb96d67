"""Finds likely duplicates in a thread of its own, with a connection of its own that only reads."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.duplicate_scan import ScanStoppedError, look_again, scan
from heatpunk_desktop.store.database import open_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import apsw

    from heatpunk_desktop.services.duplicate_scan import Pair, Prints

    Job = Callable[[apsw.Connection, threading.Event, int], object]

_log = logging.getLogger(__name__)

#: Seconds that the thread gets to end when nobody waits for it any more.
_STOP_S: Final = 5.0
#: Seconds that the thread works before the window gets its turn.
_TURN_S: Final = 0.001
#: As long as it is otherwise.
_USUAL_TURN_S: Final = sys.getswitchinterval()


class DuplicateFinder(QObject):
    """Does one thing at a time: what is asked for while something runs takes its place.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int, int: how much of how much of the scan is done.
    progressed = Signal(int, int)
    #: duplicate_scan.Scanned: all projects were looked through.
    scanned = Signal(object)
    #: A person stopped the scan.
    cancelled = Signal()
    #: duplicate_scan.LookedAgain: how some pairs stand by now.
    looked = Signal(object)
    #: KnownError: the scan, or looking again, did not work.
    failed = Signal(object)

    _told = Signal(int, int, int)
    _done = Signal(int, str, object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._number = 0
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether something is being looked through."""
        return self._thread is not None

    def scan(self) -> None:
        """Looks through all projects. Ends in `scanned`, `failed`, or in `cancelled` after `cancel`."""

        def job(connection: apsw.Connection, stop: threading.Event, number: int) -> object:
            return scan(connection, lambda done, total: self._told.emit(number, done, total), stop.is_set)

        self._begin("scanned", job)

    def look_again(self, pairs: Iterable[Pair], keys: Iterable[int], prints: Prints) -> None:
        """Looks at some pairs, and at projects that may have changed. Ends in `looked` or `failed`.

        Args:
            pairs: Keys of two projects, the lower first.
            keys: Projects that may have changed.
            prints: What they said when they were scanned.
        """
        some, asked = tuple(pairs), tuple(keys)
        self._begin("looked", lambda connection, stop, _: look_again(connection, some, asked, prints, stop.is_set))

    def cancel(self) -> None:
        """Stops the scan; `cancelled` follows, unless it had ended."""
        self._stop.set()

    def stop(self) -> None:
        """Stops what runs, and waits until it has; no signal follows."""
        thread, self._thread = self._thread, None
        self._number += 1
        self._stop.set()
        if thread is not None:
            thread.join(_STOP_S)

    def _begin(self, signal: str, job: Job) -> None:
        self.stop()
        self._stop = threading.Event()
        arguments = (self._number, signal, job, self._stop)
        self._thread = threading.Thread(target=self._work, args=arguments, name="heatpunk-duplicates", daemon=True)
        self._thread.start()

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _work(self, number: int, signal: str, job: Job, stop: threading.Event) -> None:
        found: object
        try:
            with _short_turns(), contextlib.closing(open_reader(self._database)) as connection:
                found = job(connection, stop, number)
        except ScanStoppedError:
            signal, found = "cancelled", None
        except KnownError as error:
            signal, found = "failed", error
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to be told
            _log.exception("duplicates could not be looked for")
            signal, found = "failed", _bug()
        with contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            self._done.emit(number, signal, found)

    # -- in the window's thread ------------------------------------------------------------------------------------

    @Slot(int, int, int)
    def _on_told(self, number: int, done: int, total: int) -> None:
        if number == self._number:
            self.progressed.emit(done, total)

    @Slot(int, str, object)
    def _on_done(self, number: int, signal: str, found: object) -> None:
        if number != self._number:
            return
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        if signal == "cancelled":
            self.cancelled.emit()
        else:
            getattr(self, signal).emit(found)


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    """Has Python's threads take turns more often, as the window waits for a whole turn of this one each time."""
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(_USUAL_TURN_S)


def _bug() -> KnownError:
    return KnownError(
        "Looking for duplicates did not work",
        "This is a mistake in the program. Nothing was changed.",
        "Report the problem: what happened is in the diagnostics, in the menu Help.",
    )
