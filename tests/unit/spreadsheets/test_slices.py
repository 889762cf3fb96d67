"""Long contents are looked through in slices, and what lies across the edge of two is found all the same."""

from __future__ import annotations

import re
from array import array

import pytest

from heatpunk_desktop.spreadsheets.slices import SLICE, count_of, holds, largest, matches, slices, total

PART = b"PK\x01\x02"


class Watched(bytes):
    """Notes how many bytes each single call looks through."""

    looked: list[int]

    def find(self, part: bytes, begin: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        self.looked.append((len(self) if end is None else end) - begin)
        return super().find(part, begin, end)

    def count(self, part: bytes, begin: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        self.looked.append((len(self) if end is None else end) - begin)
        return super().count(part, begin, end)


@pytest.mark.parametrize("place", [0, 1, SLICE - 4, SLICE - 3, SLICE - 1, SLICE, 2 * SLICE - 2, 3 * SLICE + 96])
def test_what_lies_across_an_edge_is_found_once(place: int) -> None:
    data = b"." * place + PART + b"." * (3 * SLICE + 100 - place - len(PART))
    assert holds(data, PART)
    assert count_of(data, PART) == 1
    assert matches(data, re.compile(rb"P.\x01\x02", re.DOTALL), len(PART))


def test_what_is_not_there_is_not_found() -> None:
    data = b"PK\x01" * SLICE
    assert not holds(data, PART)
    assert count_of(data, PART) == 0
    assert not matches(data, re.compile(re.escape(PART)), len(PART))
    assert count_of(b"", PART) == 0
    assert not holds(b"", PART)


def test_all_that_touch_each_other_are_counted() -> None:
    assert count_of(PART * SLICE, PART) == SLICE


def test_no_call_looks_through_more_than_a_slice() -> None:
    data = Watched(b"." * (5 * SLICE))
    data.looked = []
    assert not holds(data, PART)
    assert count_of(data, PART) == 0
    assert max(data.looked) <= SLICE + len(PART)
    assert sum(data.looked) >= 2 * len(data)
    assert [end - begin for begin, end in slices(SLICE + 1)] == [SLICE, 1]


@pytest.mark.parametrize("place", [0, SLICE - 1, SLICE, 2 * SLICE + 1])
def test_numbers_are_summed_and_compared_across_slices(place: int) -> None:
    numbers = array("L", [0] * (2 * SLICE + 2))
    numbers[place] = 7
    assert largest(numbers) == total(numbers) == 7
    assert largest(array("L")) == total(array("L")) == 0
