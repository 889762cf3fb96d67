"""An in-memory index of every project of an account, for filtering, sorting and counting as the user types. No Qt."""

from __future__ import annotations

from array import array
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import start_of_day
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import CREATED, OWNER_ID, STATUS
from heatpunk_desktop.models.board_parts import parts_of
from heatpunk_desktop.models.project_filter import SidebarView, ViewCounts
from heatpunk_desktop.models.row_masks import VIEWS, RowMasks, both, keep
from heatpunk_desktop.models.row_order import CONTACT_PLACES, RowOrders
from heatpunk_desktop.models.row_store import UNPLACED, RowStore
from heatpunk_desktop.models.search_text import Word, finds, fold_line, is_wider, mask_of_word, with_word, words_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from heatpunk_desktop.domain.contacts import Contact, PackedContact
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.models.board_parts import Part
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.row_store import Row

#: Days, today among them, in which a project that was changed counts as changed lately.
_LATELY_DAYS: Final = 7
#: Rows of one slice: a fifth of a millisecond.
_CHUNK: Final = 2048
#: Chunks of a scattered order that are searched row by row: the first page is mostly in them.
_SCATTERED_CHUNKS: Final = 4


def _emptily(work: Generator[None, None, bytes]) -> Generator[list[int], None, bytes]:
    """Yield no rows."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: bytes = end.value
            return made
        yield []


class _Results:
    """A cache of the rows found under some conditions and in some order, by the searched words."""

    def __init__(self, conditions: tuple[object, ...] = (), order: array[int] | None = None) -> None:
        self.conditions = conditions
        self.order = order
        self.found: dict[tuple[Word, ...], array[int]] = {}

    def narrowest_for(self, words: tuple[Word, ...]) -> tuple[array[int] | None, bool]:
        """Return the smallest cached superset of the rows that these words find, and whether it is exact."""
        if words in self.found:
            return self.found[words], True
        wider = [
            rows
            for known, rows in self.found.items()
            if all(any(is_wider(part, word) for word in words) for part in known)
        ]
        return (min(wider, key=len), False) if wider else (None, False)

    def keep(self, words: tuple[Word, ...], rows: array[int]) -> None:
        """Cache a result, evicting the oldest."""
        keep(self.found, words, rows)


class ProjectIndex:
    """Rows by their keys, with queries over all of them.

    Long queries are generators that run a little at a time and may be dropped at any point.

    Attributes:
        orders: The orders of the rows, by their numbers.
        version: A different number after every change.
    """

    def __init__(self, today: date | None = None) -> None:
        """Make an empty index.

        Args:
            today: Today in the UK; None where `set_today` will set it.
        """
        self._store = RowStore("")
        self._owner_names: dict[int, str] = {}
        self.orders = RowOrders(self._store, self._owner_names)
        self.version = 0
        self._live: int | None = 0
        self._results = _Results()
        self._mask: bytes | bytearray = b""
        self._masks = RowMasks(self._store, self.orders, self._owner_names)
        self.row = self._store.row
        self.slot_of = self._store.slot_of
        if today is not None:
            self.set_today(today)

    def __len__(self) -> int:
        """Return how many projects there are."""
        if self._live is None:
            self._live = len(self._store) - self._store.flags.count(0)
        return self._live

    def key_of(self, slot: int) -> int:
        """Return the key of a row."""
        return self._store.keys[slot]

    def keys_of(self, slots: Iterable[int]) -> list[int]:
        """Return the keys of rows."""
        keys = self._store.keys
        return [keys[slot] for slot in slots]

    def statuses_of(self, keys: Iterable[int]) -> list[str]:
        """Return the statuses of projects; empty where one is not known."""
        store, codes = self._store, self._store.statuses
        slots = map(store.slot_of, keys)
        return [
            ""
            if slot is None
            else codes.values[code]
            if (code := codes.bytes[slot]) < codes.OTHER
            else store.row(slot)[STATUS]
            for slot in slots
        ]

    # -- data ------------------------------------------------------------------------------------------------------

    def put(self, rows: Iterable[Row]) -> list[int]:
        """Add or replace rows and return the numbers of those that changed."""
        return self._touched(self._store.put(rows))

    def remove(self, keys: Iterable[int]) -> list[int]:
        """Remove projects and return the numbers of those that existed."""
        return self._touched(self._store.remove(keys))

    def replace_keys(self, replaced: Mapping[int, int]) -> dict[int, int]:
        """Give projects new keys; where one of that key exists already, the old one is removed.

        Args:
            replaced: The new key for each old one.

        Returns:
            Those of them whose old key existed.
        """
        touched = {old: self._store.replace_key(old, new) for old, new in replaced.items()}
        self._touched([slot for slots in touched.values() for slot in slots])
        return {old: replaced[old] for old, slots in touched.items() if slots}

    def name_owners(self, names: dict[int, str]) -> bool:
        """Set the names shown for owners and return whether anything changed."""
        if names == self._owner_names:
            return False
        self._owner_names.clear()
        self._owner_names.update(names)
        self.orders.forget(OWNER_ID)
        self._forget_results()
        return True

    def owner_name(self, owner_id: int | None) -> str:
        """Return the name shown for an owner: the address where it is known, else the number."""
        return "" if owner_id is None else self._owner_names.get(owner_id) or str(owner_id)

    def owner_ids(self) -> list[int]:
        """Return the numbers of all owners that a project has, or had."""
        return [owner for owner in self._store.owners.values if owner is not None]

    def take_contacts(self, contacts: Mapping[int, PackedContact]) -> list[int]:
        """Set contact details and return the numbers of the rows that changed."""
        touched = self._store.put_contacts(contacts)
        if touched:
            self.orders.touch(touched, CONTACT_PLACES.values())
            self._forget_results()
        return touched

    def contact(self, key: int) -> Contact:
        """Return the contact details of a project."""
        return self._store.contact(key)

    def set_today(self, today: date) -> None:
        """Set today's date in the UK: for `Changed in the last 7 days`, and for relative conditions."""
        if today != self._masks.today:
            self._masks.today = today
            self._store.set_changed_since(start_of_day(today - timedelta(days=_LATELY_DAYS - 1)))
            self._forget_results()

    def _touched(self, slots: list[int]) -> list[int]:
        if slots:
            self.orders.touch(slots)
            self._live = None
            self._forget_results()
        return slots

    def _forget_results(self) -> None:
        self.version += 1
        self._results = _Results()
        self._masks.forget()

    # -- finding ---------------------------------------------------------------------------------------------------

    def matches(self, slots: Iterable[int], wanted: ProjectFilter) -> list[int]:
        """Return which of a few rows a filter shows, in the given order; `search` does the same for all rows."""
        words = words_of(wanted.text)
        view = VIEWS[wanted.view]
        first, end = wanted.created.bounds() if wanted.created is not None else ("", "")
        shown = []
        for slot in slots:
            row, flags, hay = self._store.row(slot), self._store.flags[slot], self._store.hays[slot]
            if (
                view[flags]
                and (not wanted.statuses or row[STATUS] in wanted.statuses)
                and (wanted.owner_id is None or row[OWNER_ID] == wanted.owner_id)
                and (wanted.view is not SidebarView.MINE or (row[OWNER_ID] == wanted.my_id is not None))
                and (wanted.created is None or flags & UNPLACED or first <= row[CREATED] < end)
                and finds(words, hay)
                and all(self._masks.meets(row, group, wanted.my_id) for group in wanted.groups)
            ):
                shown.append(slot)
        return shown

    def search(self, wanted: ProjectFilter, order: array[int]) -> Iterator[array[int] | list[int]]:
        """Yield the numbers of the rows that a filter shows, in an order, a few at a time.

        Args:
            wanted: The filter.
            order: From `orders`, and settled.

        Yields:
            The next rows; often none.
        """
        words = words_of(wanted.text)
        conditions = (wanted.view, wanted.statuses, wanted.owner_id, wanted.created, wanted.my_id, wanted.groups)
        results, mask = self._results, self._mask
        if results.conditions != conditions:
            version = self.version
            results = _Results(conditions, order)
            mask = yield from _emptily(self._masks.of_filter(wanted))
            if version == self.version:  # else it is not what will be found next time
                self._results, self._mask = results, mask
        elif results.order is not order:
            known = results.found.get(words)
            results = self._results = _Results(conditions, order)
            if known is not None and len(known) < len(self):
                mask = bytearray(len(mask))
                for slot in known:
                    mask[slot] = 1
            if known is not None:
                yield from self._collect(results, words, order, mask, ())
                return
        known, is_whole = results.narrowest_for(words)
        if known is not None and is_whole:
            yield known
        elif known is not None:
            yield from self._collect(results, words, known, None, words)
        else:
            yield from self._collect(results, words, order, mask, words)

    def _collect(
        self,
        results: _Results,
        words: tuple[Word, ...],
        source: array[int],
        mask: bytes | bytearray | None,
        tested: tuple[Word, ...],
    ) -> Iterator[array[int] | list[int]]:
        """Search the source for rows in the mask that contain each tested word, and cache the result."""
        hays = self._store.hays
        if not tested and mask is not None and mask.count(1) == len(source) == len(self):
            yield source
            results.keep(words, source)
            return
        found = array("i")
        is_scattered = source is results.order and source is not self.orders.base
        for start in range(0, len(source), _CHUNK):
            if tested and is_scattered and start == _SCATTERED_CHUNKS * _CHUNK:
                # Rows are in memory in the order in which they arrived. Searched in that order they are found several
                # times faster, and only then sorted into the requested order.
                mask = yield from _emptily(self._scan(mask, tested))
                tested = ()
            some = source[start : start + _CHUNK].tolist()
            if mask is not None:
                some = [slot for slot in some if mask[slot]]
            for word in tested:
                some = with_word(word, some, hays)
            found.extend(some)
            yield some
        results.keep(words, found)

    def _scan(self, mask: bytes | bytearray | None, words: tuple[Word, ...]) -> Generator[None, None, bytes]:
        """Yield one byte for each row: 1 where it is in the mask and contains each word."""
        parts = []
        for start in range(0, len(self._store.hays), _CHUNK):
            hays = self._store.hays[start : start + _CHUNK]
            part = b"\1" * len(hays) if mask is None else bytes(mask[start : start + _CHUNK]).ljust(len(hays), b"\0")
            for word in words:
                part = both(part, mask_of_word(word, hays))
            parts.append(part)
            yield
        return b"".join(parts)

    def parts(self, shown: array[int]) -> list[Part]:
        """Return rows of a table by their status, for the columns of a board."""
        return parts_of(self._store, shown)

    # -- counting --------------------------------------------------------------------------------------------------

    def counts(self, created: DateRange | None, my_id: int | None) -> Generator[None, None, ViewCounts]:
        """Count, in slices, the projects of a range of dates in each view and with each status.

        Where rows change meanwhile, each is counted as it is at about that time.
        """
        masks = self._masks
        dated = masks.of_dates(created) if created is not None else b"\1" * len(self._store.flags)
        views, statuses = {}, {}
        for view in SidebarView:
            yield
            views[view] = both(masks.of_view(view, my_id), dated).count(1)
        shown = both(masks.of_view(SidebarView.ALL, None), dated)
        for status in (*map(str, Status), ""):
            yield
            statuses[status] = both(shown, masks.of_statuses([status])).count(1)
        return ViewCounts(views, statuses)

    def count_in(self, view: SidebarView) -> int:
        """Return how many projects a view that is not about the user has, whatever else narrows it."""
        return self._masks.of_view(view, None).count(1)

    def count_each(self, filters: Sequence[ProjectFilter]) -> Generator[None, None, tuple[int, ...]]:
        """Count, in slices, the projects that each of some filters shows.

        Where rows change meanwhile, each is counted as it is at about that time.
        """
        counted: tuple[int, ...] = ()
        for wanted in filters:
            counted += ((yield from self._count(wanted)),)
        return counted

    def _count(self, wanted: ProjectFilter) -> Generator[None, None, int]:
        yield
        mask = yield from self._masks.of_filter(wanted)
        if words := words_of(wanted.text):
            mask = yield from self._scan(mask, words)
        return mask.count(1)

    def find_first(self, text: str, most: int) -> Generator[None, None, list[Row]]:
        """Find, in slices, the newest projects that contain each word of a text, up to a limit, without deleted ones.

        Those that contain several words as one phrase come first. Rows that change meanwhile may or may not be found.
        """
        words = words_of(text)
        phrase = fold_line(" ".join(text.split())) if len(words) > 1 else ""
        self.orders.settle()
        base, hays, flags = self.orders.base, self._store.hays, self._store.flags
        found, whole = array("i"), array("i")
        for start in range(0, len(base), _CHUNK):
            some = base[start : start + _CHUNK].tolist()
            for word in words:
                some = with_word(word, some, hays)
            some = [slot for slot in some if VIEWS[SidebarView.ALL][flags[slot]]]
            if len(found) < most:
                found.extend(some)
            if phrase:
                whole.extend(slot for slot in some if phrase in hays[slot])
            if len(whole if phrase else found) >= most:
                break
            yield
        return [*map(self._store.row, islice(dict.fromkeys((*whole, *found)), most))]
