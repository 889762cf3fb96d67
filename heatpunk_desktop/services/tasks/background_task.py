"""A long job on a background thread, which reports to the thread of its owner."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from typing import Any

    from heatpunk_desktop.texts import Text

_log = logging.getLogger(__name__)

#: Seconds that the thread has to end once its result is no longer needed.
_STOP_S: Final = 5.0

#: Returns whether to stop.
Cancelled = Callable[[], bool]
#: Reports something to the GUI thread.
Tell = Callable[[object], None]
#: The function that runs in the thread. Its result is reported at the end; it may raise KnownError.
Job = Callable[[Cancelled, Tell], object]


class BackgroundTask(QObject):
    """A runner of one job at a time in a thread, with signals in the thread of its owner.

    Args:
        name: What the thread is called.
        bug: The words for a mistake of ours, such as `mistake`.
        parent: Owner.
    """

    #: object: what the job has reported.
    told = Signal(object)
    #: object: the result of the job.
    ended = Signal(object)
    #: KnownError: why there is no result.
    failed = Signal(object)

    _said = Signal(int, object)
    _finished = Signal(int, object)

    def __init__(self, name: str, bug: Callable[[], KnownError], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._bug = bug
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self._stop = threading.Event()
        self._number = 0
        self._said.connect(self._on_said, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether a job is being done."""
        return self._thread is not None

    def start(self, job: Job) -> None:
        """Start a job; `ended` or `failed` follows. A running one is stopped first, and reports nothing more."""
        if self._thread is not None:
            self.stop()
        self._stop = threading.Event()
        arguments = (self._number, job, self._stop)
        self._thread = threading.Thread(target=self._work, args=arguments, name=self._name, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the job to stop; `ended` or `failed` follows all the same."""
        self._stop.set()

    def stop(self, *, waits: bool = True) -> None:
        """Stop the job. No signal follows.

        Args:
            waits: Whether to wait until the thread has ended, for 5 s at most.
        """
        if self._thread is not None:
            self._ending, self._thread = self._thread, None
        self._number += 1
        self._stop.set()
        if waits and self._ending is not None:
            self._ending.join(_STOP_S)
            self._ending = None

    def _work(self, number: int, job: Job, stop: threading.Event) -> None:
        found: Any
        try:
            found = job(stop.is_set, lambda told: self._said.emit(number, told))
        except KnownError as error:
            found = error
        except Exception:  # noqa: BLE001 - whatever it is, the caller waits for a result
            _log.exception("%s failed", self._name)
            found = self._bug()
        with contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            self._finished.emit(number, found)

    @Slot(int, object)
    def _on_said(self, number: int, told: object) -> None:
        if number == self._number:
            self.told.emit(told)

    @Slot(int, object)
    def _on_finished(self, number: int, found: object) -> None:
        if number != self._number:
            return
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        if isinstance(found, KnownError):
            self.failed.emit(found)
        else:
            self.ended.emit(found)


def mistake(title: Text) -> Callable[[], KnownError]:
    """Return the words for a mistake of ours in a task that changes nothing.

    Args:
        title: What could not be done.
    """
    return lambda: KnownError(
        title,
        marked("background_task", "This is a mistake in the program. Nothing was changed."),
        marked("background_task", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
