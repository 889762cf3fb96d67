"""How a list of row numbers became another."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

#: The longest stretch in which single rows that moved are looked for.
_STRETCH: Final = 4096


class Change(Enum):
    """What is to be told to a view."""

    #: The same rows in the same places.
    SAME = auto()
    #: More rows at the end.
    LONGER = auto()
    #: Some rows gone, some put in, all others in their order.
    FEW = auto()
    #: Anything else.
    ALL = auto()


def change_between(old: array[int], new: array[int], *, few: int) -> tuple[Change, list[int], list[int]]:
    """Compares two lists without repetitions.

    Args:
        old: The list as it was.
        new: The list as it is.
        few: How many rows may have gone and come for `FEW`.

    Returns:
        What changed; for `FEW` also the places of rows gone in `old`, and of rows put in in `new`, both rising.
    """
    if len(new) >= len(old) and new[: len(old)] == old:
        return (Change.SAME if len(new) == len(old) else Change.LONGER), [], []
    if abs(len(new) - len(old)) > few or not few:
        return Change.ALL, [], []
    # What is equal at both ends stays: most changes leave a short stretch in between.
    shortest = min(len(old), len(new))
    start = _largest(shortest, lambda length: old[:length] == new[:length])
    end = _largest(shortest - start, lambda length: old[len(old) - length :] == new[len(new) - length :])
    old_part, new_part = old[start : len(old) - end], new[start : len(new) - end]
    moved = _moved(old_part, new_part, few) if max(len(old_part), len(new_part)) <= _STRETCH else None
    if moved is None:
        return Change.ALL, [], []
    old_set, new_set = set(old_part), set(new_part)
    removed = [start + place for place, slot in enumerate(old_part) if slot not in new_set or slot in moved]
    inserted = [start + place for place, slot in enumerate(new_part) if slot not in old_set or slot in moved]
    if len(removed) + len(inserted) > few:
        return Change.ALL, [], []
    return Change.FEW, removed, inserted


def _largest(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to a limit for which something holds that holds for 0 and all up to it."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _moved(old: array[int], new: array[int], few: int) -> set[int] | None:
    """The rows in both lists that have to move to make one order of the other; None where they are many."""
    in_old, in_new = set(old), set(new)
    before = [slot for slot in old if slot in in_new]
    after = [slot for slot in new if slot in in_old]
    moved: set[int] = set()
    one = other = 0
    while one < len(before) and other < len(after):
        if before[one] in moved:
            one += 1
        elif after[other] in moved:
            other += 1
        elif before[one] == after[other]:
            one += 1
            other += 1
        elif len(moved) >= few:
            return None
        elif one + 1 < len(before) and before[one + 1] == after[other]:
            moved.add(before[one])
        else:
            moved.add(after[other])
    return moved
