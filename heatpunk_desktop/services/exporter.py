"""Writes projects to a file in a thread of its own, with a connection of its own that only reads."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.export.files import Cancelled, ExportStoppedError, Progress, Written
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import whole_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.domain.whole_row import WholeRow
    from heatpunk_desktop.export.columns import ExportColumn

_log = logging.getLogger(__name__)

#: Seconds that the thread gets to end when nobody waits for the file any more.
_STOP_S = 5.0

#: Writes rows to a place: target, rows, columns, progress, cancelled. Raises StorageError or ExportStoppedError.
Write = Callable[[Path, Iterable["WholeRow"], Sequence["ExportColumn"], Progress, Cancelled], Written]


class ExportJob(NamedTuple):
    """What to write.

    Attributes:
        target: The file; one that is there is replaced.
        keys: The projects, in order.
        columns: What of each.
        write: How.
    """

    target: Path
    keys: Sequence[int]
    columns: tuple[ExportColumn, ...]
    write: Write


class Exported(NamedTuple):
    """How an export ended.

    Attributes:
        target: The file.
        written: What is in it; None where it was stopped or failed, and the file is as it was.
        not_loaded: How many of the projects have fields that nobody has told this program yet.
        error: Why it failed, or None.
    """

    target: Path
    written: Written | None = None
    not_loaded: int = 0
    error: KnownError | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped it."""
        return self.written is None and self.error is None


class Exporter(QObject):
    """Writes one file at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int: how many projects are written.
    progressed = Signal(int)
    #: Exported: how it ended.
    ended = Signal(object)

    _told = Signal(int, int)
    _finished = Signal(int, object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._number = 0
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether a file is being written."""
        return self._thread is not None

    def start(self, job: ExportJob) -> None:
        """Begins to write; `ended` tells how it went. One that runs is stopped first, and says nothing more."""
        self.stop()
        self._number += 1
        self._stop = threading.Event()
        arguments = (self._number, job, self._stop)
        self._thread = threading.Thread(target=self._work, args=arguments, name="heatpunk-export", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Asks to stop; `ended` follows, and says so unless the file was ready."""
        self._stop.set()

    def stop(self) -> None:
        """Stops what runs, and waits until it has: nothing half-written is left. `ended` does not follow."""
        thread, self._thread = self._thread, None
        self._number += 1
        self._stop.set()
        if thread is not None:
            thread.join(_STOP_S)

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _work(self, number: int, job: ExportJob, stop: threading.Event) -> None:
        try:
            found = self._written(number, job, stop)
        except ExportStoppedError:
            found = Exported(job.target)
        except KnownError as error:
            found = Exported(job.target, error=error)
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to be told
            _log.exception("an export failed")
            found = Exported(job.target, error=_bug())
        with contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            self._finished.emit(number, found)

    def _written(self, number: int, job: ExportJob, stop: threading.Event) -> Exported:
        connection = open_reader(self._database)
        not_loaded = 0

        def rows() -> Iterator[WholeRow]:
            nonlocal not_loaded
            for row in chain.from_iterable(whole_rows(connection, job.keys)):
                not_loaded += not row.is_loaded
                yield row

        try:
            written = job.write(
                job.target, rows(), job.columns, lambda done: self._told.emit(number, done), stop.is_set
            )
        finally:
            connection.close()
        return Exported(job.target, written, not_loaded)

    # -- in the window's thread ------------------------------------------------------------------------------------

    @Slot(int, int)
    def _on_told(self, number: int, done: int) -> None:
        if number == self._number:
            self.progressed.emit(done)

    @Slot(int, object)
    def _on_finished(self, number: int, found: Exported) -> None:
        if number == self._number:
            if self._thread is not None:
                self._thread.join()
            self._thread = None
            self.ended.emit(found)


def _bug() -> KnownError:
    return KnownError(
        "The export did not work",
        "This is a mistake in the program. Nothing was exported, and a file that was there is as it was.",
        "Try another format, or report the problem: what happened is in the diagnostics, in the menu Help.",
    )
