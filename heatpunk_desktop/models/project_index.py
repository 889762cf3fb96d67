"""Every project of an account in memory, to be filtered, sorted and counted faster than people type. No Qt."""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import (
    ADDRESS,
    CREATED,
    CUSTOMER,
    KEY,
    MARKS,
    MODIFIED,
    NAME,
    OWNER_ID,
    POSTCODE,
    STATUS,
    Mark,
)
from heatpunk_desktop.models.folding import haystack, words_of
from heatpunk_desktop.models.project_filter import ProjectFilter, SavedView, ViewCounts
from heatpunk_desktop.models.row_order import Row, RowOrders

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from heatpunk_desktop.domain.dates import DateRange

_LIVE: Final = 1
_DELETED: Final = 2
_UNSETTLED: Final = 4
#: In every range of dates: no date is known, or it is the server that will give it one.
_UNPLACED: Final = 8
_CHANGED: Final = 16

_UNSETTLED_MARKS: Final = int(Mark.WAITING | Mark.POSSIBLY_DONE | Mark.NEEDS_YOU | Mark.NOT_ON_SERVER)
_NOT_ON_SERVER: Final = int(Mark.NOT_ON_SERVER)
_DELETED_HERE: Final = int(Mark.DELETED_HERE)

#: Rows that are looked at in one go: a fifth of a millisecond.
_CHUNK: Final = 2048
#: Chunks of a scattered order that are looked at row by row: the first page is mostly in them.
_SCATTERED_CHUNKS: Final = 4
#: Results that are kept while a person types on, and deletes again.
_KEPT: Final = 12


def _table(has: Callable[[int], bool]) -> bytes:
    """For `bytes.translate`: 1 for each byte that has something, else 0."""
    return bytes(has(byte) for byte in range(256))


#: What a view shows, by the flags of a row.
_VIEWS: Final = {
    SavedView.ALL: _table(lambda flags: flags & (_LIVE | _DELETED) == _LIVE),
    SavedView.MINE: _table(lambda flags: flags & (_LIVE | _DELETED) == _LIVE),
    SavedView.CHANGED_THIS_WEEK: _table(lambda flags: flags & (_LIVE | _DELETED | _CHANGED) == _LIVE | _CHANGED),
    SavedView.WAITING: _table(lambda flags: flags & (_LIVE | _DELETED | _UNSETTLED) == _LIVE | _UNSETTLED),
    SavedView.DELETED_HERE: _table(lambda flags: flags & (_LIVE | _DELETED) == _LIVE | _DELETED),
}
_UNPLACED_TABLE: Final = _table(lambda flags: bool(flags & _UNPLACED))


class _Codes:
    """One byte a row for a value that few differ in: which rows have some of them is found in no time."""

    #: For values that come after 255 others. No team and no list of statuses is that long, but a server may be odd.
    _OTHER = 255

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._codes: dict[Any, int] = {}
        self._values: dict[Any, Any] = {}

    def code(self, value: object) -> int:
        found = self._codes.get(value)
        if found is None:
            found = self._codes[value] = min(len(self._codes), self._OTHER)
        return found

    def mask(self, wanted: Iterable[object], value_of: Callable[[int], object]) -> bytes:
        """One byte a row: 1 where it has a wanted value."""
        values = frozenset(wanted)
        codes = {self._codes[value] for value in values if value in self._codes}
        mask = self.bytes.translate(_table(codes.__contains__))
        if self._OTHER in codes:
            mask = bytearray(mask)
            for slot, code in enumerate(self.bytes):
                if code == self._OTHER:
                    mask[slot] = value_of(slot) in values
        return bytes(mask)


def _both(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") & int.from_bytes(other, "little")).to_bytes(len(one), "little")


class _Results:
    """What was found under some conditions and in some order, by the words that were searched for."""

    def __init__(self, conditions: tuple[object, ...] = (), order: array[int] | None = None) -> None:
        self.conditions = conditions
        self.order = order
        self.found: dict[tuple[str, ...], array[int]] = {}

    def narrowest_for(self, words: tuple[str, ...]) -> tuple[array[int] | None, bool]:
        """The fewest rows known to hold all that these words find, and whether they are just those."""
        if words in self.found:
            return self.found[words], True
        wider = [
            rows for known, rows in self.found.items() if all(any(part in word for word in words) for part in known)
        ]
        return (min(wider, key=len), False) if wider else (None, False)

    def keep(self, words: tuple[str, ...], rows: array[int]) -> None:
        """Keeps a result, and lets go of the oldest."""
        while len(self.found) >= _KEPT:
            del self.found[next(iter(self.found))]
        self.found[words] = rows


class ProjectIndex:
    """Rows by their keys, and what is asked of all of them at once.

    A row's number (`slot`) is its place here for as long as the index lives. What takes long is a generator that may be
    left at any point, and run on a little at a time.

    Attributes:
        rows: The rows by number, also of projects that are gone.
        orders: Their orders.
    """

    def __init__(self, changed_since: str = "") -> None:
        """An empty index.

        Args:
            changed_since: UTC text: projects modified at or after it belong in `Changed this week`.
        """
        self.rows: list[Row] = []
        self._hays: list[str] = []
        self._flags = bytearray()
        self._slots: dict[int, int] = {}
        self._statuses = _Codes()
        self._owners = _Codes()
        self._owner_names: dict[int, str] = {}
        self._shared: dict[Any, Any] = {}
        self._changed_since = changed_since
        self._live = 0
        self.orders = RowOrders(self.rows, self._hays, self._is_live, self._owner_names)
        self._results = _Results()
        self._mask: bytes | bytearray = b""
        self._dates: tuple[DateRange | None, bytes] | None = None

    def __len__(self) -> int:
        return self._live

    def _is_live(self, slot: int) -> int:
        return self._flags[slot] & _LIVE

    def slot_of(self, key: int) -> int | None:
        """The number of a project, or None where there is no such project."""
        slot = self._slots.get(key)
        return slot if slot is not None and self._flags[slot] & _LIVE else None

    # -- data ------------------------------------------------------------------------------------------------------

    def put(self, rows: Iterable[Row]) -> list[int]:
        """Takes rows, new or changed; gives the numbers of those that are not as they were."""
        touched = []
        share = self._shared
        for given in rows:
            row = given
            slot = self._slots.get(row[KEY])
            if slot is not None and self.rows[slot] == row and self._flags[slot] & _LIVE:
                continue
            # Equal texts and numbers are kept once. A database makes them anew for each row.
            status = share.setdefault(row[STATUS], row[STATUS])
            owner = share.setdefault(row[OWNER_ID], row[OWNER_ID])
            row = (*row[:STATUS], status, *row[STATUS + 1 : OWNER_ID], owner, *row[OWNER_ID + 1 :])
            key = row[KEY]
            hay = haystack(
                row[NAME], row[CUSTOMER], row[ADDRESS], row[POSTCODE], row[STATUS], str(key) if key > 0 else ""
            )
            if slot is None:
                slot = self._slots[key] = len(self.rows)
                self.rows.append(row)
                self._hays.append(hay)
                self._flags.append(0)
                self._statuses.bytes.append(0)
                self._owners.bytes.append(0)
            else:
                self.rows[slot] = row
                self._hays[slot] = hay
            self._live += not self._flags[slot] & _LIVE
            self._flags[slot] = self._flags_of(row)
            self._statuses.bytes[slot] = self._statuses.code(status)
            self._owners.bytes[slot] = self._owners.code(owner)
            touched.append(slot)
        self._touch(touched)
        return touched

    def remove(self, keys: Iterable[int]) -> list[int]:
        """Takes projects away; gives the numbers of those that were there."""
        gone = [slot for slot in map(self.slot_of, keys) if slot is not None]
        for slot in gone:
            self._flags[slot] = 0
        self._live -= len(gone)
        self._touch(gone)
        return gone

    def replace_key(self, old: int, new: int) -> bool:
        """Gives a project another key, unless one of that key is there already; then the old one goes."""
        slot = self.slot_of(old)
        if slot is None:
            return False
        if self.slot_of(new) is not None:
            self.remove([old])
            return True
        row = self.rows[slot]
        self.remove([old])
        del self._slots[old]
        # A project that was gone under the new key is let go of: this is its place now.
        self._slots[new] = slot
        self.put([(new, *row[1:])])
        return True

    def name_owners(self, names: dict[int, str]) -> bool:
        """Takes what is shown of owners; tells whether anything changed."""
        if names == self._owner_names:
            return False
        self._owner_names.clear()
        self._owner_names.update(names)
        self.orders.forget(OWNER_ID)
        return True

    def owner_name(self, owner_id: int | None) -> str:
        """What is shown of an owner: the address where it is known, else the number."""
        return "" if owner_id is None else self._owner_names.get(owner_id) or str(owner_id)

    def set_changed_since(self, changed_since: str) -> None:
        """Says anew what belongs in `Changed this week`: the week has changed."""
        if changed_since == self._changed_since:
            return
        self._changed_since = changed_since
        for slot, row in enumerate(self.rows):
            if self._flags[slot]:
                self._flags[slot] = self._flags_of(row)
        self._forget_results()

    def _flags_of(self, row: Row) -> int:
        marks = row[MARKS]
        return (
            _LIVE
            | (_DELETED if marks & _DELETED_HERE else 0)
            | (_UNSETTLED if marks & _UNSETTLED_MARKS else 0)
            | (_UNPLACED if marks & _NOT_ON_SERVER or not row[CREATED] else 0)
            | (_CHANGED if row[MODIFIED] and row[MODIFIED] >= self._changed_since else 0)
        )

    def _touch(self, slots: list[int]) -> None:
        if slots:
            self.orders.touch(slots)
            self._forget_results()

    def _forget_results(self) -> None:
        self._results = _Results()
        self._dates = None

    # -- finding ---------------------------------------------------------------------------------------------------

    def matches(self, slots: Iterable[int], wanted: ProjectFilter) -> list[int]:
        """Which of a few rows a filter shows, in the order given: what `search` does for all, for one at a time."""
        words = words_of(wanted.text)
        view = _VIEWS[wanted.view]
        first, end = wanted.created.bounds() if wanted.created is not None else ("", "")
        shown = []
        for slot in slots:
            row, flags, hay = self.rows[slot], self._flags[slot], self._hays[slot]
            if (
                view[flags]
                and (not wanted.statuses or row[STATUS] in wanted.statuses)
                and (wanted.owner_id is None or row[OWNER_ID] == wanted.owner_id)
                and (wanted.view is not SavedView.MINE or (row[OWNER_ID] == wanted.my_id is not None))
                and (wanted.created is None or flags & _UNPLACED or first <= row[CREATED] < end)
                and all(word in hay for word in words)
            ):
                shown.append(slot)
        return shown

    def search(self, wanted: ProjectFilter, order: array[int]) -> Iterator[list[int]]:
        """The numbers of the rows that a filter shows, in an order, a few at a time.

        Args:
            wanted: The filter.
            order: From `orders`, and settled.

        Yields:
            The next rows; often none.
        """
        words = words_of(wanted.text)
        conditions = (wanted.view, wanted.statuses, wanted.owner_id, wanted.created, wanted.my_id)
        results, mask = self._results, self._mask
        if results.conditions != conditions:
            results = self._results = _Results(conditions, order)
            mask = self._mask = self._mask_of(wanted)
        elif results.order is not order:
            known = results.found.get(words)
            results = self._results = _Results(conditions, order)
            if known is not None:
                mask = bytearray(len(mask))
                for slot in known:
                    mask[slot] = 1
                yield from self._collect(results, words, order, mask, ())
                return
        known, is_whole = results.narrowest_for(words)
        if known is not None and is_whole:
            yield known.tolist()
        elif known is not None:
            yield from self._collect(results, words, known, None, words)
        else:
            yield from self._collect(results, words, order, mask, words)

    def _collect(
        self,
        results: _Results,
        words: tuple[str, ...],
        source: array[int],
        mask: bytes | bytearray | None,
        tested: tuple[str, ...],
    ) -> Iterator[list[int]]:
        """Goes through the source for rows in the mask that hold each tested word, and keeps what was found."""
        hays = self._hays
        found = array("i")
        is_scattered = source is results.order and source is not self.orders.base
        for start in range(0, len(source), _CHUNK):
            if tested and is_scattered and start == _SCATTERED_CHUNKS * _CHUNK:
                # Rows stand in memory in the order in which they came. Looked at in that order they are found several
                # times faster, and only then put in the order that is wanted.
                mask = yield from self._scan(mask, tested)
                tested = ()
            part: Iterable[int] = source[start : start + _CHUNK]
            if mask is not None:
                part = compress(part, map(mask.__getitem__, part))
            for word in tested:
                part = [slot for slot in part if word in hays[slot]]
            some = [*part]
            found.extend(some)
            yield some
        results.keep(words, found)

    def _scan(self, mask: bytes | bytearray | None, words: tuple[str, ...]) -> Generator[list[int], None, bytes]:
        """One byte a row: 1 where it is in the mask and holds each word."""
        parts = []
        for start in range(0, len(self._hays), _CHUNK):
            hays = self._hays[start : start + _CHUNK]
            part = b"\1" * len(hays) if mask is None else bytes(mask[start : start + _CHUNK]).ljust(len(hays), b"\0")
            for word in words:
                part = _both(part, bytes([word in hay for hay in hays]))
            parts.append(part)
            yield []
        return b"".join(parts)

    def _mask_of(self, wanted: ProjectFilter) -> bytes:
        """One byte a row: 1 where all conditions but the text are met."""
        mask = self._view_mask(wanted.view, wanted.my_id)
        if wanted.statuses:
            mask = _both(mask, self._status_mask(wanted.statuses))
        if wanted.owner_id is not None:
            mask = _both(mask, self._owner_mask(wanted.owner_id))
        if wanted.created is not None:
            mask = _both(mask, self._date_mask(wanted.created))
        return mask

    def _view_mask(self, view: SavedView, my_id: int | None) -> bytes:
        mask = bytes(self._flags.translate(_VIEWS[view]))
        if view is not SavedView.MINE:
            return mask
        return bytes(len(mask)) if my_id is None else _both(mask, self._owner_mask(my_id))

    def _status_mask(self, statuses: Iterable[str]) -> bytes:
        return self._statuses.mask(statuses, lambda slot: self.rows[slot][STATUS])

    def _owner_mask(self, owner_id: int) -> bytes:
        return self._owners.mask([owner_id], lambda slot: self.rows[slot][OWNER_ID])

    def _date_mask(self, created: DateRange) -> bytes:
        if self._dates is not None and self._dates[0] == created and len(self._dates[1]) == len(self._flags):
            return self._dates[1]
        self.orders.settle()
        first, end = created.bounds()
        base = self.orders.base
        newest, oldest = self._first_before(end), self._first_before(first)
        mask = self._flags.translate(_UNPLACED_TABLE)
        inside = base[newest:oldest]
        if len(inside) * 2 <= len(base):
            for slot in inside:
                mask[slot] = 1
        else:
            outside = [slot for slot in (*base[:newest], *base[oldest:]) if not mask[slot]]
            mask = bytearray(b"\1") * len(mask)
            for slot in outside:
                mask[slot] = 0
        self._dates = created, bytes(mask)
        return self._dates[1]

    def _first_before(self, moment: str) -> int:
        """The first place in the basic order, the newest first, of a project created before a moment."""
        base, rows = self.orders.base, self.rows
        low, high = 0, len(base)
        while low < high:
            middle = (low + high) // 2
            if rows[base[middle]][CREATED] >= moment:
                low = middle + 1
            else:
                high = middle
        return low

    # -- counting --------------------------------------------------------------------------------------------------

    def counts(self, created: DateRange | None, my_id: int | None) -> Generator[None, None, ViewCounts]:
        """How many projects of a range of dates are in each view and have each status.

        In slices; to be left and begun anew where rows change meanwhile.
        """
        dated = self._date_mask(created) if created is not None else b"\1" * len(self._flags)
        views, statuses = {}, {}
        for view in SavedView:
            yield
            views[view] = _both(self._view_mask(view, my_id), dated).count(1)
        shown = _both(self._view_mask(SavedView.ALL, None), dated)
        for status in Status:
            yield
            statuses[str(status)] = _both(shown, self._status_mask([status])).count(1)
        return ViewCounts(views, statuses)
