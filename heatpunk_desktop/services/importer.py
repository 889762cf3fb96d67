"""Reads spreadsheets and plans their import in a thread of its own, with a connection of its own that only reads."""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.import_work import ImportWork
from heatpunk_desktop.spreadsheets.sheet import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heatpunk_desktop.services.import_work import Opened
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.dialects import TextDialect
    from heatpunk_desktop.spreadsheets.row_plan import Action
    from heatpunk_desktop.spreadsheets.sheet import Cancelled, Progress
    from heatpunk_desktop.spreadsheets.workbooks import SheetName

    Job = Callable[[ImportWork, Cancelled, Progress], object]

_log = logging.getLogger(__name__)

#: Seconds that the thread gets to end when nobody waits for it any more.
_STOP_S: Final = 5.0
#: Seconds that the thread works before the window gets its turn.
_TURN_S: Final = 0.001
#: As long as it is otherwise. An import that ends late must not leave the short turns of the next one behind.
_USUAL_TURN_S: Final = sys.getswitchinterval()


class Importer(QObject):
    """Does one thing at a time. What is asked for while something runs follows it.

    Each request ends in the signal that it names, in `failed`, or in `cancelled`.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int, int: how many of how many steps are done.
    progressed = Signal(int, int)
    #: import_work.Opened: a file is read, or read another way.
    opened = Signal(object)
    #: import_work.Planned: what would become of each row.
    planned = Signal(object)
    #: import_work.Changed: what becomes of some rows is another.
    changed = Signal(object)
    #: tuple[Deed, ...]: what is to be staged.
    deeds_made = Signal(object)
    #: KnownError
    failed = Signal(object)
    #: A person asked to stop.
    cancelled = Signal()

    _told = Signal(int, int, int)
    _done = Signal(int, str, object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self._jobs: queue.SimpleQueue[tuple[int, str, Job] | None] = queue.SimpleQueue()
        self._running = 0
        self._number = 0
        self._stop = threading.Event()
        #: What runs by itself, so that the plan is ready sooner, gives way to what a person waits for.
        self._hurry = threading.Event()
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether a person waits for something."""
        return self._running > 0

    def prepare(self) -> None:
        """Goes through the projects that are there, so that a plan is ready sooner. No signal follows."""
        self._begin()
        self._jobs.put((self._number, "", _nothing))

    # -- what can be asked for -------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Reads a file. Ends in `opened`."""
        self._ask("opened", lambda work, stop, _: work.open_file(path, stop))

    def open_text(self, text: str) -> None:
        """Reads text that was pasted. Ends in `opened`."""
        self._ask("opened", lambda work, stop, _: work.open_text(text, stop))

    def read_again(
        self,
        opened: Opened,
        *,
        dialect: TextDialect | None = None,
        sheet: SheetName | None = None,
    ) -> None:
        """Reads the same file another way: as another text, or another of its sheets. Ends in `opened`."""
        self._ask("opened", lambda work, stop, _: work.read_again(opened, dialect, sheet, stop))

    def take_headings(self, opened: Opened, heading_row: int | None) -> None:
        """Takes another row for the headings. Ends in `opened`."""
        self._ask("opened", lambda work, _, __: work.with_headings(opened, heading_row))

    def plan(self, opened: Opened, columns: ColumnPlan) -> None:
        """Says what would become of each row. Ends in `planned`.

        What a person put into cells, and chose for rows, is kept as long as it is the same sheet.
        """
        # As the columns were proposed, it is being planned already.
        is_begun = columns == opened.columns
        job: Job = lambda work, stop, progress: work.plan(opened, columns, stop, progress)  # noqa: E731 - as all jobs
        self._ask("planned", job, hurries=not is_begun)

    def mend(self, number: int, cells: Mapping[int, str]) -> None:
        """Puts texts into cells of a row, by their places. Ends in `changed`."""
        self._ask("changed", lambda work, _, __: work.mend(number, cells))

    def choose(self, numbers: Sequence[int], action: Action, key: int | None = None) -> None:
        """Sets what becomes of rows; see `ImportPlan.choose`. Ends in `changed`."""
        self._ask("changed", lambda work, stop, progress: work.choose(numbers, action, key, stop, progress))

    def make_deeds(self) -> None:
        """Makes of the plan what is to be staged. Ends in `deeds_made`."""
        self._ask("deeds_made", lambda work, stop, _: work.deeds(stop))

    def cancel(self) -> None:
        """Asks to stop what runs; `cancelled` follows, unless it was ready. Nothing is to be staged after this."""
        self._stop.set()

    def stop(self, *, waits: bool = True) -> None:
        """Stops everything and ends the thread. No signal follows.

        Args:
            waits: Whether to wait until the thread has ended; a long file takes it a moment to let go of.
        """
        if self._thread is not None:
            self._jobs.put(None)
            self._ending, self._thread = self._thread, None
        self._number += 1
        self._running = 0
        self._stop.set()
        self._hurry.set()
        if waits and self._ending is not None:
            self._ending.join(_STOP_S)
            self._ending = None

    def _begin(self) -> None:
        if self._thread is None:
            self._jobs = queue.SimpleQueue()
            self._stop, self._hurry = threading.Event(), threading.Event()
            arguments = (self._jobs, self._stop, self._hurry)
            self._thread = threading.Thread(target=self._work, args=arguments, name="heatpunk-import", daemon=True)
            self._thread.start()

    def _ask(self, signal: str, job: Job, *, hurries: bool = True) -> None:
        self._begin()
        if not self._running:
            self._stop.clear()
        self._running += 1
        if hurries:
            self._hurry.set()
        self._jobs.put((self._number, signal, job))

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _work(
        self,
        jobs: queue.SimpleQueue[tuple[int, str, Job] | None],
        stop: threading.Event,
        hurry: threading.Event,
    ) -> None:
        work = ImportWork(self._database)
        with contextlib.closing(work), contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            while (asked := jobs.get()) is not None:
                number, signal, job = asked
                with _short_turns():
                    if signal:
                        self._do(number, signal, job, work, stop)
                    if jobs.empty():
                        hurry.clear()
                        if jobs.empty():
                            self._plan_ahead(number, work, stop, hurry)

    def _do(self, number: int, signal: str, job: Job, work: ImportWork, stop: threading.Event) -> None:
        found: object
        try:
            found = job(work, stop.is_set, lambda done, total: self._told.emit(number, done, total))
        except CancelledError:
            signal, found = "cancelled", None
        except KnownError as error:
            signal, found = "failed", error
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to be told
            _log.exception("an import failed")
            signal, found = "failed", _bug()
        self._done.emit(number, signal, found)

    def _plan_ahead(self, number: int, work: ImportWork, stop: threading.Event, hurry: threading.Event) -> None:
        """Does what will be asked for next, while the person looks at the columns."""
        try:
            work.plan_ahead(
                lambda: hurry.is_set() or stop.is_set(), lambda done, total: self._told.emit(number, done, total)
            )
        except CancelledError:
            pass
        except KnownError:
            _log.info("nothing was planned ahead", exc_info=True)  # the plan that is asked for says it
        except Exception:  # noqa: BLE001 - the plan that is asked for says it
            _log.exception("planning ahead failed")  # as above

    # -- in the window's thread ------------------------------------------------------------------------------------

    @Slot(int, int, int)
    def _on_told(self, number: int, done: int, total: int) -> None:
        if number == self._number:
            self.progressed.emit(done, total)

    @Slot(int, str, object)
    def _on_done(self, number: int, signal: str, found: object) -> None:
        if number != self._number:
            return
        self._running -= 1
        if signal == "cancelled" or (signal == "deeds_made" and self._stop.is_set()):
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


def _nothing(_work: ImportWork, _cancelled: Cancelled, _progress: Progress) -> None:
    """Takes the place of a job where only what follows each of them is wanted."""


def _bug() -> KnownError:
    return KnownError(
        "The import did not work",
        "This is a mistake in the program. Nothing was imported, and the file is as it was.",
        "Report the problem: what happened is in the diagnostics, in the menu Help.",
    )
