"""The import of spreadsheets on a background thread, with a read-only connection."""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.services.tasks.import_work import ImportWork
from heatpunk_desktop.spreadsheets.sheet import CancelledError
from heatpunk_desktop.spreadsheets.values import meanings_of
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heatpunk_desktop.services.tasks.background_task import Tell
    from heatpunk_desktop.services.tasks.import_reading import Opened
    from heatpunk_desktop.spreadsheets.cell_text import Meanings
    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.dialects import TextDialect
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind
    from heatpunk_desktop.spreadsheets.row_plan import Action
    from heatpunk_desktop.spreadsheets.sheet import Cancelled, Progress
    from heatpunk_desktop.spreadsheets.workbooks import SheetName

    Job = Callable[[ImportWork, Cancelled, Progress], object]

_log = logging.getLogger(__name__)

#: Seconds that the thread works before the window gets its turn, for which it waits at many of its calls of Qt.
_TURN_S: Final = 0.0003
#: Seconds that the window gets to show what was reported, with Python to itself, before planning continues.
_BREATHER_S: Final = 0.15
#: As long as it is otherwise. An import that ends late must not leave the short turns of the next one behind.
_USUAL_TURN_S: Final = sys.getswitchinterval()


class Importer(QObject):
    """A queue of import steps, run one at a time.

    Each request ends in the signal that it names, in `failed`, or in `cancelled`.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int, int: how many of how many steps are done.
    progressed = Signal(int, int)
    #: import_work.Opened: a file is read, or read another way.
    opened = Signal(object)
    #: tuple[FoundValue, ...]: the values of some columns that no field takes as they stand.
    values_found = Signal(object)
    #: import_work.Planned: what would become of each row.
    planned = Signal(object)
    #: import_work.PlanChanged: what becomes of some rows is another.
    changed = Signal(object)
    #: tuple[Change, ...]: what is to be staged.
    changes_made = Signal(object)
    #: KnownError
    failed = Signal(object)
    #: The user asked to stop.
    cancelled = Signal()

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._jobs: queue.SimpleQueue[tuple[str, Job] | None] = queue.SimpleQueue()
        self._running = 0
        self._stop = threading.Event()
        #: What runs on its own, so that the plan is ready sooner, gives way to what the user waits for.
        self._hurry = threading.Event()
        self._thread = BackgroundTask("heatpunk-import", _bug, self)
        self._thread.told.connect(self._on_told)

    @property
    def is_running(self) -> bool:
        """Whether the user waits for something."""
        return self._running > 0

    def prepare(self) -> None:
        """Index the existing projects, so that a plan is ready sooner. No signal follows."""
        self._begin()
        self._jobs.put(("", _nothing))

    # -- what can be asked for -------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Read a file. Ends in `opened`."""
        self._ask("opened", lambda work, stop, _: work.reading.open_file(path, stop))

    def open_text(self, text: str) -> None:
        """Read pasted text. Ends in `opened`."""
        self._ask("opened", lambda work, stop, _: work.reading.open_text(text, stop))

    def read_again(
        self,
        opened: Opened,
        columns: ColumnPlan,
        *,
        dialect: TextDialect | None = None,
        sheet: SheetName | None = None,
    ) -> None:
        """Read the same file another way: with another dialect, or another of its sheets. Ends in `opened`.

        What the user chose for its columns is kept where the headings are the same.
        """
        self._ask("opened", lambda work, stop, _: work.reading.read_again(opened, columns, dialect, sheet, stop))

    def take_headings(self, opened: Opened, columns: ColumnPlan, heading_row: int | None) -> None:
        """Read the headings from another row; see `read_again`. Ends in `opened`."""
        self._ask("opened", lambda work, _, __: work.reading.with_headings(opened, columns, heading_row))

    def put_back(self) -> None:
        """Restore what was read before the last time, with its corrections. Ends in `opened`."""
        self._ask("opened", lambda work, _, __: work.reading.put_back())

    def find_values(self, opened: Opened, columns: ColumnPlan) -> None:
        """Find unknown values of other columns than were proposed. Ends in `values_found`."""
        self._ask("values_found", lambda work, stop, _: work.reading.find_values(opened.sheet, columns, stop))

    def plan(self, opened: Opened, columns: ColumnPlan, meanings: Meanings) -> None:
        """Plan what becomes of each row. Ends in `planned`.

        Corrections and choices of the user are kept where the row is the same.
        """
        # As columns and values were proposed, it is being planned already.
        is_begun = columns == opened.columns and meanings == meanings_of(opened.values)
        job: Job = lambda work, stop, progress: work.plan(opened, columns, meanings, stop, progress)  # noqa: E731 - as all
        self._ask("planned", job, hurries=not is_begun)

    def correct(self, numbers: Sequence[int], cells: Mapping[int, str]) -> None:
        """Put the same texts into cells of rows, by their places. Ends in `changed`."""
        self._ask("changed", lambda work, _, progress: work.correct(numbers, cells, progress))

    def choose(self, numbers: Sequence[int], action: Action, key: int | None = None) -> None:
        """Set the action on rows; see `ImportPlan.choose`. Ends in `changed`."""
        self._ask("changed", lambda work, stop, progress: work.choose(numbers, action, key, stop, progress))

    def ignore(self, kind: ProblemKind, *, ignores: bool) -> None:
        """Ignore all warnings of a kind, or stop ignoring them. Ends in `changed`."""
        self._ask("changed", lambda work, _, __: work.ignore(kind, ignores=ignores))

    def make_changes(self) -> None:
        """Turn the plan into changes to be staged. Ends in `changes_made`."""
        self._ask("changes_made", lambda work, stop, _: work.changes(stop))

    def cancel(self) -> None:
        """Ask the current step to stop; `cancelled` follows, unless it was ready. Nothing may be staged after this."""
        self._stop.set()

    def stop(self, *, waits: bool = True) -> None:
        """Stop everything and end the thread. No signal follows.

        Args:
            waits: Whether to wait until the thread has ended; a long file takes it a moment to let go of.
        """
        self._jobs.put(None)
        self._running = 0
        self._stop.set()
        self._hurry.set()
        self._thread.stop(waits=waits)

    def _begin(self) -> None:
        if not self._thread.is_running:
            self._jobs, self._stop, self._hurry = queue.SimpleQueue(), threading.Event(), threading.Event()
            jobs, stop, hurry = self._jobs, self._stop, self._hurry
            self._thread.start(lambda _, tell: self._work(jobs, stop, hurry, tell))

    def _ask(self, signal: str, job: Job, *, hurries: bool = True) -> None:
        self._begin()
        if not self._running:
            self._stop.clear()
        self._running += 1
        self._jobs.put((signal, job))
        if hurries:
            self._hurry.set()  # after it: nothing is begun ahead of the user where something is asked for

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _work(
        self,
        jobs: queue.SimpleQueue[tuple[str, Job] | None],
        stop: threading.Event,
        hurry: threading.Event,
        tell: Tell,
    ) -> None:
        work = ImportWork(self._database)
        with contextlib.closing(work), contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            breather = None
            while True:
                try:
                    asked = jobs.get(timeout=breather)
                except queue.Empty:  # the window had the time to show the last report
                    breather = None
                    hurry.clear()
                    if jobs.empty():
                        with _short_turns():
                            _plan_ahead(work, stop, hurry, tell)
                    continue
                if asked is None:
                    return
                signal, job = asked
                if signal:
                    with _short_turns():
                        tell(_result(signal, job, work, stop, tell))
                breather = _BREATHER_S

    # -- in the window's thread ------------------------------------------------------------------------------------

    @Slot(object)
    def _on_told(self, told: _Progress | _Result) -> None:
        if isinstance(told, _Progress):
            self.progressed.emit(told.done, told.total)
            return
        self._running -= 1
        if told.signal == "cancelled" or (told.signal == "changes_made" and self._stop.is_set()):
            self.cancelled.emit()
        else:
            getattr(self, told.signal).emit(told.found)


class _Progress(NamedTuple):
    """The progress of a step: how many of how many parts are done."""

    done: int
    total: int


class _Result(NamedTuple):
    """The result of a job, and the signal that reports it."""

    signal: str
    found: object


def _result(signal: str, job: Job, work: ImportWork, stop: threading.Event, tell: Tell) -> _Result:
    try:
        return _Result(signal, job(work, stop.is_set, lambda done, total: tell(_Progress(done, total))))
    except CancelledError:
        return _Result("cancelled", None)
    except KnownError as error:
        # What was read hangs on it until the window lets go of it, which would keep the window waiting.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        return _Result("failed", error)
    except Exception:  # noqa: BLE001 - whatever it is, the caller waits for a result
        _log.exception("an import failed")
        return _Result("failed", _bug())


def _plan_ahead(work: ImportWork, stop: threading.Event, hurry: threading.Event, tell: Tell) -> None:
    """Plan ahead while the user looks at the columns."""
    try:
        work.plan_ahead(lambda: hurry.is_set() or stop.is_set(), lambda done, total: tell(_Progress(done, total)))
    except CancelledError:
        pass
    except KnownError:
        _log.info("nothing was planned ahead", exc_info=True)  # the plan that is asked for says it
    except Exception:  # noqa: BLE001 - the plan that is asked for says it
        _log.exception("planning ahead failed")  # as above


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    """Shorten the turns of Python's threads, because the GUI thread waits for a whole turn of this one each time."""
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(_USUAL_TURN_S)


def _nothing(_work: ImportWork, _cancelled: Cancelled, _progress: Progress) -> None:
    """Do nothing, for a job of which only the work between jobs is needed."""


def _bug() -> KnownError:
    return KnownError(
        marked("importer", "The import did not work"),
        marked("importer", "This is a mistake in the program. Nothing was imported, and the file is as it was."),
        marked("importer", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
