"""Long contents looked through in slices: between two of them the window's thread gets its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from array import array
    from collections.abc import Iterator

#: Bytes or numbers of a slice. A single call over all of a file would keep Python, and with it the window, waiting.
SLICE: Final = 64 * 1024


def slices(size: int, overlap: int = 0) -> Iterator[tuple[int, int]]:
    """Begin and end of each slice.

    Args:
        size: Bytes of the whole.
        overlap: Bytes of the next slice that each looks into, for what lies across the edge between two.
    """
    for begin in range(0, size, SLICE):
        yield begin, min(size, begin + SLICE + overlap)


def holds(data: bytes, part: bytes) -> bool:
    """Whether some bytes stand anywhere in the data."""
    return any(data.find(part, begin, end) >= 0 for begin, end in slices(len(data), len(part) - 1))


def count_of(data: bytes, part: bytes) -> int:
    """How often some bytes stand in the data. They may not overlap with themselves."""
    return sum(data.count(part, begin, end) for begin, end in slices(len(data), len(part) - 1))


def matches(data: bytes, pattern: re.Pattern[bytes], longest: int) -> bool:
    """Whether a pattern matches anywhere in the data.

    Args:
        data: What is looked through.
        pattern: The pattern.
        longest: Bytes that a match has at most.
    """
    return any(pattern.search(data, begin, end) for begin, end in slices(len(data), longest - 1))


def largest(numbers: array[int]) -> int:
    """The largest of some numbers, 0 where there are none."""
    return max((max(numbers[begin:end]) for begin, end in slices(len(numbers))), default=0)


def total(numbers: array[int]) -> int:
    """The sum of some numbers."""
    return sum(sum(numbers[begin:end]) for begin, end in slices(len(numbers)))
