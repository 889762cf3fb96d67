"""Orders of many rows: sorted once in slices, then kept up to date."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, BuildDate, Field, Status
from heatpunk_desktop.domain.project import CREATED, KEY, MODIFIED, NAME, OWNER_ID, POSTCODE, STATUS
from heatpunk_desktop.models.search_text import LINES_FROM_END, name_keys, natural_key, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping

    from heatpunk_desktop.models.row_store import Codes, RowStore

#: Rows that are sorted in one go: about 2 ms.
_RUN: Final = 4096
#: Sorted runs that are merged in one go.
_FAN_IN: Final = 6
#: Rows that are taken out of an order one by one rather than by going through all of it.
_FEW: Final = 4
#: What it costs to put one row in its place by bisection, in rows that are sorted together with all others.
_BISECTION_COST: Final = 20

#: The columns that are no part of a `ProjectRow`, as the list of projects lacks them.
CONTACT_PLACES: Final = {field: -place for place, field in enumerate((f for f in Field if f in DETAIL_FIELDS), 1)}
_FIELD_AT: Final = {place: field for field, place in CONTACT_PLACES.items()}

_BUILD_DATES: Final = {str(band): f"\0{place}" for place, band in enumerate(BuildDate)}

#: Before all that is not a status, in the order of the work.
_WORKFLOW: Final = {str(status): f"\0{place}" for place, status in enumerate(Status)}


#: The sort key of a value, where it is not that of any text.
_CONTACT_KEYS: Final[Mapping[Field, Callable[[str], str]]] = {
    Field.CUSTOMER_PHONE: lambda text: "".join(text.split()),
    Field.BUILD_DATE: lambda text: _BUILD_DATES.get(text) or sort_key(text),
}


class _Keys(dict[Any, str]):
    """A cache of sort keys by value."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: object) -> str:
        key = self[value] = self._make(value)
        return key


class _Order:
    """Row numbers in an order.

    Attributes:
        slots: The numbers.
        end: Numbers from here on are certainly not among them.
        stale: Those whose place may be wrong, or that are missing, or gone.
    """

    __slots__ = ("end", "slots", "stale")

    def __init__(self, slots: array[int], end: int) -> None:
        self.slots = slots
        self.end = end
        self.stale: set[int] = set()


class RowOrders:
    """The orders of an index's rows, each kept once it was requested.

    In the basic order the newest project comes first, and of two the higher key. In every other, rows that are equal in
    the column are in the basic order, and rows whose value is empty come last in both directions.

    Args:
        store: The rows.
        owner_names: The names shown for owners, by the server's numbers.
    """

    def __init__(self, store: RowStore, owner_names: Mapping[int, str]) -> None:
        self._store = store
        self._owner_names = owner_names
        self._base = _Order(array("i"), 0)
        self._orders: dict[tuple[int, bool], _Order] = {}
        self._building: _Order | None = None

    @property
    def base(self) -> array[int]:
        """The basic order, valid right after `settle`. Must not be changed."""
        return self._base.slots

    def touch(self, slots: Iterable[int], columns: Collection[int] | None = None) -> None:
        """Record rows that are new, changed or gone.

        Args:
            slots: Their numbers.
            columns: The only columns in which they changed; None: they may have changed in any.
        """
        if columns is None:
            self._base.stale.update(slots)
        for (column, _), order in self._orders.items():
            if columns is None or column in columns:
                order.stale.update(slots)
        if self._building is not None:
            self._building.stale.update(slots)

    def forget(self, column: int) -> None:
        """Drop the orders of a column."""
        for descending in (False, True):
            self._orders.pop((column, descending), None)

    def is_kept(self, column: int, *, descending: bool) -> bool:
        """Return whether an order is available."""
        return (column == CREATED and descending) or (column, descending) in self._orders

    def settle(self) -> None:
        """Bring the basic order up to date."""
        base = self._base
        if not base.stale:
            return
        added, kept = self._apart(base)
        self._sort_base(added)
        if not kept or not added or self._is_before(kept[-1], added[0]):
            kept.extend(added)
        elif len(added) * _BISECTION_COST < _RUN:
            kept = _spliced(kept, added, self._is_before)
        else:
            kept = self._merged(kept, added)
        self._base = _Order(kept, len(self._store))

    def order(self, column: int, *, descending: bool) -> Generator[None, None, array[int]]:
        """Compute the order by a column, in slices; the basic one must be settled.

        Args:
            column: A position in `ProjectRow`, or one of `CONTACT_PLACES`.
            descending: The direction.

        Returns:
            Row numbers, which must not be changed.
        """
        if column == CREATED and descending:
            return self.base
        kept = self._orders.get((column, descending))
        if kept is None or len(kept.stale) * _BISECTION_COST > len(kept.slots):
            kept = yield from self._build(column, descending=descending)
            self._orders[column, descending] = kept
        self._freshen(kept, column, descending=descending)
        return kept.slots

    # -- making an order -------------------------------------------------------------------------------------------

    def _build(self, column: int, *, descending: bool) -> Generator[None, None, _Order]:
        # What changes between two slices is put in its place afterwards.
        order = self._building = _Order(array("i"), len(self._store))
        order.stale.update(self._base.stale)
        base = self.base
        keys_of = self._key_maker(column)
        keys = [""] * len(self._store)
        by_key = keys.__getitem__
        runs: list[list[int]] = []
        empty: list[int] = []
        for start in range(0, len(base), _RUN):
            run = base[start : start + _RUN].tolist()
            made = keys_of(run)
            first = run[0]
            if run == list(range(first, first + len(run))):  # as rows come from the store
                keys[first : first + len(run)] = made
            else:
                for slot, key in zip(run, made, strict=True):
                    keys[slot] = key
            if "" in made:
                empty += [slot for slot in run if not keys[slot]]
                run = [slot for slot in run if keys[slot]]
            run.sort(key=by_key, reverse=descending)
            runs.append(run)
            yield
        while len(runs) > 1:
            merged: list[list[int]] = []
            for start in range(0, len(runs), _FAN_IN):
                run = [*chain.from_iterable(runs[start : start + _FAN_IN])]
                run.sort(key=by_key, reverse=descending)  # it finds the runs and merges them
                merged.append(run)
                yield
            runs = merged
        order.slots = array("i", (runs or [[]])[0] + empty)
        self._building = None
        return order

    def _key_maker(self, column: int) -> Callable[[Iterable[int]], list[str]]:
        """Return a function that returns the sort keys of many rows at a time."""
        store = self._store
        hay_of = store.hays.__getitem__
        if column == NAME:
            return lambda slots: name_keys(map(hay_of, slots))
        if column in (CREATED, MODIFIED):
            return store.created if column == CREATED else store.modified
        if column == KEY:
            return lambda slots: [f"{key:020}" if key > 0 else "" for key in map(store.keys.__getitem__, slots)]
        if column in _FIELD_AT:
            field = _FIELD_AT[column]
            contact_key = _CONTACT_KEYS.get(field, sort_key)
            return lambda slots: [contact_key(store.contact_of(slot).value(field) or "") for slot in slots]
        if column == STATUS:
            return self._coded(store.statuses, STATUS, lambda status: _WORKFLOW.get(status) or sort_key(status))
        if column == OWNER_ID:
            names = self._owner_names
            return self._coded(
                store.owners, OWNER_ID, lambda owner: "" if owner is None else sort_key(names.get(owner) or str(owner))
            )
        line = LINES_FROM_END[column]
        if column == POSTCODE:
            # Districts sort by their numbers, and few of them make many postcodes.
            first = _Keys(lambda half: f"{natural_key(half)} " if half else "")
            return lambda slots: [
                first[code[:-3]] + code[-3:] for code in [hay.rsplit("\n", line)[-line] for hay in map(hay_of, slots)]
            ]
        keys = _Keys(natural_key)
        return lambda slots: [keys[hay.rsplit("\n", line)[-line]] for hay in map(hay_of, slots)]

    def _coded(self, codes: Codes, column: int, key_of: Callable[[Any], str]) -> Callable[[Iterable[int]], list[str]]:
        keys = [key_of(value) for value in codes.values]
        store, code_of = self._store, codes.bytes.__getitem__
        return lambda slots: [
            keys[code] if (code := code_of(slot)) < len(keys) else key_of(store.row(slot)[column]) for slot in slots
        ]

    # -- keeping it right ------------------------------------------------------------------------------------------

    def _freshen(self, order: _Order, column: int, *, descending: bool) -> None:
        if not order.stale:
            return
        keys_of = self._key_maker(column)
        added, kept = self._apart(order)
        keys = dict(zip(added, keys_of(added), strict=True))

        def is_before(slot: int, other: int) -> bool:
            first, second = keys_of((slot,))[0], keys[other]
            if first == second:
                return self._is_before(slot, other)
            if not first or not second:
                return bool(first)
            return (first > second) is descending

        self._sort_base(added)
        filled = [slot for slot in added if keys[slot]]
        filled.sort(key=keys.__getitem__, reverse=descending)
        order.slots = _spliced(kept, filled + [slot for slot in added if not keys[slot]], is_before)
        order.end = len(self._store)
        order.stale = set()

    def _apart(self, order: _Order) -> tuple[list[int], array[int]]:
        """Return the rows to be inserted, and a copy of the order without the stale ones."""
        added = [slot for slot in order.stale if self._store.is_live(slot)]
        known = [slot for slot in order.stale if slot < order.end]
        kept = order.slots[:]
        if len(known) <= _FEW:
            for slot in known:
                try:
                    kept.remove(slot)
                except ValueError:
                    continue  # it was gone before
            return added, kept
        is_stale = bytearray(len(self._store))
        for slot in known:
            is_stale[slot] = 1
        return added, array("i", [slot for slot in kept if not is_stale[slot]])

    def _merged(self, kept: array[int], added: list[int]) -> array[int]:
        """Return the basic order merged with many more rows, which are sorted among themselves.

        Only the stretches that some of them fall into are sorted again: a list is read by its dates, so they are close
        together, and going through all rows would be noticeable.
        """
        merged = array("i")
        done = 0
        for start in range(0, len(kept), _RUN):
            run = kept[start : start + _RUN]
            last = run[-1]
            low, high = done, len(added)
            while low < high:
                middle = (low + high) // 2
                if self._is_before(added[middle], last):
                    low = middle + 1
                else:
                    high = middle
            if low > done:
                both = [*run, *added[done:low]]
                self._sort_base(both)
                merged.extend(both)
                done = low
            else:
                merged += run
        merged.extend(added[done:])
        return merged

    def _is_before(self, slot: int, other: int) -> bool:
        created, keys = self._store.created_bytes, self._store.keys
        return (created(slot), keys[slot]) > (created(other), keys[other])

    def _sort_base(self, slots: list[int]) -> None:
        slots.sort(key=self._store.keys.__getitem__, reverse=True)
        slots.sort(key=self._store.created_bytes, reverse=True)


def _spliced(kept: array[int], added: list[int], is_before: Callable[[int, int], bool]) -> array[int]:
    """Return an order with more rows, sorted among themselves, inserted by bisection."""
    spliced = array("i")
    done = 0
    for slot in added:
        low, high = done, len(kept)
        while low < high:
            middle = (low + high) // 2
            if is_before(kept[middle], slot):
                low = middle + 1
            else:
                high = middle
        spliced += kept[done:low]
        spliced.append(slot)
        done = low
    spliced += kept[done:]
    return spliced
