from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.filters.query import write_query
from heatpunk_desktop.filters.saved_view import LONGEST_NAME, Layout, SavedView, ShownColumn, tidy_name
from tests.unit.filters.filter_values import QUERIES

TODAY = date(2026, 11, 26)
DAYS = st.tuples(st.dates(), st.dates()).map(lambda two: DateRange(min(two), max(two)))
VIEWS = st.builds(
    lambda name, query, preset, days, **more: SavedView(
        name, write_query(query), preset=preset, own_days=days if preset is RangePreset.CUSTOM else None, **more
    ),
    st.text(min_size=1).map(tidy_name).filter(bool),
    QUERIES,
    st.sampled_from(RangePreset),
    DAYS,
    search=st.text(max_size=5),
    statuses=st.lists(st.sampled_from(["Lead", "On hold"]), max_size=2).map(tuple),
    owner=st.sampled_from(["", "sam@acme.test", "8"]),
    within=st.sampled_from(["", "All projects", "Mine"]),
    columns=st.lists(st.builds(ShownColumn, st.text(max_size=5), st.integers(0, 10_000)), max_size=3).map(tuple),
    sort_column=st.sampled_from(["", "created"]),
    descending=st.booleans(),
    layout=st.sampled_from(Layout),
)


@given(VIEWS)
def test_kept_and_read_again_a_view_is_the_same(view: SavedView) -> None:
    assert SavedView.from_json(view.to_json()) == view


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"name": " \\n "}', '{"name": 5}', "[" * 100_000])
def test_what_has_no_name_is_no_view(text: str) -> None:
    assert SavedView.from_json(text) is None


def test_what_makes_no_sense_is_left_out() -> None:
    text = (
        '{"name": " My\\n quotes ", "query": 5, "statuses": [7, {}],'
        ' "dates": "Custom", "own_days": ["2026-02-30", "x"], "layout": "cube",'
        ' "columns": [["customer", 90], ["x", -1], ["y", true], 7, ["z"]], "descending": 1, "new": {}}'
    )
    assert SavedView.from_json(text) == SavedView("My quotes", columns=(ShownColumn("customer", 90),))
    backwards = '{"name": "x", "dates": "Custom", "own_days": ["2026-02-03", "2026-02-01"]}'
    assert SavedView.from_json(backwards) == SavedView("x")


def test_the_days_are_those_of_today() -> None:
    assert SavedView("x").days(TODAY) is None
    assert SavedView("x", preset=RangePreset.LAST_7_DAYS).days(TODAY) == DateRange(date(2026, 11, 20), TODAY)
    own = DateRange(date(2026, 1, 1), date(2026, 1, 2))
    assert SavedView("x", preset=RangePreset.CUSTOM, own_days=own).days(TODAY) == own


def test_a_name_stays_on_one_line() -> None:
    assert tidy_name(" My \n quotes\t") == "My quotes"
    assert len(tidy_name("x" * 99)) == LONGEST_NAME
