from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.dates import (
    FIRST_DAY,
    UK,
    DateRange,
    RangePreset,
    display_date,
    display_day,
    display_moment,
    moment_label,
    normalise_server_date,
    start_of_day,
    uk_day,
    utc_text,
)

NORMAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TODAY = date(2026, 11, 24)
MOMENTS = st.datetimes(
    datetime(1000, 1, 3),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(9999, 12, 29),  # noqa: DTZ001 - as above
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("2025-09-01T09:14:30.000Z", "2025-09-01T09:14:30.000Z"),
        ("2025-09-01T09:14:30Z", "2025-09-01T09:14:30.000Z"),
        ("2025-09-01T10:14:30.123456+01:00", "2025-09-01T09:14:30.123Z"),
        ("2024-07-31 10:48:44", "2024-07-31T09:48:44.000Z"),  # British Summer Time
        ("2024-01-31 10:48:44", "2024-01-31T10:48:44.000Z"),
        ("2024-01-31", "2024-01-31T00:00:00.000Z"),
        (" 2024-01-31T00:00:00Z ", "2024-01-31T00:00:00.000Z"),
        ("0000-00-00 00:00:00", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("9999-12-31T23:59:59-14:00", ""),
        ("2025-02-30T00:00:00Z", ""),
        ("yesterday", ""),
        ("", ""),
        (None, ""),
        (1756718070, ""),
        (["2025-09-01"], ""),
    ],
)
def test_dates_are_read_as_servers_write_them(raw: object, normal: str) -> None:
    assert normalise_server_date(raw) == normal


@given(st.one_of(st.text(), st.binary(), st.integers(), st.floats(), st.none(), st.datetimes().map(str)))
def test_reading_a_date_never_fails_and_gives_the_one_form_or_nothing(raw: object) -> None:
    normal = normalise_server_date(raw)
    assert not normal or NORMAL.fullmatch(normal)
    assert normalise_server_date(normal) == normal


@given(MOMENTS)
def test_what_is_written_is_read_back_to_the_millisecond(moment: datetime) -> None:
    text = utc_text(moment)
    assert NORMAL.fullmatch(text)
    assert moment - datetime.fromisoformat(text) < timedelta(milliseconds=1)
    assert normalise_server_date(text) == text


@given(
    MOMENTS,
    MOMENTS,
)
def test_texts_sort_as_their_moments(one: datetime, other: datetime) -> None:
    if utc_text(one) < utc_text(other):
        assert one < other


def test_a_day_is_a_day_in_the_uk() -> None:
    assert uk_day("2025-06-30T23:30:00.000Z") == date(2025, 7, 1)
    assert uk_day("2025-12-31T23:30:00.000Z") == date(2025, 12, 31)
    assert uk_day("") is None
    assert uk_day("nonsense") is None


def test_days_and_moments_are_shown_as_a_briton_writes_them() -> None:
    assert display_date(date(2026, 5, 4)) == "4 May 2026"
    assert display_day("2025-06-30T23:30:00.000Z") == "1 Jul 2025"
    assert display_day("") == "—"
    assert display_moment("2026-11-24T09:40:00.000Z", TODAY) == "today 09:40"
    assert display_moment("2026-11-23T16:02:00.000Z", TODAY) == "yesterday 16:02"
    assert display_moment("2026-11-22T16:02:00.000Z", TODAY) == "22 Nov 16:02"
    assert display_moment("2026-11-18T00:02:00.000Z", TODAY) == "18 Nov 00:02"
    assert display_moment("2026-11-17T23:59:00.000Z", TODAY) == "17 Nov 2026"
    assert display_moment("2026-11-25T10:00:00.000Z", TODAY) == "25 Nov 2026"
    assert moment_label("2026-11-24T09:40:00.000Z", TODAY) == "Today 09:40"
    assert moment_label("", TODAY) == "—"
    assert display_moment("2026-06-30T23:30:00.000Z", date(2026, 7, 1)) == "today 00:30"
    assert display_moment("", TODAY) == display_moment("nonsense", TODAY) == "—"


def test_presets_hold_as_many_days_as_they_say() -> None:
    of = {preset: DateRange.of_preset(preset, TODAY) for preset in RangePreset if preset is not RangePreset.CUSTOM}
    assert of[RangePreset.LAST_7_DAYS] == DateRange(date(2026, 11, 18), TODAY)
    assert of[RangePreset.LAST_30_DAYS] == DateRange(date(2026, 10, 26), TODAY)
    assert of[RangePreset.LAST_90_DAYS] == DateRange(date(2026, 8, 27), TODAY)
    assert of[RangePreset.THIS_YEAR] == DateRange(date(2026, 1, 1), TODAY)
    assert of[RangePreset.ALL_TIME] == DateRange(FIRST_DAY, TODAY)
    assert [item.is_all_time for item in of.values()] == [False, False, False, False, True]
    with pytest.raises(ValueError, match="custom"):
        DateRange.of_preset(RangePreset.CUSTOM, TODAY)


def test_a_range_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        DateRange(TODAY, TODAY - timedelta(days=1))


@given(DAYS, DAYS, DAYS)
def test_windows_cover_each_day_once_newest_first_and_lie_on_the_calendar(one: date, other: date, today: date) -> None:
    whole = DateRange(min(one, other), max(one, other))
    windows = whole.windows(today)
    assert (windows[0].last, windows[-1].first) == (whole.last, whole.first)
    for later, earlier in pairwise(windows):
        assert later.first - earlier.last == timedelta(days=1)
        assert later.first.day == 1
    for window in windows:
        assert window.first.year == window.last.year
        if window.last.year >= today.year - 1:
            assert (window.first.month - 1) // 3 == (window.last.month - 1) // 3


@given(DAYS, st.integers(1, 2000))
def test_old_windows_are_the_same_tomorrow(first: date, length: int) -> None:
    today = first + timedelta(days=length)
    tomorrow = today + timedelta(days=1)
    if tomorrow.year == today.year:
        now, then = DateRange(first, today).windows(today), DateRange(first, tomorrow).windows(tomorrow)
        assert set(now[1:]) <= set(then)


@given(DAYS, st.integers(1, 4000))
def test_halves_are_the_whole(first: date, length: int) -> None:
    whole = DateRange(first, first + timedelta(days=length))
    later, earlier = whole.halves()
    assert (earlier.first, later.last) == (whole.first, whole.last)
    assert later.first - earlier.last == timedelta(days=1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_bounds_hold_the_moments_of_exactly_these_days(first: date, length: int) -> None:
    whole = DateRange(first, first + timedelta(days=length))
    begin, before = whole.bounds()
    inside = datetime.fromisoformat(begin).astimezone(UK)
    outside = datetime.fromisoformat(before).astimezone(UK)
    assert (inside.date(), inside.hour, inside.minute) == (whole.first, 0, 0)
    assert outside.date() == whole.last + timedelta(days=1)
    assert uk_day(utc_text(outside - timedelta(milliseconds=1))) == whole.last


def test_the_ends_of_the_calendar_have_bounds_too() -> None:
    begin, before = DateRange(date.min, date.max).bounds()
    assert begin < start_of_day(FIRST_DAY) < start_of_day(TODAY) < before
    for day in (date.min, date.max):
        assert DateRange(day, day).bounds()[0] < DateRange(day, day).bounds()[1]


def test_a_day_begins_an_hour_earlier_in_summer() -> None:
    assert start_of_day(date(2026, 7, 1)) == "2026-06-30T23:00:00.000Z"
    assert start_of_day(date(2026, 12, 1)) == "2026-12-01T00:00:00.000Z"
    assert utc_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"
    assert DateRange(TODAY, TODAY).widened(2) == DateRange(date(2026, 11, 22), date(2026, 11, 26))
