"""Masks of the rows that meet a filter, apart from its text: one byte for each row, 1 or 0. No Qt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.project import CUSTOMER, MARKS, NAME, OWNER_ID, STATUS
from heatpunk_desktop.filters.conditions import NEGATED, OPPOSITES, Condition, Conditions, Subject, Test
from heatpunk_desktop.filters.matching import (
    CONTACT_FIELDS,
    FIELDS,
    UNKNOWN,
    TextTest,
    Viewpoint,
    bounds,
    meets_all,
    owner_meets,
    state_of,
)
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.models.row_store import (
    CHANGED,
    DELETED,
    LIVE,
    NEEDS_YOU,
    UNPLACED,
    UNSETTLED,
    WAITING,
    Codes,
    RowStore,
    table,
)
from heatpunk_desktop.models.search_text import LINES_FROM_END

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.row_order import RowOrders
    from heatpunk_desktop.models.row_store import Row

#: Cached results, for typing on and deleting again.
_KEPT: Final = 12

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

#: What a view shows, by the flags of a row.
VIEWS: Final = {
    SidebarView.ALL: table(lambda flags: flags & (LIVE | DELETED) == LIVE),
    SidebarView.MINE: table(lambda flags: flags & (LIVE | DELETED) == LIVE),
    SidebarView.CHANGED_LATELY: table(lambda flags: flags & (LIVE | DELETED | CHANGED) == LIVE | CHANGED),
    # Whatever has such a change, also where that moves it to deleted: the changes are counted too.
    SidebarView.WAITING: table(lambda flags: flags & (LIVE | WAITING) == LIVE | WAITING),
    SidebarView.NEEDS_YOU: table(lambda flags: flags & (LIVE | NEEDS_YOU) == LIVE | NEEDS_YOU),
    SidebarView.DELETED_HERE: table(lambda flags: flags & (LIVE | DELETED) == LIVE | DELETED),
}
_UNPLACED_TABLE: Final = table(lambda flags: bool(flags & UNPLACED))


def both(first: bytes, second: bytes) -> bytes:
    """Return the intersection of two masks."""
    return (int.from_bytes(first, "little") & int.from_bytes(second, "little")).to_bytes(len(first), "little")


def keep(kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Cache a result, evicting the oldest."""
    while len(kept) >= _KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


class RowMasks:
    """Masks of the rows; expensive ones are cached until rows change.

    Args:
        store: The rows.
        orders: Their orders.
        owner_names: The names shown for owners, by the server's numbers.

    Attributes:
        today: Today in the UK, for relative conditions; call `forget` when it changes.
    """

    def __init__(self, store: RowStore, orders: RowOrders, owner_names: Mapping[int, str]) -> None:
        self._store = store
        self._orders = orders
        self._owner_names = owner_names
        self.today = date.min
        self._dates: dict[DateRange, bytes] = {}
        self._conditions: dict[tuple[Conditions, int | None], bytes] = {}

    def forget(self) -> None:
        """Clear the cache: rows have changed, or the day."""
        # A mask under construction is stored in the old cache, which is not used any more.
        self._dates, self._conditions = {}, {}

    def of_filter(self, wanted: ProjectFilter) -> Generator[None, None, bytes]:
        """Compute, in slices, the mask of a filter without its text."""
        mask = self.of_view(wanted.view, wanted.my_id)
        if wanted.statuses:
            mask = both(mask, self.of_statuses(wanted.statuses))
        if wanted.owner_id is not None:
            mask = both(mask, self._of_owner(wanted.owner_id))
        if wanted.created is not None:
            mask = both(mask, self.of_dates(wanted.created))
        for group in wanted.groups:
            mask = both(mask, (yield from self._of_conditions(group, wanted.my_id)))
        return mask

    def of_view(self, view: SidebarView, my_id: int | None) -> bytes:
        """Return the mask of a view.

        Args:
            view: The view.
            my_id: The server's number of the user, or None while it is not known.
        """
        mask = bytes(self._store.flags.translate(VIEWS[view]))
        if view is not SidebarView.MINE:
            return mask
        return bytes(len(mask)) if my_id is None else both(mask, self._of_owner(my_id))

    def of_statuses(self, statuses: Iterable[str]) -> bytes:
        """Return the mask of the rows that have one of some statuses."""
        return self._store.statuses.mask(statuses, lambda slot: self._store.row(slot)[STATUS])

    def _of_owner(self, owner_id: int) -> bytes:
        return self._store.owners.mask([owner_id], lambda slot: self._store.row(slot)[OWNER_ID])

    def of_dates(self, created: DateRange) -> bytes:
        """Return the mask of the projects created in a range of dates, or that belong in every range."""
        known = self._dates.get(created)
        if known is not None:
            return known
        self._orders.settle()
        first, end = created.bounds()
        base = self._orders.base
        newest, oldest = self._first_before(end), self._first_before(first)
        mask = self._store.flags.translate(_UNPLACED_TABLE)
        inside = base[newest:oldest]
        if len(inside) * 2 <= len(base):
            for slot in inside:
                mask[slot] = 1
        else:
            outside = [slot for slot in (*base[:newest], *base[oldest:]) if not mask[slot]]
            mask = bytearray(b"\1") * len(mask)
            for slot in outside:
                mask[slot] = 0
        keep(self._dates, created, bytes(mask))
        return self._dates[created]

    def _first_before(self, moment: str) -> int:
        """Return the first place in the basic order, the newest first, of a project created before a moment."""
        base = self._orders.base
        low, high = 0, len(base)
        while low < high:
            middle = (low + high) // 2
            if self._store.created((base[middle],))[0] >= moment:
                low = middle + 1
            else:
                high = middle
        return low

    def _of_conditions(self, group: Conditions, my_id: int | None) -> Generator[None, None, bytes]:
        kept = self._conditions
        met = kept.get((group, my_id))
        if met is None:
            met = yield from condition_mask(self._store, group, self._viewpoint(my_id))
            keep(kept, (group, my_id), met)
        return met

    def meets(self, row: Row, group: Conditions, my_id: int | None) -> bool:
        """Return whether one row meets a group of conditions."""
        return meets_all(row, group, self._viewpoint(my_id))

    def _viewpoint(self, my_id: int | None) -> Viewpoint:
        return Viewpoint(self.today, my_id, self._owner_names, self._store.contact)


#: Rows of one slice: about a millisecond.
_CHUNK: Final = 2048

#: Which line of a haystack a text is in, counted from the end; the name's is the one before the customer's.
_LINES: Final = {NAME: LINES_FROM_END[CUSTOMER] + 1, **LINES_FROM_END}

_OPPOSITE: Final = table(lambda byte: not byte)


def condition_mask(store: RowStore, conditions: Conditions, viewpoint: Viewpoint) -> Generator[None, None, bytes]:
    """Compute, in slices, the mask of a combination of conditions; rows may change between slices.

    Args:
        store: The rows.
        conditions: At least one.
        viewpoint: The context.
    """
    size = len(store)
    parts = [_part(store, condition, viewpoint) for condition in conditions.every]
    mask = bytearray()
    for start in range(0, size, _CHUNK):
        end = min(size, start + _CHUNK)
        together = 0 if conditions.any_will_do else int.from_bytes(b"\1" * (end - start), "little")
        for part in parts:
            met = int.from_bytes(part(start, end), "little")
            together = together | met if conditions.any_will_do else together & met
        mask += together.to_bytes(end - start, "little")
        yield
    return bytes(mask)


def _part(store: RowStore, condition: Condition, viewpoint: Viewpoint) -> Callable[[int, int], bytes]:
    if condition.test in NEGATED:
        other = _part(store, Condition(condition.subject, OPPOSITES[condition.test], condition.values), viewpoint)
        return lambda start, end: other(start, end).translate(_OPPOSITE)
    match condition.subject:
        case Subject.STATUS:
            test = TextTest(condition)
            return _coded(store.statuses, lambda status: test.holds(fold(status)), lambda slot: store.row(slot)[STATUS])
        case Subject.OWNER:
            return _coded(
                store.owners,
                lambda owner: owner_meets(owner, condition, viewpoint),
                lambda slot: store.row(slot)[OWNER_ID],
            )
        case Subject.CREATED | Subject.MODIFIED:
            return _dated(store, condition, viewpoint)
        case Subject.ID:
            return _numbered(store, condition)
        case Subject.CHANGES:
            return _waiting(store, condition)
        case Subject.EMAIL | Subject.PHONE | Subject.BUILD | Subject.REFERENCE:
            return _told(store, condition)
        case _:
            return _worded(store, condition)


def _coded(
    codes: Codes, holds: Callable[[Any], bool], value_of: Callable[[int], object]
) -> Callable[[int, int], bytes]:
    """Return the mask of a test on a field with few distinct values, each tested once."""
    met = table({code for code, value in enumerate(codes.values) if holds(value)}.__contains__)

    def part(start: int, end: int) -> bytes:
        some = codes.bytes[start:end]
        mask = some.translate(met)
        if Codes.OTHER in some:
            for place, code in enumerate(some):
                if code == Codes.OTHER:
                    mask[place] = holds(value_of(start + place))
        return bytes(mask)

    return part


def _dated(store: RowStore, condition: Condition, viewpoint: Viewpoint) -> Callable[[int, int], bytes]:
    is_modified = condition.subject is Subject.MODIFIED
    between = UNKNOWN if condition.test is Test.EMPTY else bounds(condition, viewpoint.today)
    return lambda start, end: store.within(start, end, between, modified=is_modified)


def _numbered(store: RowStore, condition: Condition) -> Callable[[int, int], bytes]:
    keys = store.keys
    if condition.test is Test.EMPTY:
        return lambda start, end: bytes([key <= 0 for key in keys[start:end]])
    wanted = {int(value) for value in condition.values} - {0}
    return lambda start, end: bytes([key in wanted for key in keys[start:end]])


def _waiting(store: RowStore, condition: Condition) -> Callable[[int, int], bytes]:
    if condition.test is Test.EMPTY:
        return lambda start, end: bytes([not flags & UNSETTLED for flags in store.flags[start:end]])

    def part(start: int, end: int) -> bytes:
        return bytes(
            [
                bool(flags & UNSETTLED) and state_of(store.row(slot)[MARKS]) in condition.values
                for slot, flags in enumerate(store.flags[start:end], start)
            ]
        )

    return part


def _told(store: RowStore, condition: Condition) -> Callable[[int, int], bytes]:
    """Return the mask of a test on contact details."""
    field, test, contact_of, hays = CONTACT_FIELDS[condition.subject], TextTest(condition), store.contact_of, store.hays
    needles = [max(words, key=len, default="") for words in test.needles]
    is_in_hay = condition.subject in {Subject.EMAIL, Subject.REFERENCE} or all(map(str.isdigit, needles))
    if condition.subject is Subject.BUILD or not needles or not all(needles) or not is_in_hay:
        needles = [""]  # everything must be tested

    def part(start: int, end: int) -> bytes:
        return bytes(
            [
                any(needle in hay for needle in needles) and test.holds(fold(contact_of(slot).value(field) or ""))
                for slot, hay in enumerate(hays[start:end], start)
            ]
        )

    return part


def _worded(store: RowStore, condition: Condition) -> Callable[[int, int], bytes]:
    """Return the mask of a test on a text, which is first searched for in the whole haystack."""
    line, test = _LINES[FIELDS[condition.subject]], TextTest(condition)
    holds, hays = test.holds, store.hays
    # A postcode is a line without blanks, so that its beginning is where the line begins.
    edge = "\n" if condition.subject is Subject.POSTCODE and condition.test is not Test.CONTAINS else ""
    needles = [edge + max(words, key=len, default="") for words in test.needles]
    if not needles or not all(needles):
        return lambda start, end: bytes([holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]])
    if len(needles) == 1:
        needle = needles[0]
        return lambda start, end: bytes(
            [needle in hay and holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]]
        )
    return lambda start, end: bytes(
        [any(needle in hay for needle in needles) and holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]]
    )
