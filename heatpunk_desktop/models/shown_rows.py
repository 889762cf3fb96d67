"""The rows of an index that a view shows, and the smallest set of model signals for a change of them."""

from __future__ import annotations

from array import array
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex

from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QObject

    from heatpunk_desktop.models.board_parts import Part
    from heatpunk_desktop.models.project_index import ProjectIndex
    from heatpunk_desktop.models.row_store import Row

#: The longest stretch in which single rows that moved are looked for.
_STRETCH: Final = 4096


class ViewChange(Enum):
    """The kind of signals that a view needs."""

    #: The same rows in the same places.
    SAME = auto()
    #: More rows at the end.
    LONGER = auto()
    #: Some rows gone, some put in, all others in their order.
    FEW = auto()
    #: Anything else.
    ALL = auto()


def change_between(old: array[int], new: array[int], *, few: int) -> tuple[ViewChange, list[int], list[int]]:
    """Compare two lists without repetitions.

    Args:
        old: The list before.
        new: The list after.
        few: The most rows that may have been removed or inserted for `FEW`.

    Returns:
        What changed; for `FEW` also the places of removed rows in `old`, and of inserted rows in `new`, both ascending.
    """
    if len(new) >= len(old) and new[: len(old)] == old:
        return (ViewChange.SAME if len(new) == len(old) else ViewChange.LONGER), [], []
    if abs(len(new) - len(old)) > few or not few:
        return ViewChange.ALL, [], []
    # Equal ends are skipped: most changes leave a short stretch in between.
    shortest = min(len(old), len(new))
    start = _largest(shortest, lambda length: old[:length] == new[:length])
    end = _largest(shortest - start, lambda length: old[len(old) - length :] == new[len(new) - length :])
    old_part, new_part = old[start : len(old) - end], new[start : len(new) - end]
    moved = _moved(old_part, new_part, few) if max(len(old_part), len(new_part)) <= _STRETCH else None
    if moved is None:
        return ViewChange.ALL, [], []
    old_set, new_set = set(old_part), set(new_part)
    removed = [start + place for place, slot in enumerate(old_part) if slot not in new_set or slot in moved]
    inserted = [start + place for place, slot in enumerate(new_part) if slot not in old_set or slot in moved]
    if len(removed) + len(inserted) > few:
        return ViewChange.ALL, [], []
    return ViewChange.FEW, removed, inserted


def _largest(limit: int, holds: Callable[[int], bool]) -> int:
    """Return the largest number up to a limit for which a predicate holds that holds for 0 and all up to it."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _moved(old: array[int], new: array[int], few: int) -> set[int] | None:
    """Return the rows in both lists that must move to make one order of the other; None where they are many."""
    in_old, in_new = set(old), set(new)
    before = [slot for slot in old if slot in in_new]
    after = [slot for slot in new if slot in in_old]
    moved: set[int] = set()
    old_place = new_place = 0
    while old_place < len(before) and new_place < len(after):
        if before[old_place] in moved:
            old_place += 1
        elif after[new_place] in moved:
            new_place += 1
        elif before[old_place] == after[new_place]:
            old_place += 1
            new_place += 1
        elif len(moved) >= few:
            return None
        elif old_place + 1 < len(before) and before[old_place + 1] == after[new_place]:
            moved.add(before[old_place])
        else:
            moved.add(after[new_place])
    return moved


#: Rows that are removed and inserted one by one; with more it is faster to reset the model.
_ONE_BY_ONE: Final = 8

_Index = QModelIndex | QPersistentModelIndex


class ShownRows(QAbstractTableModel):
    """Some rows of an index, in some order. The view keeps its selection: where more changes, the model is reset.

    Args:
        index: All rows.
        parent: Owner.
    """

    def __init__(self, index: ProjectIndex, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self._shown: array[int] = array("i")
        self._is_showing = False

    @property
    def is_showing(self) -> bool:
        """Whether rows are being inserted or removed now, possibly in several steps, which the user did not do."""
        return self._is_showing

    @property
    def total(self) -> int:
        """How many projects there are, shown or not."""
        return len(self._index)

    def total_beside(self, view: SidebarView) -> int:
        """Return how many projects a view shows some of: all but those that were moved to deleted, or these alone."""
        is_deleted = view is SidebarView.DELETED_HERE
        return self._index.count_in(SidebarView.DELETED_HERE if is_deleted else SidebarView.ALL)

    def key_at(self, row: int) -> int | None:
        """Return the key of a shown row, or None where there is no such row."""
        return self._index.key_of(self._shown[row]) if 0 <= row < len(self._shown) else None

    def keys_at(self, rows: Iterable[int]) -> list[int]:
        """Return the keys of shown rows."""
        shown = self._shown
        return self._index.keys_of(shown[row] for row in rows)

    def row_of(self, key: int) -> int | None:
        """Return the row of a project, or None where it is not shown."""
        slot = self._index.slot_of(key)
        try:
            return self._shown.index(slot) if slot is not None else None
        except ValueError:
            return None

    def has(self, key: int) -> bool:
        """Return whether a project is known, shown or not."""
        return self._index.slot_of(key) is not None

    def rows_of(self, keys: Iterable[int]) -> list[int]:
        """Return the rows of some projects, from the top; those that are not shown are left out."""
        slots = {slot for slot in map(self._index.slot_of, keys) if slot is not None}
        return [row for row, slot in enumerate(self._shown) if slot in slots] if slots else []

    def tuple_of(self, key: int) -> Row | None:
        """Return a project, shown or not, in the order of `ProjectRow`; None where it is not known."""
        slot = self._index.slot_of(key)
        return None if slot is None else self._index.row(slot)

    def statuses_of(self, keys: Iterable[int]) -> list[str]:
        """Return the statuses of projects; empty where one is not known."""
        return self._index.statuses_of(keys)

    def row_tuple(self, row: int) -> Row:
        """Return a shown row, in the order of `ProjectRow`."""
        return self._index.row(self._shown[row])

    def shown_rows(self) -> list[Row]:
        """Return all shown rows, from the top."""
        return [*map(self._index.row, self._shown)]

    def parts(self) -> list[Part]:
        """Return the shown rows by their status, for the columns of a board."""
        return self._index.parts(self._shown)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    # -- change ----------------------------------------------------------------------------------------------------

    def _show_no_rows(self, index: ProjectIndex) -> None:
        """Replace the index by an empty one, removing all rows."""
        self.beginResetModel()
        self._index = index
        self._shown = array("i")
        self.endResetModel()

    def _show_rows(self, slots: array[int], *, keeps_place: bool, is_touched: bool) -> None:
        """Show other rows.

        Args:
            slots: Their numbers, from the top.
            keeps_place: Whether the view stays where it is where only a few of them differ.
            is_touched: Whether the content of rows may have changed as well.
        """
        old = self._shown
        self._is_showing = True
        change, removed, inserted = change_between(old, slots, few=_ONE_BY_ONE if keeps_place else 0)
        if change is ViewChange.LONGER:
            self._append_rows(slots[len(old) :])
        elif change is ViewChange.FEW:
            for row in reversed(removed):
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._shown[row]
                self.endRemoveRows()
            for row in inserted:
                self.beginInsertRows(QModelIndex(), row, row)
                self._shown.insert(row, slots[row])
                self.endInsertRows()
        elif change is ViewChange.ALL:
            self.beginResetModel()
            self._shown = slots
            self.endResetModel()
        if is_touched and self._shown and change is not ViewChange.ALL:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, self.columnCount() - 1))
        self._is_showing = False

    def _append_rows(self, slots: array[int]) -> None:
        if slots:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(slots) - 1)
            self._shown += slots
            self.endInsertRows()
