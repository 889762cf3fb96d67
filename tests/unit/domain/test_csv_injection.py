"""Cells are made safe for a spreadsheet, and are read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.csv_injection import guarded_cell, unguarded_cell


@given(st.text(alphabet="'=+-@1a. \t\n", max_size=8) | st.text())
@example("'=1")
@example("''+44")
@example("+44")
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded_cell(guarded_cell(text)) == text


@given(st.text(alphabet="'=+-@1a. \t\n", max_size=8))
def test_nothing_guarded_begins_like_a_formula(text: str) -> None:
    cell = guarded_cell(text)
    assert not cell or cell[0] not in "=@\t\n"


@pytest.mark.parametrize("text", ["'tis the season", "O'Neill", "'", "", "x"])
def test_an_apostrophe_that_guards_nothing_stays(text: str) -> None:
    assert unguarded_cell(text) == text
