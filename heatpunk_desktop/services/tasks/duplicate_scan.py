"""The scan of all projects for likely duplicates, on a background thread with a read-only connection."""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from array import array
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.fields import IDENTIFYING_FIELDS, LISTED_FIELDS, Field
from heatpunk_desktop.domain.project import FIELD_COLUMNS, Mark
from heatpunk_desktop.linkage.blocking import LinkageIndex
from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.pairs import MatchedPair, best_first, pairs_in
from heatpunk_desktop.linkage.scoring import score
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, mistake
from heatpunk_desktop.store.choices import read_not_duplicates
from heatpunk_desktop.store.contact_details import ASKED, DETAIL_BITS, missing_details
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import all_keys, whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import apsw

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.services.tasks.background_task import Cancelled, Tell

#: The keys of two projects, the lower first.
Pair = tuple[int, int]
_COMPARED_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS)
#: The fields that the list of projects holds, and those that it lacks.
_LISTED_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS if field in LISTED_FIELDS)
_DETAIL_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS if field not in LISTED_FIELDS)
_NOT_LOADED: Final = 0
#: The fields that may hide a duplicate while they are not loaded.
_CONTACT: Final = DETAIL_BITS[Field.CUSTOMER_EMAIL] | DETAIL_BITS[Field.CUSTOMER_PHONE]
#: Seconds that the thread works before the window gets its turn.
_TURN_S: Final = 0.001
#: Seconds between two tellings of how far it is.
_TELL_S: Final = 0.1
#: As long as it is otherwise.
_USUAL_TURN_S: Final = sys.getswitchinterval()


class ScanStoppedError(Exception):
    """The scan was stopped, or is no longer needed."""


class Prints:
    """Fingerprints of the scanned projects, to tell whether one has changed since.

    24 bytes a project. Loading or forgetting a field that the list lacks is no change.
    """

    def __init__(self) -> None:
        self._keys = array("q")
        self._listed = array("q")
        self._details = array("q")
        self._before: dict[int, int] = {}

    def add(self, row: WholeRow) -> None:
        """Add a project; they come in ascending order of their keys."""
        self._keys.append(row.key)
        self._listed.append(_hash_of(row, _LISTED_PLACES))
        self._details.append(_hash_of(row, _DETAIL_PLACES) if row.is_loaded else _NOT_LOADED)

    def follow(self, replaced: Mapping[int, int]) -> None:
        """Replace keys of projects that got a project ID since the scan."""
        self._before |= {new: old for old, new in replaced.items()}

    def still_holds(self, row: WholeRow) -> bool:
        """Return whether a project was scanned and has not changed."""
        key = self._before.get(row.key, row.key)
        place = bisect_left(self._keys, key)
        if place == len(self._keys) or self._keys[place] != key:
            return False
        if self._listed[place] != _hash_of(row, _LISTED_PLACES):
            return False
        held = self._details[place]
        return held == _NOT_LOADED or not row.is_loaded or held == _hash_of(row, _DETAIL_PLACES)


def _hash_of(row: WholeRow, places: tuple[int, ...]) -> int:
    return hash(tuple(row[place] or "" for place in places))


class Scanned(NamedTuple):
    """The result of a scan.

    Attributes:
        pairs: The likely pairs and those that the user marked, the likeliest first.
        marked: Those of which the user said that they are two projects.
        rows: The projects of all pairs.
        looked_through: How many projects were looked through.
        not_loaded: How many of them have a phone number or an email that Heatpunk has not been asked for yet.
        seconds: How long it took.
        prints: What they said.
    """

    pairs: tuple[MatchedPair, ...]
    marked: frozenset[Pair]
    rows: Mapping[int, WholeRow]
    looked_through: int
    not_loaded: int
    seconds: float
    prints: Prints


class LookedAgain(NamedTuple):
    """The current state of some pairs.

    Attributes:
        pairs: Those of them whose projects are both there, as likely as they are now.
        rows: Their projects.
        changed: Of the keys that were asked for, those of projects that say something else than when they were scanned.
        unchanged: Those of the others: they say the same, or are not there any more.
    """

    pairs: tuple[MatchedPair, ...]
    rows: Mapping[int, WholeRow]
    changed: frozenset[int]
    unchanged: frozenset[int]


def scan(
    connection: apsw.Connection,
    progress: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> Scanned:
    """Scan all projects but those that were moved to deleted.

    Raises:
        StorageError: The database cannot be read.
        ScanStoppedError: `stopped` said so.
    """
    began = time.monotonic()
    keys = all_keys(connection)
    index, prints = LinkageIndex(), Prints()
    not_loaded = 0
    total = 2 * len(keys)
    progress(0, total)
    for rows in _slices(connection, keys, stopped):
        there = [row for row in rows if not row.marks & Mark.DELETED_HERE]
        for row in there:
            index.add(known_of(row))
            prints.add(row)
        missing = chain.from_iterable(missing_details(connection, [row.key for row in there]))
        not_loaded += sum(1 for bits in missing if bits & _CONTACT and not bits & ASKED)
        # Hundreds of thousands of new objects would keep the window waiting at the next look for cycles.
        gc.freeze()
        progress(len(index), total)
    found = pairs_in(index, lambda done, _total: progress(len(keys) + done, total), stopped)
    if stopped():
        raise ScanStoppedError
    marked = read_not_duplicates(connection)
    rows_there = _rows(connection, _keys_in(pair[:2] for pair in found) | _keys_in(marked), stopped)
    pairs = {pair[:2]: pair for pair in found}
    pairs |= {pair[:2]: pair for pair in _scored(marked - pairs.keys(), rows_there)}
    likely = tuple(sorted(pairs.values(), key=best_first))
    progress(total, total)
    return Scanned(likely, marked, rows_there, len(index), not_loaded, time.monotonic() - began, prints)


def look_again(
    connection: apsw.Connection,
    pairs: Iterable[Pair],
    keys: Iterable[int],
    prints: Prints,
    stopped: Callable[[], bool],
) -> LookedAgain:
    """Compare pairs, and projects that may have changed.

    Args:
        connection: One that reads, of the calling thread.
        pairs: Pairs to be compared again.
        keys: Projects to be compared with what they said when they were scanned.
        prints: What they said.
        stopped: Asked now and then.

    Raises:
        StorageError: The database cannot be read.
        ScanStoppedError: `stopped` said so.
    """
    wanted, asked = set(pairs), set(keys)
    in_pairs = _keys_in(wanted)
    rows: dict[int, WholeRow] = {}
    changed = set()
    for some in _slices(connection, sorted(in_pairs | asked), stopped):
        for row in some:
            if row.marks & Mark.DELETED_HERE:
                continue
            if row.key in in_pairs:
                rows[row.key] = row
            if row.key in asked and not prints.still_holds(row):
                changed.add(row.key)
    scored = tuple(sorted(_scored(wanted, rows), key=best_first))
    return LookedAgain(scored, rows, frozenset(changed), frozenset(asked - changed))


def known_of(row: WholeRow) -> KnownProject:
    """Return the features of a project that are compared."""
    return KnownProject(row.key, *(str(row[place] or "") for place in _COMPARED_PLACES))


def _slices(connection: apsw.Connection, keys: Iterable[int], stopped: Callable[[], bool]) -> Iterator[list[WholeRow]]:
    for rows in whole_rows(connection, keys):
        if stopped():
            raise ScanStoppedError
        yield rows


def _rows(connection: apsw.Connection, keys: Iterable[int], stopped: Callable[[], bool]) -> dict[int, WholeRow]:
    slices = _slices(connection, sorted(keys), stopped)
    return {row.key: row for rows in slices for row in rows if not row.marks & Mark.DELETED_HERE}


def _keys_in(pairs: Iterable[Pair]) -> set[int]:
    return {key for pair in pairs for key in pair}


def _scored(pairs: Iterable[Pair], rows: Mapping[int, WholeRow]) -> Iterator[MatchedPair]:
    """Yield the pairs whose projects both exist, with their current score."""
    for first, second in pairs:
        if first in rows and second in rows:
            value = score(*(features_of(known_of(rows[key])) for key in (first, second)))
            yield MatchedPair(first, second, value.value, value.reasons)


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
        self._thread = BackgroundTask(
            "heatpunk-duplicates", mistake(marked("duplicate_finder", "Looking for duplicates did not work")), self
        )
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
