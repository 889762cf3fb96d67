"""Which rows meet what a filter says beside its text: one byte a row, 1 or 0. No Qt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from heatpunk_desktop.domain.project import OWNER_ID, STATUS
from heatpunk_desktop.models.project_filter import SavedView
from heatpunk_desktop.models.row_store import CHANGED, DELETED, LIVE, NEEDS_YOU, UNPLACED, WAITING, table

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.filters.conditions import Conditions
    from heatpunk_desktop.filters.matching import Viewpoint
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.row_order import RowOrders
    from heatpunk_desktop.models.row_store import Row, RowStore

#: Results that are kept while a person types on, and deletes again.
_KEPT: Final = 12

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

#: What a view shows, by the flags of a row.
VIEWS: Final = {
    SavedView.ALL: table(lambda flags: flags & (LIVE | DELETED) == LIVE),
    SavedView.MINE: table(lambda flags: flags & (LIVE | DELETED) == LIVE),
    SavedView.CHANGED_LATELY: table(lambda flags: flags & (LIVE | DELETED | CHANGED) == LIVE | CHANGED),
    # Whatever has such a change, also where that moves it to deleted: the changes are counted too.
    SavedView.WAITING: table(lambda flags: flags & (LIVE | WAITING) == LIVE | WAITING),
    SavedView.NEEDS_YOU: table(lambda flags: flags & (LIVE | NEEDS_YOU) == LIVE | NEEDS_YOU),
    SavedView.DELETED_HERE: table(lambda flags: flags & (LIVE | DELETED) == LIVE | DELETED),
}
_UNPLACED_TABLE: Final = table(lambda flags: bool(flags & UNPLACED))


def both(one: bytes, other: bytes) -> bytes:
    """The rows that are in two masks."""
    return (int.from_bytes(one, "little") & int.from_bytes(other, "little")).to_bytes(len(one), "little")


def keep(kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keeps one more result, and lets go of the oldest."""
    while len(kept) >= _KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


class RowMasks:
    """Masks of the rows, those that take long kept until rows change.

    Args:
        store: The rows.
        orders: Their orders.
        owner_names: What is shown of owners, by the server's numbers.

    Attributes:
        today: Which day it is in the UK, for conditions that count from it; with another one, `forget` has to follow.
    """

    def __init__(self, store: RowStore, orders: RowOrders, owner_names: Mapping[int, str]) -> None:
        self._store = store
        self._orders = orders
        self._owner_names = owner_names
        self.today = date.min
        self._dates: dict[DateRange, bytes] = {}
        self._conditions: dict[tuple[Conditions, int | None], bytes] = {}

    def forget(self) -> None:
        """Lets go of what is kept: rows have changed, or the day."""
        # What is being worked out goes into the old ones, where nobody looks any more.
        self._dates, self._conditions = {}, {}

    def of_filter(self, wanted: ProjectFilter) -> Generator[None, None, bytes]:
        """The rows that meet all but the text of a filter, in slices."""
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

    def of_view(self, view: SavedView, my_id: int | None) -> bytes:
        """The rows of a view.

        Args:
            view: The view.
            my_id: The server's number of the person, or None while it is not known.
        """
        mask = bytes(self._store.flags.translate(VIEWS[view]))
        if view is not SavedView.MINE:
            return mask
        return bytes(len(mask)) if my_id is None else both(mask, self._of_owner(my_id))

    def of_statuses(self, statuses: Iterable[str]) -> bytes:
        """The rows that have one of some statuses."""
        return self._store.statuses.mask(statuses, lambda slot: self._store.row(slot)[STATUS])

    def _of_owner(self, owner_id: int) -> bytes:
        return self._store.owners.mask([owner_id], lambda slot: self._store.row(slot)[OWNER_ID])

    def of_dates(self, created: DateRange) -> bytes:
        """The rows of projects that were created in a range of dates, or that are in every one."""
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
        """The first place in the basic order, the newest first, of a project created before a moment."""
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
            from heatpunk_desktop.models.condition_masks import condition_mask  # noqa: PLC0415 - not needed to start

            met = yield from condition_mask(self._store, group, self._viewpoint(my_id))
            keep(kept, (group, my_id), met)
        return met

    def meets(self, row: Row, group: Conditions, my_id: int | None) -> bool:
        """Whether one row meets the conditions of a group together."""
        from heatpunk_desktop.filters.matching import meets_all  # noqa: PLC0415 - not needed to start

        return meets_all(row, group, self._viewpoint(my_id))

    def _viewpoint(self, my_id: int | None) -> Viewpoint:
        from heatpunk_desktop.filters.matching import Viewpoint  # noqa: PLC0415 - not needed to start

        return Viewpoint(self.today, my_id, self._owner_names, self._store.contact)
