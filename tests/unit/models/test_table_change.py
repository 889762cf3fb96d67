"""How a list became another: told so that following the steps leads there."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.models.shown_rows import ViewChange, change_between


def ints(*numbers: int) -> array[int]:
    return array("i", numbers)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (ints(), ints(), (ViewChange.SAME, [], [])),
        (ints(1, 2), ints(1, 2), (ViewChange.SAME, [], [])),
        (ints(1, 2), ints(1, 2, 3), (ViewChange.LONGER, [], [])),
        (ints(1, 2, 3), ints(1, 3), (ViewChange.FEW, [1], [])),
        (ints(1, 3), ints(1, 2, 3), (ViewChange.FEW, [], [1])),
        (ints(1, 2, 3, 4), ints(4, 1, 2, 3), (ViewChange.FEW, [3], [0])),
        (ints(1, 2, 3, 4), ints(2, 3, 4, 1), (ViewChange.FEW, [0], [3])),
        (ints(1, 2, 3, 4, 5, 6), ints(6, 5, 4, 3, 2, 1), (ViewChange.ALL, [], [])),
        (ints(*range(20)), ints(), (ViewChange.ALL, [], [])),
    ],
)
def test_tells_the_least(old: array[int], new: array[int], change: object) -> None:
    assert change_between(old, new, few=4) == change


def test_tells_single_rows_only_where_that_is_wanted() -> None:
    assert change_between(ints(1, 2, 3), ints(1, 3), few=0)[0] is ViewChange.ALL


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_its_steps_lead_there(old: list[int], new: list[int]) -> None:
    change, removed, inserted = change_between(array("i", old), array("i", new), few=6)
    if change is ViewChange.FEW:
        shown = old[:]
        for place in reversed(removed):
            del shown[place]
        for place in inserted:
            shown.insert(place, new[place])
        assert shown == new
        assert len(removed) + len(inserted) <= 6
    elif change is ViewChange.LONGER:
        assert new[: len(old)] == old
        assert len(new) > len(old)
    elif change is ViewChange.SAME:
        assert new == old


@given(st.lists(st.integers(0, 500), unique=True, min_size=30), st.data())
def test_one_row_that_moves_is_told_as_one(rows: list[int], data: st.DataObject) -> None:
    new = rows[:]
    new.insert(data.draw(st.integers(0, len(rows) - 1)), new.pop(data.draw(st.integers(0, len(rows) - 1))))
    change, removed, inserted = change_between(array("i", rows), array("i", new), few=8)
    assert change in {ViewChange.SAME, ViewChange.FEW}
    assert len(removed) <= 1
    assert len(inserted) <= 1
