"""The scan of all projects for likely duplicates, and the comparison of some pairs again. No Qt."""

from __future__ import annotations

import gc
import time
from array import array
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import IDENTIFYING_FIELDS, LISTED_FIELDS, Field
from heatpunk_desktop.domain.project import FIELD_COLUMNS, Mark
from heatpunk_desktop.linkage.features import KnownProject, features_of
from heatpunk_desktop.linkage.index import LinkageIndex
from heatpunk_desktop.linkage.pairs import MatchedPair, best_first, pairs_in
from heatpunk_desktop.linkage.scoring import score
from heatpunk_desktop.store.choices import read_not_duplicates
from heatpunk_desktop.store.contact_details import ASKED, DETAIL_BITS, missing_details
from heatpunk_desktop.store.whole_rows import all_keys, whole_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import apsw

    from heatpunk_desktop.domain.project import WholeRow

#: The keys of two projects, the lower first.
Pair = tuple[int, int]

_COMPARED_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS)

#: The fields that the list of projects holds, and those that it lacks.
_LISTED_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS if field in LISTED_FIELDS)
_DETAIL_PLACES: Final = tuple(FIELD_COLUMNS[field] for field in IDENTIFYING_FIELDS if field not in LISTED_FIELDS)
_NOT_LOADED: Final = 0
#: The fields that may hide a duplicate while they are not loaded.
_CONTACT: Final = DETAIL_BITS[Field.CUSTOMER_EMAIL] | DETAIL_BITS[Field.CUSTOMER_PHONE]


class ScanStoppedError(Exception):
    """The scan was stopped, or nobody waits for it any more."""


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
