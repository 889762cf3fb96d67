"""Searching long contents in slices, so that the GUI thread gets its turn between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from array import array
    from collections.abc import Iterator

#: Bytes or numbers of a slice. A single call over all of a file would keep Python, and with it the window, waiting.
SLICE: Final = 64 * 1024


def slices(size: int, overlap: int = 0) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each slice.

    Args:
        size: Bytes of the whole.
        overlap: Bytes of the next slice that each includes, for matches across the edge between two.
    """
    for begin in range(0, size, SLICE):
        yield begin, min(size, begin + SLICE + overlap)


def holds(data: bytes, part: bytes) -> bool:
    """Return whether the data contain some bytes."""
    return any(data.find(part, begin, end) >= 0 for begin, end in slices(len(data), len(part) - 1))


def count_of(data: bytes, part: bytes) -> int:
    """Return how often the data contain some bytes. They must not overlap with themselves."""
    return sum(data.count(part, begin, end) for begin, end in slices(len(data), len(part) - 1))


def matches(data: bytes, pattern: re.Pattern[bytes], longest: int) -> bool:
    """Return whether a pattern matches anywhere in the data.

    Args:
        data: The data to search.
        pattern: The pattern.
        longest: The most bytes that a match can have.
    """
    return any(pattern.search(data, begin, end) for begin, end in slices(len(data), longest - 1))


def largest(numbers: array[int]) -> int:
    """Return the largest of some numbers, 0 where there are none."""
    return max((max(numbers[begin:end]) for begin, end in slices(len(numbers))), default=0)


def total(numbers: array[int]) -> int:
    """Return the sum of some numbers."""
    return sum(sum(numbers[begin:end]) for begin, end in slices(len(numbers)))
