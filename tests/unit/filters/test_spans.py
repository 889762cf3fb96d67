from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.filters.spans import NAMED, days_of, normal_span, span_words

#: A Thursday.
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2026", "2026"),
        ("2026-1", "2026-01"),
        ("2026-01-24", "2026-01-24"),
        ("24/1/2026", "2026-01-24"),
        ("24.01.26", "2026-01-24"),
        ("1/2026", "2026-01"),
        ("Jan 2026", "2026-01"),
        ("sept-2026", "2026-09"),
        ("24th January 2026", "2026-01-24"),
        ("24 jan 2026", "2026-01-24"),
        ("24 jan 26", "2026-01-24"),
        ("24/1", "24-jan"),
        ("-7", "-7"),
        ("7 days ago", "-7"),
        ("tue", "tuesday"),
        ("THIS week", "this-week"),
        ("last_month", "last-month"),
        ("7d", "7d"),
        ("last 30 days", "30d"),
        ("007 weeks", "7w"),
        ("1/13/2026", None),  # the day comes first here, and there is no thirteenth month
        ("2026-02-30", None),
        ("0000", None),
        ("0d", None),
        ("ma 2026", None),
        ("january", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_are_named_in_many_ways_and_kept_in_one(text: str, normal: str | None) -> None:
    assert normal_span(text) == normal


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-01-24", date(2026, 1, 24), date(2026, 1, 24)),
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 11, 25), date(2026, 11, 25)),
        ("this-week", date(2026, 11, 23), date(2026, 11, 29)),
        ("last-week", date(2026, 11, 16), date(2026, 11, 22)),
        ("this-month", date(2026, 11, 1), date(2026, 11, 30)),
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this-quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("last-quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("this-year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
        ("1d", TODAY, TODAY),
        ("7d", date(2026, 11, 20), TODAY),
        ("2w", date(2026, 11, 13), TODAY),
        ("1m", date(2026, 10, 27), TODAY),
        ("1y", date(2025, 11, 27), TODAY),
        ("24-jan", date(2026, 1, 24), date(2026, 1, 24)),
        ("-7", date(2026, 11, 19), date(2026, 11, 19)),
        ("tuesday", date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_what_days_are_meant(span: str, first: date, last: date) -> None:
    assert days_of(span, TODAY) == (first, last)


def test_a_month_ago_from_the_end_of_a_long_month() -> None:
    assert days_of("1m", date(2026, 3, 31)).first == date(2026, 3, 1)


def test_what_is_no_normal_form_means_nothing() -> None:
    with pytest.raises(ValueError, match="soon"):
        days_of("soon", TODAY)


@given(st.dates(date(1, 1, 1), date(9990, 1, 1)), st.sampled_from([*NAMED, "3d", "9999w", "14m", "9999y"]))
def test_counted_from_any_day_the_days_are_in_order(today: date, span: str) -> None:
    first, last = days_of(span, today)
    assert first <= last
    assert span_words(span)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_the_last_month_ends_the_day_before_this_one_begins(today: date) -> None:
    for unit in ("week", "month", "quarter", "year"):
        this, last = days_of(f"this-{unit}", today), days_of(f"last-{unit}", today)
        assert this.first <= today <= this.last
        assert last.last + timedelta(days=1) == this.first


@given(st.text(max_size=20))
def test_a_normal_form_stays_as_it_is(text: str) -> None:
    normal = normal_span(text)
    if normal is not None:
        assert normal_span(normal) == normal
        assert normal_span(span_words(normal)) == normal


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("2026", "2026"),
        ("2026-01", "Jan 2026"),
        ("2026-01-04", "4 Jan 2026"),
        ("7d", "last 7 days"),
        ("1m", "last month"),
        ("this-week", "this week"),
        ("24-jan", "24 Jan"),
        ("-7", "7 days ago"),
        ("tuesday", "Tuesday"),
    ],
)
def test_days_in_words(span: str, words: str) -> None:
    assert span_words(span) == words
